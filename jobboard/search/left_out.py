"""What a search does not want, by the database."""

from collections.abc import Iterable

from django.db.models import Q

from jobboard.listings.geo.gazetteer import Region
from jobboard.listings.models import ListingPlace
from jobboard.listings.querysets import of_levels

from .criteria import Criteria
from .stored import stored, type_masks


def left_out(criteria: Criteria) -> dict[str, Q]:
    """By field: of a job of several levels, types or places, any may be the one not wanted."""
    found = {}
    if criteria.without_level:
        found["not level"] = ~of_levels(stored(criteria.without_level))
    if criteria.without_type:
        found["not type"] = ~Q(employment_types__in=type_masks(criteria.without_type))
    if criteria.without_country:
        found["not country"] = ~_at(Q(place__country__in=criteria.countries_left_out))
    if criteria.without_city:
        found["not city"] = ~_at(in_cities(criteria.cities_left_out, criteria.states_left_out))
    return found


def _at(places: Q) -> Q:
    """Listings with a place like that."""
    return Q(pk__in=ListingPlace.objects.order_by().filter(places).values("listing"))


def in_cities(cities: Iterable[str], states: Iterable[Region]) -> Q:
    """Places of these names, or in these states."""
    named = Q(place__kind="city", place__folded__in=cities)
    for state in states:
        is_inside = Q(place__kind="city", place__admin1=state.name)
        is_all = Q(place__kind="region", place__name=state.name)
        named |= Q(place__country=state.country) & (is_inside | is_all)
    return named
