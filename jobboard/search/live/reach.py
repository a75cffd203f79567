"""Jobs within reach of somebody who has certain skills, and the one skill that brings most more."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from jobboard.listings.models import Listing, ListingSkill
from jobboard.listings.querysets import BETWEEN_LEAST_COVERED, BETWEEN_LEAST_REQUIRED
from jobboard.search.find import ask
from jobboard.search.index.within_reach import one_short_of_reach, within_reach_of

from .current import Current, current
from .jobs import JobsWanted


@dataclass(frozen=True)
class Reach:
    """``ids`` of the newest jobs within reach, of ``total``; ``next_skills``: id of a skill that is
    lacking → how many more jobs it alone brings within reach.
    """

    total: int
    ids: list[int]
    next_skills: Counter[int]

    @property
    def best(self) -> list[tuple[int, int]]:
        """Most jobs first; of equals the one with the lower id."""
        return sorted(self.next_skills.items(), key=lambda item: (-item[1], item[0]))


def reach(known: Collection[int], wanted: JobsWanted, most: int) -> Reach:
    """Of the live jobs that are ``wanted``, for somebody with the ``known`` skills (ids); with the
    ids of the ``most`` newest. Nothing of it is kept.
    """
    if not known:
        return Reach(0, [], Counter())
    return ask(
        current,
        lambda state: _by_index(state, known, wanted, most),
        lambda: _by_database(wanted.listings(), known, most),
    )


def _by_index(state: Current, known: Collection[int], wanted: JobsWanted, most: int) -> Reach:
    now, index = timezone.now(), state.index
    query = state.unchanged(now, *wanted.conditions(state, now))
    numbers = sorted(index.counted(query, "required_count"))
    numbers = [number for number in numbers if number >= BETWEEN_LEAST_REQUIRED]
    found = Reach(0, [], Counter())
    if numbers:
        there = within_reach_of(index, query, numbers, known)
        total, ids = index.sorted_by("newest", there, 0, max(most, 1))
        short = one_short_of_reach(index, query, numbers, known)
        counts = Counter(index.counted(short, "required"))
        found = Reach(total, ids[:most], _lacking(counts, known))
    if not state.changed:
        return found
    changed = _by_database(wanted.listings().filter(pk__in=state.changed), known, most)
    ids = [*changed.ids, *found.ids]
    newest = Listing.objects.filter(pk__in=ids).order_by("-posted_at", "-id")
    return Reach(
        found.total + changed.total,
        list(newest.values_list("pk", flat=True)[:most]),
        found.next_skills + changed.next_skills,
    )


def _by_database(listings: QuerySet, known: Collection[int], most: int) -> Reach:
    covered = (
        ListingSkill.objects.filter(need="required", listing__in=listings.order_by().values("pk"))
        .order_by()
        .values("listing")
        .annotate(
            required=Count("pk"),
            covered=Count("pk", filter=Q(skill__in=known)),
            # Rounded up.
            short=(F("required") * BETWEEN_LEAST_COVERED + 99) / 100 - F("covered"),
        )
        .filter(required__gte=BETWEEN_LEAST_REQUIRED)
    )
    there = listings.filter(pk__in=covered.filter(short__lte=0).values("listing"))
    newest = there.order_by("-posted_at", "-id").values_list("pk", flat=True)
    one_short = covered.filter(short=1).values("listing")
    lacked = ListingSkill.objects.filter(need="required", listing__in=one_short).order_by()
    counts = Counter(dict(lacked.values_list("skill").annotate(count=Count("pk"))))
    return Reach(there.count(), list(newest[:most]), _lacking(counts, known))


def _lacking(counts: Counter[int], known: Collection[int]) -> Counter[int]:
    return Counter({pk: count for pk, count in counts.items() if pk and pk not in set(known)})
