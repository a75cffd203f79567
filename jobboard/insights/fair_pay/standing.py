"""Shared by the sources that somebody's pay is compared with."""

from dataclasses import dataclass
from decimal import Decimal

from jobboard.common.charts import tick_label
from jobboard.common.text.words import in_thousands
from jobboard.insights.pictures.level_switch import LEVEL_WORDS
from jobboard.insights.pictures.strips import FigureSource
from jobboard.insights.pictures.verdict import Verdict
from roles.models import FxRate
from roles.pay.formulas import PERCENTILES, Spread
from roles.pay.rank import Percentiles, Rank

from .form import TypedPay

MILLION = 1_000_000


@dataclass(frozen=True)
class PayStanding:
    """The result for one source: a sentence, and a strip for each group to compare with."""

    verdict: Verdict
    source: FigureSource
    notes: tuple[str, ...] = ()


def in_currency_of(
    pay: TypedPay, percentiles: Percentiles, n: int, usd_per_unit: Decimal
) -> Spread:
    """A spread in the currency of the pay, from one whose unit is worth ``usd_per_unit``."""
    rate = usd_per_unit / pay.usd_per_unit
    converted: dict[str, Decimal | None] = {}
    for percent in PERCENTILES:
        name = f"p{percent}"
        converted[name] = None
        value = getattr(percentiles, name)
        if value is not None:
            converted[name] = Decimal(value) * rate
    return Spread(n, currency=pay.currency, **converted)


def rate_words(rate: FxRate) -> str:
    return f"{rate.source} up to {rate.date:%-d %b %Y}"


def short(amount: Decimal | float) -> str:
    """“76K” or “11.2M”: a figure of many people, which is no more exact than that."""
    if amount < MILLION:
        return in_thousands(amount)
    return tick_label(round(float(amount) / MILLION, 1) * MILLION)


def between(low: Decimal | float, high: Decimal | float) -> str:
    """“65K–85K”, or one of them where both are the same in short."""
    if short(low) == short(high):
        return short(low)
    return f"{short(low)}–{short(high)}"


def higher_than(rank: Rank, n: int) -> str:
    """“higher than 15 to 21 of 29”: as exactly as percentiles tell it."""
    at_least, at_most = rank.values_below(n)
    if at_least == at_most:
        return f"higher than **{at_least:,} of {n:,}**"
    if not at_least:
        return f"higher than **at most {at_most:,} of {n:,}**"
    if at_most == n:
        return f"higher than **at least {at_least:,} of {n:,}**"
    return f"higher than **{at_least:,} to {at_most:,} of {n:,}**"


def of_level(level: str, noun: str) -> str:
    """“mid-level responses”."""
    if level:
        return f"{LEVEL_WORDS[level]} {noun}"
    return noun
