"""A job title taken apart: its words without signs of gender, its segments, and what they name.

Titles of other languages are put into English words in English order, so that one rule reads
“Ingénieur Machine Learning” and “Machine Learning Engineer” alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from jobboard.feeds.parsing.vocabulary import Found, Phrases, Row, phrases, table, tokens, variants

GENDER = r"(?:[mwfdhxvunia*ke]|div|gn)"
# “(m/w/d)”, “H/F”, “(all genders)”: who may apply, which is everybody.
GENDERS = re.compile(
    rf"[(\[]\s*{GENDER}(?:\s*[/|,.*:\-]\s*{GENDER})+\s*[)\]]\*?"
    r"|[(\[]\s*(?:all genders?|gn|genderneutral|any gender|alle geschlechter|tous genres)\s*"
    r"[)\]]\*?"
    r"|(?<![\w/])(?:[mwfdhv]/){1,2}[mwfdhxvn](?![\w/])"
    r"|\ball genders\b",
    re.IGNORECASE,
)
# “Entwickler*in”, “Ingénieur(e)”, “Ingeniero/a”, “développeur·euse”: the second form of a word.
SECOND_FORM = re.compile(
    r"(?<=\w{4})(?:\((?:e|a|r|ne|in|-in|euse|rice|trice|ère|innen|es|s)\)"
    r"|/-?(?:e|a|as|r|ne|in|euse|rice|trice|ère|innen)\b"
    r"|[·•∙⋅](?:e|ne|euse|rice|trice|ère)s?(?:[·•∙⋅]s)?\b"
    r"|[*:_](?:in|innen|r|e)\b)",
    re.IGNORECASE,
)
INSIDE_CAPITAL = re.compile(r"(?<=[a-zäöü]{3})In(?:nen)?\b")  # “EntwicklerIn”
SHORT_FORMS = {
    ("artificial", "intelligence"): ("ai",),
    ("business", "intelligence"): ("bi",),
    ("gen", "ai"): ("genai",),
    ("generative", "ai"): ("genai",),
    ("machine", "learning"): ("ml",),
    ("natural", "language", "processing"): ("nlp",),
    ("a", "i", "."): ("ai",),
    ("m", "l", "."): ("ml",),
}
SEPARATORS = frozenset(",()[]{}|:;-–—·•@")
# Between what somebody is and what they work on: “Ingeniero de Datos”, “Analyst for Data”.
JOINTS = frozenset(
    [
        *("de", "des", "du", "d", "en", "em", "la", "le", "les", "l", "el", "los"),
        *("fur", "fuer", "im", "bereich", "in", "of", "for", "para", "pour", "voor", "van"),
    ]
)
TRANSLATED = ("builder", "architect", "researcher", "analyst", "product", "consultant")
# Languages whose words stand without blanks between them.
UNSPACED = ("ja", "zh")
COMPOUND_PREFIXES = {"daten": ("data",), "data": ("data",), "ki": ("ai",), "ai": ("ai",)}
ACRONYM = 3  # letters of “SWE”, “SRE”, “MLE”
MAX_TITLE_LENGTH = 300
"""Characters of a title that are read."""


@dataclass(frozen=True)
class TitleParts:
    """``words`` as written, folded; ``english`` in English words and order, with ``segments`` of
    it between separators. ``in_full`` are the short words that the title spells out.
    """

    words: tuple[str, ...]
    english: tuple[str, ...]
    segments: tuple[tuple[str, ...], ...]
    in_full: frozenset[str]


@lru_cache(maxsize=20_000)
def parts_of(title: str) -> TitleParts:
    text = without_genders(title[:MAX_TITLE_LENGTH])
    words = _without_acronyms(shortened(tokens(text)))
    as_written = tokens(_spaced(text))
    translated = _translated(as_written)
    in_order = tuple(_in_english_order(translated, is_foreign=translated != as_written))
    english = _without_acronyms(shortened(in_order))
    in_full = frozenset(" ".join(found.meaning) for found in _short_forms().find(in_order))
    return TitleParts(words, english, tuple(segments_of(english)), in_full)


def without_genders(title: str) -> str:
    title = GENDERS.sub(" ", title)
    return INSIDE_CAPITAL.sub("", SECOND_FORM.sub("", title))


def shortened(words: Sequence[str]) -> tuple[str, ...]:
    """``words`` with SHORT_FORMS."""
    found: list[str] = []
    at = 0
    for match in _short_forms().find(words):
        found += [*words[at : match.start], *match.meaning]
        at = match.end
    return (*found, *words[at:])


def segments_of(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    segment: list[str] = []
    for word in (*words, ","):
        if word not in SEPARATORS:
            segment.append(word)
            continue
        if segment:
            yield tuple(segment)
        segment = []


# --- What titles name -----------------------------------------------------------------------------


@cache
def occupations() -> Phrases[Row]:
    """What somebody is: “engineer”, “Analystin”."""
    return Phrases.of_rows(table("occupations"))


@cache
def disciplines() -> Phrases[Row]:
    """What is worked on: “machine learning”, “Daten”; those of strength ``none`` only look so."""
    return Phrases.of_rows(table("disciplines"))


@cache
def other_work(*kinds: str) -> Phrases[Row]:
    """What is not our work: other functions (“recruiter”) and other engineering, and with these
    ``kinds`` domains (“partnerships”), uses (“adoption”) and fields of science (“laser”).
    """
    wanted = kinds or ("function", "engineering")
    return Phrases.of_rows([row for row in table("other_work") if row["kind"] in wanted])


@cache
def _short_forms() -> Phrases[tuple[str, ...]]:
    return Phrases(SHORT_FORMS)


# --- Into English ---------------------------------------------------------------------------------


@cache
def _translations() -> Phrases[tuple[str, ...]]:
    """Words of other languages, and plurals, → English words."""
    rows = [row for row in table("disciplines") if row["language"] != "en" and row["english"]]
    rows += [row for row in table("occupations") if row["kind"] in TRANSLATED]
    # What is not ours stays as it is, or “ingenieur commercial” would become an engineer.
    functions = chain.from_iterable(map(_functions, table("other_work")))
    meanings = {phrase: phrase for phrase in functions}
    meanings |= {phrase: phrase for phrase, _ in phrases("disciplines", strength="none")}
    for row in rows:
        english = tokens(row["english"])
        for phrase in variants(row):
            if row["language"] != "en" or _is_plural_or_acronym(phrase, english):
                meanings.setdefault(phrase, english)
    return Phrases(meanings)


def _functions(row: Row) -> list[tuple[str, ...]]:
    if row["kind"] == "function" and row["language"] != "en":
        return variants(row)
    return []


def _is_plural_or_acronym(phrase: tuple[str, ...], english: tuple[str, ...]) -> bool:
    is_plural = phrase == (*english[:-1], english[-1] + "s")
    is_acronym = len(phrase) == 1 and len(phrase[0]) == ACRONYM
    return is_plural or is_acronym


@cache
def _unspaced() -> list[tuple[str, str]]:
    """Longest first."""
    pairs = []
    for name in ("occupations", "disciplines"):
        for row in table(name):
            if row["language"] in UNSPACED:
                pairs += [(words.strip(), row["english"]) for words in row["words"].split(";")]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _spaced(text: str) -> str:
    if text.isascii():
        return text
    for words, english in _unspaced():
        text = text.replace(words, f" {english} ")
    return text


def _translated(words: Sequence[str]) -> tuple[str, ...]:
    opened: list[str] = []
    for word in words:
        opened += _opened(word)
    found: list[str] = []
    at = 0
    for match in _translations().find(opened):
        found += [*opened[at : match.start], *match.meaning]
        at = match.end
    return (*found, *opened[at:])


@lru_cache(maxsize=5_000)
def _opened(word: str) -> tuple[str, ...]:
    """“datenspezialist” as “data specialist”: a compound whose second half is an occupation."""
    if (word,) in _translations() or (word,) in disciplines():
        return (word,)
    for prefix, meaning in COMPOUND_PREFIXES.items():
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > 3 and (rest,) in occupations():
            return (*meaning, rest)
    return (word,)


def _in_english_order(words: Sequence[str], is_foreign: bool) -> Iterator[str]:
    """“engineer of data” as “data engineer”: what is worked on stands before who works on it."""
    people = {found.start: found for found in occupations().find(words)}
    topics = {found.start: found for found in disciplines().find(words)}
    at = 0
    while at < len(words):
        person = people.get(at)
        topic = _topic_behind(words, person, topics) if person else None
        if person and topic and not (is_foreign or _is_plain_english(words, person, topic)):
            topic = None
        if person and topic:
            yield from words[topic.start : topic.end]
            yield from words[person.start : person.end]
            at = topic.end
        else:
            yield words[at]
            at += 1


def _topic_behind(
    words: Sequence[str], person: Found[Row], topics: dict[int, Found[Row]]
) -> Found[Row] | None:
    if person.meaning["kind"] not in TRANSLATED:
        return None
    start = person.end
    while start < len(words) and words[start] in JOINTS:
        start += 1
    topic = topics.get(start)
    if topic is None or topic.meaning["strength"] in ("none", "hint"):
        return None
    names_somebody = any(True for _ in occupations().find(words[topic.start : topic.end + 1]))
    if names_somebody:
        return None
    return topic


def _is_plain_english(words: Sequence[str], person: Found[Row], topic: Found[Row]) -> bool:
    """Whether a joint links them or nothing else stands beside them: “Analyst for Data”, “Engineer
    Machine Learning”, but not “Systems Architect AI Infrastructure”.
    """
    before = words[person.start - 1] if person.start else ","
    behind = words[topic.end] if topic.end < len(words) else ","
    is_all = before in SEPARATORS and behind in SEPARATORS
    return topic.start > person.end or is_all


# --- Acronyms -------------------------------------------------------------------------------------


def _without_acronyms(words: Sequence[str]) -> tuple[str, ...]:
    """“machine learning ( ml ) engineer” without “( ml )”; “ml ( machine learning )” likewise."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        end = _end_of_brackets(words, at)
        if end and _is_said_before(tuple(words[at + 1 : end]), kept):
            at = end + 1
            continue
        kept.append(words[at])
        at += 1
    return tuple(kept)


def _end_of_brackets(words: Sequence[str], at: int) -> int:
    """Where the bracket that opens at ``at`` closes, within a few words; 0 if none does."""
    if words[at] != "(":
        return 0
    closing = [place for place in range(at + 2, min(at + 6, len(words))) if words[place] == ")"]
    if closing:
        return closing[0]
    return 0


def _is_said_before(inside: tuple[str, ...], before: list[str]) -> bool:
    if not before:
        return False
    short = "".join(inside) if len(inside) == 1 else ""
    initials = "".join(word[0] for word in before[-len(short) :]) if short else ""
    is_acronym = len(short) > 1 and initials == short
    is_spelled_out = len(inside) > 1 and "".join(word[0] for word in inside) == before[-1]
    return is_acronym or is_spelled_out or inside == tuple(before[-len(inside) :])
