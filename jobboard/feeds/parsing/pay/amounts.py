"""Amounts of money in a text, and which of them belong together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from jobboard.feeds.parsing.phrases import any_of

from .period import HOUR, PERIOD, WORDS, YEAR, period_in, words_of_periods
from .values import USD_PER_UNIT

DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"}

CODES = USD_PER_UNIT.keys() - {"TRY", "ARS", "COP", "SAR"}  # these mean other things too

LOWER_CASE_CODES = {"USD", "EUR", "GBP", "CAD", "AUD", "CHF", "PLN", "INR", "SGD", "SEK", "DKK"}


def _read_names(*kinds: str) -> dict[str, str]:
    """Each word of meanings such as "currency EUR" or "times 1000" → "EUR", "1000"."""
    names: dict[str, str] = {}
    for meaning, words in WORDS.items():
        kind, _, name = meaning.partition(" ")
        if kind in kinds:
            names |= dict.fromkeys(words, name.split()[0])
    return names


MARKS = {
    **{code: code for code in CODES},
    **{f"{code}$": code for code in DOLLARS},
    **{code.lower(): code for code in LOWER_CASE_CODES},
    **_read_names("currency", "sign"),
}
"""What stands beside an amount, and its currency, or the name of a sign of several currencies."""

SIGNS = "".join(mark for mark in MARKS if len(mark) == 1)

MARK = (
    r"(?:(?:(?<![^\W\d_])|(?<=[0-9 ][kKT]))"
    rf"(?:{any_of(mark for mark in MARKS if mark not in SIGNS)})(?![^\W\d_])|[{SIGNS}])"
)

UNITS = {unit: int(times) for unit, times in _read_names("times").items()}

WORDS_OF_UNITS = any_of(unit for unit in UNITS if unit.isascii() and unit != "t")

NUMBER = re.compile(
    r"(?<![0-9])(?<![0-9][.,'’])(?P<whole>[0-9]{1,3}(?P<by>[,.'’ \u00a0\u202f])[0-9]{3}"
    r"(?:(?P=by)[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]{1,9})"
    r"(?:[.,](?P<part>[0-9]{1,2}))?(?![0-9]|[.,'’][0-9])"
)

BEFORE = re.compile(rf"(?:{MARK}\s?(?:/\s?)?){{1,2}}$")

# What may stand between an amount and its period: "brutto", "base salary".
QUALITY = any_of(
    [*WORDS["gross"], *WORDS["net"], "base", "basic", "salary", "total", "OTE", "+ VAT", "VAT"]
)

SHORT = words_of_periods("behind")
"""Behind an amount alone, "pm" is a month; elsewhere it is the afternoon, and "PM" a manager."""

AFTER = re.compile(
    rf"(?:[,.][-–]+)?(?:\s?(?P<unit>(?i:{WORDS_OF_UNITS})(?=s?\b)|[kKT](?=€|EUR\b)|[万만])s?(?:(?<=tys)\.|(?<=tsd)\.)?)?"
    rf"(?:\s?\(?(?P<marks>{MARK}(?:\s?(?:/|or |and )?\s?{MARK})?)\)?"
    r"(?![^\S\n]?(?:[$€£₹]\s?)?[0-9]))?"
    rf"(?P<more>\+?)(?i:[\s(*]{{0,3}}(?:(?:{QUALITY})\b[\s(,]{{0,2}}){{0,2}}"
    rf"(?:\([^()0-9]{{1,20}}\)\s?)?{PERIOD}|\s?(?P<bare>hour|hr)s?\b"
    rf"|\s?(?P<short>(?-i:{any_of(SHORT)}))(?!\w))?"
)

NOT_MONEY = re.compile(
    r"\s?(?:(?:m|mm|mn|mln|b|bn|mio|mrd|cr|x)\b|[mbt]r?illi|crore|%)|(?<=40[13])\s?\(?k\b", re.I
)
NO_MONEY_WITHOUT_A_SIGN = re.compile(r"\s?(?:years?|yrs?|hours?|hrs?|days?)\b", re.I)

# "Step 1" and "GS-7" are names of steps and grades, and no amounts.
NAMED = re.compile(r"\b(?:step|level|grade|zone|tier|band|stage|phase|gs)[ -]?$", re.I)

BETWEEN = re.compile(
    rf"(?:\s?(?:{QUALITY})\b)?(?: ?\(step \d{{1,2}}\))?\)?(?:\.(?= ?[-–—]))?\s{{0,3}}"
    rf"(?:(?P<and>{any_of(WORDS['and'])})\b"
    rf"|(?:-{{1,2}}|[‐‑–—−‒~〜～])(?:\s(?:{any_of(WORDS['highest'])})(?!\w):?)?"
    rf"|(?:{any_of(WORDS['to'])})\b(?:\s(?:max\w*\.?|a maximum of))?"
    r"|(?P<far>[^.!?\n$€£0-9]{0,60}\bup to\b))\s{0,3}\(?",
    re.I,
)

OPENS = re.compile(rf"\b(?:{any_of(WORDS['between'])})\b[^0-9]{{0,14}}$", re.I)


@dataclass(frozen=True)
class Amount:
    start: int
    end: int
    value: Decimal
    unit: str
    marks: frozenset[str]
    period: str
    has_cents: bool
    is_open: bool
    is_money: bool


def find_amounts(text: str) -> Iterator[Amount]:
    """Every number of ``text`` with the currency, unit and period that stand right beside it."""
    last = 0
    for number in NUMBER.finditer(text):
        start, end = number.span()
        if NAMED.search(text, max(0, start - 8), start):
            continue
        before = BEFORE.search(text[max(0, start - 12) : start])
        after = AFTER.match(text, end)
        if after is None:  # never: each of its parts may be missing
            continue
        prefix = before[0] if before else ""
        if start - len(prefix) < last:
            prefix = ""  # of the amount before: “72.000 Euro\n30 Tage Urlaub”
        last = after.end()
        unit = (after["unit"] or "").lower()
        marks = _read_marks(prefix + " " + (after["marks"] or ""))
        yield Amount(
            start=start - len(prefix),
            end=after.end(),
            value=_read_value(number),
            unit=unit,
            marks=frozenset({"INR"}) if unit == "lpa" else marks,
            period=_read_period(unit, after),
            has_cents=len(number["part"] or "") == 2,
            is_open=bool(after["more"]),
            is_money=_is_money(text, end, has_mark=bool(marks)),
        )


def _read_marks(text: str) -> frozenset[str]:
    return frozenset(MARKS[mark] for mark in re.findall(MARK, text))


def _read_value(number: re.Match[str]) -> Decimal:
    whole = re.sub(r"[^0-9]", "", number["whole"])
    return Decimal(f"{whole}.{number['part'] or 0}")


def _is_money(text: str, end: int, *, has_mark: bool) -> bool:
    """Whether what stands behind a number does not make it millions, a share or years."""
    if NOT_MONEY.match(text, end):
        return False
    return has_mark or not NO_MONEY_WITHOUT_A_SIGN.match(text, end)


def _read_period(unit: str, after: re.Match[str]) -> str:
    if unit == "lpa":
        return YEAR
    if after["short"]:
        return SHORT[after["short"]]
    if after["bare"]:
        return HOUR
    return period_in(after)


POINT = re.compile(r"\n[-–—] $")  # of a list, and no range: “72.000 Euro\n- 30 Tage Urlaub”


def linked_amounts(text: str) -> Iterator[list[Amount]]:
    """Amounts that "to" or a dash joins, in one list; a single amount is a list of one."""
    group: list[Amount] = []
    for amount in find_amounts(text):
        if group and _joins(text, group, amount):
            group.append(amount)
            continue
        if group:
            yield group
        group = [amount]
    if group:
        yield group


def _joins(text: str, group: list[Amount], amount: Amount) -> bool:
    if amount.start - group[-1].end >= 70:
        return False
    between = BETWEEN.fullmatch(text, group[-1].end, amount.start)
    if not between or (POINT.search(between[0]) and text[amount.start].isdigit()):
        return False
    if not between["and"] and not between["far"]:
        return True
    opening = text[max(0, group[0].start - 30) : group[0].start]
    return bool(OPENS.search(opening))
