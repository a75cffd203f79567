"""Employment types that the words of a feed, a title or a text state. Words such as “Permanent”
give none; a French CDI is full-time by law unless part-time is agreed in writing.
"""

import re
from collections.abc import Iterator
from functools import cache

from jobboard.common.text.words import fold
from jobboard.feeds.parsing.titles.levels import intern_word
from jobboard.feeds.parsing.titles.parts import split_segments
from jobboard.feeds.parsing.vocabulary import (
    Patterns,
    Phrases,
    Row,
    pattern_rows,
    plain_words,
    table,
    tokens,
)
from jobboard.listings.choices import EmploymentType

from .quoted import Quoted, make_quote
from .sections import sentences

PATTERNS = {
    EmploymentType.FULL_TIME: r"\bfull(?: ?time|(?: or | and | ?/ ?)part ?time)\b",
    EmploymentType.PART_TIME: r"\bpart ?time\b",
    # A contract alone; "Permanent contract" and "Fixed-term contract" are an employee's.
    EmploymentType.CONTRACTOR: (
        r"\b(?:sub)?contract(?:ors?|ing)\b"
        r"|(?:^|[^\w ] ?|\b(?:or|and) )contract\b|\bfreelanc(?:er?|ing)\b"
    ),
    EmploymentType.TEMPORARY: r"\btemp(?:orary)?\b|\bfixed ?term\b",
    EmploymentType.INTERN: r"\bintern(?:ship)?s?\b|\bco ?op\b",
    EmploymentType.VOLUNTEER: r"\bvolunteer(?:ing)?\b",
    EmploymentType.PER_DIEM: r"\bper ?diem\b",
    EmploymentType.OTHER: r"^other$|\bapprentice(?:ship)?\b",
}
ANY = re.compile("|".join(PATTERNS.values()))
# These are stated within other words too; the rest (“contract”, “stage”) has other senses there.
IN_SENTENCES = (EmploymentType.FULL_TIME, EmploymentType.PART_TIME, EmploymentType.TEMPORARY)
APPRENTICES = (
    "alternan",
    "apprent",
    "azubi",
    "ausbild",
    "auszubild",
    "dual",
    "aprendiz",
    "leerling",
)
FREELANCE = "freelanc"
LINE_PARTS = re.compile(r"\s[-–|·•]\s|[|·•;]")
NOT_INTERNS = ("trainee", "phd", "volont", "student assistant", "student worker")
# Students who work beside their studies.
WORKING_STUDENTS = ("werkstud", "working student", "studentische hilfskraft", "hiwi", "bijbaan")
# “(75%)”, “80-100 %”, “65 % TV-L E13”, but not “20% travel”.
WORKLOAD = re.compile(
    r"(?<![\w.,])(?:(?P<lowest>\d{2,3}) ?%? ?(?:[-–/]|bis|to|à) ?)?(?P<highest>\d{2,3}) ?%"
    r"(?=\s*(?:$|[,;)\]|/–-]|\(|tv-?|pensum|stelle|teilzeit|part[- ]time|workload|position))",
    re.IGNORECASE,
)
MIN_WORKLOAD, FULL = 20, 100  # percent
APART = re.compile(r"[\s_‐-―-]+")
FILLERS = frozenset(
    [
        *("month", "months", "monate", "mois", "meses", "position", "role", "only", "h", "full"),
        *("part", "time", "fixed", "term", "or", "and", "oder", "und", "ou", "in", "hours", "week"),
        *("permanent", "unbefristet", "festanstellung", "temps", "plein", "complet", "jornada"),
        *("completa", "tiempo", "completo", "contrat", "contrato", "indefinido", "a", "vast"),
    ]
)
SHORT_LINE = 60  # characters of a line that may say nothing but the type
MAX_LINE_LENGTH, PARTS_OF_PROSE = 200, 3  # “Example Labs | Data Engineer | Oslo | Full-time | €80k”
NEAR = 5  # words between a type and the post it is the type of
STAFF = re.compile(
    r"\b(?:for|for (?:all|our)|all|our|other|eligible|benefits?) (?:full|part)[- ]time\b"
    r"|\bteams? of (?:full|part)[- ]time\b"
    r"|\binterested in an? (?:full|part)[- ]time\b"
    r"|\b(?:full|part)[- ]time (?:employees?|staff|team members?|experience|professional|offers?"
    r"|student|enrol|study|studies|degree|equivalent|research|work author)",
    re.IGNORECASE,
)


NEGATED = re.compile(
    r"\b(?:not?|never|kein\w*|nicht|pas|sans|não|nao|geen|niet)\b|n['’]t\b", re.IGNORECASE
)


def read_types(*texts: str) -> tuple[str, ...]:
    """Values of EmploymentType, in its order. "Full time or part time" states two."""
    types: set[str] = set()
    for text in texts:
        types.update(_in_english(text))
        types.update(_patterns().find_meanings(text))
    if EmploymentType.PART_TIME in types and _is_by_law(texts):
        types.discard(EmploymentType.FULL_TIME.value)
    return tuple(value for value in EmploymentType.values if value in types)


def _in_english(text: str) -> Iterator[str]:
    text = APART.sub(" ", fold(text)).strip()
    if not ANY.search(text):  # hardly any of a long text
        return
    for kind, pattern in PATTERNS.items():
        if re.search(pattern, text):
            yield kind.value


def read_types_of_text(title: str, text: str) -> Quoted[tuple[str, ...]]:
    """The types that the title, labelled lines and sentences about the post state; () where they
    differ from line to line, for a text may speak of several posts.
    """
    statements = [*_read_title(title), *_read_text(text)]
    labelled = [statement for statement in statements if ":" in statement.quote]
    for candidates in (statements, labelled):
        if len({statement.value for statement in candidates}) == 1:
            return candidates[0]
    return Quoted(())


def _read_title(title: str) -> Iterator[Quoted[tuple[str, ...]]]:
    if learner := _read_learner_type(intern_word(title)):
        yield Quoted((learner.value,), title)
        return
    if workload := _read_workload(title):
        yield Quoted(workload, title)
        return
    for segment in split_segments(tokens(title)):
        text = " ".join(segment)
        stated = read_types(text) if _says_no_more(text) else _in_sentence(text)
        if not stated:
            stated = read_types(*[word for word in segment if word.startswith(FREELANCE)])
        if stated:
            yield Quoted(stated, title)
            return


def _read_learner_type(word: str) -> EmploymentType | None:
    if not word or word.startswith(NOT_INTERNS):
        return None
    if word.startswith(WORKING_STUDENTS):
        return EmploymentType.PART_TIME
    if word.startswith(APPRENTICES):
        return EmploymentType.OTHER
    return EmploymentType.INTERN


def _read_workload(title: str) -> tuple[str, ...]:
    """Swiss and German titles state the hours in percent of a full week."""
    stated = WORKLOAD.search(title)
    if not stated:
        return ()
    highest = int(stated["highest"])
    lowest = int(stated["lowest"] or highest)
    if not MIN_WORKLOAD <= lowest <= highest <= FULL:
        return ()
    if lowest == FULL:
        return (EmploymentType.FULL_TIME.value,)
    if highest == FULL:
        return (EmploymentType.FULL_TIME.value, EmploymentType.PART_TIME.value)
    return (EmploymentType.PART_TIME.value,)


def _in_sentence(text: str) -> tuple[str, ...]:
    return tuple(value for value in read_types(text) if value in IN_SENTENCES)


def _read_text(text: str) -> Iterator[Quoted[tuple[str, ...]]]:
    for sentence in sentences(text):
        stated = _read_sentence(sentence.text)
        if stated:
            yield Quoted(stated, make_quote(sentence.text))


def _read_sentence(sentence: str) -> tuple[str, ...]:
    label, colon, value = sentence.partition(":")
    if colon and tokens(label.strip("#-–*•· \t")) in _labels():
        return read_types(value)
    if STAFF.search(sentence):
        return ()
    parts = LINE_PARTS.split(sentence[:MAX_LINE_LENGTH])
    if len(sentence) <= SHORT_LINE or len(parts) > PARTS_OF_PROSE:
        stating = filter(read_types, parts)
        if types := read_types(*filter(_says_no_more, stating)):
            return types
    stated = _in_sentence(sentence)  # first: nearly all sentences state none
    if not stated or NEGATED.search(sentence):
        return ()
    if _is_of_post(sentence):
        return stated
    return ()


def _says_no_more(sentence: str) -> bool:
    return all(map(_is_of_type, plain_words(sentence).split()))


def _is_of_type(word: str) -> bool:
    return word in FILLERS or word.isdigit() or bool(read_types(word))


def _is_of_post(sentence: str) -> bool:
    """Whether the type stands beside the post: “a full-time position”, “Stelle in Vollzeit”."""
    words = plain_words(sentence).split()
    for at in range(len(words)):
        pair = " ".join(words[at : at + 2])
        near = words[max(0, at - NEAR) : at + NEAR + 1]
        if _in_sentence(pair) and any((word,) in _posts() for word in near):
            return True
    return False


def _is_by_law(texts: tuple[str, ...]) -> bool:
    """Whether full-time is said by “CDI” alone."""
    text = " ".join(map(fold, texts))
    return "cdi" in tokens(text) and not re.search(r"temps (?:plein|complet)", text)


@cache
def _patterns() -> Patterns[str]:
    return Patterns(pattern_rows("employment_types", "type"))


@cache
def _labels() -> Phrases[Row]:
    return Phrases.of_rows(table("type_labels"))


@cache
def _posts() -> Phrases[Row]:
    return Phrases.of_rows(table("posts"))
