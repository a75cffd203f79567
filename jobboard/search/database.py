"""Search by the database alone: filters, exact facets, plain words, newest first.

It answers while there is no index, and says in tests what the index has to say. Two statements,
whatever is asked: one gives the total, the featured ones and every facet, or the total alone where
no facets are wanted, and one the ids of the page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast, Coalesce, Concat

from jobboard.listings.choices import EmploymentType, Level, Workplace
from jobboard.listings.geo.gazetteer import Region
from jobboard.listings.models import Listing, ListingPlace
from jobboard.listings.querysets import ListingQuerySet, of_levels, of_workplaces

from .criteria import Criteria, chosen_of_places
from .database_words import names_skill, words_of
from .facets.counted import Answer, Counts
from .facets.table import BETWEEN, FACETS, NAMED, UNSTATED
from .language import NOT_COMPARABLE, OTHER_WORK
from .order.by_database import best_first, group_totals, open_first
from .order.fit import FIT, OPEN, Fit
from .order.open_jobs import open_to, with_owner
from .regions import REGIONS, countries_in
from .stored import stored, type_masks

FEATURED_SHOWN = 2
SORTS: dict[str, list[str | OrderBy]] = {
    "newest": ["-posted_at", "-id"],
    "relevance": ["-posted_at", "-id"],  # ranking by relevance is the index's alone
    "salary": [Coalesce("pay_year_max_usd", "pay_year_min_usd").desc(nulls_last=True), "-id"],
    "closing": ["expires_at", "-id"],
}


def search(
    criteria: Criteria, now, *, offset: int = 0, limit: int = 25, with_facets: bool = True
) -> Answer:
    found = _in_order(criteria, matching(criteria, now))
    ids = list(found.values_list("pk", flat=True)[offset : offset + limit])
    groups = _groups(criteria, now)
    if not with_facets:
        return Answer(ids, count(criteria, now), featured=[], counts={}, groups=groups)
    counts, total, featured = _count(criteria, now)
    return Answer(ids, total, featured, counts, groups)


def _in_order(criteria: Criteria, found: ListingQuerySet) -> ListingQuerySet:
    fit = criteria.fit or Fit()
    if criteria.sort == FIT:
        return best_first(found, fit)
    if criteria.sort == OPEN:
        return open_first(found, fit)
    return found.order_by(*SORTS[criteria.sort])


def _groups(criteria: Criteria, now) -> dict[int, int]:
    if criteria.sort != OPEN:
        return {}
    fit = criteria.fit or Fit()
    return group_totals(matching(criteria, now), fit)


def count(criteria: Criteria, now) -> int:
    return matching(criteria, now).count()


# --- What matches ---------------------------------------------------------------------------------


def matching(criteria: Criteria, now, *, without: str = "") -> ListingQuerySet:
    """Live listings that meet the criteria, but for the field ``without``."""
    conditions = _conditions(criteria, now)
    conditions.pop(without, None)
    conditions["place"] = _at_one_place(criteria, without)
    return Listing.objects.live(now).filter(*conditions.values())


def _conditions(criteria: Criteria, now) -> dict[str, Q]:
    """By field; what is said of places is in ``_at_one_place``."""
    conditions = {
        "q": words_of(criteria.pieces),
        "role": _of_role(criteria),
        "level": of_levels(stored(criteria.level)),
        "type": Q(employment_types__in=type_masks(criteria.type)) if criteria.type else Q(),
        "company": _of_company(criteria),
        "salary": _pay(criteria.salary_from, criteria.salary),
        "posted": (Q(posted_at__gte=criteria.posted_since(now)) if criteria.posted else Q()),
        "featured": Q(featured_until__gt=now) if criteria.featured else Q(),
        "visa": Q(visa="yes") if criteria.visa else Q(),
        "verified": ~Q(company__verified_by="") if criteria.verified else Q(),
    }
    wanted = [skill.pk for skill in criteria.skill]
    if criteria.any_skill:
        conditions["skill"] = Q(names_skill(skill__in=wanted)) if wanted else Q()
    else:
        conditions |= {f"skill {pk}": Q(names_skill(skill=pk)) for pk in wanted}
    for skill in criteria.without_skill:
        conditions[f"not skill {skill.pk}"] = ~Q(names_skill(skill=skill.pk))
    conditions |= _left_out(criteria)
    return {name: condition for name, condition in conditions.items() if condition}


def _left_out(criteria: Criteria) -> dict[str, Q]:
    """What is not wanted, by field. Of several levels, types or places any may be that."""
    found = {}
    if criteria.without_level:
        found["not level"] = ~of_levels(stored(criteria.without_level))
    if criteria.without_type:
        found["not type"] = ~Q(employment_types__in=type_masks(criteria.without_type))
    if criteria.without_country:
        found["not country"] = ~_at(Q(place__country__in=criteria.countries_left_out))
    if criteria.without_city:
        found["not city"] = ~_at(_in_cities(criteria.cities_left_out, criteria.states_left_out))
    return found


def _at(places: Q) -> Q:
    """Listings with a place like that."""
    return Q(pk__in=ListingPlace.objects.order_by().filter(places).values("listing"))


def _in_cities(cities: Iterable[str], states: Iterable[Region]) -> Q:
    """Places of these names, or in these states."""
    named = Q(place__kind="city", place__folded__in=cities)
    for state in states:
        is_inside = Q(place__kind="city", place__admin1=state.name)
        is_all = Q(place__kind="region", place__name=state.name)
        named |= Q(place__country=state.country) & (is_inside | is_all)
    return named


def _of_company(criteria: Criteria) -> Q:
    wanted = Q(company__in=[company.pk for company in criteria.company])
    unwanted = Q(company__in=[company.pk for company in criteria.without_company])
    found = wanted if criteria.company else Q()
    return found & ~unwanted if criteria.without_company else found


def _of_role(criteria: Criteria) -> Q:
    if not criteria.role:
        return Q()
    named = Q(role__in=[role.pk for role in criteria.role if role.pk])
    return named | Q(role=None) if OTHER_WORK in criteria.role else named


def _at_one_place(criteria: Criteria, without: str) -> Q:
    """All that is chosen of places but ``without`` holds for one place of the listing. One that
    names no place works in no stated way.
    """
    chosen = chosen_of_places(criteria, without)
    if not chosen:
        return Q()
    if chosen == ["workplace"]:
        return of_workplaces(stored(criteria.workplace))
    # Not correlated, so that a statement finds these places once and not for each listing.
    return Q(pk__in=_places_meeting(criteria, chosen).values("listing"))


def _places_meeting(criteria: Criteria, chosen: Iterable[str]) -> QuerySet[ListingPlace]:
    """Those that meet what is ``chosen`` of them."""
    conditions = {
        "workplace": _works_so(criteria.workplace),
        "country": Q(place__country__in=criteria.countries),
        "city": _in_one_of_cities(criteria),
        "from": open_to(criteria.home_countries),
    }
    places = ListingPlace.objects.order_by()
    if "from" in chosen:  # only then it pays to look at whoever stated the place
        places = with_owner(places)
    return places.filter(*(conditions[name] for name in chosen))


def _in_one_of_cities(criteria: Criteria) -> Q:
    named = _in_cities(criteria.cities, criteria.states)
    ids = [town.geoname_id for town in criteria.towns]
    return named | Q(place__geoname_id__in=ids) if ids else named


def _works_so(values: Iterable[str]) -> Q:
    """At a place. Where another one states it, a place without a workplace type is not counted."""
    stated = Q(workplace__in=[value for value in values if value != UNSTATED])
    return stated | Q(listing__workplaces=0) if UNSTATED in values else stated


def _pay_state(threshold: int) -> dict[str, Q]:
    """``threshold`` is gross per year in USD. An end that is not stated may be anywhere.

    Pay without a yearly amount is stated otherwise: in a currency without a rate, after tax, or
    none of it as base pay.
    """
    without_a_yearly = Q(pay_year_min_usd=None, pay_year_max_usd=None)
    return {
        "surely": Q(pay_year_min_usd__gte=threshold),
        "maybe": (
            Q(pay_year_max_usd__gte=threshold)
            & (Q(pay_year_min_usd=None) | Q(pay_year_min_usd__lt=threshold))
            | Q(pay_year_min_usd__lt=threshold, pay_year_max_usd=None)
        ),
        UNSTATED: without_a_yearly & Q(states_pay=False),
        NOT_COMPARABLE: without_a_yearly & Q(states_pay=True),
    }


def _pay(threshold: int | None, states) -> Q:
    if threshold is None and not states:
        return Q()
    by_state = _pay_state(threshold or 0)
    wanted = Q()
    for state in states:
        wanted |= by_state[state]
    return wanted


# --- What is counted ------------------------------------------------------------------------------

COLUMNS = {facet.name: facet.column for facet in FACETS if facet.column}
COLUMNS_OF_PLACES = {
    facet.name: facet.column_of_places for facet in FACETS if facet.column_of_places
}


_DATED_ID = Concat(Cast("posted_at", CharField()), Value("|"), Cast("pk", CharField()))


def _count(criteria: Criteria, now) -> tuple[Counts, int, list[int]]:
    """Every facet, the total and the featured ids. A facet's counts ignore its own selection, but
    those of skills that all are wanted do not.
    """
    groups: dict[str, dict[str, int]] = {}
    counted = _what_is_counted(criteria, now)
    for name, value, amount in counted[0].union(*counted[1:], all=True):
        if value is not None:
            groups.setdefault(name, {})[value] = amount
    total = sum(groups.pop("total", {}).values())
    shown = sorted(
        (dated.split("|") for dated in groups.pop("shown", {})),
        key=lambda pair: (pair[0], int(pair[1])),
    )
    featured = [int(pk) for _, pk in reversed(shown[-FEATURED_SHOWN:])]
    return _counts_of(groups, criteria), total, featured


def _what_is_counted(criteria: Criteria, now) -> list[QuerySet]:
    """Rows of a facet's name, a value of it and how many listings have that."""
    states = _pay_state(criteria.salary_from or 0)
    if criteria.salary_from is None:
        states = {name: states[name] for name in (UNSTATED, NOT_COMPARABLE)}
    state = Case(
        *(When(condition, then=Value(name)) for name, condition in states.items()),
        default=Value(""),
    )
    is_featured = Q(featured_until__gt=now)
    found = matching(criteria, now)
    chosen = {*_conditions(criteria, now), *chosen_of_places(criteria)}

    def without(field: str) -> ListingQuerySet:
        """Most fields have no condition, and building the same listings anew costs time."""
        return matching(criteria, now, without=field) if field in chosen else found

    counted = [
        _counted(without(name), name, column)
        for name, column in COLUMNS.items()
        if name not in _counted_at_places(criteria)
    ]
    counted += [_at_places(criteria, without(name), name) for name in _counted_at_places(criteria)]
    counted += _regions(criteria, without("country"))
    counted += [
        _counted(found, "total", Value("")),
        _counted(without("salary"), "salary", state),
        _counted(without("salary"), "band", _band(criteria)),
        _counted(without("featured").filter(is_featured), "flags", Value("featured")),
        _counted(without("visa").filter(visa="yes"), "flags", Value("visa")),
        _counted(without("verified").exclude(company__verified_by=""), "flags", Value("verified")),
        _counted(found.filter(is_featured), "shown", _DATED_ID),
    ]
    return counted


def _counts_of(groups: dict[str, dict[str, int]], criteria: Criteria) -> Counts:
    """Facet → value, as the database writes it → how many."""
    counts: Counts = {
        name: groups.get(name, {}) for name in ("country", "region", "salary", "flags")
    }
    for name in NAMED:
        counts[name] = {int(pk): amount for pk, amount in groups.get(name, {}).items()}
    if "workplace" in _counted_at_places(criteria):
        counts["workplace"] = groups.get("workplace", {})
    else:
        counts["workplace"] = _by_mask(Workplace, groups.get("workplace", {}))
    counts["level"] = _by_level(groups.get("level", {}))
    counts["type"] = _by_mask(EmploymentType, groups.get("type", {}))
    bands = {int(floor): amount for floor, amount in groups.get("band", {}).items()}
    at_least: dict[int, int] = {}
    for floor in criteria.band_floors:
        at_least[floor] = sum(n for other, n in bands.items() if other >= floor)
    counts["band"] = at_least
    return counts


def _counted_at_places(criteria: Criteria) -> list[str]:
    """A listing without places counts as one that states no workplace type, so that is counted at
    places only where something else is chosen of them.
    """
    return ["workplace", "country"] if chosen_of_places(criteria, "workplace") else ["country"]


def _at_places(criteria: Criteria, listings: QuerySet, name: str) -> QuerySet:
    """Listings by what they say at the places that meet what else is chosen of places."""
    places = _places_meeting(criteria, chosen_of_places(criteria, name))
    value = Cast(COLUMNS_OF_PLACES[name], CharField())
    return (
        places.filter(listing__in=listings.order_by().values("pk"))
        .annotate(facet=Value(name, output_field=CharField()), value=value)
        .exclude(value="")
        .values_list("facet", "value")
        .annotate(count=Count("listing", distinct=True))
    )


def _regions(criteria: Criteria, listings: QuerySet) -> Iterator[QuerySet]:
    """Listings in each region, at places that meet what else is chosen of places."""
    places = _places_meeting(criteria, chosen_of_places(criteria, "country"))
    there = places.filter(listing__in=listings.order_by().values("pk"))
    for code in REGIONS:
        inside = there.filter(place__country__in=countries_in([code]))
        yield (
            inside.annotate(
                facet=Value("region", output_field=CharField()),
                value=Value(code, output_field=CharField()),
            )
            .values_list("facet", "value")
            .annotate(count=Count("listing", distinct=True))
        )


def _counted(listings: QuerySet, name: str, value) -> QuerySet:
    return (
        listings.order_by()
        .annotate(facet=Value(name, output_field=CharField()), value=Cast(value, CharField()))
        .values_list("facet", "value")
        .annotate(count=Count("pk", distinct=True))
    )


def _band(criteria: Criteria) -> Case:
    """The highest floor that the pay of a listing may reach, 0 for none."""
    return Case(
        *(
            When(
                Q(pay_year_max_usd__gte=usd)
                | Q(pay_year_max_usd=None, pay_year_min_usd__isnull=False),
                then=floor,
            )
            for floor, usd in sorted(criteria.band_floors.items(), reverse=True)
        ),
        default=0,
    )


def _by_level(by_range: dict[str, int]) -> Counter:
    """Counts by lowest and highest level → counts by level; a range counts in each of its own."""
    counts: Counter = Counter()
    for both, amount in by_range.items():
        lowest, _, highest = both.partition(BETWEEN)
        for value in [level.value for level in Level.between(lowest, highest)] or [UNSTATED]:
            counts[value] += amount
    return counts


def by_type(by_mask: dict[int, int]) -> Counter:
    return _by_mask(EmploymentType, by_mask)


def _by_mask(
    choices: type[EmploymentType] | type[Workplace],
    by_mask: Mapping[int, int] | Mapping[str, int],
) -> Counter:
    """Counts by bit mask → counts by value; a listing of two values counts in both."""
    counts: Counter = Counter()
    for mask, amount in by_mask.items():
        for value in [one.value for one in choices.of_mask(int(mask))] or [UNSTATED]:
            counts[value] += amount
    return counts
