"""Which jobs require which skills, with one bit for each job: sets of jobs are whole numbers, and
Python puts together and counts a hundred thousand jobs in microseconds.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from tantivy import Occur, Query

from jobboard.listings.querysets import BETWEEN_MIN_REQUIRED
from jobboard.search.index.counting import count_of
from jobboard.search.index.documents import id_in
from jobboard.search.index.queries import Snapshot
from jobboard.search.index.within_reach import needed


@dataclass(frozen=True)
class SkillSets:
    """Of jobs with enough required skills to be within reach of somebody. ``ids`` are theirs, the
    oldest first: bit 0 is the first. ``requiring``: skill id → jobs; ``needing``: how many of their
    required skills somebody has to have → jobs.
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
        """Those of the jobs with these ``ids`` that are among its own."""
        places = [self.position[pk] for pk in ids if pk in self.position]
        digits = bytearray(len(self.ids) // 8 + 1)
        for place in places:
            digits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(digits, "little")

    def newest(self, jobs: int, most: int) -> list[int]:
        """Ids of the newest ones."""
        found: list[int] = []
        while jobs and len(found) < most:
            place = jobs.bit_length() - 1
            found.append(self.ids[place])
            jobs ^= 1 << place
        return found

    def split(self, known: Collection[int]) -> "Split":
        """By how many of the ``known`` skills they require."""
        digits = _added_up(self.requiring[pk] for pk in known if pk in self.requiring)
        within = short = 0
        for least, jobs in self.needing.items():
            more, equal = _compared(digits, least, self.every)
            within |= jobs & (more | equal)
            _, one_less = _compared(digits, least - 1, self.every)
            short |= jobs & one_less
        return Split(within, short)

    def lacking(self, jobs: int, known: Collection[int]) -> Counter[int]:
        """Skill id → how many of ``jobs`` require it, of the skills that are not ``known``."""
        if not jobs:
            return Counter()
        counts = {pk: (jobs & requiring).bit_count() for pk, requiring in self.requiring.items()}
        return Counter({pk: n for pk, n in counts.items() if n and pk not in known})


@dataclass(frozen=True)
class Split:
    """Sets of jobs: those ``within`` reach, and those that one more skill would bring there."""

    within: int
    short: int


def _added_up(sets: Iterable[int]) -> list[int]:
    """For each job in how many ``sets`` it is, in binary digits: a set of jobs for each digit, the
    lowest first.
    """
    digits: list[int] = []
    for carry in sets:
        for place, digit in enumerate(digits):
            digits[place], carry = digit ^ carry, digit & carry
        if carry:
            digits.append(carry)
    return digits


def _compared(digits: list[int], number: int, every: int) -> tuple[int, int]:
    """The jobs with more than ``number``, and those with as many."""
    more, equal = 0, every
    for place in reversed(range(max(len(digits), number.bit_length()))):
        digit = digits[place] if place < len(digits) else 0
        if number >> place & 1:
            equal &= digit
        else:
            more |= equal & digit
            equal &= every ^ digit
    return more, equal


def skill_sets_of(index: Snapshot, live: Query) -> SkillSets:
    """Of the documents of ``index`` that are ``live``."""
    numbers = [n for n in index.counted(live, "required_count") if n >= BETWEEN_MIN_REQUIRED]
    if not numbers:
        return SkillSets([], {}, {})
    any_of = index.conditions.any_of
    jobs = _both(live, any_of("required_count", sorted(numbers)))
    ids = ids_of(index, jobs)
    ids.reverse()
    found = SkillSets(ids, {}, {})
    for skill in index.counted(jobs, "required"):
        found.requiring[skill] = found.set_of(
            ids_of(index, _both(jobs, any_of("required", [skill])))
        )
    for number in numbers:
        of_number = found.set_of(ids_of(index, _both(jobs, any_of("required_count", [number]))))
        least = needed(number)
        found.needing[least] = found.needing.get(least, 0) | of_number
    return found


def ids_of(index: Snapshot, query: Query) -> list[int]:
    """The newest first."""
    count = count_of(index.searcher, query)
    if not count:
        return []
    hits = index.searcher.search(query, count, order_by_field="newest").hits
    return [id_in(key) for key, _ in hits]


def _both(one: Query, other: Query) -> Query:
    return Query.boolean_query([(Occur.Must, one), (Occur.Must, other)])
