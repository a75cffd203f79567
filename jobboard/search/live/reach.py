"""Jobs within reach of somebody who has certain skills, and the one skill that brings most more.

Which jobs require what is read once for each state of the index, as sets of jobs. So an answer for
somebody costs about the same however many jobs there are, and nothing of them is kept.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from threading import Lock

from django.db.models import QuerySet
from django.utils import timezone
from tantivy import Query

from jobboard.listings.models import Listing, ListingSkill
from jobboard.listings.querysets import BETWEEN_MIN_REQUIRED
from jobboard.search.find import ask
from jobboard.search.index.clauses import all_of
from jobboard.search.index.within_reach import needed
from jobboard.search.order.open_jobs import open_from

from .current import Counted, Current, current, no_longer_live
from .jobs import JobsWanted
from .skill_sets import SkillSets, find_ids, read_skill_sets

_reading = Lock()
SKILL_SETS = "skill sets"
NO_LONGER_LIVE = "no longer live"
MAX_ASKED_BY_ID = 1_000


@dataclass(frozen=True)
class Reach:
    """``total`` jobs are within reach. ``ids`` of the newest ones, of those open from the country
    that was asked for, if one was. ``next_skills``: id of a skill that is lacking → how many more
    jobs it alone brings within reach. ``open_total`` and ``next_open`` are of jobs that are open
    from that country.
    """

    total: int
    ids: list[int]
    next_skills: Counter[int]
    open_total: int = 0
    next_open: Counter[int] = field(default_factory=Counter)

    @property
    def best(self) -> list[tuple[int, int]]:
        """The best of ``next_open``, or of all where there are none: most jobs first; of equals the
        one with the lower id.
        """
        counts = self.next_open or self.next_skills
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def reach(skills: Collection[int], wanted: JobsWanted, limit: int, country: str = "") -> Reach:
    """The live jobs that are ``wanted`` and within reach of somebody with these ``skills`` (ids)
    who would work from ``country`` (alpha-2); with the ids of the ``limit`` newest.
    """
    if not skills:
        return Reach(0, [], Counter())
    return ask(
        current,
        lambda state: _by_index(state, frozenset(skills), wanted, limit, country),
        lambda: _by_database(wanted, Listing.objects.live(), skills, limit, country),
    )


# --- By the index ---------------------------------------------------------------------------------


def _by_index(
    state: Current, skills: frozenset[int], wanted: JobsWanted, limit: int, country: str
) -> Reach:
    unchanged = _unchanged_reach(state, skills, wanted, limit, country)
    if not state.changed:
        return unchanged
    live = Listing.objects.live().filter(pk__in=state.changed)
    changed = _by_database(wanted, live, skills, limit, country)
    both = Listing.objects.filter(pk__in=[*changed.ids, *unchanged.ids])
    newest = both.order_by("-posted_at", "-id")
    return Reach(
        unchanged.total + changed.total,
        list(newest.values_list("pk", flat=True)[:limit]),
        unchanged.next_skills + changed.next_skills,
        unchanged.open_total + changed.open_total,
        unchanged.next_open + changed.next_open,
    )


def _unchanged_reach(
    state: Current, skills: frozenset[int], wanted: JobsWanted, limit: int, country: str
) -> Reach:
    """The reach among jobs that the index knows as they are."""
    sets = _skill_sets(state.counted)
    jobs = _wanted(state.counted, sets, wanted) & ~_no_longer_live(state, sets)
    split = sets.split(skills)
    within = split.within & jobs
    short = split.short & jobs
    total = within.bit_count()
    next_skills = sets.lacking(short, skills)
    if not country:
        return Reach(total, sets.newest(within, limit), next_skills)
    is_open = _open_from(state.counted, sets, country)
    return Reach(
        total,
        sets.newest(within & is_open, limit),
        next_skills,
        open_total=(within & is_open).bit_count(),
        next_open=sets.lacking(short & is_open, skills),
    )


def _skill_sets(counted: Counted) -> SkillSets:
    """Read by one thread, while others wait: to read them costs as much as many answers."""
    with _reading:
        sets: SkillSets | None = counted.cache.get(SKILL_SETS)
        if sets is None:
            sets = read_skill_sets(counted.index, counted.is_live)
            counted.cache.set(SKILL_SETS, sets, len(sets.ids))
    return sets


def _wanted(counted: Counted, sets: SkillSets, wanted: JobsWanted) -> int:
    if wanted == JobsWanted():
        return sets.every
    conditions = wanted.conditions(counted.index, timezone.now())
    return _cached_set(counted, sets, wanted, conditions)


def _open_from(counted: Counted, sets: SkillSets, country: str) -> int:
    is_open = counted.index.conditions.open_from([country])
    return _cached_set(counted, sets, ("open from", country), [is_open])


def _cached_set(counted: Counted, sets: SkillSets, key: object, conditions: list[Query]) -> int:
    """The jobs that meet the ``conditions``, which ``key`` stands for."""
    jobs: int | None = counted.cache.get(key)
    if jobs is None:
        query = all_of(counted.is_live, *conditions)
        jobs = sets.set_of(find_ids(counted.index, query))
        counted.cache.set(key, jobs, len(sets.ids) // 64 + 1)
    return jobs


def _no_longer_live(state: Current, sets: SkillSets) -> int:
    """The set of jobs that have changed or ended since the index was counted."""
    jobs: int | None = state.cache.get(NO_LONGER_LIVE)
    if jobs is None:
        query = no_longer_live(state.counted, state.changed, timezone.now())
        jobs = sets.set_of(find_ids(state.index, query))
        state.cache.set(NO_LONGER_LIVE, jobs, len(sets.ids) // 64 + 1)
    return jobs


# --- By the database ------------------------------------------------------------------------------


def _by_database(
    wanted: JobsWanted, live: QuerySet, skills: Collection[int], limit: int, country: str
) -> Reach:
    """``live`` are the jobs to look at. Their skills are counted here: as subqueries of one another
    they cost PostgreSQL seconds where it has no statistics of its tables yet.
    """
    listings = wanted.listings().filter(pk__in=live.order_by().values("pk"))
    required = _required_of(listings)
    within: set[int] = set()
    one_short: set[int] = set()
    for pk, skills_of_job in required.items():
        missing = _missing(skills_of_job, skills)
        if missing <= 0:
            within.add(pk)
        elif missing == 1:
            one_short.add(pk)
    next_skills = _lacking(required, one_short, skills)
    if not country:
        return Reach(len(within), _newest(listings, within, limit), next_skills)
    is_open = _open_among(within | one_short, country)
    return Reach(
        len(within),
        _newest(listings, within & is_open, limit),
        next_skills,
        open_total=len(within & is_open),
        next_open=_lacking(required, one_short & is_open, skills),
    )


def _newest(listings: QuerySet, ids: set[int], limit: int) -> list[int]:
    by_date = listings.order_by("-posted_at", "-id").values_list("pk", flat=True)
    newest = [pk for pk in by_date if pk in ids]
    return newest[:limit]


def _open_among(ids: set[int], country: str) -> set[int]:
    few = None
    if len(ids) <= MAX_ASKED_BY_ID:
        few = list(ids)
    listings = Listing.objects.filter(open_from(country, few)).order_by()
    return ids.intersection(listings.values_list("pk", flat=True))


def _required_of(listings: QuerySet) -> dict[int, list[int]]:
    """Ids of the skills that each requires, of those that require enough to be within reach."""
    rows = ListingSkill.objects.filter(
        need="required", listing__in=listings.order_by().values("pk")
    )
    required = defaultdict(list)
    for listing, skill in rows.order_by().values_list("listing", "skill"):
        required[listing].append(skill)
    return {pk: ids for pk, ids in required.items() if len(ids) >= BETWEEN_MIN_REQUIRED}


def _missing(required: list[int], skills: Collection[int]) -> int:
    """How many more of them one would have to know; none or less where it is within reach."""
    return needed(len(required)) - len(set(required).intersection(skills))


def _lacking(
    required: dict[int, list[int]], jobs: Iterable[int], skills: Collection[int]
) -> Counter[int]:
    """Id of a skill that is not among the ``skills`` → how many of the ``jobs`` require it."""
    counts: Counter[int] = Counter()
    for pk in jobs:
        counts.update(set(required[pk]).difference(skills))
    return counts
