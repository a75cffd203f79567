"""The rank of an amount among values of which only percentiles are known: no more is said than
these tell.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from .formulas import PERCENTILES


class Percentiles(Protocol):
    """A Spread or an official wage; None where one is not published."""

    @property
    def p50(self) -> float | Decimal | None: ...


@dataclass(frozen=True)
class Rank:
    """An amount is over the ``over``-th percentile (0: not known to be over any) and at most the
    ``up_to``-th (100: not known to be under any). ``at`` is the one it equals, or None.
    """

    over: int
    up_to: int
    at: int | None = None

    @property
    def is_known(self) -> bool:
        return self.over > 0 or self.up_to < 100

    def values_below(self, n: int) -> tuple[int, int]:
        """Return at least and at most how many of the ``n`` values are lower than the amount.

        Follows from how ``formulas.percentile`` interpolates: a percentile lies between the values
        at the ranks around it.
        """
        at_least = 0
        at_most = n
        if self.over:
            at_least = (n - 1) * self.over // 100 + 1
        if self.up_to < 100:
            at_most = -(-(n - 1) * self.up_to // 100)
        return at_least, at_most


def rank(amount: Decimal, percentiles: Percentiles) -> Rank:
    """Rank ``amount``, which is in the unit of ``percentiles``."""
    over = 0
    up_to = 100
    equal = []
    for q in PERCENTILES:
        value = getattr(percentiles, f"p{q}")
        if value is None:
            continue
        if value < amount:
            over = q
        else:
            up_to = min(up_to, q)
        if value == amount:
            equal.append(q)
    return Rank(over, up_to, min(equal, key=_from_the_middle, default=None))


def _from_the_middle(q: int) -> int:
    return abs(q - 50)


def describe_rank(rank: Rank) -> str:
    """“above the median, below the top 25%”; '' where nothing is known."""
    if rank.at is not None:
        return _AT[rank.at]
    lower = _over(rank)
    upper = _up_to(rank)
    if rank.over >= 50:
        return ", ".join(filter(None, [lower, upper]))
    return ", ".join(filter(None, [upper, lower]))


_AT = {
    10: "at the top of the bottom 10%",
    25: "at the top of the bottom 25%",
    50: "at the median",
    75: "at the start of the top 25%",
    90: "at the start of the top 10%",
}


def _over(rank: Rank) -> str:
    if not rank.over:
        return ""
    if rank.over == 50:
        return "above the median"
    if rank.over < 50:
        return f"above the bottom {rank.over}%"
    return f"in the top {100 - rank.over}%"


def _up_to(rank: Rank) -> str:
    if rank.up_to == 100:
        return ""
    if rank.up_to == 50:
        return "below the median"
    if rank.up_to < 50:
        return f"in the bottom {rank.up_to}%"
    return f"below the top {100 - rank.up_to}%"
