"""A job title taken apart: its words without signs of gender, its segments, and what they name.

Titles of other languages are put into English words in English order, so that one rule reads
“Ingénieur Machine Learning” and “Machine Learning Engineer” alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from jobboard.feeds.parsing.vocabulary import (
    Match,
    Phrases,
    Row,
    phrases,
    table,
    tokens,
    variants,
    word_at,
)

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
def split_title(title: str) -> TitleParts:
    text = without_genders(title[:MAX_TITLE_LENGTH])
    words = _without_acronyms(shorten(tokens(text)))
    as_written = tokens(_put_blanks(text))
    translated = _translate(as_written)
    in_order = tuple(_in_english_order(translated, is_foreign=translated != as_written))
    english = _without_acronyms(shorten(in_order))
    in_full = frozenset(" ".join(match.meaning) for match in _short_forms().find(in_order))
    return TitleParts(words, english, tuple(split_segments(english)), in_full)


def without_genders(title: str) -> str:
    title = GENDERS.sub(" ", title)
    return INSIDE_CAPITAL.sub("", SECOND_FORM.sub("", title))


def shorten(words: Sequence[str]) -> tuple[str, ...]:
    """``words`` with SHORT_FORMS."""
    return _replace(words, _short_forms())


def _replace(words: Sequence[str], replacements: Phrases[tuple[str, ...]]) -> tuple[str, ...]:
    result: list[str] = []
    at = 0
    for match in replacements.find(words):
        result += words[at : match.start]
        result += match.meaning
        at = match.end
    return (*result, *words[at:])


def split_segments(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
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
    """Words for what somebody is: “engineer”, “Analystin”."""
    return Phrases.of_rows(table("occupations"))


@cache
def disciplines() -> Phrases[Row]:
    """Words for what is worked on: “machine learning”, “Daten”; those of strength ``none`` only
    look so.
    """
    return Phrases.of_rows(table("disciplines"))


@cache
def other_work(*kinds: str) -> Phrases[Row]:
    """What is not our work: other functions (“recruiter”) and other engineering, and with these
    ``kinds`` domains (“partnerships”), uses (“adoption”) and fields of science (“laser”).
    """
    kinds = kinds or ("function", "engineering")
    return Phrases.of_rows([row for row in table("other_work") if row["kind"] in kinds])


@cache
def _short_forms() -> Phrases[tuple[str, ...]]:
    return Phrases(SHORT_FORMS)


# --- Into English ---------------------------------------------------------------------------------


@cache
def _translations() -> Phrases[tuple[str, ...]]:
    """Words of other languages, and plurals, → English words."""
    # What is not ours stays as it is, or “ingenieur commercial” would become an engineer.
    meanings: dict[tuple[str, ...], tuple[str, ...]] = {}
    for phrase, row in phrases("other_work", kind="function"):
        if row["language"] != "en":
            meanings[phrase] = phrase
    for phrase, _ in phrases("disciplines", strength="none"):
        meanings[phrase] = phrase
    for row in _translated_rows():
        english = tokens(row["english"])
        for phrase in variants(row):
            if row["language"] != "en" or _is_plural_or_acronym(phrase, english):
                meanings.setdefault(phrase, english)
    return Phrases(meanings)


def _translated_rows() -> Iterator[Row]:
    for row in table("disciplines"):
        if row["language"] != "en" and row["english"]:
            yield row
    for row in table("occupations"):
        if row["kind"] in TRANSLATED:
            yield row


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


def _put_blanks(text: str) -> str:
    if text.isascii():
        return text
    for words, english in _unspaced():
        text = text.replace(words, f" {english} ")
    return text


def _translate(words: Sequence[str]) -> tuple[str, ...]:
    opened: list[str] = []
    for word in words:
        opened += _open_compound(word)
    return _replace(opened, _translations())


@lru_cache(maxsize=5_000)
def _open_compound(word: str) -> tuple[str, ...]:
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
    people = occupations().find_by_start(words)
    topics = disciplines().find_by_start(words)
    at = 0
    while at < len(words):
        person = people.get(at)
        topic = _topic_behind(words, person, topics)
        if person and topic and (is_foreign or _is_plain_english(words, person, topic)):
            yield from words[topic.start : topic.end]
            yield from words[person.start : person.end]
            at = topic.end
        else:
            yield words[at]
            at += 1


def _topic_behind(
    words: Sequence[str], person: Match[Row] | None, topics: dict[int, Match[Row]]
) -> Match[Row] | None:
    if person is None or person.meaning["kind"] not in TRANSLATED:
        return None
    start = person.end
    while start < len(words) and words[start] in JOINTS:
        start += 1
    topic = topics.get(start)
    if topic is None or topic.meaning["strength"] in ("none", "hint"):
        return None
    if occupations().is_in(words[topic.start : topic.end + 1]):
        return None
    return topic


def _is_plain_english(words: Sequence[str], person: Match[Row], topic: Match[Row]) -> bool:
    """Whether a joint links them or nothing else stands beside them: “Analyst for Data”, “Engineer
    Machine Learning”, but not “Systems Architect AI Infrastructure”.
    """
    before = word_at(words, person.start - 1)
    behind = word_at(words, topic.end)
    is_all = {before, behind} <= SEPARATORS | {""}
    return topic.start > person.end or is_all


# --- Acronyms -------------------------------------------------------------------------------------


def _without_acronyms(words: Sequence[str]) -> tuple[str, ...]:
    """“machine learning ( ml ) engineer” without “( ml )”; “ml ( machine learning )” likewise."""
    before: list[str] = []
    at = 0
    while at < len(words):
        end = _end_of_brackets(words, at)
        if end and _repeats(tuple(words[at + 1 : end]), before):
            at = end + 1
            continue
        before.append(words[at])
        at += 1
    return tuple(before)


def _end_of_brackets(words: Sequence[str], at: int) -> int:
    """The position where the bracket that opens at ``at`` closes, within a few words; 0 if none
    does.
    """
    if words[at] != "(":
        return 0
    for place in range(at + 2, min(at + 6, len(words))):
        if words[place] == ")":
            return place
    return 0


def _repeats(inside: tuple[str, ...], before: list[str]) -> bool:
    """Whether the words in brackets are those before them, or their acronym, or spell it out."""
    if not before:
        return False
    if inside == tuple(before[-len(inside) :]):
        return True
    if len(inside) > 1:
        return _get_initials(inside) == before[-1]
    acronym = inside[0]
    return len(acronym) > 1 and _get_initials(before[-len(acronym) :]) == acronym


def _get_initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words)
