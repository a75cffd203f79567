"""Amounts of money in a text, and which of them belong together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .pay_period import PERIOD, PERIOD_OF, any_of
from .pay_range import USD_PER_UNIT, YEAR

DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"}

CODES = USD_PER_UNIT.keys() - {"TRY", "ARS", "COP", "SAR"}  # these mean other things too

MARKS = {code: code for code in CODES} | {f"{code}$": code for code in DOLLARS} | {"US $": "USD"}

MARKS |= {
    code.lower(): code for code in ("USD", "EUR", "GBP", "CAD", "AUD", "CHF", "PLN", "INR", "SGD")
}

MARKS |= dict(
    re.findall(
        r"(\S+)=(\S+)",
        "US$=USD C$=CAD CA$=CAD CDN$=CAD CDN=CAD A$=AUD AU$=AUD NZ$=NZD S$=SGD SG$=SGD "
        "HK$=HKD NT$=TWD MX$=MXN R$=BRL Euro=EUR Euros=EUR EURO=EUR euro=EUR euros=EUR "
        "Kč=CZK zł=PLN kr=kr $=$ ¥=¥ €=EUR £=GBP ₹=INR ₪=ILS ₩=KRW ₱=PHP 円=JPY",
    )
)

SIGNS = "".join(mark for mark in MARKS if len(mark) == 1)

MARK = (
    r"(?:(?:(?<![^\W\d_])|(?<=[0-9 ][kKT]))"
    rf"(?:{any_of(mark for mark in MARKS if mark not in SIGNS)})(?![^\W\d_])|[{SIGNS}])"
)

UNITS = {
    "k": 10**3,
    "t": 10**3,
    "tsd": 10**3,
    "万": 10**4,
    "lpa": 10**5,
    "lac": 10**5,
    "lakh": 10**5,
}

NUMBER = re.compile(
    r"(?<![0-9])(?<![0-9][.,'’])(?P<whole>[0-9]{1,3}(?P<by>[,.'’ \u00a0\u202f])[0-9]{3}"
    r"(?:(?P=by)[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]{1,9})"
    r"(?:[.,](?P<part>[0-9]{1,2}))?(?![0-9]|[.,'’][0-9])"
)

BEFORE = re.compile(rf"(?:{MARK}\s?){{1,2}}$")

AFTER = re.compile(
    r"(?:[,.]-+)?(?:\s?(?P<unit>(?i:k|tsd|lpa|lac|lakh)(?=s?\b)|[kKT](?=€|EUR\b)|万)s?)?"
    rf"(?:\s?(?P<marks>{MARK}(?:\s?{MARK})?)(?!\s?[$€£₹]?\s?[0-9]))?(?P<more>\+?)(?i:[\s(*]{{0,3}}"
    rf"(?:(?:gross|brutt?os?|brut|base|basic|salary)[\s(/]{{1,2}}){{0,2}}{PERIOD})?"
)

NO_MONEY = re.compile(
    r"\s?(?:(?:m|mm|mn|mln|b|bn|mio|mrd|cr|x|years?|yrs?|hours?|days?)\b|[mbt]r?illi|crore|%)"
    r"|(?<=40[13])\s?\(?k\b",
    re.I,
)

BETWEEN = re.compile(
    r"\)?\s{0,3}(?:(?P<and>and|et|und|y|e)\b|-{1,2}|[–—−‒~〜～]"
    r"|(?:to|up to|bis(?: zu)?|à|a|do)\b|(?P<far>[^.!?\n$€£0-9]{0,60}\bup to\b))\s{0,3}\(?",
    re.I,
)

OPENS = re.compile(r"\b(?:between|entre|zwischen|from)\b[^0-9]{0,12}$", re.I)


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
    for number in NUMBER.finditer(text):
        start, end = number.span()
        before, after = BEFORE.search(text[max(0, start - 12) : start]), AFTER.match(text, end)
        if after is None:  # never: each of its parts may be missing
            continue
        prefix, unit = before[0] if before else "", (after["unit"] or "").lower()
        marks = {MARKS[mark] for mark in re.findall(MARK, f"{prefix} {after['marks'] or ''}")}
        word = after["noun"] or after["adverb"] or after["stem"] or ""
        yield Amount(
            start=start - len(prefix),
            end=after.end(),
            value=Decimal(re.sub(r"[^0-9]", "", number["whole"]) + "." + (number["part"] or "0")),
            unit=unit,
            marks=frozenset({"INR"} if unit == "lpa" else marks),
            period=YEAR if unit == "lpa" else PERIOD_OF.get(word.lower(), ""),
            has_cents=len(number["part"] or "") == 2,
            is_open=bool(after["more"]),
            is_money=not NO_MONEY.match(text, end),
        )


def linked_amounts(text: str) -> Iterator[list[Amount]]:
    """Amounts that "to" or a dash joins, in one list; a single amount is a list of one."""
    group: list[Amount] = []
    for amount in find_amounts(text):
        between = (
            group
            and amount.start - group[-1].end < 70
            and BETWEEN.fullmatch(text, group[-1].end, amount.start)
        )
        if between and (
            not (between["and"] or between["far"])
            or OPENS.search(text[max(0, group[0].start - 30) : group[0].start])
        ):
            group.append(amount)
            continue
        if group:
            yield group
        group = [amount]
    if group:
        yield group
