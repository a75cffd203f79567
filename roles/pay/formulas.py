"""Pay statistics: the only home of their constants and formulas. /methodology/ prints them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeVar

MIN_FOR_PERCENTILES = 10  # fewer answers than this: the count is shown, no percentile
RATE_MAX_AGE = timedelta(days=730)  # an older exchange rate compares nothing
SMALL_SAMPLE_SIZE = 30  # from MIN_FOR_PERCENTILES up to here, exclusive, figures are marked as few
PERCENTILES = (10, 25, 50, 75, 90)
PERCENTILE_NAMES = tuple(f"p{q}" for q in PERCENTILES)
PERIODS_PER_YEAR = {"year": 1, "month": 12, "week": 52, "day": 260, "hour": 2080}
PERIODS_COUNTED = {}
for _period, _count in PERIODS_PER_YEAR.items():
    if _count > 1:
        PERIODS_COUNTED[_period] = f"{_count:,} {_period}s"

Amount = TypeVar("Amount", float, Decimal)


class UnknownPeriodError(Exception):
    """A pay period that PERIODS_PER_YEAR does not list."""


@dataclass(frozen=True)
class Spread:
    """The spread of pay over ``n`` values, in ``currency`` (ISO 4217). All percentiles are None
    when held back.
    """

    n: int
    p10: float | Decimal | None
    p25: float | Decimal | None
    p50: float | Decimal | None
    p75: float | Decimal | None
    p90: float | Decimal | None
    currency: str

    @property
    def is_suppressed(self) -> bool:
        return self.n < MIN_FOR_PERCENTILES

    @property
    def few(self) -> bool:
        return MIN_FOR_PERCENTILES <= self.n < SMALL_SAMPLE_SIZE


def percentile(sorted_values: Sequence[Amount], q: int) -> Amount:
    """The ``q``-th percentile (0 to 100) of ascending values, in their unit, not rounded.

    Linear interpolation between closest ranks: Hyndman and Fan's type 7, which is NumPy's default
    and SQL's ``percentile_cont``. Raises ValueError without values or with ``q`` out of range.

    >>> percentile([10, 20, 30, 40], 50)
    25.0
    """
    if not sorted_values or not 0 <= q <= 100:
        raise ValueError(f"no {q}th percentile of {len(sorted_values)} values")
    rank, hundredths = divmod((len(sorted_values) - 1) * q, 100)
    lower = sorted_values[rank]
    upper = sorted_values[min(rank + 1, len(sorted_values) - 1)]
    return lower + (upper - lower) * hundredths / 100


def spread(values: Iterable[Amount], currency: str) -> Spread:
    """The Spread of ``values``, all in ``currency``. Percentiles have 4 decimals."""
    ordered = sorted(values)
    if len(ordered) < MIN_FOR_PERCENTILES:
        return Spread(len(ordered), None, None, None, None, None, currency)
    p10, p25, p50, p75, p90 = (round(percentile(ordered, q), 4) for q in PERCENTILES)
    return Spread(len(ordered), p10, p25, p50, p75, p90, currency)


def annual_pay(amount: Decimal, period: str) -> Decimal:
    """Gross pay for one full-time year, in the same currency as ``amount``.

    ``amount`` is in currency units (50000, not cents). A year counts 12 months, 52 weeks, 260 days,
    2,080 hours, so the result is an estimate for anything but a yearly salary. Rounded to whole
    units, halves to even. Raises UnknownPeriodError for any other ``period``, and ValueError when
    ``amount`` is negative.

    >>> annual_pay(Decimal("500"), "day")
    Decimal('130000')
    """
    if period not in PERIODS_PER_YEAR:
        raise UnknownPeriodError(period)
    if amount < 0:
        raise ValueError(f"negative pay: {amount}")
    return (amount * PERIODS_PER_YEAR[period]).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
