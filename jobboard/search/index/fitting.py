"""Listings in the order in which they fit who reads the list, and grouped by whether they are open
to them; see ``search.order.fit``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tantivy import Query

from jobboard.search.criteria import Criteria
from jobboard.search.order.fit import (
    IS_OPEN,
    MATCHES,
    MIN_REQUIRED,
    NOT_OPEN,
    STEPS,
    UNCLEAR,
    UNSTATED,
    Fit,
    share_of_each,
)

from .clauses import all_but, all_of, lifted
from .conditions import Conditions
from .documents import LEVELS

if TYPE_CHECKING:
    from .queries import Snapshot


@dataclass(frozen=True)
class Fitting:
    """Questions about one committed state of the index, for who is described by ``fit``."""

    conditions: Conditions
    fit: Fit

    def scored(self, query: Query, numbers: list[int]) -> Query:
        """``query`` with the rank as score: whole numbers below 2**24, which it holds exactly.
        ``numbers``: how many skills a listing may require.
        """
        return lifted(query, [*self._skills(numbers), *self._levels(), *self._places()])

    def _skills(self, numbers: list[int]) -> Iterator[Query]:
        if not self.fit.skills:
            return
        few = [number for number in numbers if number < MIN_REQUIRED]
        if few:
            yield self._covered(few)
        for number in numbers:
            if number >= MIN_REQUIRED:
                yield self._covered([number])

    def _covered(self, numbers: list[int]) -> Query:
        """Listings that require one of so many skills, each as many times as its known skills
        count.
        """
        each = float(share_of_each(numbers[0]) * STEPS * STEPS)
        lifts = [self._scored("required", [pk], each) for pk in self.fit.skills]
        return lifted(self.conditions.any_of("required_count", numbers), lifts)

    def _levels(self) -> list[Query]:
        if not self.fit.level:
            return []
        named = self._scored("level", [LEVELS.index(self.fit.level)], float(MATCHES * STEPS))
        return [named, self._scored("level", [0], float(UNSTATED * STEPS))]

    def _places(self) -> list[Query]:
        if not self.fit.country:
            return []
        return [
            Query.const_score_query(self.group(IS_OPEN), float(IS_OPEN)),
            Query.const_score_query(self.group(UNCLEAR), float(UNCLEAR)),
        ]

    def _scored(self, field: str, values: list[int], score: float) -> Query:
        return Query.const_score_query(self.conditions.any_of(field, values), score)

    def group(self, place: int) -> Query:
        """Listings that are open to them, of which it is unclear, or that are not."""
        is_open = self.conditions.open_from([self.fit.country])
        if place == IS_OPEN:
            return is_open
        unclear = self.conditions.any_of("open_unclear", [int(place == UNCLEAR)])
        return all_but(unclear, is_open)


def best_fitting(
    snapshot: "Snapshot", criteria: Criteria, now: datetime, wanted: int
) -> tuple[int, list[int]]:
    """How many match, and the ids of the ``wanted`` ones that fit best; of equals the newest."""
    fitting = Fitting(snapshot.conditions, criteria.fit or Fit())
    query = snapshot.conditions.matching(criteria, now)
    numbers = sorted(snapshot.count_by(query, "required_count"))
    return snapshot.best(fitting.scored(query, numbers), wanted)


def open_first(
    snapshot: "Snapshot", criteria: Criteria, now: datetime, offset: int, limit: int
) -> tuple[dict[int, int], list[int]]:
    """How many are in each group, and the ids of the asked page: those that are open first, of a
    group the newest.
    """
    fitting = Fitting(snapshot.conditions, criteria.fit or Fit())
    query = snapshot.conditions.matching(criteria, now)
    totals: dict[int, int] = {}
    ids: list[int] = []
    for place in (IS_OPEN, UNCLEAR, NOT_OPEN):
        of_group = all_of(query, fitting.group(place))
        start = max(offset - sum(totals.values()), 0)
        total, newest = snapshot.sorted_by("newest", of_group, start, max(limit - len(ids), 1))
        if len(ids) < limit:
            ids += newest
        totals[place] = total
    return totals, ids
