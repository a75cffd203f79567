"""What a job title says: which role it names, and at which level. The rest stays unsaid."""

import re
from collections.abc import Mapping

from jobboard.common.words import fold
from jobboard.listings.choices import Level

PERSON = (
    r"(?:engineer|developer|programmer|scientist|researcher|analyst|architect"
    r"|designer|consultant|specialist|administrator|technician|swe|sde|sre|mle)\b"
)
A_FEW_WORDS = r"(?:[\w/+#.()&-]+ ){0,4}"

# Who manages, finds or teaches people of a role does not hold it.
ABOUT_A_ROLE = re.compile(
    r"\b(?:manager|recruiter|sourcer|instructor|teacher|trainer|tutor|lecturer|mentor)s?\b"
)
LEVEL_WORDS = re.compile(
    r"\b(?:senior|sr|staff|principal|lead|junior|jr|associate|graduate"
    r"|mid|middle|intermediate|entry|level|i{1,3}|iv|v|\d)\b|\W"
)

# Work of another kind whose titles contain a role's name.
OTHER_WORK = [
    f"{kind} {title}"
    for kind in ["people", "security", "user", "ux", "vulnerability"]
    for title in ["research engineer", "research scientist"]
]
SHORT_FORMS = {
    "artificial intelligence": "ai",
    "business intelligence": "bi",
    "machine learning": "ml",
    "natural language processing": "nlp",
}

# A title that serves somebody names that person's level, not its own.
SERVES = re.compile(
    r"\b(?:executive|personal|administrative) assistant\b.*"
    r"|\b(?:assistant|advisor|adviser|aide|partner|secretary|support|reports?|reporting) to\b.*"
    r"|\boffice of\b.*"
)
INTERN = re.compile(
    r"\bintern(?:ships?)?\b(?! (?:program(?:me|s)?|recruit\w*|coordinat\w*|manage\w*)\b)"
)
CHIEF_OF_STAFF = re.compile(r"\bchief of staff\b")
# Highest first: of several levels in one title the highest counts.
LEVELS = {
    Level.EXECUTIVE: [
        r"\bdirector\b(?!'s|’s)",
        r"(?<!assistant )\b(?:[ers]?vp|vice[- ]president)\b",
        r"\bhead of\b|^(?:global |regional |country )?head(?=,| - )",
        r"\bchief\b(?!'s|’s)",
    ],
    Level.SENIOR: [
        r"\b(?:senior|sr)\b(?![- ](?:living|care|housing|citizens?|cent(?:er|re)s?|homes?)\b)",
        # Not the staff of "Member of Technical Staff", "Research Staff", "Staff Accountant" or
        # "Staff Development".
        r"\bstaff\+",
        r"(?:^|[/(,-] ?|\bor |\b(?:senior|sr\.?)[ -])staff\b(?= ?(?:$|[/),]))",
        r"(?<!technical )(?<!techincal )(?<!research )(?<!support )(?<!medical )"
        r"(?<!teaching )(?<!of )\bstaff (?!accountant|development\b|training|scheduling"
        rf"|augmentation){A_FEW_WORDS}(?:{PERSON}|(?:product|program|project) manager\b)",
        r"(?<!school )(?<!assistant )(?<!vice )(?<!vice-)\bprincipal\b",
        # Not the lead that somebody sells to, and not the metal.
        r"(?<!inbound )(?<!outbound )(?<!to )\blead\b"
        r"(?![- ](?:gen|generation|qualif\w+|scor\w+|management|rout\w+|conver\w+|acquisition"
        r"|nurtur\w+|response|captur\w+|sourcing|intake|enrichment|to|times?"
        r"|free|acid|paint|abatement|development (?:rep\w*|specialist|associate|manager))\b)",
    ],
    Level.MID: [
        r"\bmid[- ]?(?:level|weight)\b|\bintermediate\b(?! representation)",
        r"(?:^|[/(,] ?)mid(?= ?(?:$|[/),]))",
        # Not "Mid-Market", "Mid Atlantic" or "Middle East".
        r"(?:^|[/(,] ?)mid (?!market|atlantic|west|america|enterprise"
        rf"|office|cap|size|north|south|east){A_FEW_WORDS}{PERSON}",
        rf"(?:^|[/(,] ?)middle(?:/| (?!market|east|office|mile|school){A_FEW_WORDS}{PERSON})",
        rf"{PERSON}[ ,-]+(?:level )?ii\b|\blevel ii\b",
    ],
    Level.ENTRY: [
        r"\b(?:junior|jr)\b",
        r"\bentry[- ]level\b|(?:^|[/(,] ?)entry(?= ?(?:$|[/),]))",  # not "Data Entry"
        rf"^entry {A_FEW_WORDS}{PERSON}",
        r"(?<!post-)(?<!post )\bgraduates?\b(?! (?:recruit\w*|admissions?|school"
        r"|studies|education|program(?:me|s)? (?:manager|lead|coordinator))\b)",
        r"\b(?:new|recent|university|college) grads?\b",
        # Not "Associate Partner", "Associate General Counsel" or "Senior Associate".
        rf"^associate (?!partner|principal|manager|professor){A_FEW_WORDS}{PERSON}",
    ],
}
LEVEL_PATTERNS = {level: re.compile("|".join(patterns)) for level, patterns in LEVELS.items()}


class TitleReader:
    """Reads which role a title names. Made once for many; ``names`` has folded aliases too."""

    def __init__(self, names: Mapping[str, int]) -> None:
        self._roles: dict[tuple[str, ...], int | None] = dict.fromkeys(map(_words, OTHER_WORK))
        self._roles |= {_words(name): role for name, role in names.items()}
        self._longest = max(map(len, self._roles))
        self._general = {name for name in self._roles if len(name) == 1 and self._ends_others(name)}

    def role(self, title: str) -> int | None:
        """The role of the longest name that stands in ``title`` as whole words; hyphens and
        SHORT_FORMS are the same.

        Of two equally long ones the first in the title counts. A single word that ends longer names
        of other roles, as "engineer" does, is too general to be found inside a title: it must be
        the whole of it, levels aside. A title of somebody who manages, hires or teaches people of
        the role has none.
        """
        words = _words(title)
        spans = [
            (start, end)
            for start in range(len(words))
            for end in range(start + 1, min(start + self._longest, len(words)) + 1)
            if words[start:end] in self._roles and self._is_meant(words[start:end], words)
        ]
        if not spans:
            return None
        start, end = max(spans, key=lambda span: len(" ".join(words[slice(*span)])))
        about = ABOUT_A_ROLE.search(" ".join(words[:start] + words[end:]))
        return None if about else self._roles[words[start:end]]

    def _is_meant(self, name: tuple[str, ...], words: tuple[str, ...]) -> bool:
        return name not in self._general or LEVEL_WORDS.sub("", " ".join(words)) == name[0]

    def _ends_others(self, name: tuple[str, ...]) -> bool:
        return any(
            longer[-1:] == name and role != self._roles[name]
            for longer, role in self._roles.items()
        )


def match_level(title: str) -> str:
    """The level ``title`` states, or ''. The highest of several, but an intern is an intern."""
    text = SERVES.sub("", fold(title).replace("_", " "))
    if INTERN.search(text):
        return Level.ENTRY
    if CHIEF_OF_STAFF.search(text):  # of any rank
        return ""
    return next((level for level, pattern in LEVEL_PATTERNS.items() if pattern.search(text)), "")


def _words(text: str) -> tuple[str, ...]:
    """Folded words and signs, hyphens in words opened: "Big-Data" is found as "big data"."""
    text = re.sub(r"(?<=\w)[-‐](?=\w)|_", " ", fold(text))
    for long, short in SHORT_FORMS.items():
        text = text.replace(long, short)
    return tuple(re.findall(r"\w+|[^\w\s]", text))
