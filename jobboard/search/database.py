"""Search by the database alone: filters, exact facets, plain words, newest first.

It answers while there is no index, and says in tests what the index has to say. Two statements,
whatever is asked: one gives the total, the featured ones and every facet, or the total alone where
no facets are wanted, and one the ids of the page.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast, Coalesce, Concat

from jobboard.listings.geo.gazetteer import Region
from jobboard.listings.models import Listing, ListingPlace
from jobboard.listings.querysets import ListingQuerySet, of_levels, of_workplaces

from .criteria import Criteria, chosen_of_places, row_ids
from .database_words import names_skill, words_filter
from .facets.by_value import by_level, by_type, by_workplace
from .facets.counted import Counts, SearchAnswer
from .facets.table import FACETS, NAMED, UNSTATED
from .language import NOT_COMPARABLE, OTHER_WORK
from .order.by_database import best_first, group_totals, open_first
from .order.fit import FIT, OPEN, Fit
from .order.open_jobs import open_to, with_owner
from .regions import REGIONS, countries_in
from .stored import stored, type_masks

FEATURED_SHOWN = 2
Groups = dict[str, dict[str, int]]  # facet → value, as the database writes it → how many
SORTS: dict[str, list[str | OrderBy]] = {
    "newest": ["-posted_at", "-id"],
    "relevance": ["-posted_at", "-id"],  # ranking by relevance is the index's alone
    "salary": [Coalesce("pay_year_max_usd", "pay_year_min_usd").desc(nulls_last=True), "-id"],
    "closing": ["expires_at", "-id"],
}


def search(
    criteria: Criteria, now, *, offset: int = 0, limit: int = 25, with_facets: bool = True
) -> SearchAnswer:
    listings = _in_order(criteria, matching(criteria, now))
    ids = list(listings.values_list("pk", flat=True)[offset : offset + limit])
    groups = _groups(criteria, now)
    if not with_facets:
        return SearchAnswer(ids, count(criteria, now), featured=[], counts={}, groups=groups)
    counts, total, featured = _count(criteria, now)
    return SearchAnswer(ids, total, featured, counts, groups)


def _in_order(criteria: Criteria, listings: ListingQuerySet) -> ListingQuerySet:
    fit = criteria.fit or Fit()
    if criteria.sort == FIT:
        return best_first(listings, fit)
    if criteria.sort == OPEN:
        return open_first(listings, fit)
    return listings.order_by(*SORTS[criteria.sort])


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
    """The conditions by field; what is said of places is in ``_at_one_place``."""
    conditions = {
        "q": words_filter(criteria.pieces),
        "role": _of_role(criteria),
        "level": of_levels(stored(criteria.level)),
        "company": _of_company(criteria),
        "salary": _pay(criteria.salary_from, criteria.salary),
    }
    if criteria.type:
        conditions["type"] = Q(employment_types__in=type_masks(criteria.type))
    if criteria.posted:
        conditions["posted"] = Q(posted_at__gte=criteria.posted_since(now))
    if criteria.featured:
        conditions["featured"] = Q(featured_until__gt=now)
    if criteria.visa:
        conditions["visa"] = Q(visa="yes")
    if criteria.verified:
        conditions["verified"] = ~Q(company__verified_by="")
    conditions |= _of_skills(criteria)
    conditions |= _left_out(criteria)
    return {name: condition for name, condition in conditions.items() if condition}


def _of_skills(criteria: Criteria) -> dict[str, Q]:
    conditions: dict[str, Q] = {}
    ids = row_ids(criteria.skill)
    if criteria.any_skill and ids:
        conditions["skill"] = Q(names_skill(skill__in=ids))
    else:
        for pk in ids:
            conditions[f"skill {pk}"] = Q(names_skill(skill=pk))
    for skill in criteria.without_skill:
        conditions[f"not skill {skill.pk}"] = ~Q(names_skill(skill=skill.pk))
    return conditions


def _left_out(criteria: Criteria) -> dict[str, Q]:
    """Conditions for what is not wanted, by field. Of several levels, types or places any may be
    that.
    """
    conditions = {}
    if criteria.without_level:
        conditions["not level"] = ~of_levels(stored(criteria.without_level))
    if criteria.without_type:
        conditions["not type"] = ~Q(employment_types__in=type_masks(criteria.without_type))
    if criteria.without_country:
        conditions["not country"] = ~_at(Q(place__country__in=criteria.countries_left_out))
    if criteria.without_city:
        cities = _in_cities(criteria.cities_left_out, criteria.states_left_out)
        conditions["not city"] = ~_at(cities)
    return conditions


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
    condition = Q()
    if criteria.company:
        condition &= Q(company__in=row_ids(criteria.company))
    if criteria.without_company:
        condition &= ~Q(company__in=row_ids(criteria.without_company))
    return condition


def _of_role(criteria: Criteria) -> Q:
    if not criteria.role:
        return Q()
    condition = Q(role__in=list(filter(None, row_ids(criteria.role))))
    if OTHER_WORK in criteria.role:
        condition |= Q(role=None)
    return condition


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
    """Places that meet what is ``chosen`` of them."""
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
    condition = _in_cities(criteria.cities, criteria.states)
    ids = [town.geoname_id for town in criteria.towns]
    if ids:
        condition |= Q(place__geoname_id__in=ids)
    return condition


def _works_so(values: Iterable[str]) -> Q:
    """Matches jobs with such a workplace at one of their places. Where another place states it, a
    place without a workplace type is not counted.
    """
    condition = Q(workplace__in=[value for value in values if value != UNSTATED])
    if UNSTATED in values:
        condition |= Q(listing__workplaces=0)
    return condition


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
    condition = Q()
    for state in states:
        condition |= by_state[state]
    return condition


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
    groups: Groups = defaultdict(dict)
    counted = _what_is_counted(criteria, now)
    for name, value, amount in counted[0].union(*counted[1:], all=True):
        if value is not None:
            groups[name][value] = amount
    total = sum(groups["total"].values())
    return _build_counts(groups, criteria), total, _newest_featured(groups["shown"])


def _newest_featured(dated_ids: Iterable[str]) -> list[int]:
    """The newest of ids that are written as _DATED_ID writes them."""
    pairs = []
    for dated in dated_ids:
        date, _, pk = dated.partition("|")
        pairs.append((date, int(pk)))
    pairs.sort(reverse=True)
    return [pk for _, pk in pairs[:FEATURED_SHOWN]]


def _what_is_counted(criteria: Criteria, now) -> list[QuerySet]:
    """Rows of a facet's name, a value of it and how many listings have that."""
    states = _pay_state(criteria.salary_from or 0)
    if criteria.salary_from is None:
        states = {name: states[name] for name in (UNSTATED, NOT_COMPARABLE)}
    whens = [When(condition, then=Value(name)) for name, condition in states.items()]
    state = Case(*whens, default=Value(""))
    is_featured = Q(featured_until__gt=now)
    listings = matching(criteria, now)
    chosen = {*_conditions(criteria, now), *chosen_of_places(criteria)}

    def without(field: str) -> ListingQuerySet:
        """Most fields have no condition, and building the same listings anew costs time."""
        if field in chosen:
            return matching(criteria, now, without=field)
        return listings

    at_places = _counted_at_places(criteria)
    counted = []
    for name, column in COLUMNS.items():
        if name not in at_places:
            counted.append(_counted(without(name), name, column))
    counted += [_at_places(criteria, without(name), name) for name in at_places]
    counted += _regions(criteria, without("country"))
    counted += [
        _counted(listings, "total", Value("")),
        _counted(without("salary"), "salary", state),
        _counted(without("salary"), "band", _band(criteria)),
        _counted(without("featured").filter(is_featured), "flags", Value("featured")),
        _counted(without("visa").filter(visa="yes"), "flags", Value("visa")),
        _counted(without("verified").exclude(company__verified_by=""), "flags", Value("verified")),
        _counted(listings.filter(is_featured), "shown", _DATED_ID),
    ]
    return counted


def _build_counts(groups: Groups, criteria: Criteria) -> Counts:
    counts: Counts = {name: groups[name] for name in ("country", "region", "salary", "flags")}
    for name in NAMED:
        counts[name] = _by_number(groups[name])
    if "workplace" in _counted_at_places(criteria):
        counts["workplace"] = groups["workplace"]
    else:
        counts["workplace"] = by_workplace(groups["workplace"])
    counts["level"] = by_level(groups["level"])
    counts["type"] = by_type(groups["type"])
    bands = _by_number(groups["band"])
    at_least: dict[int, int] = {}
    for floor in criteria.band_floors:
        at_least[floor] = sum(amount for other, amount in bands.items() if other >= floor)
    counts["band"] = at_least
    return counts


def _by_number(amounts: dict[str, int]) -> dict[int, int]:
    return {int(number): amount for number, amount in amounts.items()}


def _counted_at_places(criteria: Criteria) -> list[str]:
    """A listing without places counts as one that states no workplace type, so that is counted at
    places only where something else is chosen of them.
    """
    if chosen_of_places(criteria, "workplace"):
        return ["workplace", "country"]
    return ["country"]


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
    places = places.filter(listing__in=listings.order_by().values("pk"))
    for code in REGIONS:
        inside = places.filter(place__country__in=countries_in([code]))
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
    has_no_end = Q(pay_year_max_usd=None, pay_year_min_usd__isnull=False)
    whens = []
    for floor, usd in sorted(criteria.band_floors.items(), reverse=True):
        whens.append(When(Q(pay_year_max_usd__gte=usd) | has_no_end, then=floor))
    return Case(*whens, default=0)
