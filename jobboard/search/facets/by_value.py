"""Counts of columns that hold several values at once, as counts by value."""

from collections import Counter
from collections.abc import Collection, Mapping

from django.db.models import TextChoices

from jobboard.listings.choices import EmploymentType, Level, Workplace

from .table import BETWEEN, UNSTATED

MaskCounts = Mapping[int, int] | Mapping[str, int]  # bit mask → how many


def by_level(range_counts: dict[str, int]) -> Counter:
    """Counts by level, made of counts by lowest and highest level; a range counts in each of its
    own.
    """
    counts: Counter = Counter()
    for levels, count in range_counts.items():
        lowest, _, highest = levels.partition(BETWEEN)
        _add_to_each(counts, Level.between(lowest, highest), count)
    return counts


def by_type(mask_counts: MaskCounts) -> Counter:
    return _by_mask(EmploymentType, mask_counts)


def by_workplace(mask_counts: MaskCounts) -> Counter:
    return _by_mask(Workplace, mask_counts)


def _by_mask(choices: type[EmploymentType] | type[Workplace], mask_counts: MaskCounts) -> Counter:
    """A listing of two values counts in both."""
    counts: Counter = Counter()
    for mask, count in mask_counts.items():
        _add_to_each(counts, choices.of_mask(int(mask)), count)
    return counts


def _add_to_each(counts: Counter, values: Collection[TextChoices], count: int) -> None:
    for value in values:
        counts[value.value] += count
    if not values:
        counts[UNSTATED] += count
