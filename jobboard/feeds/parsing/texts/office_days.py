"""Reads on how many days of a week a text says one works on site."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from jobboard.feeds.parsing.vocabulary import Match, Phrases, Row, phrases, table, tokens, word_at

from .quoted import Quoted, make_quote, only_value
from .sections import sentences

MAX_DAYS = 4  # five are no hybrid work
GAP = 6  # words between the days and the office
RANGE_SIGNS = frozenset(
    ["-", "–", "to", "or", "bis", "a", "à", "oder", "ou", "o", "of", "/", "tot"]
)
TIMES = {"once": 1, "twice": 2}
UNCLEAR = MAX_DAYS + 1
BETWEEN = frozenset([",", ";", "."])
FILLERS = frozenset(
    ["hybrid", "hybride", "hibrido", "hibrida", "hybrides", ":", "-", "–", "(", ")", "in", "the"]
)


@dataclass(frozen=True)
class _Days:
    """A number of days a week, from ``start`` up to ``end`` of a sentence's words."""

    number: int
    start: int
    end: int


def read_office_days(text: str) -> Quoted[int | None]:
    """One number from 1 to MAX_DAYS; None where the text states a range or several numbers.
    “At least three” is three: that is what is asked of everybody.
    """
    quotes: dict[int | None, str] = {}
    for sentence in sentences(text):
        for number in _read_sentence(sentence.text):
            quotes.setdefault(number, make_quote(sentence.text))
    days = only_value(quotes, None)
    if days.value and days.value <= MAX_DAYS:
        return days
    return Quoted(None)


def _read_sentence(sentence: str) -> Iterator[int]:
    words = tokens(sentence)
    marks = list(_marks().find(words))
    offices = _select_marks("office", marks)
    if not offices:
        return
    if not _select_marks("week", marks) and not _says_no_more(words, marks):
        return
    homes = _select_marks("home", marks)
    for days in _find_days(words, marks):
        if _is_of_office(words, days, offices, homes):
            yield days.number


def _select_marks(what: str, marks: Sequence[Match[Row]]) -> list[Match[Row]]:
    return [mark for mark in marks if mark.meaning["what"] == what]


def _says_no_more(words: Sequence[str], marks: Sequence[Match[Row]]) -> bool:
    """“Hybrid, on-site 3 days”: of which period it need not say."""
    end = 0
    for mark in marks:
        if not all(map(_is_filler, words[end : mark.start])):
            return False
        end = mark.end
    return all(map(_is_filler, words[end:]))


def _is_filler(word: str) -> bool:
    return word in FILLERS or word in BETWEEN or _number(word) > 0


def _find_days(words: Sequence[str], marks: Sequence[Match[Row]]) -> Iterator[_Days]:
    """Each number right before “days”, and “twice a week”."""
    for mark, behind in zip_longest(marks, marks[1:]):
        what = mark.meaning["what"]
        is_weekly = behind and behind.meaning["what"] == "week" and behind.start == mark.end
        if what in TIMES and is_weekly:
            yield _Days(TIMES[what], mark.start, mark.end)
        if what == "days" and mark.start and _number(words[mark.start - 1]):
            yield _Days(_number_before(words, mark.start), mark.start - 1, mark.end)


def _number_before(words: Sequence[str], at: int) -> int:
    """UNCLEAR for a range: “2-3 days”, “two to three days”."""
    sign = word_at(words, at - 2)
    if _number(sign):
        return UNCLEAR
    if sign in RANGE_SIGNS and _number(word_at(words, at - 3)):
        return UNCLEAR
    return _number(words[at - 1])


def _is_of_office(
    words: Sequence[str],
    days: _Days,
    offices: Sequence[Match[Row]],
    homes: Sequence[Match[Row]],
) -> bool:
    """Whether the nearest of what the days can belong to is the office."""
    to_office = _min_distance(words, days, offices)
    to_home = _min_distance(words, days, homes)
    return to_office <= GAP and to_office < to_home


def _min_distance(words: Sequence[str], days: _Days, marks: Sequence[Match[Row]]) -> int:
    distances = [_distance(words, days, mark) for mark in _near(days, marks)]
    return min(distances, default=GAP + 1)


def _near(days: _Days, marks: Sequence[Match[Row]]) -> Sequence[Match[Row]]:
    """The ``marks``, in the order of the text, with at most GAP words between."""
    first = bisect_left(marks, days.start - GAP, key=lambda mark: mark.end)
    behind = bisect_right(marks, days.end + GAP, key=lambda mark: mark.start)
    return marks[first:behind]


def _distance(words: Sequence[str], days: _Days, mark: Match[Row]) -> int:
    """Words between; what stands behind a comma is further away."""
    between = words[mark.end : days.start]
    if mark.start >= days.end:
        between = words[days.end : mark.start]
    signs = [word for word in between if word in BETWEEN]
    return len(between) + GAP * len(signs)


def _number(word: str) -> int:
    if word.isdigit() and len(word) == 1:
        return int(word)
    return _numbers().get(word, 0)


@cache
def _marks() -> Phrases[Row]:
    return Phrases.of_rows(table("office"))


@cache
def _numbers() -> dict[str, int]:
    return {" ".join(phrase): int(row["number"]) for phrase, row in phrases("numbers")}
