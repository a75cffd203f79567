"""Until when a text says one may apply."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows, phrases, tokens

from .labels import language_of_label
from .quoted import Quoted, quote_of
from .sections import sentences

MAX_DAY_WORDS = 6  # words: “Sunday, the 10th of March 2027”
FIRST_YEAR, LAST_YEAR = 2000, 2100
ISO = re.compile(r"\b(\d{4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})(?=T\d|\b)")
YEAR = r"(\d{4}|[2-9]\d)\b(?![/.-]\d)"  # “29/01/27” is of this century
DOTTED = re.compile(rf"(?<![\d/.-])(\d{{1,2}})\. ?(\d{{1,2}})\. ?{YEAR}")
WITHOUT_YEAR = re.compile(r"(?<![\d/.-])\d{1,2}[/.]\d{1,2}\b(?![/.-]? ?\d)")
# Its parts are no words of the sentence, and its numbers no dates.
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@]{1,64}")
WORDS_BEFORE = re.compile(r"[^\d:]{1,40}(?= \d)")  # “Deadline 15 January 2027” lacks its colon
PARTS = re.compile(r"[()\[\]|;]")  # each may have a label: “Apply here (deadline: 15 January 2027)”
SLASHED = re.compile(rf"(?<![\d/.-])(\d{{1,2}})([/-])(\d{{1,2}})\2{YEAR}")


def read_closing_date(text: str) -> Quoted[date | None]:
    """None where the text states none, or several that differ."""
    found: dict[date, str] = {}
    for sentence in sentences(text):
        words = ADDRESS.sub(" ", sentence.text)
        for language in _languages_of(words):
            day = _day_in(_where_it_counts(words), language)
            if day:
                found.setdefault(day, quote_of(sentence.text))
    if len(found) != 1:
        return Quoted(None)
    ((day, quote),) = found.items()
    return Quoted(day, quote)


def date_in(text: str) -> date | None:
    """The one date that ``text`` writes, in figures or words; None of “02/03/2027”, which may be
    two.
    """
    return _day_in(text, "en")


def _languages_of(sentence: str) -> list[str]:
    """Those in which the sentence speaks of a last day."""
    if not any(character.isdigit() for character in sentence):
        return []
    for part in PARTS.split(sentence):
        label = WORDS_BEFORE.match(part)
        for line in (part, f"{label[0]}: {part[label.end() :]}" if label else part):
            if language := language_of_label(line, "closing"):
                return [language]
    return [language for _, language in _keys().find(sentence)]


def _where_it_counts(sentence: str) -> str:
    """Of a sentence that moves the day, what follows the last “to”: before it stands the old day.
    '' where no “to” says which is which.
    """
    if not _words_that("extended") & {*tokens(sentence)}:
        return sentence
    words = sentence.split()
    is_to = [bool(_words_that("to") & {*tokens(word)}) for word in words]
    if not any(is_to):
        return ""
    last = len(words) - is_to[::-1].index(True)
    return " ".join(words[last : last + MAX_DAY_WORDS])


def _day_in(sentence: str, language: str) -> date | None:
    """The one date of ``sentence``; None where it has several, one that may be two days, or one
    without its year: then the other is of something else.
    """
    days = set(_days(sentence, language))
    if len(days) != 1 or WITHOUT_YEAR.search(sentence) or _writes_no_year(tokens(sentence)):
        return None
    return days.pop()


def _days(sentence: str, language: str) -> Iterator[date]:
    for year, month, day in ISO.findall(sentence):
        yield from _day(year, month, day)
    for day, month, year in DOTTED.findall(sentence):
        yield from _day(year, month, day)
    for first, _, second, year in SLASHED.findall(sentence):
        yield from _slashed(first, second, year, language)
    yield from _written(tokens(sentence))


def _slashed(first: str, second: str, year: str, language: str) -> Iterator[date]:
    if int(second) > 12 or first == second:
        yield from _day(year, first, second)
    elif language != "en" or int(first) > 12:
        yield from _day(year, second, first)


def _written(words: tuple[str, ...]) -> Iterator[date]:
    """“31 January 2027”, “January 31st, 2027”, “31. Januar 2027”, “31 de enero de 2027”."""
    plain = _plain(words)
    for at in range(len(plain) - 2):
        one, two, year = plain[at : at + 3]
        if not (len(year) == 4 and year.isdigit()):
            continue
        if two in _months() and one.isdigit():
            yield from _day(year, _months()[two], one)
        elif one in _months() and two.isdigit():
            yield from _day(year, _months()[one], two)


def _writes_no_year(words: tuple[str, ...]) -> bool:
    """Whether a day of a month stands there without a year behind it."""
    plain = [*_plain(words), ""]
    for one, two, behind in zip(plain, plain[1:], plain[2:], strict=False):
        numbers = [word for word in (one, two) if word not in _months()]
        is_day = len(numbers) == 1 and numbers[0].isdigit() and len(numbers[0]) < 3
        if is_day and not (len(behind) == 4 and behind.isdigit()) and behind not in _months():
            return True
    return False


def _plain(words: tuple[str, ...]) -> list[str]:
    plain = [re.sub(r"^(\d{1,2})(?:st|nd|rd|th|er|o|º)$", r"\1", word) for word in words]
    return [word for word in plain if word[0].isalnum() and word not in ("de", "of", "del", "the")]


def _day(year: str, month: str, day: str) -> Iterator[date]:
    try:
        found = date(int(f"20{year}"[-4:]), int(month), int(day))
    except ValueError:
        return
    if FIRST_YEAR <= found.year <= LAST_YEAR:
        yield found


@cache
def _keys() -> Patterns[str]:
    return Patterns(pattern_rows("closing", "language"))


@cache
def _words_that(what: str) -> frozenset[str]:
    return frozenset(phrase[0] for phrase, _ in phrases("extended", what=what))


@cache
def _months() -> dict[str, str]:
    return {phrase[0]: row["month"] for phrase, row in phrases("months")}
