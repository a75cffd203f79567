"""Names of places: the vocabulary, and what each name may stand for."""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from jobboard.common.text.words import COUNTRIES
from jobboard.feeds.parsing.phrases import any_of
from jobboard.listings.geo.gazetteer import (
    City,
    clearest,
    find_admin1,
    find_city,
    find_country,
    gazetteer,
    key,
)

from .areas import AREA_NAMES, AREAS, CITY_CODES, CLEAR_CODES
from .words import WORDS, is_no_place

AROUND = re.compile(
    r"(greater |metro )?(.+?)( metro(?:politan)?)?( (?:bay )?(?:area|region))?", re.IGNORECASE
)

NO_NAMES = re.compile(
    r"^(?:(?:in|within|with|from|the|of|all|any|our|either|must|be|reside|live|based|located"
    rf"|{any_of(WORDS['before a name'])})\b ?)+"
    r"|(?: ?\b(?:office|offices|hq|headquarters?|hubs?"
    r"|campus|only|based|locations?|job|open|anywhere))+$",
    re.IGNORECASE,
)

LIMITS = re.compile(
    r"(?: (?:(?:north|south|mid)?(?:east|west|central|north|south)(?:ern)?"
    r"|coast|preferred|time ?zones?))+$",
    re.IGNORECASE,
)

SHORT_COUNTRY_NAMES = ("us", "uk", "usa", "uae")
CITY_NAMES_IN_CAPITALS = ("NYC", "SF")
WITH_ZIP = re.compile(r"([A-Z]{2})\.? \d{5}(?:-\d{4})?")


# Counties of England, of which cities elsewhere have their names.
COUNTIES = frozenset(WORDS["county"])


class SpotLevel(IntEnum):
    """The level of a Spot, the largest first."""

    COUNTRY = 0
    REGION = 1
    CITY = 2


class Spot(NamedTuple):
    """One reading of a name: a city, or a region or country as a whole."""

    country: str
    admin1: str = ""
    city: City | None = None

    @property
    def level(self) -> SpotLevel:
        if self.city:
            return SpotLevel.CITY
        if self.admin1:
            return SpotLevel.REGION
        return SpotLevel.COUNTRY


# The region of Great Britain that the COUNTIES lie in.
ENGLAND = Spot("GB", "England")


def city_spot(city: City) -> Spot:
    return Spot(city.country, city.admin1, city)


def get_cities(spots: Iterable[Spot]) -> list[City]:
    return [spot.city for spot in spots if spot.city]


def get_areas(spots: Iterable[Spot]) -> list[Spot]:
    """The spots that are a region or country as a whole."""
    return [spot for spot in spots if not spot.city]


class Name(NamedTuple):
    text: str
    spots: tuple[Spot, ...] = ()  # none: unknown
    is_code: bool = False
    is_country: bool = False
    is_area: bool = False


def only_city(name: Name) -> City | None:
    """The city that the name means where nothing stands beside it."""
    return clearest(get_cities(name.spots), alone=key(name.text))


@lru_cache(maxsize=20_000)
def find_names(text: str) -> tuple[Name, ...]:
    """The names in a text without separators, such as "Austin TX United States"."""
    if code := WITH_ZIP.fullmatch(text):
        return (_read_state_with_zip(code),)
    bare = NO_NAMES.sub("", text)
    if is_no_place(bare):
        return (Name(text),)
    for candidate in [text, bare]:
        name = _read_name(candidate)
        if name.spots or name.is_area:
            return (name,)
    if not any(map(str.isalpha, bare)):
        return ()
    if any(map(str.isdigit, text)) or len(text) > 80:
        return (Name(text),)
    return _without_filler(bare)


def names_place(text: str) -> bool:
    return any(name.spots for name in find_names(text))


def _read_state_with_zip(code: re.Match[str]) -> Name:
    state = find_admin1(code[1], "US")
    if state is None:
        return Name(code[0])
    return Name(code[0], (Spot("US", state.name),))


def _without_filler(text: str) -> tuple[Name, ...]:
    """The names inside ``text``, which is not itself a name and was stripped of filler."""
    if limit := LIMITS.search(text):
        country = _read_name(text[: limit.start()])
        if country.is_country:
            return (country, Name(limit[0]))
    if center := _find_center(text):
        return (center,)
    head, *tail = text.split("-")
    first = _read_name(head)
    if tail and (first.is_country or (head.isupper() and first.spots)):
        return (first, *find_names("-".join(tail)))
    return _split_at_blank(text) or (Name(text),)


def _find_center(text: str) -> Name | None:
    """The center of an area: San Francisco of the "Bay Area", DC of "DC Metro"."""
    around = AROUND.fullmatch(text)
    if key(text) in AREA_NAMES:
        center = _read_name(AREA_NAMES[key(text)])
    elif around and any(around.group(1, 3, 4)):
        center = _read_name(around[2])
    else:
        return None
    if city := only_city(center):
        return Name(text, (Spot(city.country, city.admin1),))
    if center.is_code and center.spots:
        return center
    return None


def _split_at_blank(text: str) -> tuple[Name, ...]:
    """The names of which several stand in ``text`` without a separator; none if it is one name."""
    words = text.split()
    if len(words) > 8:
        return ()
    first = _read_name(words[0])
    if len(words) > 1 and first.is_code and first.spots:
        rest = find_names(" ".join(words[1:]))
        is_clear = words[0] in CLEAR_CODES and len(words[0]) == 3
        if rest and (is_clear or _are_known(rest)):
            return (first, *rest)
    for count in range(min(4, len(words) - 1), 0, -1):
        if names := _split_before_area(words, count) or _split_behind_country(words, count):
            return names
    return ()


def _split_before_area(words: list[str], count: int) -> tuple[Name, ...]:
    """The names in ``words`` if the last ``count`` of them name an area: “Austin Texas”."""
    before = find_names(" ".join(words[:-count]))
    last = _read_name(" ".join(words[-count:]))
    is_area = bool(get_areas(last.spots))
    is_american = any(spot.country == "US" for spot in last.spots)
    is_town = is_american and words[-count - 1] not in ("of", "New")
    if before and is_area and (is_town or _are_known(before)):
        return (*before, last)
    return ()


def _split_behind_country(words: list[str], count: int) -> tuple[Name, ...]:
    """The names in ``words`` if the first ``count`` of them name a country: “Germany Berlin”."""
    first = _read_name(" ".join(words[:count]))
    after = find_names(" ".join(words[count:]))
    if first.is_country and after and _are_known(after):
        return (first, *after)
    return ()


def _are_known(names: Iterable[Name]) -> bool:
    return all(name.spots for name in names)


def _read_name(text: str) -> Name:
    """``text`` as one name, with all it may stand for."""
    name_key = key(text)
    code = text.replace(".", "").replace(" ", "")
    if name_key in AREAS and code not in CITY_CODES:
        return Name(text, is_area=True)
    if len(code) < 4 and (code.isupper() or (code.istitle() and len(code) == 2)):
        return _read_code(code, text)
    areas = _read_areas(_find_named_country(text, name_key), name_key, name_key)
    return _with_cities(text, areas)


def _with_cities(text: str, areas: list[Spot]) -> Name:
    cities = map(city_spot, gazetteer().cities.get(key(text), ()))
    return Name(text, (*areas, *cities), is_country=_is_country(areas))


def _read_code(code: str, text: str) -> Name:
    """The name with all that a code such as "DE", "IL" or "NYC" may stand for."""
    country = gazetteer().countries.get(code, "")
    if code in COUNTRIES:
        country = code
    areas = _read_areas(country, key(text), code.upper())
    if code in CITY_NAMES_IN_CAPITALS:
        return _with_cities(text, areas)
    spots = tuple(areas)
    if city := find_city(CITY_CODES.get(code, "")):
        spots = (*areas, city_spot(city))
    return Name(code, spots, is_code=True, is_country=_is_country(areas))


def _find_named_country(text: str, name_key: str) -> str:
    is_long = len(name_key) > 3 or not name_key.isascii()
    if is_long or name_key in SHORT_COUNTRY_NAMES:
        return find_country(text)
    return ""


def _read_areas(country: str, name_key: str, region_key: str) -> list[Spot]:
    """The country, county and regions of a name, in this order."""
    areas: list[Spot] = []
    if country:
        areas.append(Spot(country))
    if name_key in COUNTIES:
        areas.append(ENGLAND)
    for region in gazetteer().regions.get(region_key, ()):
        areas.append(Spot(region.country, region.name))
    return areas


def _is_country(areas: list[Spot]) -> bool:
    """Whether a country is the only area of the name."""
    return len(areas) == 1 and areas[0].level == SpotLevel.COUNTRY
