"""The places of jobs as the database has them."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from django.db.models import QuerySet

from jobboard.listings.models import ListingCountry, ListingPlace
from jobboard.search.facets.table import UNSTATED

from .place_terms import PlaceFacts


class StatedPlace(NamedTuple):
    """The columns of a place, of which ``copy`` and what follows it are those of the copy that
    states it; blank where the job does.
    """

    workplace: str
    kind: str | None
    name: str | None
    admin1: str | None
    country: str | None
    folded: str
    geoname_id: int | None
    copy: int | None
    eligibility: str | None
    said_countries: str
    said_otherwise: str


_COLUMNS = [
    "workplace",
    "place__kind",
    "place__name",
    "place__admin1",
    "place__country",
    "place__folded",
    "place__geoname_id",
    "from_copy",
    "from_copy__eligibility",
    "from_copy__said_countries",
    "from_copy__said_otherwise",
]


def group_by_listing(rows: QuerySet, ids: Iterable[int], *columns: str) -> dict[int, list[tuple]]:
    """The ``columns`` of the ``rows`` of each of the listings."""
    groups = defaultdict(list)
    of_listings = rows.filter(listing__in=list(ids)).order_by()
    for pk, *values in of_listings.values_list("listing", *columns):
        groups[pk].append(tuple(values))
    return groups


def read_places(rows: dict[int, dict]) -> dict[int, list[PlaceFacts]]:
    """The places of each of the listings ``rows``, its own and those of its copies."""
    stated: dict[int, list[StatedPlace]] = {}
    copies: set[int] = set()
    for pk, places in group_by_listing(ListingPlace.objects.all(), rows, *_COLUMNS).items():
        stated[pk] = list(map(StatedPlace._make, places))
        copies.update(place.copy for place in stated[pk] if place.copy)
    own = ListingCountry.objects.filter(is_of_copy=False)
    named = group_by_listing(own, {*rows, *copies}, "country")
    facts = defaultdict(list)
    for pk, stated_places in stated.items():
        for place in stated_places:
            countries = tuple(chain.from_iterable(named[place.copy or pk]))
            facts[pk].append(_facts_of(rows[pk], place, countries))
    return facts


def _facts_of(row: dict, place: StatedPlace, named: tuple[str, ...]) -> PlaceFacts:
    city = ""
    state = place.admin1
    if place.kind == "city":
        city = place.folded
    elif place.kind == "region":
        state = place.name
    workplace = UNSTATED
    if row["workplaces"]:
        workplace = place.workplace
    said_countries = row["said_countries"]
    said_otherwise = row["said_otherwise"]
    if place.copy:
        said_countries = place.said_countries
        said_otherwise = place.said_otherwise
    return PlaceFacts(
        workplace=workplace,
        country=place.country or "",
        city=city,
        geoname_id=place.geoname_id,
        state=state or "",
        eligibility=place.eligibility or row["eligibility"],
        named=named,
        said_countries=said_countries,
        said_otherwise=said_otherwise,
    )
