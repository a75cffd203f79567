"""Settles which place the names of a group mean, by themselves and beside the other places of a
text.
"""

from collections.abc import Iterable, Sequence

from jobboard.listings.choices import Workplace
from jobboard.listings.geo.gazetteer import AMBIGUOUS_NAMES, City, clearest, find_city, key

from .areas import CITY_CODES, CLEAR_CODES, REMOTE_CODES, TOWN_CODES
from .names import COUNTIES, Spot, city_spot, get_areas, get_cities
from .pieces import NameGroup

NEIGHBOURS_OF_THE_CAPITAL = ("Maryland", "Virginia", "District of Columbia", "West Virginia")


def settle(group: NameGroup, country: str = "", admin1: str = "") -> Spot | None:
    """The place that all readings of a group share, narrowed by the feed's ``country`` and
    ``admin1``.
    """
    hinted = _inside(group.spots, country, admin1)
    if hinted:
        return _choose(group, hinted, "")
    if not group.spots or group.is_in_doubt:
        return None
    spots = list(group.spots)
    code = group.names[-1]
    needs_context = code.is_code and code.text not in CLEAR_CODES
    if needs_context and (group.only_name or group.is_town):
        countries = _find_countries(group, code.text)
        spots = [spot for spot in spots if spot.country in countries and spot.admin1]
    return _choose(group, spots, group.only_name)


def _inside(spots: Iterable[Spot], country: str, admin1: str) -> list[Spot]:
    """The spots in a country, and in its region or in none."""
    inside = []
    for spot in spots:
        if spot.country == country and (not admin1 or spot.admin1 in ("", admin1)):
            inside.append(spot)
    return inside


def _choose(group: NameGroup, spots: Sequence[Spot], only_name: str) -> Spot | None:
    areas = get_areas(spots)
    if areas:
        return _choose_beside_areas(group, spots, areas, only_name)
    city = _find_clearest_city(spots, only_name)
    if city and not group.is_town:
        return city_spot(city)
    if not only_name:
        return common_spot(spots)
    if city:
        return Spot(city.country)
    return None


def _choose_beside_areas(
    group: NameGroup, spots: Sequence[Spot], areas: Sequence[Spot], only_name: str
) -> Spot | None:
    """Among readings of which some are ``areas``: they say which city may be meant."""
    if only_name in (AMBIGUOUS_NAMES | COUNTIES) - {"washington"}:
        return None
    shared = common_spot(areas if only_name else spots)
    if shared and "washington" in [key(name.text) for name in group.names]:
        return Spot(shared.country)  # the capital or the state
    if shared:
        shared = common_spot(areas)
    if shared is None or not shared.admin1:
        return shared
    inside = [spot for spot in spots if spot[:2] == shared[:2]]
    city = _find_clearest_city(inside, only_name)
    if city and not group.is_town:
        return city_spot(city)
    return shared


def _find_clearest_city(spots: Iterable[Spot], only_name: str) -> City | None:
    by_population = sorted(get_cities(spots), key=lambda city: -city.population)
    return clearest(by_population, alone=only_name)


def _find_countries(group: NameGroup, code: str) -> set[str]:
    """The countries whose state a code is behind an unknown town, or beside "Remote"."""
    if group.is_town:
        if code in TOWN_CODES:
            return {"US", "CA"}
    elif Workplace.REMOTE in group.workplaces and code in REMOTE_CODES:
        return {"US"}
    return set()


def common_spot(spots: Sequence[Spot]) -> Spot | None:
    """The country and, if it is the same too, the region of all ``spots``."""
    countries = {spot.country for spot in spots}
    if len(countries) != 1:
        return None
    regions = {spot.admin1 for spot in spots}
    if len(regions) == 1:
        return Spot(countries.pop(), regions.pop())
    return Spot(countries.pop())


def compare(group: NameGroup, others: list[Spot]) -> None:
    """Narrow an ambiguous name by the other places of the text, or by working remotely."""
    spot = group.spot
    american = [other for other in others if other.country == "US"]
    states = {other.admin1 for other in american if not other.city}
    if group.only_name == "georgia" and not spot and others:
        group.spot = _choose_georgia(others, american)
    if group.only_name == "washington" and spot and not spot.city:
        # Beside its neighbours it may be the capital.
        if states - {"", *NEIGHBOURS_OF_THE_CAPITAL}:
            group.spot = Spot("US", "Washington")
    if group.only_name and get_cities(american):
        code = group.names[0].text
        if code in CITY_CODES:
            city = find_city(CITY_CODES[code])
            group.spot = city_spot(city) if city else None
    # As in "New York", the city or the state.
    if spot and spot.city and spot.country == "US" and group.is_wide:
        if Workplace.REMOTE in group.workplaces or states - {""}:
            group.spot = Spot("US", spot.admin1)


def _choose_georgia(others: list[Spot], american: list[Spot]) -> Spot | None:
    """Choose which Georgia is meant."""
    if not american:
        return Spot("GE")
    if len(american) == len(others):
        return Spot("US", "Georgia")
    return None
