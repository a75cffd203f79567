"""Questions about live jobs that pages ask. The index answers them, exactly as the database does,
which takes over while the index is missing or far behind.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from django.db.models import Count, F, Max, Q
from django.utils import timezone
from tantivy import Query

from jobboard.common.storage.replica import reading_primary
from jobboard.listings.cards import live_cards
from jobboard.listings.employers.querysets import CompanyQuerySet
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Company, Listing, ListingPlace
from jobboard.listings.querysets import ListingQuerySet, of_levels, of_workplaces
from jobboard.search.find import ask
from jobboard.search.index.documents import (
    LEVELS,
    WORKPLACES,
    country_number,
    currency_number,
    id_in,
    sort_key,
    to_microseconds,
)
from jobboard.search.index.queries import Snapshot
from jobboard.search.index.tally import IDS_IN_RANGE
from jobboard.search.index.tallying import tally_documents
from jobboard.search.index.within_reach import within_reach
from roles.models import Role

from .current import Current, current
from .hiring import HiringCompanies, hiring_ids

T = TypeVar("T")


@dataclass(frozen=True)
class LiveCounts:
    """How many live jobs there are, and how many of them state pay."""

    total: int
    paid: int


@dataclass(frozen=True)
class RoleHired:
    """How many live jobs of a company are of a role (id; 0: of none), and how many state pay."""

    role: int
    total: int
    paid: int


@dataclass(frozen=True)
class JobsWanted:
    """Which jobs are looked for: those that meet everything that is given. ``range_in`` is the
    currency in which their range per year is stated; workplace and country are of any place.
    """

    roles: tuple[int, ...] = ()
    company: int = 0
    level: str = ""
    workplace: str = ""
    country: str = ""
    range_in: str = ""
    is_featured: bool = False

    def listings(self) -> ListingQuerySet:
        """The live ones, by the database: what ``conditions`` say to the index."""
        listings = Listing.objects.live()
        if self.roles:
            listings = listings.filter(role__in=self.roles)
        if self.company:
            listings = listings.filter(company=self.company)
        if self.level:
            listings = listings.filter(of_levels([self.level]))
        if self.workplace:
            listings = listings.filter(of_workplaces([self.workplace]))
        if self.country:
            places = ListingPlace.objects.filter(place__country=self.country)
            listings = listings.filter(pk__in=places.values("listing"))
        if self.range_in:
            listings = listings.with_range_per_year(self.range_in)
        if self.is_featured:
            return listings.featured()
        return listings

    def conditions(self, index: Snapshot, now: datetime) -> list[Query]:
        any_of = index.conditions.any_of
        above = index.conditions.above
        queries = []
        if self.roles:
            queries.append(any_of("role", sorted(self.roles)))
        if self.company:
            queries.append(any_of("company", [self.company]))
        if self.level:
            queries.append(any_of("level", [LEVELS.index(self.level)]))
        if self.workplace:
            queries.append(any_of("workplace", [WORKPLACES.index(self.workplace)]))
        if self.country:
            queries.append(any_of("country", [country_number(self.country)]))
        if self.range_in:
            queries.append(any_of("currency", [currency_number(self.range_in)]))
            queries.append(above("range_low", 0))
        if self.is_featured:
            queries.append(above("featured", to_microseconds(now)))
        return queries


class LiveJobs:
    """Answers the questions of one page. What changed is asked once, when the first one comes."""

    # --- What they add up to ----------------------------------------------------------------------

    def facts_of_roles(
        self, roles: Iterable[Role | int], *, with_skills: bool = False
    ) -> dict[int, MarketFacts]:
        """Role id → what its live jobs add up to; roles (or ids) without any are left out. Skills
        are only there for certain ``with_skills``.
        """
        ids = [getattr(role, "pk", role) for role in roles]

        def by_index(state: Current) -> dict[int, MarketFacts]:
            facts = state.tally.facts
            return {pk: facts[pk] for pk in ids if pk in facts}

        def by_database() -> dict[int, MarketFacts]:
            of_roles = Listing.objects.live().filter(role__in=ids)
            return of_roles.market_facts(with_skills=with_skills)

        if ids:
            return self._ask(by_index, by_database)
        return {}

    def facts_of_role(self, role: Role | None) -> MarketFacts | None:
        """Facts of all live jobs of ``role``, with skills. None where there are no live jobs, or no
        role.
        """
        if role:
            return self.facts_of_roles([role], with_skills=True).get(role.pk)
        return None

    def facts_of_some(self, role: Role, wanted: JobsWanted) -> MarketFacts:
        """Facts of the live jobs of the role that are ``wanted``; without skills for certain."""
        of_role = replace(wanted, roles=(role.pk,))

        def by_database() -> MarketFacts:
            facts = of_role.listings().market_facts(with_skills=False)
            return facts.get(role.pk, MarketFacts())

        return self._ask(lambda state: _facts_of_some(state, role.pk, of_role), by_database)

    def counts(self) -> LiveCounts:
        def by_database() -> LiveCounts:
            paid = Count("pk", filter=Q(states_pay=True))
            return LiveCounts(**Listing.objects.live().aggregate(total=Count("pk"), paid=paid))

        return self._ask(lambda state: LiveCounts(state.tally.total, state.tally.paid), by_database)

    def count_jobs(self, company: Company) -> int:
        return self._ask(
            lambda state: state.tally.companies[company.pk],
            lambda: company.listings.live().count(),
        )

    def id_ranges(self) -> list[int]:
        """Numbers of the ranges of IDS_IN_RANGE IDs that live jobs have one of, in order."""

        def by_database() -> list[int]:
            in_ranges = Listing.objects.live().order_by().values_list(F("pk") / IDS_IN_RANGE)
            return sorted(number for (number,) in in_ranges.distinct())

        return self._ask(lambda state: sorted(state.tally.id_ranges), by_database)

    def roles_hired(self, company: Company) -> list[RoleHired]:
        """The roles that the company has live jobs for, in no order."""

        def by_database() -> list[RoleHired]:
            return _roles_hired(company.listings.live())

        return self._ask(lambda state: _roles_hired_by_index(state, company), by_database)

    def changes_of_companies(self, companies: list[int]) -> dict[int, datetime]:
        """Id of each company → when one of its live jobs changed last."""
        jobs = Listing.objects.live().filter(company__in=companies)

        def by_index(state: Current) -> dict[int, datetime]:
            of_companies = state.index.conditions.any_of("company", companies)
            query = state.unchanged(timezone.now(), of_companies)
            last_changes = state.index.last_changes(query, "company")
            for company, at in _last_changes(jobs.filter(pk__in=state.changed)).items():
                last_changes[company] = max(at, last_changes.get(company, at))
            return last_changes

        if companies:
            return self._ask(by_index, lambda: _last_changes(jobs))
        return {}

    # --- Which they are ---------------------------------------------------------------------------

    def among_newest(
        self, listings: ListingQuerySet, limit: int, kinds: Sequence[JobsWanted] = (JobsWanted(),)
    ) -> ListingQuerySet:
        """``listings``, which are live ones of the ``kinds``, without most of those that are surely
        not among the ``limit`` newest of a kind. To be ordered and cut as without this.
        """

        def by_index(state: Current) -> ListingQuerySet:
            ids = set(state.changed)
            for kind in kinds:
                ids.update(_newest(state, kind, limit))
            return listings.filter(pk__in=ids)

        return self._ask(by_index, lambda: listings)

    def newest_cards(self, limit: int, wanted: JobsWanted = JobsWanted()) -> list[Listing]:
        """The ``limit`` newest of those that are ``wanted``, with what a card shows."""

        def by_index(state: Current) -> list[Listing]:
            ids = _newest(state, wanted, limit)
            if not state.changed:
                return live_cards(ids)
            candidates = wanted.listings().filter(pk__in=[*ids, *state.changed])
            return list(candidates.for_cards()[:limit])

        return self._ask(by_index, lambda: list(wanted.listings().for_cards()[:limit]))

    def within_reach(self, skills: dict[int, frozenset[int]]) -> dict[int, list[int]]:
        """Role id → the ids of its live jobs whose required skills are mostly among those given
        (ids), newest first: see ListingQuerySet.between.
        """

        def by_index(state: Current) -> dict[int, list[int]]:
            return {role: _within_reach(state, role, ids) for role, ids in skills.items()}

        def by_database() -> dict[int, list[int]]:
            jobs: dict[int, list[int]] = {role: [] for role in skills}
            for pk, role in Listing.objects.live().between(skills).values_list("pk", "role"):
                jobs[role].append(pk)
            return jobs

        return self._ask(by_index, by_database)

    def hiring_companies(self, name: str = "") -> "CompanyQuerySet | HiringCompanies":
        """Companies with a live job and ``name`` in their name, by name, with ``live_count``."""
        companies = Company.objects.public().filter(name__icontains=name).order_by("name", "pk")

        def by_index(state: Current) -> CompanyQuerySet | HiringCompanies:
            counts = state.tally.companies
            if not name:
                return HiringCompanies(hiring_ids(state), counts)
            ids = companies.values_list("pk", flat=True)
            return HiringCompanies([pk for pk in ids if pk in counts], counts)

        def by_database() -> CompanyQuerySet | HiringCompanies:
            return companies.hiring().with_live_count()

        return self._ask(by_index, by_database)

    def hiring_ids(self) -> list[int]:
        """Ids of all ``hiring_companies``."""

        def by_database() -> list[int]:
            hiring = Company.objects.hiring().order_by("name", "pk")
            return list(hiring.values_list("pk", flat=True))

        return self._ask(hiring_ids, by_database)

    def _ask(self, by_index: Callable[[Current], T], by_database: Callable[[], T]) -> T:
        # It keeps answers, of which it asks the database a part.
        return ask(lambda: self._state, reading_primary()(by_index), by_database)

    @cached_property
    def _state(self) -> Current:
        return current()


def _facts_of_some(state: Current, role: int, wanted: JobsWanted) -> MarketFacts:
    key = ("facts", wanted)
    cached: MarketFacts | None = state.cache.get(key)
    if cached is not None:
        return cached
    now = timezone.now()
    query = state.unchanged(now, *wanted.conditions(state.index, now))
    facts = tally_documents(state.index, query).facts.get(role, MarketFacts())
    if state.changed:
        changed = wanted.listings().filter(pk__in=state.changed).market_facts(with_skills=False)
        facts = facts.replaced(MarketFacts(), changed.get(role, MarketFacts()))
    state.cache.set(key, facts, facts.total)
    return facts


def _roles_hired(live: ListingQuerySet) -> list[RoleHired]:
    paid = Count("pk", filter=Q(states_pay=True))
    counted = live.order_by().values_list("role").annotate(total=Count("pk"), paid=paid)
    return [RoleHired(role or 0, total, with_pay) for role, total, with_pay in counted]


def _roles_hired_by_index(state: Current, company: Company) -> list[RoleHired]:
    key = ("hired", company.pk)
    cached: list[RoleHired] | None = state.cache.get(key)
    if cached is not None:
        return cached
    now = timezone.now()
    of_company = JobsWanted(company=company.pk).conditions(state.index, now)
    query = state.unchanged(now, *of_company)
    with_pay = [*of_company, state.index.conditions.any_of("states_pay", [1])]
    totals = Counter(state.index.count_by(query, "role"))
    paid = Counter(state.index.count_by(state.unchanged(now, *with_pay), "role"))
    if state.changed:
        changed = company.listings.live().filter(pk__in=state.changed)
        for hired in _roles_hired(changed):
            totals[hired.role] += hired.total
            paid[hired.role] += hired.paid
    roles = [RoleHired(role, total, paid[role]) for role, total in totals.items()]
    state.cache.set(key, roles, len(roles))
    return roles


def _last_changes(jobs: ListingQuerySet) -> dict[int, datetime]:
    return dict(jobs.order_by().values_list("company").annotate(Max("changed_at")))


# --- The newest -----------------------------------------------------------------------------------


def _newest(state: Current, wanted: JobsWanted, limit: int) -> list[int]:
    """The newest of the jobs that the index knows as they are."""
    key = (wanted, limit)
    cached: list[int] | None = state.cache.get(key)
    if cached is not None:
        return cached
    now = timezone.now()
    query = state.unchanged(now, *wanted.conditions(state.index, now))
    _, ids = state.index.sorted_by("newest", query, 0, limit)
    if not wanted.is_featured:  # who is featured changes by the clock, and they are few
        state.cache.set(key, ids, len(ids))
    return ids


# --- Jobs within reach ----------------------------------------------------------------------------


def _within_reach(state: Current, role: int, skills: frozenset[int]) -> list[int]:
    key = (role, skills)
    cached: array[int] | None = state.cache.get(key)
    if cached is not None:
        return list(cached)
    of_role = state.index.conditions.any_of("role", [role])
    sort_keys = within_reach(state.index, state.unchanged(timezone.now(), of_role), skills)
    if state.changed:
        changed = Listing.objects.live().filter(pk__in=state.changed)
        rows = changed.between({role: skills}).values_list("posted_at", "pk")
        sort_keys += [sort_key(int(posted_at.timestamp()), pk) for posted_at, pk in rows]
        sort_keys.sort(reverse=True)
    ids = array("Q", map(id_in, sort_keys))  # a fifth of a list's memory
    state.cache.set(key, ids, len(ids))
    return list(ids)
