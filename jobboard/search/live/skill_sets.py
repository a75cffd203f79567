"""Keeps which jobs require which skills, with one bit for each job: sets of jobs are whole numbers,
and Python puts together and counts a hundred thousand jobs in microseconds.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from tantivy import Query

from jobboard.listings.querysets import BETWEEN_MIN_REQUIRED
from jobboard.search.index.clauses import all_of
from jobboard.search.index.counting import count_hits
from jobboard.search.index.documents import id_in
from jobboard.search.index.queries import Snapshot
from jobboard.search.index.within_reach import needed


@dataclass(frozen=True)
class SkillSets:
    """Sets of jobs with enough required skills to be within reach of somebody. ``ids`` are theirs,
    the oldest first: bit 0 is the first. ``requiring``: skill id → jobs; ``needing``: how many of
    their required skills somebody has to have → jobs.
    """

    ids: list[int]
    requiring: dict[int, int]
    needing: dict[int, int]

    @cached_property
    def every(self) -> int:
        return (1 << len(self.ids)) - 1

    @cached_property
    def position(self) -> dict[int, int]:
        return {pk: place for place, pk in enumerate(self.ids)}

    def set_of(self, ids: Iterable[int]) -> int:
        """The set of its own jobs that have one of these ``ids``."""
        digits = bytearray(len(self.ids) // 8 + 1)
        position = self.position
        for pk in ids:
            if pk in position:
                place = position[pk]
                digits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(digits, "little")

    def newest(self, jobs: int, limit: int) -> list[int]:
        """Ids of the newest ones."""
        ids: list[int] = []
        while jobs and len(ids) < limit:
            place = jobs.bit_length() - 1
            ids.append(self.ids[place])
            jobs ^= 1 << place
        return ids

    def split(self, skills: Collection[int]) -> "Split":
        """Split the jobs by how many of the ``skills`` they require."""
        digits = _add_up(self.requiring[pk] for pk in skills if pk in self.requiring)
        within = short = 0
        for minimum, jobs in self.needing.items():
            more, equal = _compare_counts(digits, minimum, self.every)
            within |= jobs & (more | equal)
            _, one_less = _compare_counts(digits, minimum - 1, self.every)
            short |= jobs & one_less
        return Split(within, short)

    def lacking(self, jobs: int, skills: Collection[int]) -> Counter[int]:
        """Skill id → how many of ``jobs`` require it, but for the ``skills`` themselves."""
        counts: Counter[int] = Counter()
        if not jobs:
            return counts
        for pk, requiring in self.requiring.items():
            count = (jobs & requiring).bit_count()
            if count and pk not in skills:
                counts[pk] = count
        return counts


@dataclass(frozen=True)
class Split:
    """Sets of jobs: those ``within`` reach, and those that one more skill would bring there."""

    within: int
    short: int


def _add_up(sets: Iterable[int]) -> list[int]:
    """How many of the ``sets`` each job is in, in binary digits: a set of jobs for each digit, the
    lowest first.
    """
    digits: list[int] = []
    for carry in sets:
        for place, digit in enumerate(digits):
            digits[place], carry = digit ^ carry, digit & carry
        if carry:
            digits.append(carry)
    return digits


def _compare_counts(digits: list[int], number: int, every: int) -> tuple[int, int]:
    """The jobs with more than ``number``, and those with as many."""
    more = 0
    equal = every
    places = max(len(digits), number.bit_length())
    for place in reversed(range(places)):
        digit = 0
        if place < len(digits):
            digit = digits[place]
        if number >> place & 1:
            equal &= digit
        else:
            more |= equal & digit
            equal &= every ^ digit
    return more, equal


def read_skill_sets(index: Snapshot, live: Query) -> SkillSets:
    """The sets for documents of ``index`` that are ``live``."""
    counted = index.count_by(live, "required_count")
    numbers = [number for number in counted if number >= BETWEEN_MIN_REQUIRED]
    if not numbers:
        return SkillSets([], {}, {})
    any_of = index.conditions.any_of
    jobs = all_of(live, any_of("required_count", sorted(numbers)))
    ids = find_ids(index, jobs)
    ids.reverse()
    sets = SkillSets(ids, {}, {})
    for skill in index.count_by(jobs, "required"):
        requiring = all_of(jobs, any_of("required", [skill]))
        sets.requiring[skill] = sets.set_of(find_ids(index, requiring))
    for number in numbers:
        of_number = all_of(jobs, any_of("required_count", [number]))
        minimum = needed(number)
        sets.needing[minimum] = sets.needing.get(minimum, 0) | sets.set_of(
            find_ids(index, of_number)
        )
    return sets


def find_ids(index: Snapshot, query: Query) -> list[int]:
    """The newest first."""
    count = count_hits(index.searcher, query)
    if not count:
        return []
    hits = index.searcher.search(query, count, order_by_field="newest").hits
    return [id_in(key) for key, _ in hits]
