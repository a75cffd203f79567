"""Lines that say no more than pay: “up to 85.000 € brutto/Jahr”, “💰 €60-75k + bonus”."""

import re

from jobboard.feeds.parsing.phrases import any_of
from jobboard.listings.choices import Period

from .amounts import UNITS
from .context import Context
from .period import WORDS
from .values import USD_PER_UNIT

BARS = re.compile(r"\s[|·•]\s*|\t|(?<=\w\w)[.!?]\s|(?<=[)€$£])[.!?]\s")  # and sentences
LINKS = re.compile(
    rf"\b(?:{any_of([*WORDS['open_top'], *WORDS['open_bottom']])})(?![^\W_])", re.IGNORECASE
)
QUALITY = re.compile(
    rf"\b(?:{any_of([*WORDS['gross'], *WORDS['net'], 'VAT', 'DOE', 'depending on experience'])}"
    r"|(?:in|out)side ir ?35)(?![^\W_])",
    re.IGNORECASE,
)
GROSS_OR_NET = re.compile(
    rf"\b(?:{any_of([*WORDS['gross'], *WORDS['net']])})(?![^\W_])", re.IGNORECASE
)
BULLET = re.compile(r"\s*[-–—*•·]\s")
ON_TOP = re.compile(
    r"(?:[+,&]|\b(?:plus|and)\b)\s*(?:\w+\s+){0,2}"
    r"(?:bonus|equity|stock|rsus?|commission|benefits|options|super)\b",
    re.IGNORECASE,
)
MONEY = re.compile("[💰💵💶💷💸🤑🪙]")
MIN_YEARLY_USD = 15_000
MAX_YEARLY_USD = 600_000
MIN_WITHOUT_PERIOD = 30_000
MAX_HEADING_LENGTH = 5  # words
MAX_LENGTH_BESIDE = 100
"""Characters; a line that says more beside its amount says more than pay."""
HOURS, DAYS = 1800, 220  # of work in a year
PER_YEAR = {
    Period.YEAR: 1,
    Period.MONTH: 12,
    Period.WEEK: 52,
    Period.DAY: DAYS,
    Period.HOUR: HOURS,
}


def is_line_of_pay(context: Context) -> bool:
    """Whether one amount that somebody may earn is all that its line says, or its part of the
    line between bars.
    """
    if context.is_range or len(context.last.marks) != 1:
        return False
    (currency,) = context.last.marks
    yearly = _get_amount(context) * PER_YEAR.get(Period(context.last.period or Period.YEAR), 0)
    in_usd = yearly * USD_PER_UNIT.get(currency, 1)
    if not MIN_YEARLY_USD <= in_usd <= MAX_YEARLY_USD:
        return False
    before, behind = _find_beside(context)
    says_more = LINKS.sub("", before) + QUALITY.sub("", ON_TOP.sub("", behind))
    if any(map(str.isalnum, says_more)):
        return False
    is_led_to = bool(LINKS.search(before) or MONEY.search(before))
    return bool(context.last.period) or (is_led_to and in_usd >= MIN_WITHOUT_PERIOD)


def stands_alone(context: Context) -> bool:
    """Whether a range, and what comes on top of it, are all that their part of the line says."""
    before, behind = _find_beside(context)
    return not any(map(str.isalnum, before + QUALITY.sub("", ON_TOP.sub("", behind))))


def is_surely_pay(context: Context) -> bool:
    """Whether the line of an amount says itself that it is pay, before or after tax: what an
    employer gives towards insurance or studies is written like pay, but never gross or net.
    """
    before, behind = _find_beside(context)
    stated = context.text[context.first.start : context.last.end] + behind
    return bool(MONEY.search(before) or GROSS_OR_NET.search(stated))


def is_introduced(context: Context) -> bool:
    """Whether the line right above speaks of the amount's: “Life insurance for your family” above
    “- up to $500,000”, but not “Data Engineer” above “up to €85,000 per year”.
    """
    start = context.text.rfind("\n", 0, context.first.start) + 1
    above = context.text[:start].removesuffix("\n").rpartition("\n")[2]
    is_item = bool(BULLET.match(context.text[start : context.first.start]))
    is_below_item = bool(BULLET.match(above))
    is_long = len(above.split()) > MAX_HEADING_LENGTH
    return bool(above.strip()) and (is_long or (is_item and not is_below_item))


def is_of_another_line(text: str) -> bool:
    """Whether ``text``, a line above one of pay, is too long for a heading and leads to nothing:
    “30 Tage Urlaub und ein Budget für Weiterbildung”.
    """
    return len(text.split()) > MAX_HEADING_LENGTH and not text.rstrip().endswith((":", "–", "-"))


def _find_beside(context: Context) -> tuple[str, str]:
    """The texts before and behind the amounts in their line, up to a bar."""
    text = context.text
    begin = context.first.start
    end = context.last.end
    start = max(text.rfind("\n", 0, begin) + 1, begin - MAX_LENGTH_BESIDE)
    behind = text[end : end + MAX_LENGTH_BESIDE].partition("\n")[0]
    return BARS.split(text[start:begin])[-1], BARS.split(behind)[0]


def _get_amount(context: Context) -> float:
    return float(context.last.value) * UNITS.get(context.last.unit, 1)
