"""What a job title says: which role it names, and at which level. What it does not say stays unsaid."""

import re
from collections.abc import Mapping

from jobboard.listings.models import Level
from roles.models import fold

PERSON = (
    r"(?:engineer|developer|programmer|scientist|researcher|analyst|architect|designer|consultant|specialist"
    r"|administrator|technician|swe|sde|sre|mle)\b"
)
A_FEW_WORDS = r"(?:[\w/+#.()&-]+ ){0,4}"

# Who manages, finds or teaches people of a role does not hold it.
ABOUT_A_ROLE = re.compile(r"\b(?:manager|recruiter|sourcer|instructor|teacher|trainer|tutor|lecturer|mentor)s?\b")
LEVEL_WORDS = re.compile(
    r"\b(?:senior|sr|staff|principal|lead|junior|jr|associate|graduate|mid|middle|intermediate|entry|level"
    r"|i{1,3}|iv|v|\d)\b|\W"
)

# A title that serves somebody names that person's level, not its own.
SERVES = re.compile(
    r"\b(?:executive|personal|administrative) assistant\b.*"
    r"|\b(?:assistant|advisor|adviser|aide|partner|secretary|support|reports?|reporting) to\b.*"
    r"|\boffice of\b.*"
)
INTERN = re.compile(r"\bintern(?:ships?)?\b(?! (?:program(?:me|s)?|recruit\w*|coordinat\w*|manage\w*)\b)")
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
        # Not the staff of "Member of Technical Staff", "Research Staff", "Staff Accountant" or "Staff Development".
        r"\bstaff\+",
        r"(?:^|[/(,-] ?|\bor |\b(?:senior|sr\.?)[ -])staff\b(?= ?(?:$|[/),]))",
        r"(?<!technical )(?<!techincal )(?<!research )(?<!support )(?<!medical )(?<!teaching )(?<!of )\bstaff "
        rf"(?!accountant|development\b|training|scheduling|augmentation){A_FEW_WORDS}"
        rf"(?:{PERSON}|(?:product|program|project) manager\b)",
        r"(?<!school )(?<!assistant )(?<!vice )(?<!vice-)\bprincipal\b",
        # Not the lead that somebody sells to, and not the metal.
        r"(?<!inbound )(?<!outbound )(?<!to )\blead\b(?![- ](?:gen|generation|qualif\w+|scor\w+|management|rout\w+"
        r"|conver\w+|acquisition|nurtur\w+|response|captur\w+|sourcing|intake|enrichment|to|times?|free|acid|paint"
        r"|abatement|development (?:rep\w*|specialist|associate|manager))\b)",
    ],
    Level.MID: [
        r"\bmid[- ]?(?:level|weight)\b|\bintermediate\b(?! representation)",
        r"(?:^|[/(,] ?)mid(?= ?(?:$|[/),]))",
        # Not "Mid-Market", "Mid Atlantic" or "Middle East".
        r"(?:^|[/(,] ?)mid (?!market|atlantic|west|america|enterprise|office|cap|size|north|south|east)"
        rf"{A_FEW_WORDS}{PERSON}",
        rf"(?:^|[/(,] ?)middle(?:/| (?!market|east|office|mile|school){A_FEW_WORDS}{PERSON})",
        rf"{PERSON}[ ,-]+(?:level )?ii\b|\blevel ii\b",
    ],
    Level.ENTRY: [
        r"\b(?:junior|jr)\b",
        r"\bentry[- ]level\b|(?:^|[/(,] ?)entry(?= ?(?:$|[/),]))",  # not "Data Entry"
        rf"^entry {A_FEW_WORDS}{PERSON}",
        r"(?<!post-)(?<!post )\bgraduates?\b(?! (?:recruit\w*|admissions?|school|studies|education"
        r"|program(?:me|s)? (?:manager|lead|coordinator))\b)",
        r"\b(?:new|recent|university|college) grads?\b",
        # Not "Associate Partner", "Associate General Counsel" or "Senior Associate".
        rf"^associate (?!partner|principal|manager|professor){A_FEW_WORDS}{PERSON}",
    ],
}
LEVEL_PATTERNS = {level: re.compile("|".join(patterns)) for level, patterns in LEVELS.items()}


def match_role(title: str, names: Mapping[str, int]) -> int | None:
    """The role of the longest of ``names`` (role names and aliases, folded) that stands in ``title`` as whole words.

    Of two equally long ones the first in the title counts. A single word that ends longer names of other roles, as
    "engineer" does, is too general to be found inside a title: it must be the whole of it, levels aside. A title of
    somebody who manages, hires or teaches people of the role has none.
    """
    text = _plain(title)
    found = []
    for name, role in names.items():
        name = _plain(name)
        match = name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        if match and (not _is_general(name, role, names) or LEVEL_WORDS.sub("", text) == name):
            found.append((-len(name), match.start(), match.end(), role))
    if not found:
        return None
    _, start, end, role = min(found)
    return None if ABOUT_A_ROLE.search(f"{text[:start]} {text[end:]}") else role


def match_level(title: str) -> str:
    """The level ``title`` states, '' where none. Of several the highest, except that an intern is an intern."""
    text = SERVES.sub("", fold(title).replace("_", " "))
    if INTERN.search(text):
        return Level.ENTRY
    if CHIEF_OF_STAFF.search(text):  # of any rank
        return ""
    return next((level for level, pattern in LEVEL_PATTERNS.items() if pattern.search(text)), "")


def _plain(text: str) -> str:
    """Folded, and with the hyphens inside words opened: "Machine-Learning" is found as "machine learning"."""
    return " ".join(re.sub(r"(?<=\w)[-‐](?=\w)|_", " ", fold(text)).split())


def _is_general(name: str, role: int, names: Mapping[str, int]) -> bool:
    return " " not in name and any(of != role and longer.endswith(f" {name}") for longer, of in names.items())
