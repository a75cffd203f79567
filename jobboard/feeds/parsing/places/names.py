"""Names of places: the vocabulary, and what each name may stand for."""

import re
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

from .words import WORDS, is_no_place

AREAS = set(
    re.findall(
        r"[^|]+",
        "africa|america|amer|americas|amers|anz|apac|asia|asia pacific|australasia|benelux"
        "|caribbean|central america|central europe|dach|eastern europe|eea|emea|eu|europe"
        "|european economic area|european union|gcc|global|globally|international|latam"
        "|latin america|mena|middle east|na|namer|new england|nordics|noram|north america"
        "|north and south america|oceania|scandinavia|sea|south america|southeast asia"
        "|uk and ireland|uki|usca|western europe|world|worldwide"
        "|ue|eee|europaische union|union europeenne|union europea|uniao europeia|europese unie"
        "|unione europea|europa",
    )
)

WORLD = {"global", "globally", "world", "worldwide"}

EU = re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK")

EEA = [*EU, "IS", "LI", "NO"]

FIXED_AREAS = {"eu": EU, "european union": EU, "eea": EEA, "european economic area": EEA} | {
    "ue": EU,
    "eee": EEA,
    "europaische union": EU,
    "union europeenne": EU,
    "union europea": EU,
    "uniao europeia": EU,
    "europese unie": EU,
    "unione europea": EU,
    "dach": ["DE", "AT", "CH"],
    "benelux": ["BE", "NL", "LU"],
}

CLEAR_CODES = set(
    re.findall(
        r"\w+",
        "UK US EUA GB FR ES NL PL IE PT BR MX JP SG NZ DK FI CZ HU RO UA TR KR HK TW PH VN "
        "TH UAE USA CAN GBR DEU FRA ESP NLD POL PRT BRA MEX JPN SGP AUS AUT CHE IND ISR "
        "SWE AK CT DC FL IA KS MI ND NH NJ NM NV NY RI TX UT VT WI WV WY AB BC QC NSW QLD",
    )
)
"""Understood without a name beside them: no words, and not a state and a country at once."""

TOWN_CODES = set(re.findall("..", "ALAZGAKYLAMDMIMNMOMSNCNEONPASCSDTNVAWA"))
"""States that are meant behind an unknown town, though the code has another meaning abroad."""

REMOTE_CODES = TOWN_CODES - {"LA", "WA"}
"""States that are meant beside "Remote": of these, few work for a whole country of that code."""

# Read so only in a list with another American city.
CITY_CODES = {
    "CHI": "Chicago",
    "LA": "Los Angeles",
    "SEA": "Seattle",
}

AREA_NAMES = {
    "bay area": "San Francisco",
    "sf bay area": "San Francisco",
    "silicon valley": "San Francisco",
}

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

WITH_ZIP = re.compile(r"([A-Z]{2})\.? \d{5}(?:-\d{4})?")


class Spot(NamedTuple):
    """One reading of a name: a city, or a region or country as a whole."""

    country: str
    admin1: str = ""
    city: City | None = None


COUNTIES = frozenset(WORDS["county"])
"""Counties of England, of which cities elsewhere have their names."""
COUNTY = Spot("GB", "England")


class Name(NamedTuple):
    text: str
    spots: tuple[Spot, ...] = ()  # none: unknown
    is_code: bool = False
    is_country: bool = False
    is_area: bool = False


def only_city(name: Name) -> City | None:
    return clearest([spot.city for spot in name.spots if spot.city], alone=key(name.text))


@lru_cache(maxsize=20_000)
def find_names(text: str) -> tuple[Name, ...]:
    """The names in a text without separators, such as "Austin TX United States"."""
    if code := WITH_ZIP.fullmatch(text):
        state = find_admin1(code[1], "US")
        return (Name(code[0], (Spot("US", state.name),) if state else ()),)
    bare = NO_NAMES.sub("", text)
    if is_no_place(bare):
        return (Name(text),)
    for words in [text, bare]:
        if (name := _name(words)).spots or name.is_area:
            return (name,)
    if not any(map(str.isalpha, bare)):
        return ()
    if any(map(str.isdigit, text)) or len(text) > 80:
        return (Name(text),)
    return _without_filler(bare)


def _without_filler(text: str) -> tuple[Name, ...]:
    """The names in ``text``, which is none itself and has nothing around it any more."""
    if limit := LIMITS.search(text):
        country = _name(text[: limit.start()])
        if country.is_country:
            return (country, Name(limit[0]))
    if center := _center(text):
        return (center,)
    head, *tail = text.split("-")
    if tail and (_name(head).is_country or (head.isupper() and _name(head).spots)):
        return (_name(head), *find_names("-".join(tail)))
    return _split_at_blank(text) or (Name(text),)


def _center(text: str) -> Name | None:
    """What an area is around: San Francisco of the "Bay Area", DC of "DC Metro"."""
    around = AROUND.fullmatch(text)
    if key(text) in AREA_NAMES:
        center = _name(AREA_NAMES[key(text)])
    elif around and any(around.group(1, 3, 4)):
        center = _name(around[2])
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
    first = _name(words[0])
    if len(words) > 1 and first.is_code and first.spots:
        rest = find_names(" ".join(words[1:]))
        is_clear = words[0] in CLEAR_CODES and len(words[0]) == 3
        if rest and (is_clear or all(name.spots for name in rest)):
            return (first, *rest)
    for count in range(min(4, len(words) - 1), 0, -1):
        before, last = find_names(" ".join(words[:-count])), _name(" ".join(words[-count:]))
        is_wide = any(not spot.city for spot in last.spots)
        is_american = any(spot.country == "US" for spot in last.spots)
        is_town = is_american and words[-count - 1] not in ("of", "New")
        if before and is_wide and (is_town or all(name.spots for name in before)):
            return (*before, last)
        first, after = _name(" ".join(words[:count])), find_names(" ".join(words[count:]))
        if first.is_country and after and all(name.spots for name in after):
            return (first, *after)
    return ()


def _name(text: str) -> Name:
    """``text`` as one name, with all it may stand for."""
    known = key(text)
    code = text.replace(".", "").replace(" ", "")
    if known in AREAS and code not in CITY_CODES:
        return Name(text, is_area=True)
    is_code = len(code) < 4 and (code.isupper() or (code.istitle() and len(code) == 2))
    if is_code:
        country = code if code in COUNTRIES else gazetteer().countries.get(code, "")
    else:
        is_long = len(known) > 3 or not known.isascii()
        country = find_country(text) if is_long or known in ("us", "uk", "usa", "uae") else ""
    places = gazetteer()
    spots = [Spot(country)] if country else []
    spots += [COUNTY] if known in COUNTIES else []
    spots += [
        Spot(region.country, region.name)
        for region in places.regions.get(code.upper() if is_code else known, ())
    ]
    is_country = bool(country) and len(spots) == 1
    if not is_code or code in ("NYC", "SF"):
        is_code = False
        spots += [Spot(city.country, city.admin1, city) for city in places.cities.get(known, ())]
    elif city := find_city(CITY_CODES.get(code, "")):
        spots.append(Spot(city.country, city.admin1, city))
    return Name(code if is_code else text, tuple(spots), is_code, is_country)
