"""Tells whether "Town, ST" is a town of the United States or a city abroad."""

from jobboard.listings.geo.gazetteer import (
    City,
    Region,
    cities_called,
    find_admin1,
    find_city,
    find_country,
    gazetteer,
    key,
)

from .names import Spot, city_spot
from .words import WORDS

CANADIAN_ENOUGH = 100_000
"""A city of Canada that so many people live in is meant by "Town, CA", a smaller one need not."""
SMALL_TOWN = 10_000
CLEARLY_A_CITY = 300_000
"""Behind a city of so many people, "LA" is another city rather than Louisiana."""

STATES = frozenset(WORDS["state"])
REGION_CODES = {
    meaning.split()[-1]: frozenset(codes)
    for meaning, codes in WORDS.items()
    if meaning.startswith("region code ")
}
"""Codes of provinces and states by country, where our table of regions has no code for them."""
ABBREVIATIONS: dict[str, str] = {}
for meaning, abbreviations in WORDS.items():
    if meaning.startswith("city "):
        ABBREVIATIONS |= dict.fromkeys(abbreviations, meaning.removeprefix("city "))
UNCERTAIN = Spot("")
"""Several readings are possible, so that nothing is certain."""


def town_in_state(town: str, code: str, hint: str, *, is_american: bool) -> Spot | None:
    """What "Town, ST" means: the state of the United States, unless the town is surely abroad.

    None leaves it to others to read; a Spot without a country says that nothing is certain.
    """
    state = find_admin1(code, "US")
    if not state or not town:
        return None
    home = Spot("US", state.name, find_city(town, "US", code))
    if is_american or hint == "US":
        return home
    abroad = _cities_abroad(town, code)
    if hint:
        return _first_in_country(abroad, hint)
    if find_country(town):
        return _country_and_code(find_country(town), code, home)
    region = find_admin1(town, code)
    if region:
        return _region_or_town(town, region, home)
    return _town_at_home_or_abroad(town, code, home, abroad)


def _region_or_town(town: str, region: Region, home: Spot) -> Spot:
    if home.city:
        # "Ontario, CA" is a town of California as well as a province of Canada.
        return UNCERTAIN
    return _city_state(town, region)


def _first_in_country(cities: list[City], country: str) -> Spot | None:
    for city in cities:
        if city.country == country:
            return city_spot(city)
    return None


def _city_state(town: str, region: Region) -> Spot:
    """The city of "Berlin, DE", which is a region of its own; the region of "Bayern, DE"."""
    city = find_city(town, region.country, region.name)
    if city and key(city.name) == key(region.name):
        return city_spot(city)
    return Spot(region.country, region.name)


def _town_at_home_or_abroad(town: str, code: str, home: Spot, abroad: list[City]) -> Spot | None:
    if home.city and code == "CA":
        is_doubtful = any(_outshines(city, home.city) for city in abroad)
        return UNCERTAIN if is_doubtful else home
    if home.city:
        return home
    if _is_large_american(town):
        # "Chicago, LA" and "San Francisco, NY" are lists, or small namesakes of large cities.
        return None if code == "LA" else Spot("US")
    if abroad and _is_abroad(town, abroad[0]):
        return city_spot(abroad[0])
    if _is_large_abroad(town, code):
        return UNCERTAIN
    return home


def _country_and_code(country: str, code: str, home: Spot) -> Spot | None:
    """A town called like a country, or the country itself: "Canada, KY" and "Colombia, CO"."""
    if country == "US":
        return None
    if country == code:
        return Spot(country)
    region = find_admin1(code, country)
    if region:
        return Spot(country, region.name)
    if code in REGION_CODES.get(country, ()):
        return Spot(country)
    return home


def _cities_abroad(town: str, code: str) -> list[City]:
    """Cities of this name in the country or in a region of this code, the largest first."""
    regions = {(region.country, region.name) for region in gazetteer().regions.get(code, ())}
    abroad = []
    for city in cities_called(town):
        area = f"{city.country} {code}"
        is_there = (
            city.country == code
            or (city.country, city.admin1) in regions
            or city.admin1 in WORDS.get(f"region {area}", ())
            or city.name in WORDS.get(f"province {area}", ())
        )
        if city.country != "US" and is_there:
            abroad.append(city)
    return abroad


def _is_abroad(town: str, city: City) -> bool:
    if city.country != "CA" or city.population >= CANADIAN_ENOUGH:
        return True
    return not any(other.country == "US" for other in cities_called(town))


def _outshines(city: City, town: City) -> bool:
    """Whether a small town is not what people mean: "London, CA" is more often that of Ontario."""
    return town.population < SMALL_TOWN and city.population >= CANADIAN_ENOUGH


def _is_large_american(town: str) -> bool:
    if town in ABBREVIATIONS:
        return True
    cities = cities_called(town)
    return bool(cities) and cities[0].country == "US" and cities[0].population >= CLEARLY_A_CITY


def _is_large_abroad(town: str, code: str) -> bool:
    """Whether a city abroad is meant: "Tbilisi, GA" is in the other Georgia, "Bogota, DC" in none
    of ours.
    """
    cities = cities_called(town)
    if not cities or cities[0].country == "US" or cities[0].population < CLEARLY_A_CITY:
        return False
    state = find_admin1(code, "US")
    return code == "DC" or (state is not None and find_country(state.name) == cities[0].country)
