"""Currency, ends and period of amounts, by what stands in them and around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from jobboard.feeds.parsing.phrases import PhraseFinder, any_of

from .amounts import CODES, DOLLARS, UNITS, Amount
from .context import Context
from .heads import Head, is_linked, sentence_starts
from .period import PERIOD_WORD, WORDS, period_in
from .values import HOUR, MONTH, USD_PER_UNIT, YEAR

MIN_WITHOUT_A_SIGN = 10_000
MONTHLY = {
    "AED": (8_000, 40_000),
    "BRL": (3_000, 19_000),
    "CHF": (4_000, 15_000),
    "CNY": (6_000, 24_000),
    "CZK": (30_000, 200_000),
    "DKK": (25_000, 100_000),
    "EUR": (1_500, 9_000),
    "HKD": (15_000, 80_000),
    "HUF": (500_000, 2_900_000),
    "ILS": (8_000, 45_000),
    "JPY": (250_000, 1_500_000),
    "NOK": (30_000, 100_000),
    "PLN": (5_000, 45_000),
    "SEK": (25_000, 100_000),
    "SGD": (3_000, 15_000),
    "TWD": (35_000, 200_000),
}
"""Where pay is often stated by the month: less than the least pay of a year that law or custom
allows, and more than anybody is paid for a day. Elsewhere ("$", "£") an amount is one of a year.
"""
PER_SOMETHING = re.compile(rf"\s*(?:/(?=\S)|(?:{any_of(WORDS['per'])})\b)", re.IGNORECASE)
SURELY_A_YEAR_USD = 20_000
SURELY_NO_YEAR_USD = 250

SIGNS = {
    "dollar": DOLLARS,
    "krona": {"SEK", "NOK", "DKK"},
    "yen": {"JPY", "CNY"},
}
"""Signs of several currencies: only other words can tell which one is meant."""

OTHER_DOLLARS = {"CLP", "COP", "ARS", "UYU", "TTD", "JMD", "BSD", "BBD", "BZD", "XCD", "FJD"}
"""Of countries that write "$" for a currency that we cannot tell from it."""

IMPLIES = [name for name in WORDS if name.startswith("implies ")]
IMPLYING = [word for name in IMPLIES for word in WORDS[name]]
IMPLIED = PhraseFinder("pay/words.csv", *IMPLIES)
DOLLAR_OF = PhraseFinder("pay/words.csv", "dollar home", "dollar abroad")
OPEN_BEFORE = PhraseFinder("pay/words.csv", "open_top", "open_bottom")
OPEN_BEHIND = PhraseFinder("pay/words.csv", "open_top_after", "open_bottom_after")
UP_TO_THE_AMOUNT = re.compile(r"(?: (?:base )?(?:salary|pay|gross|brutto|bruto))?[ .:(]*")
LISTED = re.compile(r"\W*(?:(?:and|or|und|et|ou|y|o)\W+)?")
AT_LEAST = re.compile(r"mindest|minimum|minimal", re.IGNORECASE)


@dataclass(frozen=True)
class Market:
    """What is known of money where the job is: the currencies of its countries, and whether the
    whole text names countries with other dollars and not the United States.
    """

    currencies: frozenset[str]
    is_dollar_abroad: bool

    @property
    def dollar(self) -> str:
        """The currency that a bare "$" stands for; '' when that is not certain."""
        dollars = self.currencies & (DOLLARS | OTHER_DOLLARS)
        if not dollars:
            if self.is_dollar_abroad:
                return ""
            return "USD"
        if len(dollars) == 1:
            return self._only(dollars & DOLLARS)
        return ""

    @property
    def dollar_abroad(self) -> str:
        """The dollar of the job's countries that is not the US one."""
        return self._only(self.currencies & (DOLLARS - {"USD"}))

    @staticmethod
    def _only(currencies: frozenset[str]) -> str:
        if len(currencies) == 1:
            return next(iter(currencies))
        return ""


def speaks_of_other_dollars(text: str) -> bool:
    """Whether ``text`` names countries with other dollars, and not the United States."""
    return DOLLAR_OF.find_meanings(text) == {"dollar abroad"}


def find_currency(group: list[Amount], context: Context, head: Head | None, market: Market) -> str:
    """'' when it is not certain."""
    marks: set[str] = set()
    for amount in group:
        marks |= amount.marks
    if not marks:
        return _unsigned_currency(group, context, head, market)
    codes = marks & CODES
    signs = marks - CODES
    if codes:
        return _settle_codes(codes, signs)
    if len(signs) != 1:
        return ""
    (sign,) = signs
    if sign == "dollar":
        return _find_dollar(context, market)
    currencies = SIGNS[sign] & market.currencies
    if len(currencies) == 1:
        return currencies.pop()
    return ""


def _settle_codes(codes: set[str], signs: set[str]) -> str:
    """The one code, if no sign beside it is of other currencies."""
    if len(codes) != 1:
        return ""
    (code,) = codes
    for sign in signs:
        if code not in SIGNS[sign]:
            return ""
    return code


def _find_dollar(context: Context, market: Market) -> str:
    """The dollar of the words beside the amount, else that of the job's places."""
    before = DOLLAR_OF.find(context.lead)
    near = before[-1:] or DOLLAR_OF.find(context.tail)[:1]
    if not near:
        return market.dollar
    for first, second in pairwise(before[-2:]):
        is_listed = LISTED.fullmatch(context.lead, first.end, second.start)
        if is_listed and first.meaning != second.meaning:
            return ""  # “Remote (US/Canada)”
    if near[0].meaning == "dollar home":
        return "USD"
    return market.dollar_abroad


def _unsigned_currency(
    group: list[Amount], context: Context, head: Head | None, market: Market
) -> str:
    """The currency of an amount without a sign: what the word for pay implies, or US dollars in the
    US.
    """
    implied = [meaning.split()[1] for meaning in IMPLIED.find_meanings(context.lead)]
    if implied == ["EUR"] or (len(implied) == 1 and group[-1].unit):
        return implied[0]
    is_in_us = market.currencies == {"USD"}
    if is_in_us and head and are_salaries(group) and is_linked(context.lead):
        return "USD"
    return ""


def are_salaries(group: list[Amount]) -> bool:
    """Whether they are large enough to be pay of a year without a sign beside them."""
    return all(amount.value >= MIN_WITHOUT_A_SIGN for amount in group)


def find_ends(
    group: list[Amount], context: Context, head: Head | None
) -> tuple[Decimal | None, Decimal | None]:
    """The lowest and the highest amount; None for an end that is left open."""
    if len(group) == 2:
        lowest, highest = group
        # Of "125-250K" both are thousands.
        return _in_units(lowest, highest.unit), _in_units(highest, lowest.unit)
    value = _in_units(group[0], "")
    opening = _find_opening(context, head)
    if opening.startswith("open_bottom"):
        return None, value
    if opening.startswith("open_top") or group[0].is_open:
        return value, None
    return value, value


def _in_units(amount: Amount, other_unit: str) -> Decimal:
    """The value of an amount; a small one without a unit has that of the other end."""
    unit = amount.unit
    if not unit and amount.value < 1000:
        unit = other_unit
    return amount.value * UNITS.get(unit, 1)


def _find_opening(context: Context, head: Head | None) -> str:
    """Which end the words beside one amount leave open."""
    for mark in reversed(OPEN_BEFORE.find(context.lead, max(0, len(context.lead) - 60))):
        if UP_TO_THE_AMOUNT.fullmatch(context.lead, mark.end):
            return mark.meaning
    if head and AT_LEAST.match(context.text, head.start):
        return "open_top"
    for mark in OPEN_BEHIND.find(context.tail)[:1]:
        if not re.search(r"\w", context.tail[: mark.start]):
            return mark.meaning
    return ""


def find_period(
    group: list[Amount], context: Context, head: Head | None, usd: float, before: str
) -> str:
    """The period that is stated beside the amounts or their head, else one by their size;
    ``before`` is that of the amounts before. '' when it is not certain.
    """
    stated = {amount.period for amount in group} - {""}
    if len(stated) > 1:
        return ""
    if stated:
        return stated.pop()
    matches = list(PERIOD_WORD.finditer(context.text, _start(context, head), context.first.start))
    is_surely_year = usd >= SURELY_A_YEAR_USD
    if matches:
        period = period_in(matches[-1])
        return "" if is_surely_year and period != YEAR else period
    if is_surely_year:
        return YEAR
    if usd < SURELY_NO_YEAR_USD and all(amount.has_cents for amount in group):
        return HOUR
    return before


def month_by_size(ends: Sequence[Decimal | None], currency: str, context: Context) -> str:
    """A month where nobody earns so little in a year, nor so much in a week."""
    lowest, highest = MONTHLY.get(currency, (0, 0))
    is_between = all(lowest <= end <= highest for end in ends if end is not None)
    if is_between and not PER_SOMETHING.match(context.tail):
        return MONTH
    return ""


def _start(context: Context, head: Head | None) -> int:
    """The start of words that may tell the period: a little before the head of the phrase."""
    if head is None:
        return max(context.sentence, context.start)
    lead = context.text[context.start : head.start]
    return max(context.start + sentence_starts(lead, 0, len(lead))[-1], head.start - 25)


def in_usd(amount: Decimal | None, currency: str) -> float:
    """Roughly, and 0 for a currency without a rough rate."""
    return float(amount or 0) * USD_PER_UNIT.get(currency, 0)
