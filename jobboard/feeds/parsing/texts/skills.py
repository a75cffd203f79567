"""Skills that a job's text names, and how much it asks for them. When unsure, nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Generic, TypeVar

from jobboard.common.text.words import fold
from jobboard.feeds.parsing.vocabulary import Phrases, Row, table, tokens
from jobboard.listings.choices import Need

from .quoted import quote_of
from .sections import NICE as NICE_SECTION
from .sections import REQUIRED, UNKNOWN, Sentence, sentences

SkillKey = TypeVar("SkillKey")
MAX_SKILLS = 30
SECTION_NEEDS = {REQUIRED: Need.REQUIRED, NICE_SECTION: Need.NICE}
RANK = {need: rank for rank, need in enumerate([Need.REQUIRED, Need.NICE, Need.MENTIONED])}
# "scikit-learn" and "scikit learn" are one name.
WORD = re.compile(r"[^\W_]+(?:\+\+|#)?|[^\w\s\-‐‑]")


def _words(text: str) -> tuple[str, ...]:
    if text.isascii():
        return tuple(WORD.findall(text.lower()))
    return tuple([fold(word) for word in WORD.findall(text)])


# Names that mean something else unless they are written like this.
SPELLED = [
    *[
        "Airflow",
        "Alteryx",
        "Amplitude",
        "Ansible",
        "Bedrock",
        "Confluence",
        "Dask",
        "dbt",
        "ELT",
        "Flask",
        "GNN",
        "IaC",
    ],
    *[
        "Iceberg",
        "JAX",
        "Kinesis",
        "Looker",
        "MCP",
        "ML",
        "Pinecone",
        "Prefect",
        "Prometheus",
        "RAG",
        "S3",
        "SAS",
    ],
    *["Scala", "SFT", "Tableau"],
]
# Even so they may be an employer, an animal or a word: told in passing, they count only beside
# another skill.
ASKED_FOR = [
    "ClickHouse",
    "Databricks",
    "Datadog",
    "Fivetran",
    "Flink",
    "MongoDB",
    "pandas",
    "Snowflake",
    "Spark",
]
# These count only beside another skill, in a list.
ACCOMPANIED = [
    *[
        "Beam",
        "C",
        "DL",
        "Excel",
        "Go",
        "Hive",
        "Julia",
        "Oracle",
        "R",
        "Ray",
        "React",
        "Rust",
        "Triton",
        "algorithms",
    ],
    *[
        "data privacy",
        "embeddings",
        "evals",
        "experimentation",
        "fine tuning",
        "forecasting",
        "pruning",
        "statistics",
    ],
    *["transformers"],
]
SPELLINGS = {_words(name): name for name in [*SPELLED, *ASKED_FOR, *ACCOMPANIED]}
IN_DOUBT = {_words(name): name in ACCOMPANIED for name in [*ASKED_FOR, *ACCOMPANIED]}
BETWEEN = {
    *{",", "/", "|", "&", "+", "(", ")", "·", "•", "and", "or"},
    *{"und", "oder", "et", "ou", "y", "o", "e", "en", "of"},
}
BETWEEN_NAMES = BETWEEN | {";", ".", "!"}
MAX_WORDS_OF_NAME = 2
MAX_LENGTH_BEHIND = 60  # characters behind a name in which words may ask for it
ASKS_BEHIND = (Need.NICE, Need.REQUIRED)
GLUE = {*"-‐‑&'’@#$"}

# In a title a name is meant in brackets, behind a dash at its end, or before such a word.
WHO_USES_IT = re.compile(
    r"\s*\)|\s*$"
    r"|[\s/-]+(?:(?:software|backend|frontend|data)\s+)?"
    r"(?:engineer|developer|programmer|architect|entwickler|développeur|desarrollador)",
    re.IGNORECASE,
)
BEHIND_A_DASH = re.compile(r"(?:\(|\s[-–—|:])\s*$")

ADDRESS = re.compile(r"(?<!\S)\S*?(?:://|@|\.(?:com|org|gov|edu)\b)\S*", re.IGNORECASE)
# What somebody studied is not what the job asks for.
STUDIES = re.compile(
    r"\b(?:degree|bachelor\S*|master['’]?s|ph\.?d"
    r"|[bm]\.?sc?)\b[^.;:\d]{0,99}?\b(?:in|of)\b[^.;:]{0,199}?"
    r"(?=$|[.;:)]|\b(?:with|plus|experience|knowledge|(?<!a )field|discipline|(?:and|or) \d)\b)",
    re.IGNORECASE,
)
# What a sentence says of the skills in it, whatever its section.
NICE = re.compile(
    r"\bnice[- ]to[- ]have|\ban? (?:\w+ )?(?:plus|bonus|asset|advantage)\b|\bbonus points?\b"
    r"|\bpreferabl[ey]\b|\b(?:is|are|strongly|highly|experience|knowledge) preferred\b"
    r"|\bpreferred(?=$|[:,.;)])|\bdesirable\b|\bideally\b|\badvantageous\b"
    r"|\bit (?:helps|would help)\b|\bgood to (?:have|see)\b|\bwould be (?:great|useful|welcome)\b"
)
NOT_NEEDED = re.compile(
    r"\b(?:no|not|never|without|\w+n['’]t)\b.{0,60}?\b(?:need(?:ed)?|requir\w+"
    r"|necessary|expected|pre-?requisite)\b|\bneed not\b|\bdon['’]t (?:have|know)\b"
)
MUST = re.compile(
    r"\bmust have\b"
    r"|\b(?:is|are) (?:required|mandatory|a must|essential|crucial|vital"
    r"|needed(?! for nothing)|expected(?! to))\b"
)
# Outside the sections that say it, words ask for skills (“experience with”) unless the sentence
# speaks of the employer, or of what the job brings.
ASKED = "asked"
HAS = "has"  # “you have”: that may be access, a chance or colleagues
SOMEBODY_KNOWS = re.compile(
    r"\d|\b(?:experience\w*|knowledge|skills?|expertise|understanding|background|command|years?"
    r"|strong|solid|deep|worked|built|written|used|erfahrung\w*|kenntniss?e?n?|jahre\w*"
    r"|expérience\w*|connaissances?|compétences?|années?)\b"
)
UNITED_STATES = re.compile(r"\bUS\b")  # in small letters it would be “us”
OF_THE_EMPLOYER = re.compile(
    r"\b(?:(?:your|dein\w*) (?:team|colleagues?|managers?|kolleg\w*) (?:has|have|hat|haben)"
    r"|founded|founders?|we|our|us|customers?|clients?|wir|unser\w*|uns|nous|notre|nos|nosotros|nuestr\w+|nós"
    r"|noss[ao]s?|wij|ons|onze|vi|vår\w*)\b"
)
WHO_LOOKS_FOR_SOMEBODY = re.compile(
    r"\b(?:looking for|expect|need|want|require|ask|seek\w*|would like|hope|erwarten|suchen"
    r"|wünschen|brauchen|recherch\w+|cherch\w+|attend\w+|busc\w+|procur\w+|zoeken|vragen"
    r"|verwachten|söker)\b"
)
WHO_IS_ASKED = re.compile(
    r"\b(?:you\w*|your|candidates?|applicants?|someone|somebody|people|du|dein\w*|dich|sie|ihr\w*"
    r"|vous|votre|vos|tu|ton|tes|usted|je|jij|jouw|você|seu|te)\b"
)
SAYS_OF_SOMEBODY = re.compile(
    r"\b(?:has|have|had|is|are|was|were|offers?|provides?|hat|haben|ist|sind|bietet|a|ont|est|sont"
    r"|tiene|tienen|es|son|heeft|hebben|biedt)\b"
)
BROUGHT = re.compile(
    r"\b(?:gain\w*|learn\w*|acquir\w+|obtain\w*|get|grow\w*|deepen\w*|lern\w*|sammel\w*|erwirb\w*"
    r"|acquér\w+|apprend\w+|aprend\w+|opdoen|leert?)\b"
)


@dataclass(frozen=True)
class SkillFound(Generic[SkillKey]):
    """``quote`` is the sentence that asks for it most."""

    skill: SkillKey
    need: Need
    quote: str


class SkillReader(Generic[SkillKey]):
    """Finds skills in texts. Made once for many; ``names`` are names and aliases, folded, each with
    what its skill is known by, such as its id.
    """

    def __init__(self, names: Mapping[str, SkillKey]) -> None:
        self._skills = {_words(name): skill for name, skill in names.items()}
        self._beginning: dict[str, list[tuple[str, ...]]] = {}
        for name in sorted(filter(None, self._skills), key=len, reverse=True):
            self._beginning.setdefault(name[0], []).append(name)

    def known(self, names: Iterable[str]) -> list[SkillKey]:
        """The skills that are called exactly so, each once, in the order given."""
        return list(
            dict.fromkeys(
                self._skills[words] for words in map(_words, names) if words in self._skills
            )
        )

    def read(
        self, text: str, company: str = "", *, title: str = "", hints: Iterable[str] = ()
    ) -> list[SkillFound[SkillKey]]:
        """The skills named in ``title`` and in clean HTML or lines of text, at most MAX_SKILLS.

        Required ones first, then nice ones, each in the order of the text. What is named twice has
        the greater need. A skill that ``company`` is called after is left out: its texts speak of
        the employer. ``hints``, the tags of a feed, only make certain what the text itself names.
        """
        firm = _words(company)
        own = {self._skills.get(firm[:length]) for length in range(1, len(firm) + 1)}
        hinted = set(self.known(hints))
        found: dict[SkillKey, SkillFound[SkillKey]] = {}
        for skill in self._in_title(title):
            if skill not in own:
                found[skill] = SkillFound(skill, Need.MENTIONED, quote_of(title))
        for sentence in (Sentence(title, UNKNOWN), *sentences(text)):
            section = SECTION_NEEDS.get(sentence.section, Need.MENTIONED)
            named = [
                skill for skill in self._named(sentence.text, section, hinted) if skill not in own
            ]
            need = self._need(sentence, section) if named else section
            for skill in named:
                if skill not in found or RANK[need] < RANK[found[skill].need]:
                    found[skill] = SkillFound(skill, need, quote_of(sentence.text))
        first_named = {skill: place for place, skill in enumerate(found)}
        ordered = sorted(found.values(), key=lambda one: (RANK[one.need], first_named[one.skill]))
        return ordered[:MAX_SKILLS]

    def _need(self, sentence: Sentence, section: Need) -> Need:
        said = _words_that_ask(sentence.text)
        words = sentence.text.lower()
        if NICE.search(words) or Need.NICE in said:
            return Need.NICE
        if NOT_NEEDED.search(words) or Need.MENTIONED in said:
            return Need.MENTIONED
        if MUST.search(words) or Need.REQUIRED in said:
            return Need.REQUIRED
        words = UNITED_STATES.sub(" ", sentence.text).lower()
        asks = ASKED in said or (HAS in said and self._says_what_one_has(words))
        is_asked = asks and sentence.section == UNKNOWN and _asks_somebody(words)
        if is_asked:
            return Need.REQUIRED
        return section

    def _says_what_one_has(self, sentence: str) -> bool:
        """“You have experience with SQL”, or a list that begins with a skill and holds short names
        alone: “You have SQL, Python”.
        """
        if SOMEBODY_KNOWS.search(sentence):
            return True
        words = tokens(sentence)
        end = next(hit.end for hit in _asks().find(words) if hit.meaning["need"] == HAS)
        grouped = groupby(words[end:], key=BETWEEN_NAMES.__contains__)
        names = [tuple(group) for is_between, group in grouped if not is_between]
        is_short = all(len(name) <= MAX_WORDS_OF_NAME for name in names)
        return bool(names) and names[0] in self._skills and is_short

    def _in_title(self, title: str) -> Iterator[SkillKey]:
        """What only a title says so shortly: “Backend Engineer (Go)”, “C Programmer”."""
        found = list(WORD.finditer(title))
        words = _words(title)
        for at, word in enumerate(words):
            for name in self._beginning.get(word, ()):
                run = found[at : at + len(name)]
                if words[at : at + len(name)] == name and _is_said_alone(title, name, run):
                    yield self._skills[name]

    def _named(self, sentence: str, section: str, hinted: Set[SkillKey]) -> Iterator[SkillKey]:
        """In their order. Of neighbours in a list, a certain one vouches for the others, and so
        does a hint for a word that does not begin the sentence.
        """
        words = _words(sentence)
        if self._beginning.keys().isdisjoint(words):
            return
        sentence, before = STUDIES.sub("", ADDRESS.sub(" ", sentence)), sentence
        words = words if sentence == before else _words(sentence)
        found = list(WORD.finditer(sentence))
        row: list[tuple[SkillKey, bool]] = []
        end = 0
        for at, word in enumerate(words):
            if at < end or word not in self._beginning:
                continue
            names = (name for name in self._beginning[word] if words[at : at + len(name)] == name)
            name = next(
                (name for name in names if _is_meant(name, found[at : at + len(name)])), None
            )
            if name is None:
                continue
            if end == at or not BETWEEN.issuperset(words[end:at]):
                yield from _vouched(row)
                row = []
            skill = self._skills[name]
            in_doubt = name in IN_DOUBT and (IN_DOUBT[name] or section == Need.MENTIONED)
            is_hinted = skill in hinted and at > 0 and len(word) > 1
            end = at + len(name)
            if in_doubt and not is_hinted:
                is_all = len(name) == len(words) and section != Need.MENTIONED
                in_doubt = not (
                    is_all or (at == 0 and _asks_behind(sentence, found[end - 1].end()))
                )
            row.append((skill, in_doubt and not is_hinted))
        yield from _vouched(row)


def _asks_behind(sentence: str, end: int) -> bool:
    """“Rust is nice to have”: whether words that ask follow the name right away."""
    behind = sentence[end : end + MAX_LENGTH_BEHIND].lower()
    english = NICE.search(behind) or MUST.search(behind)
    if english and english.start() <= len(" would be "):
        return True
    other = next(_asks().find(tokens(behind)), None)
    return other is not None and other.start <= 1 and other.meaning["need"] in ASKS_BEHIND


def _is_meant(name: tuple[str, ...], found: list[re.Match]) -> bool:
    text, start, end = found[0].string, found[0].start(), found[-1].end()
    before, after = text[max(start - 2, 0) : start], text[end : end + 1]
    # Capitals in brackets are short for the words before them.
    in_brackets = before[-1:] == "(" and after == ")" and text[start:end].isupper()
    if (
        in_brackets
        or re.search(r"\w[-‐‑]?$", before)
        or (name in IN_DOUBT and (before[-1:] in GLUE or after in GLUE))
    ):
        return False
    return _is_spelled(name, found)


def _is_spelled(name: tuple[str, ...], found: list[re.Match]) -> bool:
    """As a name that means something else in other letters has to be."""
    spelling = SPELLINGS.get(name)
    written = " ".join(word[0] for word in found)
    return spelling is None or written in (
        spelling,
        spelling.capitalize() if spelling.islower() else spelling,
    )


def _is_said_alone(title: str, name: tuple[str, ...], found: list[re.Match]) -> bool:
    """As what somebody works with. A letter alone may number a team or a level."""
    start, end = found[0].start(), found[-1].end()
    behind = WHO_USES_IT.match(title, end)
    if not behind or not _is_spelled(name, found):
        return False
    names_people = behind[0].strip(" )") != ""
    is_letter = len(title[start:end]) == 1
    is_apart = not title[:start].strip() or title[start - 1] in " (/"
    is_behind = not is_letter and bool(BEHIND_A_DASH.search(title[:start]))
    return is_apart and (names_people or is_behind)


def _vouched(row: list[tuple[SkillKey, bool]]) -> list[SkillKey]:
    if all(in_doubt for _, in_doubt in row):
        return []
    return [skill for skill, _ in row]


def _asks_somebody(words: str) -> bool:
    """“Experience with Python”, “You have …”, “We look for …”, but not “Example Bank has …”."""
    if BROUGHT.search(words):
        return False
    if OF_THE_EMPLOYER.search(words):
        return bool(WHO_LOOKS_FOR_SOMEBODY.search(words))
    return bool(WHO_IS_ASKED.search(words)) or not SAYS_OF_SOMEBODY.search(words)


def _words_that_ask(sentence: str) -> set[str]:
    found = [hit.meaning["need"] for hit in _asks().find(tokens(sentence))]
    return set(found)


@cache
def _asks() -> Phrases[Row]:
    return Phrases.of_rows(table("asks"))
