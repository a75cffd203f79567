"""Countries, states and cities that a line names, in all languages that the gazetteer knows."""

from collections.abc import Sequence
from typing import NamedTuple

from jobboard.listings.geo.gazetteer import (
    AMBIGUOUS_NAMES,
    City,
    cities_called,
    find_country,
    find_state,
    regions_named,
)

from .table import rows_of
from .tokens import Token, plain_of

PEOPLE_OF_A_CITY = 100_000
"""Smaller towns are called like mere words."""
PEOPLE_IN_A_PLACE = 5_000
"""Of a town with “in” before it or its country behind it."""
MIN_LENGTH = 4  # letters of a name that stands alone
LETTERS_OF_A_CODE = 2


class Spot(NamedTuple):
    """``field`` is city for a state too."""

    field: str  # country or city
    value: str


def spot_of(run: Sequence[Token], *, is_beside: bool) -> Spot | None:
    """The country, state or city that is surely meant. ``is_beside``: “in” stands before it, or
    something understood beside it.
    """
    name = plain_of(run)
    if not name or (len(name) < MIN_LENGTH and name.isascii()):
        return None
    if state := find_state(name):
        return Spot("city", state.name)
    regions = {(region.name, region.country) for region in regions_named(name)}
    country = find_country(name)
    if country:  # Georgia is a state too
        is_alone = all(of_region == country for _, of_region in regions)
        return Spot("country", country) if is_alone else None
    cities = cities_called(name)
    if not cities or name in AMBIGUOUS_NAMES:
        return None
    least = PEOPLE_IN_A_PLACE if is_beside else PEOPLE_OF_A_CITY
    large = [city for city in cities if city.population >= least]
    is_state_elsewhere = regions and not any((one.admin1, one.country) in regions for one in large)
    if large and not is_state_elsewhere:
        return Spot("city", large[0].name)
    return None


def is_in_region(city: str, run: Sequence[Token]) -> bool:
    """Whether ``run`` is the name or code of a state that a city of this name lies in: the TX of
    “Austin, TX”.
    """
    return _city_in(city, run) is not None


def is_largest_there(city: str, run: Sequence[Token]) -> bool:
    """Whether no larger city of its country has the name of the one in that state."""
    found = _city_in(city, run)
    return found is not None and found == _largest(city, found.country)


def country_of_state(city: str, run: Sequence[Token]) -> str:
    """The country of the city there; '' where the largest of its name is in that country."""
    found = _city_in(city, run)
    if found and found.country != _largest(city).country:
        return found.country
    return ""


def _city_in(city: str, run: Sequence[Token]) -> City | None:
    typed = " ".join(token.text for token in run).rstrip(".")
    if len(typed) == LETTERS_OF_A_CODE and not rows_of(typed.casefold(), "filler"):
        typed = typed.upper()
    states = {(region.name, region.country) for region in regions_named(typed)}
    there = [one for one in cities_called(city) if (one.admin1, one.country) in states]
    if there:
        return there[0]
    return None


def _largest(city: str, country: str = "") -> City:
    return next(one for one in cities_called(city) if country in ("", one.country))
