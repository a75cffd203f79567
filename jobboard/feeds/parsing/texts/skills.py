"""Skills that a job's text names, and how much it asks for them. When unsure, nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Generic, TypeVar

from jobboard.feeds.parsing.vocabulary import Phrases, Row, table, tokens
from jobboard.listings.choices import Need

from .quoted import make_quote
from .sections import NICE as NICE_SECTION
from .sections import REQUIRED, UNKNOWN, Sentence, sentences
from .skill_names import AMBIGUOUS_SKILLS, SPELLINGS, WORD, words_of_skill

SkillKey = TypeVar("SkillKey")
MAX_SKILLS = 30
SECTION_NEEDS = {REQUIRED: Need.REQUIRED, NICE_SECTION: Need.NICE}
RANK = {Need.REQUIRED: 0, Need.NICE: 1, Need.MENTIONED: 2}
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
        self._skills = {words_of_skill(name): skill for name, skill in names.items()}
        self._beginning: dict[str, list[tuple[str, ...]]] = {}
        for name in sorted(filter(None, self._skills), key=len, reverse=True):
            self._beginning.setdefault(name[0], []).append(name)

    def known(self, names: Iterable[str]) -> list[SkillKey]:
        """The skills that are called exactly so, each once, in the order given."""
        skills: dict[SkillKey, None] = {}
        for words in map(words_of_skill, names):
            if words in self._skills:
                skills[self._skills[words]] = None
        return list(skills)

    def read(
        self, text: str, company: str = "", *, title: str = "", hints: Iterable[str] = ()
    ) -> list[SkillFound[SkillKey]]:
        """The skills named in ``title`` and in clean HTML or lines of text, at most MAX_SKILLS.

        Required ones first, then nice ones, each in the order of the text. What is named twice has
        the greater need. A skill that ``company`` is called after is left out: its texts speak of
        the employer. ``hints``, the tags of a feed, only make certain what the text itself names.
        """
        of_employer = self._skills_of_employer(company)
        hinted = set(self.known(hints))
        skills: dict[SkillKey, SkillFound[SkillKey]] = {}
        for skill in self._in_title(title):
            if skill not in of_employer:
                skills[skill] = SkillFound(skill, Need.MENTIONED, make_quote(title))
        for sentence in (Sentence(title, UNKNOWN), *sentences(text)):
            section = SECTION_NEEDS.get(sentence.section, Need.MENTIONED)
            named = self._in_sentence(sentence.text, section, hinted)
            new = [skill for skill in named if skill not in of_employer]
            if not new:
                continue
            need = self._need(sentence, section)
            for skill in new:
                if skill not in skills or RANK[need] < RANK[skills[skill].need]:
                    skills[skill] = SkillFound(skill, need, make_quote(sentence.text))
        ordered = sorted(skills.values(), key=lambda skill: RANK[skill.need])
        return ordered[:MAX_SKILLS]

    def _skills_of_employer(self, company: str) -> set[SkillKey | None]:
        words = words_of_skill(company)
        beginnings = (words[:length] for length in range(1, len(words) + 1))
        return set(map(self._skills.get, beginnings))

    def _need(self, sentence: Sentence, section: Need) -> Need:
        needs = _find_needs(sentence.text)
        text = sentence.text.lower()
        if NICE.search(text) or Need.NICE in needs:
            return Need.NICE
        if NOT_NEEDED.search(text) or Need.MENTIONED in needs:
            return Need.MENTIONED
        if MUST.search(text) or Need.REQUIRED in needs:
            return Need.REQUIRED
        text = UNITED_STATES.sub(" ", sentence.text).lower()
        asks = ASKED in needs or (HAS in needs and self._says_what_one_has(text))
        if asks and sentence.section == UNKNOWN and _asks_somebody(text):
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
        names = list(_split_at(BETWEEN_NAMES, words[end:]))
        is_list = bool(names) and names[0] in self._skills
        return is_list and max(map(len, names)) <= MAX_WORDS_OF_NAME

    def _in_title(self, title: str) -> Iterator[SkillKey]:
        """Skills that only a title names so shortly: “Backend Engineer (Go)”, “C Programmer”."""
        matches = list(WORD.finditer(title))
        words = words_of_skill(title)
        for at in range(len(words)):
            for name in self._names_at(words, at):
                if _is_said_alone(title, name, matches[at : at + len(name)]):
                    yield self._skills[name]

    def _names_at(self, words: tuple[str, ...], at: int) -> Iterator[tuple[str, ...]]:
        """The names that stand there, the longest first."""
        for name in self._beginning.get(words[at], ()):
            if words[at : at + len(name)] == name:
                yield name

    def _in_sentence(self, text: str, section: str, hinted: Set[SkillKey]) -> Iterator[SkillKey]:
        """The skills of a sentence, in their order. Of neighbours in a list, a certain one vouches
        for the others, and so does a hint for a word that does not begin the sentence.
        """
        words = words_of_skill(text)
        if self._beginning.keys().isdisjoint(words):
            return
        bare = STUDIES.sub("", ADDRESS.sub(" ", text))
        if bare != text:
            words = words_of_skill(bare)
        sentence = _Sentence(bare, words, section)
        row: list[tuple[SkillKey, bool]] = []
        end = 0
        for at, word in enumerate(words):
            if at < end or word not in self._beginning:
                continue
            name = self._name_at(sentence, at)
            if name is None:
                continue
            if end == at or not BETWEEN.issuperset(words[end:at]):
                yield from _vouched(row)
                row = []
            skill = self._skills[name]
            end = at + len(name)
            is_hinted = skill in hinted and at > 0 and len(word) > 1
            row.append((skill, is_hinted or sentence.is_certain(name, at)))
        yield from _vouched(row)

    def _name_at(self, sentence: "_Sentence", at: int) -> tuple[str, ...] | None:
        for name in self._names_at(sentence.words, at):
            if _is_name(name, sentence.matches[at : at + len(name)]):
                return name
        return None


class _Sentence:
    """A sentence that may name skills, of a section that asks for them, or not."""

    def __init__(self, text: str, words: tuple[str, ...], section: str) -> None:
        self.text = text
        self.words = words
        self.section = section
        self.matches = list(WORD.finditer(text))

    def is_certain(self, name: tuple[str, ...], at: int) -> bool:
        """Whether ``name``, the words from ``at`` on, is a skill whatever stands beside it."""
        if name not in AMBIGUOUS_SKILLS:
            return True
        if self.section != Need.MENTIONED and not AMBIGUOUS_SKILLS[name]:
            return True
        if self.section != Need.MENTIONED and len(name) == len(self.words):
            return True
        return at == 0 and _asks_behind(self.text, self.matches[len(name) - 1].end())


def _asks_behind(sentence: str, end: int) -> bool:
    """“Rust is nice to have”: whether words that ask follow the name right away."""
    behind = sentence[end : end + MAX_LENGTH_BEHIND].lower()
    english = NICE.search(behind) or MUST.search(behind)
    if english and english.start() <= len(" would be "):
        return True
    other = next(_asks().find(tokens(behind)), None)
    return other is not None and other.start <= 1 and other.meaning["need"] in ASKS_BEHIND


def _is_name(name: tuple[str, ...], matches: list[re.Match[str]]) -> bool:
    """Whether the words stand for the skill, and are no part of another word."""
    text = matches[0].string
    start = matches[0].start()
    end = matches[-1].end()
    before = text[max(start - 2, 0) : start]
    after = text[end : end + 1]
    if before[-1:] == "(" and after == ")" and text[start:end].isupper():
        return False  # capitals in brackets are short for the words before them
    if re.search(r"\w[-‐‑]?$", before):
        return False
    if name in AMBIGUOUS_SKILLS and (before[-1:] in GLUE or after in GLUE):
        return False
    return _is_spelled(name, matches)


def _is_spelled(name: tuple[str, ...], matches: list[re.Match[str]]) -> bool:
    """Whether the name is spelled as one has to be that means something else in other letters."""
    spelling = SPELLINGS.get(name)
    if spelling is None:
        return True
    written = " ".join(match[0] for match in matches)
    return written == spelling or (spelling.islower() and written == spelling.capitalize())


def _is_said_alone(title: str, name: tuple[str, ...], matches: list[re.Match[str]]) -> bool:
    """Whether the title names it as what somebody works with. A letter alone may number a team or a
    level.
    """
    start = matches[0].start()
    end = matches[-1].end()
    behind = WHO_USES_IT.match(title, end)
    if not behind or not _is_spelled(name, matches):
        return False
    names_people = behind[0].strip(" )") != ""
    is_letter = len(title[start:end]) == 1
    is_apart = not title[:start].strip() or title[start - 1] in " (/"
    is_behind = not is_letter and bool(BEHIND_A_DASH.search(title[:start]))
    return is_apart and (names_people or is_behind)


def _vouched(row: list[tuple[SkillKey, bool]]) -> list[SkillKey]:
    """The skills of a list, each with whether it is certain: one has to be."""
    if any(is_certain for _, is_certain in row):
        return [skill for skill, _ in row]
    return []


def _split_at(signs: Set[str], words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for is_sign, group in groupby(words, key=signs.__contains__):
        if not is_sign:
            yield tuple(group)


def _asks_somebody(text: str) -> bool:
    """“Experience with Python”, “You have …”, “We look for …”, but not “Example Bank has …”."""
    if BROUGHT.search(text):
        return False
    if OF_THE_EMPLOYER.search(text):
        return bool(WHO_LOOKS_FOR_SOMEBODY.search(text))
    return bool(WHO_IS_ASKED.search(text)) or not SAYS_OF_SOMEBODY.search(text)


def _find_needs(sentence: str) -> set[str]:
    return {hit.meaning["need"] for hit in _asks().find(tokens(sentence))}


@cache
def _asks() -> Phrases[Row]:
    return Phrases.of_rows(table("asks"))
