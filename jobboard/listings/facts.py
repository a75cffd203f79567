from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from django.utils.functional import cached_property

from roles.pay.formulas import Spread, spread

from .choices import Level, Workplace

Key = TypeVar("Key")


def range_width(lowest: Decimal | None, highest: Decimal | None) -> float:
    """Return the distance from lowest to highest pay, in percent of the middle between them."""
    if lowest is None or not highest:
        return 0.0
    return float(200 * (highest - lowest) / (highest + lowest))


@dataclass
class MarketFacts:
    """Sums up a set of listings of one role; ``samples`` of them are invented."""

    total: int = 0
    remote: int = 0
    samples: int = 0
    naming_skills: int = 0
    skill_counts: dict[int, int] = field(default_factory=dict)
    levels: Counter[str] = field(default_factory=Counter)
    midpoints: dict[str, list[Decimal]] = field(default_factory=dict)
    widths: dict[str, list[float]] = field(default_factory=dict)

    def add(
        self,
        count: int,
        workplaces: int,
        level: str,
        level_max: str,
        lowest: Decimal | None,
        highest: Decimal | None,
        currency: str,
        period: str,
        is_demo: bool,
        names_skills: bool = False,
    ) -> None:
        self.total += count
        self.naming_skills += names_skills * count
        self.remote += bool(workplaces & Workplace.REMOTE.bit) * count
        self.samples += is_demo * count
        levels = Level.between(level, level_max)
        for covered in levels:
            self.levels[covered.value] += count
        if not levels:
            self.levels[""] += count
        if period == "year" and lowest is not None and highest is not None:
            self.midpoints.setdefault(currency, []).extend([(lowest + highest) / 2] * count)
            self.widths.setdefault(currency, []).extend([range_width(lowest, highest)] * count)

    def replaced(self, removed: "MarketFacts", added: "MarketFacts") -> "MarketFacts":
        """Return the facts without the listings that ``removed`` sums up, all of which are in here,
        and with those of ``added``.
        """
        return MarketFacts(
            total=self.total - removed.total + added.total,
            remote=self.remote - removed.remote + added.remote,
            samples=self.samples - removed.samples + added.samples,
            naming_skills=self.naming_skills - removed.naming_skills + added.naming_skills,
            skill_counts=_counts_replaced(
                self.skill_counts, removed.skill_counts, added.skill_counts
            ),
            levels=_counts_replaced(self.levels, removed.levels, added.levels),
            midpoints=_values_replaced(self.midpoints, removed.midpoints, added.midpoints),
            widths=_values_replaced(self.widths, removed.widths, added.widths),
        )

    def skill_count(self, skill_id: int) -> int:
        """Evidence for a skill: so many of the ``naming_skills`` listings name it, in any way."""
        return self.skill_counts.get(skill_id, 0)

    @cached_property
    def currency(self) -> str:
        """The currency of most yearly ranges (ties: alphabetical); '' where none is stated."""
        return min(self.midpoints, key=lambda code: (-len(self.midpoints[code]), code), default="")

    @cached_property
    def posted(self) -> Spread:
        """Midpoints of the ranges stated per year in ``currency``, gross. Other currencies and
        periods are left out.
        """
        return spread(self.midpoints.get(self.currency, []), self.currency)

    def posted_in(self, currency: str) -> Spread:
        """Return the same as ``posted``, of the ranges in this currency."""
        return spread(self.midpoints.get(currency, []), currency)

    @cached_property
    def by_currency(self) -> list[Spread]:
        """The facts of each currency by itself, those of most jobs first; never added up."""
        spreads = [spread(values, currency) for currency, values in self.midpoints.items()]
        return sorted(spreads, key=lambda pay: (-pay.n, pay.currency))

    @property
    def usual_width(self) -> int | None:
        """Half of the yearly ranges in ``currency`` are at most so wide, in percent of their
        middle. None: too few.
        """
        width = spread(self.widths.get(self.currency, []), self.currency).p50
        if width is None:
            return None
        return round(width)

    @property
    def without_range(self) -> int:
        """Count listings that state no yearly range in any currency."""
        return self.total - sum(map(len, self.midpoints.values()))

    @property
    def left_out(self) -> int:
        """Count listings that ``posted`` leaves out: no pay, another period, another currency."""
        return self.total - self.posted.n


def _counts_replaced(
    counts: Mapping[Key, int], removed: Mapping[Key, int], added: Mapping[Key, int]
) -> Counter[Key]:
    """Replace counts; those that fall to 0 are left out."""
    replaced = Counter(counts)
    replaced.update(added)
    replaced.subtract(removed)
    return +replaced


def _values_replaced(
    values: Mapping[str, list[Key]],
    removed: Mapping[str, list[Key]],
    added: Mapping[str, list[Key]],
) -> dict[str, list[Key]]:
    """Replace values by currency; a currency without any is left out."""
    replaced = dict(values)
    for currency in removed.keys() | added.keys():
        counts = Counter(replaced.pop(currency, []))
        counts.update(added.get(currency, []))
        counts.subtract(removed.get(currency, []))
        remaining = list(counts.elements())
        if remaining:
            replaced[currency] = remaining
    return replaced
