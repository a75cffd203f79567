"""Places in a fixed form, as hiring systems write them: there each piece has its meaning.

"Izmir, 35, TR" is a city, a region's code and a country; "US-Ohio-Columbus" goes down from the
country; "Malta, IL" is a town and its state; "69003 Lyon" has its postcode before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from jobboard.listings.choices import Workplace
from jobboard.listings.geo.gazetteer import find_admin1, find_city, find_country, gazetteer

from .areas import CLEAR_CODES
from .names import NO_NAMES, Spot, city_spot
from .towns import ABBREVIATIONS, REGION_CODES, STATES, town_in_state
from .words import WORDS, WORKPLACE, get_workplace

POSTCODE_PREFIXES: dict[str, str] = {}
for meaning, prefixes in WORDS.items():
    if meaning.startswith("postcode prefix "):
        POSTCODE_PREFIXES |= dict.fromkeys(prefixes, meaning.split()[-1])
ONLY_A_CITY = ABBREVIATIONS.keys() - STATES - {"DEN", "SAN"}

TOWN_STATE = re.compile(
    r"(?P<town>[^\W\d_][^,;|/()0-9]{0,40}), ?(?P<state>[A-Z]{2})\.?"
    r"(?: (?P<zip>\d{5})(?:-\d{4})?)?(?![^\W_])"
)
NO_TOWN = re.compile(rf" - | or | and | & |{WORKPLACE.pattern}", re.IGNORECASE)
BETWEEN_TOWNS = re.compile(r"\s*(?P<sign>,? or\b|,? and\b|,? &|,|/)\s*")
CITY_REGION_COUNTRY = re.compile(
    r"(?P<city>[^,;|/()]{2,60}), ?(?P<region>[A-Za-z0-9]{1,3}), ?"
    r"(?P<country>[^\d\W][^,;|/()]{1,40})(?:, ?(?P<zip>(?=[^,]*\d)[A-Z0-9 -]{3,10}))?"
)
CITY_CODE = re.compile(r"(?P<town>[^,;|/()0-9]{2,40}) \((?P<code>[A-Z]{2})\)")
NUMBER_COUNTRY = re.compile(r"\d{1,3}, ?(?P<country>[A-Z]{2})")
PREFIXED = re.compile(
    r"(?P<country>[A-Z]{2,3}|[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}) ?[-–] ?(?P<rest>.+)"
)
BETWEEN_PIECES = re.compile(r"\s*[,;/]\s*|\s+(?:or|and)\s+")
POSTCODE_BEFORE = re.compile(
    r"(?:(?P<prefix>[A-Z]{1,3})-)?(?:\d{4} [A-Z]{2}|\d{2}-\d{3}|\d{3} \d{2}|\d{4,6})\b,? "
)
POSTCODE_BEHIND = re.compile(
    r",? (?:\d{4} ?[A-Z]{2}|\d{2}-\d{3}|\d{3} \d{2}|\d{4,6}(?:-\d{4})?"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z](?: ?\d[A-Z]\d)?"
    r"|\d{1,2}(?:er|e|ème|eme)?(?: arr\w*\.?)?)(?=$|,)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FormPlace:
    """A place from ``start`` to ``end`` of the text; without a country nothing of it is certain."""

    start: int
    end: int
    spot: Spot | None
    workplaces: frozenset[str] = field(default_factory=frozenset)

    def moved(self, offset: int, workplaces: frozenset[str]) -> "FormPlace":
        """The place of a text that stands within another, which says how one works."""
        start = self.start + offset
        end = self.end + offset
        return FormPlace(start, end, self.spot, self.workplaces | workplaces)


def read_form(text: str, country: str = "") -> list[FormPlace]:
    """The places of a text in one of the forms; none if it is in another, or in doubt.

    ``country`` is what the feed says of it in a field of its own.
    """
    core, offset, workplaces = _without_workplace(text)
    readers = (_town_states, _city_in_brackets, _city_region_country, _prefixed, _abbreviations)
    for read in readers:
        places = list(read(core, country))
        if len(places) == 1:
            (place,) = places
            return [FormPlace(0, len(text), place.spot, place.workplaces | workplaces)]
        if places:
            return [place.moved(offset, workplaces) for place in places]
    return []


def without_postcode(text: str) -> tuple[str, str]:
    """``text`` without a postcode before or behind the town, and the country its prefix names."""
    bare = POSTCODE_BEHIND.sub("", text)
    before = POSTCODE_BEFORE.match(bare)
    if before is None:
        return bare, ""
    rest = bare[before.end() :]
    country = POSTCODE_PREFIXES.get(before["prefix"] or "", "")
    is_postcode = bool(country) or not before["prefix"]
    if is_postcode and rest[:1].isalpha():
        return rest, country
    return bare, ""


def _without_workplace(text: str) -> tuple[str, int, frozenset[str]]:
    """``text`` without a word for the workplace at its beginning or end, and where it begins."""
    marks = [*WORKPLACE.finditer(text)]
    if len(marks) != 1:
        return text, 0, frozenset()
    (mark,) = marks
    before = text[: mark.start()]
    after = text[mark.end() :]
    workplaces = frozenset({get_workplace(mark)})
    if not before.strip(" -–(") and re.match(r"\s*(?:[-–:,(]|in\b)\s*", after):
        core = re.sub(r"^\s*(?:[-–:,(]|in\b)\s*", "", after).rstrip(" )")
        start = 0
        if core:
            start = text.index(core, mark.end())
        return core, start, workplaces
    if not after.strip(" )-–") and re.search(r"\s*[-–(]\s*$", before):
        return re.sub(r"\s*[-–(]\s*$", "", before), 0, workplaces
    return text, 0, frozenset()


# "Malta, IL", "Berlin, CT or Canada, KY"


def _town_states(text: str, hint: str) -> Iterator[FormPlace]:
    places: list[FormPlace] = []
    at = 0
    is_apart = False  # from the town before, which a comma alone does not tell
    while at < len(text):
        match = TOWN_STATE.match(text, at)
        if not match or not _may_be_town_state(match):
            last = _without_town(text[at:])
            if not is_apart or last is None:
                return
            places.append(FormPlace(at, len(text), last.spot, last.workplaces))
            break
        town = NO_NAMES.sub("", match["town"]).strip()
        spot = town_in_state(town, match["state"], hint, is_american=bool(match["zip"]))
        if spot is None:
            return
        places.append(FormPlace(match.start(), match.end(), spot))
        at = match.end()
        between = BETWEEN_TOWNS.match(text, at)
        if between:
            at = between.end()
            is_apart = between["sign"] != ","
        elif at < len(text):
            return
    yield from places


def _may_be_town_state(match: re.Match[str]) -> bool:
    """Whether it may be a town and its state: not "NY, NJ" or "Remote US, CA"."""
    town = match["town"]
    is_code = len(town) == 2 and town.isupper()
    return match["state"] in STATES and not is_code and not NO_TOWN.search(town)


# "Izmir, 35, TR", "Ispra, VA, Italy"


def _city_in_brackets(text: str, hint: str) -> Iterator[FormPlace]:
    """ "Torino (TO)": a city and the code of its province."""
    match = CITY_CODE.fullmatch(text)
    if not match:
        return
    town = match["town"]
    code = match["code"]
    cities = []
    if code in STATES:
        cities.append(find_city(town, "US", code))
    for country, codes in REGION_CODES.items():
        if code in codes:
            cities.append(find_city(town, country))
    existing = list(filter(None, cities))
    if len(existing) == 1:
        yield FormPlace(0, len(text), city_spot(existing[0]))


def _city_region_country(text: str, hint: str) -> Iterator[FormPlace]:
    number = NUMBER_COUNTRY.fullmatch(text)
    if number and _read_country(number["country"]):
        yield FormPlace(0, len(text), Spot(_read_country(number["country"])))
        return
    match = CITY_REGION_COUNTRY.fullmatch(text)
    if not match or WORKPLACE.search(match["city"]):
        return
    country = _read_country(match["country"])
    if not country:
        return
    region = find_admin1(match["region"], country)
    admin1 = region.name if region else ""
    town = NO_NAMES.sub("", match["city"]).strip()
    city = find_city(town, country, admin1) or find_city(town, country)
    knows_region = region is not None or match["region"] in REGION_CODES.get(country, ())
    if not knows_region and _is_list(match, country, has_city=city is not None):
        return
    if city:
        yield FormPlace(0, len(text), city_spot(city))
    elif not find_country(town):
        yield FormPlace(0, len(text), Spot(country, admin1))


def _is_list(match: re.Match[str], country: str, *, has_city: bool) -> bool:
    """Whether the pieces are places of their own: "Europe, UK, Israel", "Berlin, UK, France", and
    "Portland, OR, ME", which is no city in Montenegro.
    """
    are_states = match["country"] in STATES and match["region"] in STATES
    if are_states and not has_city and not match["zip"]:
        return True
    other = _read_country(match["region"])
    return other not in ("", country) and (not has_city or match["region"] in CLEAR_CODES)


def _read_country(name: str) -> str:
    """The country of a code in capitals or of a name."""
    name = name.strip()
    if len(name) > 3:
        return find_country(name)
    if not name.isupper():
        return ""
    country = gazetteer().countries.get(name, "")
    if not country and find_country(name) == name:
        return name
    return country


# "US-Remote, US-Denver", "US-Ohio-Columbus"


def _prefixed(text: str, hint: str) -> Iterator[FormPlace]:
    if state_and_town := _state_and_town(text):
        yield state_and_town
        return
    pieces = list(_split_pieces(text))
    matches = [match for _, piece in pieces if (match := PREFIXED.fullmatch(piece))]
    if not pieces or len(matches) < len(pieces):
        return
    countries = [_read_country(match["country"]) for match in matches]
    if not all(countries):
        return
    # "CA-San Diego": a code that is a state as well means the country if others are countries.
    has_clear_country = any(match["country"] not in STATES for match in matches)
    places = []
    for (start, piece), match, country in zip(pieces, matches, countries, strict=True):
        place = _read_below(match["rest"], country)
        is_country = has_clear_country or place.spot != Spot(country)
        if match["country"] in STATES and (_is_town_of_state(match) or not is_country):
            return
        places.append(FormPlace(start, start + len(piece), place.spot, place.workplaces))
    is_plain = len(places) == 1 and places[0].spot == Spot(countries[0])
    if places[0].workplaces or not is_plain:
        yield from places


def _state_and_town(text: str) -> FormPlace | None:
    """ "Illinois-South Holland", which is no state and a country."""
    match = PREFIXED.fullmatch(text)
    if match is None or len(match["country"]) <= 2:
        return None
    state = find_admin1(match["country"], "US")
    if state is None:
        return None
    city = find_city(match["rest"], "US", state.name)
    if city is None:
        return None
    return FormPlace(0, len(text), city_spot(city))


def _split_pieces(text: str) -> Iterator[tuple[int, str]]:
    """Each with its place in ``text``."""
    start = 0
    for match in BETWEEN_PIECES.finditer(text):
        if text[start : match.start()].strip():
            yield start, text[start : match.start()]
        start = match.end()
    if text[start:].strip():
        yield start, text[start:]


def _read_below(text: str, country: str) -> FormPlace:
    """Reads a text below the prefix of ``country``: a region, a city, how one works, or several."""
    workplaces = frozenset(map(get_workplace, WORKPLACE.finditer(text)))
    bare = re.sub(r"\([^)]*\)", " ", WORKPLACE.sub(" ", text)).strip(" -–,()")
    return FormPlace(0, 0, _spot_below(bare, country), workplaces)


def _spot_below(text: str, country: str) -> Spot:
    if not text:
        return Spot(country)
    if city := find_city(text, country):
        return city_spot(city)
    if region := find_admin1(text, country):
        return Spot(country, region.name)
    head, *tail = map(str.strip, re.split(r"[-–]", text, maxsplit=1))
    region = find_admin1(head, country)
    if not tail or region is None:
        return Spot(country)
    city = find_city(tail[0], country, region.name)
    if city:
        return city_spot(city)
    return Spot(country, region.name)


def _is_town_of_state(match: re.Match[str]) -> bool:
    return find_city(match["rest"].strip(), "US", match["country"]) is not None


# "SF, NY, SEA, Remote-US"


def _abbreviations(text: str, hint: str) -> Iterator[FormPlace]:
    places = []
    names = []
    for start, piece in _split_pieces(text):
        place = _read_abbreviation(piece)
        if place is None or (place.spot is None and Workplace.REMOTE not in place.workplaces):
            return  # "NYC, 3 days in office"
        names.append(piece)
        places.append(FormPlace(start, start + len(piece), place.spot, place.workplaces))
    is_clear = bool(ONLY_A_CITY & set(names)) or len(places) > 2
    is_list = len(places) > 1 and is_clear and ABBREVIATIONS.keys() & set(names)
    if is_list and not _are_country_or_state(names, places):
        yield from places


def _are_country_or_state(names: list[str], places: list[FormPlace]) -> bool:
    """Whether one of ``names`` belongs to another: "Manila, PHL", "Utica, NY, Remote"."""
    countries = {place.spot.country for place in places if place.spot} - {"US"}
    abbreviations = ABBREVIATIONS.keys() & set(names)
    if not countries.isdisjoint(map(_read_country, abbreviations)):
        return True
    return any(code in STATES and find_city(town, "US", code) for town, code in pairwise(names))


def _read_abbreviation(piece: str) -> FormPlace | None:
    if piece in ABBREVIATIONS:
        name, _, region = ABBREVIATIONS[piece].partition("|")
        city = find_city(name, "US", region) if region else find_city(name)
    else:
        city = find_city(piece)
    if city:
        return FormPlace(0, 0, city_spot(city))
    if piece in ABBREVIATIONS:
        return None
    return _without_town(piece)


def _without_town(piece: str) -> FormPlace | None:
    """How one works, in no country or a whole one: "Remote", "US Remote"."""
    marks = [*WORKPLACE.finditer(piece)]
    if len(marks) != 1:
        return None
    workplaces = frozenset({get_workplace(marks[0])})
    bare = WORKPLACE.sub(" ", piece).strip(" -–()")
    if not bare:
        return FormPlace(0, 0, None, workplaces)
    country = _read_country(bare)
    if not country:
        return None
    return FormPlace(0, 0, Spot(country), workplaces)


def same_place(one: Spot | None, other: Spot | None) -> bool:
    """Whether two readings are the same city: "Bengaluru/Bangalore"."""
    return bool(one and other and one.city and one.city == other.city)
