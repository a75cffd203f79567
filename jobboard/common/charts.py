"""Places in a chart: plain numbers in, percent of the width out. No Django, no colours."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise, product
from typing import Literal, Protocol

Number = int | float | Decimal
Mark = Number | Literal[""]  # an amount to compare with, if there is one
ROUND_STEPS = (1, 2, 2.5, 5)


class Percentiles(Protocol):
    """How pay is spread, as charts draw it; a percentile that is not known is None."""

    @property
    def few(self) -> bool: ...

    @property
    def p10(self) -> Number | None: ...

    @property
    def p25(self) -> Number | None: ...

    @property
    def p50(self) -> Number | None: ...

    @property
    def p75(self) -> Number | None: ...

    @property
    def p90(self) -> Number | None: ...


@dataclass(frozen=True)
class Axis:
    """A scale from ``start`` to ``end``, in the values' unit; ``ticks`` go from left to right."""

    start: float
    end: float
    ticks: tuple[float, ...] = ()

    def at(self, value: Number) -> float:
        """Percent of the width, to two digits. A value beyond an end is put on that end; without
        length it is 50.
        """
        if self.start == self.end:
            return 50.0
        share = (float(value) - self.start) / (self.end - self.start)
        return round(min(max(share, 0.0), 1.0) * 100, 2)


def axis_for(values: Iterable[Number | None], ticks: int = 4) -> Axis:
    """The axis that holds all ``values``, with round ends and about ``ticks`` ticks.

    Among the round steps the one whose number of ticks is nearest wins, and of two such the tighter
    axis. None is skipped. Equal values get an axis around them, no values one from 0 to 1.

    >>> axis_for([63_650, 328_815]).ticks
    (0.0, 100000.0, 200000.0, 300000.0, 400000.0)
    """
    numbers = [float(value) for value in values if value is not None]
    if not numbers:
        return Axis(0.0, 1.0, (0.0, 1.0))
    low = min(numbers)
    high = max(numbers)
    if low == high and low > 0:
        low, high = low * 0.9, low * 1.1
    elif low == high:
        high = low + 1
    magnitude = math.floor(math.log10(high - low))
    exponents = (magnitude - 1, magnitude, magnitude + 1)
    steps = [step * 10.0**exponent for exponent, step in product(exponents, ROUND_STEPS)]
    axes = [_build_axis(low, high, step) for step in steps]
    return min(axes, key=lambda axis: (abs(len(axis.ticks) - ticks), axis.end - axis.start))


def _build_axis(low: float, high: float, step: float) -> Axis:
    first = math.floor(low / step)
    last = math.ceil(high / step)
    ticks = tuple(round(index * step, 9) for index in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def tick_label(value: Number) -> str:
    """50000 as 50K, 1500000 as 1.5M, 27.5 as 27.5: as short as it goes without rounding."""
    number = float(value)
    for unit, sign in ((1_000_000, "M"), (1_000, "K")):
        if abs(number) >= unit:
            return f"{number / unit:,.10g}{sign}"
    return f"{number:.10g}"


def shares(*parts: int) -> list[tuple[float, float]]:
    """(start, width) in percent of each part, side by side; they fill 100, or all are 0."""
    whole = sum(parts)
    if not whole:
        return [(0.0, 0.0) for _ in parts]
    edges = [round(before / whole * 100, 2) for before in accumulate(parts, initial=0)]
    return [(start, round(end - start, 2)) for start, end in pairwise(edges)]
