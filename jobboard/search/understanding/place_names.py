"""Countries, states and cities that a line names, in all languages that the gazetteer knows."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from jobboard.listings.geo.gazetteer import (
    AMBIGUOUS_NAMES,
    City,
    Region,
    cities_called,
    find_country,
    find_state,
    regions_named,
)

from .table import find_rows
from .tokens import Token, join_plain

MIN_POPULATION_ALONE = 100_000
"""Smaller towns are called like mere words."""
MIN_POPULATION_BESIDE = 5_000
"""Of a town with “in” before it or its country behind it."""
MIN_LENGTH = 4  # letters of a name that stands alone
LETTERS_OF_A_CODE = 2


class NamedPlace(NamedTuple):
    """``field`` is city for a state too."""

    field: str  # country or city
    value: str


def find_spot(run: Sequence[Token], *, is_beside: bool) -> NamedPlace | None:
    """The country, state or city that is surely meant. ``is_beside``: “in” stands before it, or
    something understood beside it.
    """
    name = join_plain(run)
    if not name or (len(name) < MIN_LENGTH and name.isascii()):
        return None
    if state := find_state(name):
        return NamedPlace("city", state.name)
    regions = regions_named(name)
    country = find_country(name)
    if country:
        return _find_country(country, regions)
    if name in AMBIGUOUS_NAMES:
        return None
    large = _large_cities(name, is_beside=is_beside)
    if large and (not regions or _cities_in(regions, large)):
        return NamedPlace("city", large[0].name)
    return None


def _find_country(code: str, regions: Iterable[Region]) -> NamedPlace | None:
    """The country of ``code``; None where another country has a state of that name, as there are
    two Georgias.
    """
    if any(region.country != code for region in regions):
        return None
    return NamedPlace("country", code)


def _large_cities(name: str, *, is_beside: bool) -> list[City]:
    minimum = MIN_POPULATION_ALONE
    if is_beside:
        minimum = MIN_POPULATION_BESIDE
    return [city for city in cities_called(name) if city.population >= minimum]


def _cities_in(regions: Collection[Region], cities: Iterable[City]) -> list[City]:
    return [city for city in cities if Region(city.admin1, city.country) in regions]


def is_in_region(city: str, run: Sequence[Token]) -> bool:
    """Whether ``run`` is the name or code of a state that a city of this name lies in: the TX of
    “Austin, TX”.
    """
    return _city_in(city, run) is not None


def is_largest_there(city: str, run: Sequence[Token]) -> bool:
    """Whether no larger city of its country has the name of the one in that state."""
    city_there = _city_in(city, run)
    if city_there is None:
        return False
    return city_there == _largest(city, city_there.country)


def country_of_state(city: str, run: Sequence[Token]) -> str:
    """The country of the city there; '' where the largest of its name is in that country."""
    city_there = _city_in(city, run)
    if city_there and city_there.country != _largest(city).country:
        return city_there.country
    return ""


def _city_in(city: str, run: Sequence[Token]) -> City | None:
    typed = " ".join(token.text for token in run).rstrip(".")
    if len(typed) == LETTERS_OF_A_CODE and not find_rows(typed.casefold(), "filler"):
        typed = typed.upper()
    cities = _cities_in(regions_named(typed), cities_called(city))
    if cities:
        return cities[0]
    return None


def _largest(name: str, country: str = "") -> City:
    return next(city for city in cities_called(name) if country in ("", city.country))
