"""Finds the cities, regions and countries that a name means. Data: GeoNames, CC BY 4.0."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from jobboard.common.text.words import country_code, fold

TABLE = Path(__file__).with_name("cities.csv")
LOCAL_NAMES = Path(__file__).with_name("local_names.csv")
"""What German, French, Spanish, Portuguese and Dutch texts call large cities, those of GeoNames
left out that stand for another place alone, such as Colonia and Vienne; and how cities write
themselves in other letters than ours.
"""
NAMES_ABROAD = Path(__file__).with_name("names_abroad.csv")
"""What other languages call countries: made by scripts/make_country_names.py."""
COUNTRY_NAMES = Path(__file__).with_name("country_names.csv")
"""What countries are called beside these, such as “EE. UU.”."""
COLUMNS = ["geoname_id", "name", "admin1", "country", "timezone", "population", "other_names"]
"""Without an id it is a region; without a region too, a country. A city has its region's code."""

MIN_POPULATION_RATIO = 10
MIN_POPULATION_WITHOUT_COUNTRY = 50_000
"""A name means its largest city if that has ten times the people of the next. Portland has 9.8.

Without a country or region beside it, that city must have 50,000, since smaller ones are not all in
the table.
"""
MIN_POPULATION_IN_COUNTRY = 5_000
"""With the country alone beside it: smaller towns are called like mere words, such as West."""
MIN_NAME_LENGTH = 4
"""Letters of a country’s name that a town may have too: “Irã” is Iran, and Ira a town."""
UNAMBIGUOUS_NAMES = {
    "athens": "GR",
    "barcelona": "ES",
    "bristol": "GB",
    "cleveland": "US",
    "coventry": "GB",
    "florence": "IT",
    "geneva": "CH",
    "hyderabad": "IN",
    "manchester": "GB",
    "st louis": "US",
    "vancouver": "CA",
    "wellington": "NZ",
}
"""Names for which the ratio says no, though nobody writes them alone for the other place."""
AMBIGUOUS_NAMES = set(
    re.findall(
        r"[^|]+",
        "acre|alexandria|amazonas|apac|mobile|most|naples|normal|oral|panama city|para"
        "|paramount|parana|punjab|sale|santa catarina|st petersburg|victoria|washington",
    )
)
"""Names that stand for a namesake, a region of several countries or a mere word as well."""

# Jersey is short for New Jersey, and Puerto Rico is a region of the United States here.
NOT_A_COUNTRY = {
    "jersey",
    "puerto rico",
}
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "ı": "i", "ð": "d", "þ": "th", "&": " and "}
)
NON_WORD = re.compile(r"[\W_]+")
SAINT = re.compile(r"\bsaint\b")


class City(NamedTuple):
    """A city. ``admin1`` is the full name of the state, province or region, '' in countries whose
    regions we do not know.
    """

    geoname_id: int
    name: str
    admin1: str
    country: str
    timezone: str
    population: int


class Region(NamedTuple):
    name: str
    country: str


class Gazetteer(NamedTuple):
    """Places by key, and by code in capitals; the cities of a name are sorted, largest first."""

    cities: dict[str, tuple[City, ...]]
    regions: dict[str, tuple[Region, ...]]
    countries: dict[str, str]


@lru_cache(10_000)
def key(name: str) -> str:
    """The form in which place names are compared: "Łódź" is "Lodz", "St." is "Saint"."""
    plain = fold(name).translate(LETTERS).replace(".", "").replace("'", "")
    return SAINT.sub("st", NON_WORD.sub(" ", plain)).strip()


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    cities: dict[str, tuple[City, ...]] = {}
    regions: dict[str, tuple[Region, ...]] = {}
    countries: dict[str, str] = {}
    region_names: dict[tuple[str, str], str] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for geoname_id, name, admin1, country, timezone, population, others in rows:
            names = {name, *others.split("|")} - {""}
            if geoname_id:
                region = region_names.get((country, admin1), "")
                city = City(
                    int(geoname_id),
                    name,
                    region,
                    intern(country),
                    intern(timezone),
                    int(population),
                )
                _add(cities, map(key, names), city)
            elif admin1:
                region_names[country, admin1] = name
                _add(regions, map(key, names), Region(name, country))
                # GeoNames' own numbers stand for regions without a code, and nobody writes them.
                if admin1.isupper():
                    _add(regions, [admin1], Region(name, country))
            else:
                countries |= dict.fromkeys(map(_key_of_country, names), country)
    _add_local_names(cities)
    for name in cities:
        cities[name] = tuple(sorted(cities[name], key=_people, reverse=True))
    for foreign_name, code in _countries_abroad():
        form = _form_of_country(foreign_name, code, cities, regions)
        if form:
            countries.setdefault(form, code)
    return Gazetteer(cities, regions, countries)


def _add(table: dict[str, tuple[Any, ...]], names: Iterable[str], place: City | Region) -> None:
    for name in set(names):
        table[name] = (*table.get(name, ()), place)


def _key_of_country(name: str) -> str:
    if name.isupper():
        return name
    return key(name)


def _add_local_names(cities: dict[str, tuple[City, ...]]) -> None:
    with LOCAL_NAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            in_country = _in_country(cities[key(row["city"])], row["country"])
            city = max(in_country, key=_people)
            for name in map(key, row["names"].split("|")):
                others = [other for other in cities.get(name, ()) if other != city]
                cities[name] = (*others, city)


def _in_country(cities: Iterable[City], country: str) -> list[City]:
    return [city for city in cities if city.country == country]


def _countries_abroad() -> Iterator[tuple[str, str]]:
    """Map names of countries in other languages to their codes."""
    for table in (NAMES_ABROAD, COUNTRY_NAMES):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name in row["names"].split("|"):
                    yield name, row["country"]


def _form_of_country(
    name: str,
    code: str,
    cities: Mapping[str, Sequence[City]],
    regions: Mapping[str, Sequence[Region]],
) -> str:
    """The form in which ``name`` means the country ``code``; '' if it means another place.

    Granada is no Grenada. A town that nobody means by its name alone takes nothing from a country,
    and where only an accent tells, as in “França” and Franca, that decides.
    """
    form = key(name)
    if name.isupper() and len(name) < MIN_NAME_LENGTH:
        form = name
    city = next(iter(cities.get(form, ())), None)
    if form in regions:
        return ""
    if city is None or city.country == code:
        return form
    if city.population < MIN_POPULATION_WITHOUT_COUNTRY:
        if len(form) >= MIN_NAME_LENGTH:
            return form
        return ""
    is_other = name.casefold() != city.name.casefold() and not name.isascii()
    if is_other:
        return name.casefold()
    return ""


def _people(city: City) -> int:
    return city.population


def cities_called(name: str) -> Sequence[City]:
    """Find all cities that have this name, in any of its spellings and languages that we know."""
    return gazetteer().cities.get(key(name), ())


def find_city(name: str, country: str = "", admin1: str = "") -> City | None:
    """The city surely meant; None if unknown or if ``country`` and ``admin1`` leave several."""
    cities = cities_called(name)
    if not country and not admin1:
        return clearest(cities, alone=key(name))
    if country:
        cities = _in_country(cities, country)
    if admin1:
        region = find_admin1(admin1, country)
        return clearest([city for city in cities if region == (city.admin1, city.country)])
    return clearest([city for city in cities if city.population >= MIN_POPULATION_IN_COUNTRY])


def clearest(cities: Sequence[City], alone: str = "") -> City | None:
    """The one of ``cities`` (largest first) that people mean; ``alone`` is their key where nothing
    stands beside it.
    """
    if alone in AMBIGUOUS_NAMES:
        return None
    if alone in UNAMBIGUOUS_NAMES:
        cities = _in_country(cities, UNAMBIGUOUS_NAMES[alone])
    if not cities or (alone and cities[0].population < MIN_POPULATION_WITHOUT_COUNTRY):
        return None
    if len(cities) > 1 and cities[0].population < MIN_POPULATION_RATIO * cities[1].population:
        return None
    return cities[0]


@lru_cache(maxsize=2_000)
def time_zones(country: str, admin1: str = "", city: str = "") -> frozenset[str]:
    """The time zones of a city, else of the cities in the region, else in the country; empty where
    we know none.
    """
    if not country:
        return frozenset()
    if city:
        match = find_city(city, country, admin1)
        if match:
            return frozenset({match.timezone})
    zones = set()
    for other in chain.from_iterable(gazetteer().cities.values()):
        if other.country == country and admin1 in ("", other.admin1):
            zones.add(other.timezone)
    return frozenset(zones)


def find_admin1(name: str, country: str = "") -> Region | None:
    """The state, province or region of this name or code (in capitals); None when unknown or not
    the only one.
    """
    regions = {region for region in regions_named(name) if country in ("", region.country)}
    if len(regions) == 1:
        return regions.pop()
    return None


def find_state(name: str) -> Region | None:
    """The state, province or region that a name alone surely means: no country is called so, and
    no city but small ones.
    """
    form = key(name)
    regions = set(gazetteer().regions.get(form, ()))
    cities = cities_called(name)
    is_city = bool(cities) and cities[0].population >= MIN_POPULATION_WITHOUT_COUNTRY
    if len(regions) != 1 or form in AMBIGUOUS_NAMES or is_city or find_country(name):
        return None
    return regions.pop()


def states_called(begun: str) -> list[str]:
    """Names of those that ``find_state`` knows and that begin so."""
    start = key(begun)
    names: set[str] = set()
    for form, regions in gazetteer().regions.items():
        if form.startswith(start):
            names.update(region.name for region in regions)
    return sorted(filter(find_state, names))


def regions_named(name: str) -> tuple[Region, ...]:
    regions = gazetteer().regions
    code = name.strip().replace(".", "")
    if code.isupper():
        return regions.get(code) or regions.get(key(name), ())
    return regions.get(key(name), ())


def find_country(name: str) -> str:
    """The alpha-2 code of a country's name (English or its own) or code; '' for none."""
    form = key(name)
    countries = gazetteer().countries
    if form in NOT_A_COUNTRY:
        return ""
    return (
        countries.get(name.strip().casefold())
        or countries.get(form)
        or countries.get(name.strip().upper())
        or country_code(name)
    )
