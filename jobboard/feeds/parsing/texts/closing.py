"""Reads until when a text says one may apply."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows, phrases, tokens

from .labels import read_label_language
from .quoted import Quoted, make_quote, only_value
from .sections import sentences

MAX_DAY_WORDS = 6  # words: “Sunday, the 10th of March 2027”
FIRST_YEAR = 2000
LAST_YEAR = 2100
ISO = re.compile(r"\b(\d{4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})(?=T\d|\b)")
YEAR = r"(\d{4}|[2-9]\d)\b(?![/.-]\d)"  # “29/01/27” is of this century
DOTTED = re.compile(rf"(?<![\d/.-])(\d{{1,2}})\. ?(\d{{1,2}})\. ?{YEAR}")
WITHOUT_YEAR = re.compile(r"(?<![\d/.-])\d{1,2}[/.]\d{1,2}\b(?![/.-]? ?\d)")
# Its parts are no words of the sentence, and its numbers no dates.
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@]{1,64}")
WORDS_BEFORE = re.compile(r"[^\d:]{1,40}(?= \d)")  # “Deadline 15 January 2027” lacks its colon
PARTS = re.compile(r"[()\[\]|;]")  # each may have a label: “Apply here (deadline: 15 January 2027)”
ORDINAL = re.compile(r"^(\d{1,2})(?:st|nd|rd|th|er|o|º)$")
SLASHED = re.compile(rf"(?<![\d/.-])(\d{{1,2}})([/-])(\d{{1,2}})\2{YEAR}")


def read_closing_date(text: str) -> Quoted[date | None]:
    """The closing date; None where the text states none, or several that differ."""
    quotes: dict[date | None, str] = {}
    for sentence in sentences(text):
        plain = ADDRESS.sub(" ", sentence.text)
        for language in _find_languages(plain):
            day = _day_in(_where_it_counts(plain), language)
            if day:
                quotes.setdefault(day, make_quote(sentence.text))
    return only_value(quotes, None)


def date_in(text: str) -> date | None:
    """The one date that ``text`` writes, in figures or words; None of “02/03/2027”, which may be
    two.
    """
    return _day_in(text, "en")


def _find_languages(sentence: str) -> list[str]:
    """The languages in which the sentence speaks of a last day."""
    if not any(map(str.isdigit, sentence)):
        return []
    for part in PARTS.split(sentence):
        if language := _find_language(part):
            return [language]
    return _keys().find_meanings(sentence)


def _find_language(part: str) -> str:
    language = read_label_language(part, "closing")
    label = WORDS_BEFORE.match(part)
    if not language and label:
        return read_label_language(f"{label[0]}: {part[label.end() :]}", "closing")
    return language


def _where_it_counts(sentence: str) -> str:
    """The part of a sentence that moves the day which follows the last “to”: before it stands the
    old day. '' where no “to” says which is which.
    """
    if _words_that("extended").isdisjoint(tokens(sentence)):
        return sentence
    words = sentence.split()
    for at in range(len(words) - 1, -1, -1):
        if not _words_that("to").isdisjoint(tokens(words[at])):
            return " ".join(words[at + 1 : at + 1 + MAX_DAY_WORDS])
    return ""


def _day_in(sentence: str, language: str) -> date | None:
    """The one date of ``sentence``; None where it has several, one that may be two days, or one
    without its year: then the other is of something else.
    """
    days = set(_find_days(sentence, language))
    if len(days) != 1 or WITHOUT_YEAR.search(sentence) or _writes_no_year(tokens(sentence)):
        return None
    return days.pop()


def _find_days(sentence: str, language: str) -> Iterator[date]:
    for year, month, day in ISO.findall(sentence):
        yield from _make_day(year, month, day)
    for day, month, year in DOTTED.findall(sentence):
        yield from _make_day(year, month, day)
    for first, _, second, year in SLASHED.findall(sentence):
        yield from _read_slashed(first, second, year, language)
    yield from _read_written(tokens(sentence))


def _read_slashed(first: str, second: str, year: str, language: str) -> Iterator[date]:
    if int(second) > 12 or first == second:
        yield from _make_day(year, first, second)
    elif language != "en" or int(first) > 12:
        yield from _make_day(year, second, first)


def _read_written(words: tuple[str, ...]) -> Iterator[date]:
    """“31 January 2027”, “January 31st, 2027”, “31. Januar 2027”, “31 de enero de 2027”."""
    plain = _plain(words)
    for first, second, year in zip(plain, plain[1:], plain[2:], strict=False):
        if not _is_year(year):
            continue
        if second in _months() and first.isdigit():
            yield from _make_day(year, _months()[second], first)
        elif first in _months() and second.isdigit():
            yield from _make_day(year, _months()[first], second)


def _writes_no_year(words: tuple[str, ...]) -> bool:
    """Whether a day of a month stands there without a year behind it."""
    plain = [*_plain(words), ""]
    for first, second, behind in zip(plain, plain[1:], plain[2:], strict=False):
        is_day = _is_day_of_month(first, second) or _is_day_of_month(second, first)
        if is_day and not _is_year(behind) and behind not in _months():
            return True
    return False


def _is_day_of_month(day: str, month: str) -> bool:
    return month in _months() and day.isdigit() and len(day) < 3


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit()


def _plain(words: tuple[str, ...]) -> list[str]:
    """The words without signs, small words and the endings of ordinal numbers."""
    plain = []
    for word in words:
        if word[0].isalnum() and word not in ("de", "of", "del", "the"):
            plain.append(ORDINAL.sub(r"\1", word))
    return plain


def _make_day(year: str, month: str, day: str) -> Iterator[date]:
    try:
        stated = date(int(f"20{year}"[-4:]), int(month), int(day))
    except ValueError:
        return
    if FIRST_YEAR <= stated.year <= LAST_YEAR:
        yield stated


@cache
def _keys() -> Patterns[str]:
    return Patterns(pattern_rows("closing", "language"))


@cache
def _words_that(what: str) -> frozenset[str]:
    return frozenset(phrase[0] for phrase, _ in phrases("extended", what=what))


@cache
def _months() -> dict[str, str]:
    return {phrase[0]: row["month"] for phrase, row in phrases("months")}
