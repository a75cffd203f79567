"""On how many days of a week a text says one works on site."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest

from jobboard.feeds.parsing.vocabulary import Found, Phrases, Row, table, tokens, variants

from .quoted import Quoted, quote_of
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
    """So many days a week, from ``start`` up to ``end`` of a sentence's words."""

    number: int
    start: int
    end: int


def read_office_days(text: str) -> Quoted[int | None]:
    """One number from 1 to MAX_DAYS; None where the text states a range or several numbers.
    “At least three” is three: that is what is asked of everybody.
    """
    found: dict[int, str] = {}
    for sentence in sentences(text):
        for number in _of_sentence(sentence.text):
            found.setdefault(number, quote_of(sentence.text))
    if len(found) != 1:
        return Quoted(None)
    ((number, quote),) = found.items()
    if 0 < number <= MAX_DAYS:
        return Quoted(number, quote)
    return Quoted(None)


def _of_sentence(sentence: str) -> Iterator[int]:
    words = tokens(sentence)
    marks = list(_marks().find(words))
    offices = [mark for mark in marks if mark.meaning["what"] == "office"]
    if not offices:
        return
    homes = [mark for mark in marks if mark.meaning["what"] == "home"]
    weeks = [mark for mark in marks if mark.meaning["what"] == "week"]
    is_weekly = bool(weeks) or _says_no_more(words, marks)
    for days in _days(words, marks):
        if is_weekly and _is_of_office(words, days, offices, homes):
            yield days.number


def _says_no_more(words: Sequence[str], marks: Sequence[Found[Row]]) -> bool:
    """“Hybrid, on-site 3 days”: of which period it need not say."""
    covered = set(chain.from_iterable(range(mark.start, mark.end) for mark in marks))
    others = {word for at, word in enumerate(words) if at not in covered}
    return all(word in FILLERS or word in BETWEEN or _number(word) for word in others)


def _days(words: Sequence[str], marks: Sequence[Found[Row]]) -> Iterator[_Days]:
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
    two, one = words[at - 2] if at > 1 else "", words[at - 3] if at > 2 else ""
    is_range = _number(two) or (two in RANGE_SIGNS and _number(one))
    if is_range:
        return UNCLEAR
    return _number(words[at - 1])


def _is_of_office(
    words: Sequence[str],
    days: _Days,
    offices: Sequence[Found[Row]],
    homes: Sequence[Found[Row]],
) -> bool:
    """Whether the nearest of what the days can belong to is the office."""
    to_office, to_home = (
        min([_distance(words, days, mark) for mark in _near(days, marks)], default=GAP + 1)
        for marks in (offices, homes)
    )
    return to_office <= GAP and to_office < to_home


def _near(days: _Days, marks: Sequence[Found[Row]]) -> Sequence[Found[Row]]:
    """Those of ``marks``, in the order of the text, with at most GAP words between."""
    first = bisect_left(marks, days.start - GAP, key=lambda mark: mark.end)
    behind = bisect_right(marks, days.end + GAP, key=lambda mark: mark.start)
    return marks[first:behind]


def _distance(words: Sequence[str], days: _Days, mark: Found[Row]) -> int:
    """Words between; what stands behind a comma is further away."""
    between = (
        words[days.end : mark.start] if mark.start >= days.end else words[mark.end : days.start]
    )
    return len(between) + sum(GAP for word in between if word in BETWEEN)


def _number(word: str) -> int:
    if word.isdigit() and len(word) == 1:
        return int(word)
    return _numbers().get(word, 0)


@cache
def _marks() -> Phrases[Row]:
    return Phrases.of_rows(table("office"))


@cache
def _numbers() -> dict[str, int]:
    found = {}
    for row in table("numbers"):
        for phrase in variants(row):
            found[" ".join(phrase)] = int(row["number"])
    return found
