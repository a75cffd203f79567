"""Jobs within reach of somebody who has certain skills, and the one skill that brings most more.

Which jobs require what is read once for each state of the index, as sets of jobs. So an answer for
somebody costs about the same however many jobs there are, and nothing of them is kept.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain
from threading import Lock

from django.db.models import QuerySet
from django.utils import timezone
from tantivy import Occur, Query

from jobboard.listings.models import Listing, ListingSkill
from jobboard.listings.querysets import BETWEEN_MIN_REQUIRED
from jobboard.search.find import ask
from jobboard.search.index.within_reach import needed
from jobboard.search.order.open_jobs import open_from

from .current import Counted, Current, current, no_longer_live
from .jobs import JobsWanted
from .skill_sets import SkillSets, ids_of, skill_sets_of

_reading = Lock()
SKILL_SETS, GONE = "skill sets", "gone"
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
        """Of ``next_open``, or of all where there are none: most jobs first; of equals the one with
        the lower id.
        """
        counts = self.next_open or self.next_skills
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def reach(known: Collection[int], wanted: JobsWanted, most: int, country: str = "") -> Reach:
    """Of the live jobs that are ``wanted``, for somebody with the ``known`` skills (ids), who would
    work from ``country`` (alpha-2); with the ids of the ``most`` newest.
    """
    if not known:
        return Reach(0, [], Counter())
    return ask(
        current,
        lambda state: _by_index(state, frozenset(known), wanted, most, country),
        lambda: _by_database(wanted, Listing.objects.live(), known, most, country),
    )


# --- By the index ---------------------------------------------------------------------------------


def _by_index(
    state: Current, known: frozenset[int], wanted: JobsWanted, most: int, country: str
) -> Reach:
    sets = _skill_sets(state.counted)
    jobs = _wanted(state.counted, sets, wanted) & ~_gone(state, sets)
    split = sets.split(known)
    within, short = split.within & jobs, split.short & jobs
    is_open = _open_from(state.counted, sets, country) if country else sets.every
    found = Reach(
        within.bit_count(),
        sets.newest(within & is_open, most),
        sets.lacking(short, known),
        (within & is_open).bit_count() if country else 0,
        sets.lacking(short & is_open, known) if country else Counter(),
    )
    if not state.changed:
        return found
    live = Listing.objects.live().filter(pk__in=state.changed)
    changed = _by_database(wanted, live, known, most, country)
    newest = Listing.objects.filter(pk__in=[*changed.ids, *found.ids]).order_by("-posted_at", "-id")
    return Reach(
        found.total + changed.total,
        list(newest.values_list("pk", flat=True)[:most]),
        found.next_skills + changed.next_skills,
        found.open_total + changed.open_total,
        found.next_open + changed.next_open,
    )


def _skill_sets(counted: Counted) -> SkillSets:
    """Read by one thread, while others wait: to read them costs as much as many answers."""
    with _reading:
        sets: SkillSets | None = counted.kept.get(SKILL_SETS)
        if sets is None:
            sets = skill_sets_of(counted.index, counted.is_live)
            counted.kept.keep(SKILL_SETS, sets, len(sets.ids))
    return sets


def _wanted(counted: Counted, sets: SkillSets, wanted: JobsWanted) -> int:
    if wanted == JobsWanted():
        return sets.every
    conditions = wanted.conditions(counted.index, timezone.now())
    return _kept_set(counted, sets, wanted, conditions)


def _open_from(counted: Counted, sets: SkillSets, country: str) -> int:
    is_open = counted.index.conditions.open_from([country])
    return _kept_set(counted, sets, ("open from", country), [is_open])


def _kept_set(counted: Counted, sets: SkillSets, asked: object, conditions: list[Query]) -> int:
    """The jobs that meet the ``conditions``, kept by what was ``asked``."""
    jobs: int | None = counted.kept.get(asked)
    if jobs is None:
        required = [(Occur.Must, one) for one in [counted.is_live, *conditions]]
        jobs = sets.set_of(ids_of(counted.index, Query.boolean_query(required)))
        counted.kept.keep(asked, jobs, len(sets.ids) // 64 + 1)
    return jobs


def _gone(state: Current, sets: SkillSets) -> int:
    """Those that have changed or ended since the index was counted."""
    gone: int | None = state.kept.get(GONE)
    if gone is None:
        query = no_longer_live(state.counted, state.changed, timezone.now())
        gone = sets.set_of(ids_of(state.index, query))
        state.kept.keep(GONE, gone, len(sets.ids) // 64 + 1)
    return gone


# --- By the database ------------------------------------------------------------------------------


def _by_database(
    wanted: JobsWanted, live: QuerySet, known: Collection[int], most: int, country: str
) -> Reach:
    """``live`` are the jobs to look at. Their skills are counted here: as subqueries of one another
    they cost PostgreSQL seconds where it has no statistics of its tables yet.
    """
    listings = wanted.listings().filter(pk__in=live.order_by().values("pk"))
    required = _required_of(listings)
    short = {pk: _short_of(skills, known) for pk, skills in required.items()}
    within = {pk for pk, skills in short.items() if skills <= 0}
    one_short = {pk for pk, skills in short.items() if skills == 1}
    newest = listings.order_by("-posted_at", "-id").values_list("pk", flat=True)
    lacking = _lacking([required[pk] for pk in one_short], known)
    if not country:
        return Reach(len(within), [pk for pk in newest if pk in within][:most], lacking)
    is_open = _open_among(within | one_short, country)
    shown = within & is_open
    return Reach(
        len(within),
        [pk for pk in newest if pk in shown][:most],
        lacking,
        len(shown),
        _lacking([required[pk] for pk in one_short & is_open], known),
    )


def _open_among(ids: set[int], country: str) -> set[int]:
    few = list(ids) if len(ids) <= MAX_ASKED_BY_ID else None
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


def _short_of(required: list[int], known: Collection[int]) -> int:
    """How many more of them one would have to know; none or less where it is within reach."""
    return needed(len(required)) - len(set(required).intersection(known))


def _lacking(jobs: Iterable[list[int]], known: Collection[int]) -> Counter[int]:
    """Id of a skill that is not ``known`` → how many of the ``jobs`` require it."""
    return Counter(skill for skill in chain.from_iterable(jobs) if skill not in known)
