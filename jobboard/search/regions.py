"""Regions of several countries, as values of ``country`` and ``from`` beside the countries."""

from collections.abc import Collection, Iterable

from jobboard.common.text.words import COUNTRIES, country_name, country_with_article, fold
from jobboard.feeds.parsing.places.areas import EU
from jobboard.listings.geo.gazetteer import find_country
from roles.pay.regions import AFRICA, ASIA, EUROPE, LATIN_AMERICA, MIDDLE_EAST, OCEANIA

REGIONS = {
    "europe": ("Europe", EUROPE),
    "eu": ("European Union", frozenset(EU)),
    "emea": ("EMEA", EUROPE | MIDDLE_EAST | AFRICA),
    "latam": ("Latin America", LATIN_AMERICA),
    "apac": ("Asia-Pacific", ASIA | OCEANIA),
    "north-america": ("North America", frozenset({"CA", "MX", "US"})),
}
NAMES = COUNTRIES | {code: name for code, (name, _) in REGIONS.items()}
_CODES = {fold(name): code for code, (name, _) in REGIONS.items()}


def as_written(code: str) -> str:
    """Countries in capitals, regions in small letters; their names as their codes."""
    if code.upper() in COUNTRIES:
        return code.upper()
    if code.lower() in REGIONS:
        return code.lower()
    return _CODES.get(fold(code)) or find_country(code) or code


def countries_in(codes: Iterable[str]) -> tuple[str, ...]:
    """The countries that are meant, a region by all of its own; in order, each once."""
    countries: list[str] = []
    for code in codes:
        if code in REGIONS:
            countries += sorted(REGIONS[code][1] & COUNTRIES.keys())
        else:
            countries.append(code)
    return tuple(dict.fromkeys(countries))


def regions_of(countries: Collection[str]) -> list[int]:
    """The positions in REGIONS, from 1, of the regions that any of these countries lies in."""
    numbers = []
    for number, (_, members) in enumerate(REGIONS.values(), start=1):
        if not members.isdisjoint(countries):
            numbers.append(number)
    return numbers


def the_place(code: str) -> str:
    """The name as it stands in a sentence: “in the European Union”."""
    if code not in REGIONS:
        return country_with_article(code)
    if code == "eu":
        return f"the {NAMES[code]}"
    return NAMES[code]


def place_name(code: str) -> str:
    if code in REGIONS:
        return NAMES[code]
    return country_name(code)
