"""What the words for a place say: city, region, country and how one works there. What they leave
open stays open.

A text is cut into parts, and a part into names and words for the workplace. Each name has all its
readings until its neighbours leave some; names that agree are one place, and nothing is stated that
two readings disagree about.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from jobboard.common.words import COUNTRIES
from jobboard.listings.choices import Eligibility, PlaceText, Workplace
from jobboard.listings.gazetteer import (
    NEVER_ALONE,
    City,
    clearest,
    find_admin1,
    find_city,
    find_country,
    gazetteer,
    key,
)

LONGEST = 2_000
"""Characters of a text that are read."""

TOKEN = re.compile(
    r"""(?P<name>\b(?:bosnia|trinidad|antigua|newfoundland|jammu|uk|north)\ (?:and|&)\ (?=[hbtlkis])
        |frankfurt\ \((?=oder))
    | (?P<never>\b(?:no|not|non)[ -]remote\b|\bremote\ (?:is\ )?not\b)
    | (?P<hybrid>\bhybrid(?:[ -](?:remote|work\w*|role|position))?\b|\bh[ií]brid[oa]\b)
    | (?P<remote>(?:\b(?:100\ ?%|fully|full|mostly)[ -])?\bremote(?:ly)?\b
        (?:[ -](?:friendly|first|eligible|only|based|jobs?|role|position|work\w*|possible|ok
        |allowed)\b)?
        |\bremot[oa]s?\b|\bhome-based\b|\bwork(?:ing)?\ from\ (?:home|anywhere)\b|\bwfh\b
        |\btele(?:work|commut)\w*
        |\banywhere\b)
    | (?P<on_site>\bon[ _-]?site\b|\bin[ -]person\b|^in[ -]office$)
    | (?P<end>[;|•·]) | (?P<open>[(\[]) | (?P<close>[)\]])
    | (?P<word>,?\ (?:or|and|&|\+)\ |(?<!,)\ (?-i:OR)\ ) | (?P<slash>/) | (?P<comma>[,，、])
    | (?P<dash>\ ?[-–—:]\ |\ [-–—]\ ?|[–—:])""",
    re.VERBOSE | re.IGNORECASE,
)
SEPARATORS = {
    "end": ",",
    "open": "(",
    "close": ")",
    "word": "o",
    "slash": "/",
    "comma": ",",
    "dash": "-",
}
WORKPLACES = {"remote": Workplace.REMOTE, "hybrid": Workplace.HYBRID, "on_site": Workplace.ON_SITE}

AREAS = set(
    re.findall(
        r"[^|]+",
        "africa|america|amer|americas|amers|anz|apac|asia|asia pacific|australasia|benelux"
        "|caribbean|central america"
        "|central europe|dach|eastern europe|eea|emea|eu|europe|european economic area"
        "|european union|gcc|global"
        "|globally|international|latam|latin america|mena|middle east|na|namer|new england"
        "|nordics|noram|north america"
        "|north and south america|oceania|scandinavia|sea|south america|southeast asia"
        "|uk and ireland|uki|usca"
        "|western europe|world|worldwide",
    )
)
WORLD = {"global", "globally", "world", "worldwide"}
EU = re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK")
EEA = [*EU, "IS", "LI", "NO"]
FIXED_AREAS = {"eu": EU, "european union": EU, "eea": EEA, "european economic area": EEA} | {
    "dach": ["DE", "AT", "CH"],
    "benelux": ["BE", "NL", "LU"],
}

CLEAR_CODES = set(
    re.findall(
        r"\w+",
        "UK US GB FR ES NL PL IE PT BR MX JP SG NZ DK FI CZ HU RO UA TR KR HK TW PH VN TH UAE"
        " USA CAN GBR DEU FRA ESP "
        "NLD POL PRT BRA MEX JPN SGP AUS AUT CHE IND ISR SWE AK CT DC FL IA KS MI ND NH NJ NM NV"
        " NY RI TX UT VT WI WV "
        "WY AB BC QC NSW QLD",
    )
)
"""Understood without a name beside them: no words, and not a state and a country at once."""
TOWN_CODES = set(re.findall("..", "ALAZGAKYLAMDMIMNMOMSNCNEONPASCSDTNVAWA"))
"""States that are meant behind a town we do not know, though the code stands for something else
abroad.
"""
CITY_CODES = {
    "CHI": "Chicago",
    "LA": "Los Angeles",
    "SEA": "Seattle",
}  # in a list with another American city
AREA_NAMES = {
    "bay area": "San Francisco",
    "sf bay area": "San Francisco",
    "silicon valley": "San Francisco",
}
AROUND = re.compile(
    r"(greater |metro )?(.+?)( metro(?:politan)?)?( (?:bay )?(?:area|region))?", re.IGNORECASE
)
NO_NAMES = re.compile(
    r"^(?:(?:in|within|with|from|the|of|all|any|our|either|must|be|reside|live|based|located)\b ?)+"
    r"|(?: ?\b(?:office|offices|hq|headquarters?|hubs?|campus|only|based|locations?|job|open"
    r"|anywhere))+$",
    re.IGNORECASE,
)
LIMITS = re.compile(
    r" (?:(?:north|south|mid)?(?:east|west|central|north|south)(?:ern)?|coast|preferred"
    r"|time ?zones?)+$",
    re.IGNORECASE,
)
EXCEPT = re.compile(
    r"\b(?:but|except\w*|exclud\w*|not|outside|other than|apart from|ohne|ausser|außer)\b",
    re.IGNORECASE,
)
SOMEWHERE_ELSE = "not there"  # nothing is known of what is left out, and it limits the rest
WITH_ZIP = re.compile(r"([A-Z]{2})\.? \d{5}(?:-\d{4})?")


class Item(NamedTuple):
    """A piece of the text with the separators before it; ``workplace`` is '' for a name."""

    text: str
    start: int
    end: int
    between: str
    depth: int  # of brackets
    workplace: str = ""


class Spot(NamedTuple):
    """One reading of a name: a city, or a region or country as a whole."""

    country: str
    admin1: str = ""
    city: City | None = None


class Name(NamedTuple):
    text: str
    spots: tuple[Spot, ...] = ()  # none: unknown
    is_code: bool = False
    is_country: bool = False
    is_area: bool = False


@dataclass
class Group:
    """Names that agree on a place, and what else is said of it. It stands from ``start`` to ``end``
    of the text.
    """

    start: int
    end: int
    depth: int
    known: list[Name] = field(default_factory=list)
    spots: tuple[Spot, ...] = ()  # all readings that are left
    spot: Spot | None = None  # what they share
    rest: list[str] = field(default_factory=list)
    workplaces: set[str] = field(default_factory=set)
    between: str = ""  # the separators before it
    is_closed: bool = False  # a country with its workplace, as in "US Remote, Seattle"
    is_town: bool = False  # some town we do not know, so the larger city behind it is not the place
    is_in_doubt: bool = False  # something unknown follows the city: "Melbourne, Derbyshire"

    @property
    def alone(self) -> str:
        return key(self.known[0].text) if len(self.known) == 1 else ""

    @property
    def has_city(self) -> bool:
        return any(spot.city for spot in self.spots)

    @property
    def is_wide(self) -> bool:
        return not self.spots or any(not spot.city for spot in self.spots)


class Found(NamedTuple):
    place: PlaceText
    rest: tuple[str, ...]  # what limits or widens it


def read_places(text: str) -> tuple[PlaceText, ...]:
    """The places that ``text`` lists, in its order and words. Never raises."""
    return tuple(dict.fromkeys(found.place for found in _read(_tidy(text))))


def read_place(hint: PlaceText) -> tuple[PlaceText, ...]:
    """The same where a feed has fields of its own: they settle what the text leaves open.

    A remote place takes the feed's country only where the feed names neither city nor region: those
    are an office's.
    """
    country = find_country(hint.country)
    region = find_admin1(hint.admin1, country)
    country, admin1 = (region.country, region.name) if region else (country, "")
    stated = next((match.lastgroup for match in TOKEN.finditer(hint.workplace)), "")
    stated = str(WORKPLACES.get(stated, ""))
    text = (
        _tidy(hint.text)
        or _tidy(", ".join(filter(None, [hint.city, hint.admin1, hint.country])))
        or stated.title()
    )
    plain, hinted = _read(text), _read(text, country, admin1)
    is_remote = stated == Workplace.REMOTE or any(
        one.place.workplace == Workplace.REMOTE for one in plain
    )
    found = plain
    if len(plain) == len(hinted):
        keeps = is_remote or len(plain) > 1
        found = tuple(
            a if keeps and a.place.country else b for a, b in zip(plain, hinted, strict=True)
        )
    places = [one.place for one in found]
    if len(places) != 1:
        if not (stated == Workplace.REMOTE and any(place.workplace == stated for place in places)):
            places = [replace(place, workplace=place.workplace or stated) for place in places]
        return tuple(dict.fromkeys(places))
    place = replace(places[0], workplace=stated or places[0].workplace)
    if not place.country and not AREAS & set(found[0].rest):
        if place.workplace != Workplace.REMOTE:
            city = find_city(hint.city, country, admin1) if country else None
            name, admin1 = (city.name, city.admin1) if city else ("", admin1)
            place = replace(place, city=name, country=country, admin1=admin1)
        elif not (hint.city or hint.admin1 or found[0].rest):
            place = replace(place, country=country)
    return (place,)


def read_eligibility(places: Sequence[PlaceText]) -> dict[str, Any]:
    """Where one may live, as ListingContent takes it; {} unless every remote place is a whole
    country or fixed area.
    """
    remote = [place for place in places if place.workplace == Workplace.REMOTE]
    scopes = [_scope(place) for place in remote]
    text = "; ".join(dict.fromkeys(place.text for place in remote))
    text = text if len(text) <= 200 else text[:199] + "…"
    if scopes and all(scope is WORLD for scope in scopes):
        return {"eligibility": Eligibility.ANYWHERE, "eligibility_text": text}
    if not scopes or any(not scope or scope is WORLD for scope in scopes):
        return {}
    countries = tuple(dict.fromkeys(country for scope in scopes for country in scope))
    return {
        "eligibility": Eligibility.LISTED,
        "eligibility_text": text,
        "eligible_countries": countries,
    }


def _scope(place: PlaceText) -> Iterable[str]:
    rest = {word for found in _read(_tidy(place.text)) for word in found.rest}
    rest = {
        word for word in rest if not place.country or find_country(word) != place.country
    }  # "Remote, DE"
    if place.city or place.admin1 or rest - WORLD - FIXED_AREAS.keys():
        return ()
    countries = [place.country] if place.country else []
    if rest & WORLD:
        return () if countries or rest - WORLD else WORLD
    return [*countries, *(country for area in rest for country in FIXED_AREAS[area])]


def _tidy(text: str) -> str:
    return " ".join(text[:LONGEST].split())


@lru_cache(maxsize=20_000)
def _read(text: str, country: str = "", admin1: str = "") -> tuple[Found, ...]:
    parts = [(part, _groups(items)) for part, items in _cut(text)]
    groups = [group for _, members in parts for group in members]
    for group in groups:
        group.spot = _settle(group, country, admin1)
    for group in groups:
        _compare(group, [other.spot for other in groups if other is not group and other.spot])
    return tuple(found for part, members in parts for found in _found(text, part, members))


def _cut(text: str) -> Iterator[tuple[str, list[Item]]]:
    """The parts of the text between strong separators outside brackets, each with its pieces."""
    one_bar = text.count("|") == 1 and ";" not in text  # "USA | Remote"
    items: list[Item] = []
    start = begin = depth = 0
    between = ""
    is_left_out = False
    for match in [*TOKEN.finditer(text), None]:
        kind = str(match.lastgroup) if match else "end"
        if kind == "name":
            continue
        stop = match.start() if match else len(text)
        if name := text[start:stop].strip(" -.'\""):
            at = text.index(name, start)
            is_left_out = is_left_out and ")" not in between
            stated, *left_out = ["", name] if is_left_out else EXCEPT.split(name, 1)
            if stated.strip():
                items.append(Item(stated.strip(), at, at + len(stated.rstrip()), between, depth))
            if is_left_out := bool(left_out):
                items.append(
                    Item(
                        SOMEWHERE_ELSE, at, at + len(name), "" if stated.strip() else between, depth
                    )
                )
            between = ""
        if not match or (kind == "end" and not depth and not one_bar):
            yield text[begin:stop].strip(" ,-"), items
            items, between, begin, is_left_out = [], "", match.end() if match else stop, False
        elif kind in SEPARATORS:
            between += "/" if kind == "end" and one_bar else SEPARATORS[kind]
            depth = max(0, depth + (kind == "open") - (kind == "close"))
        else:
            items.append(
                Item(
                    match.group(), stop, match.end(), between, depth, str(WORKPLACES.get(kind, ""))
                )
            )
            between = ""
        start = match.end() if match else stop


def _groups(items: list[Item]) -> list[Group]:
    groups: list[Group] = []
    owner: dict[int, int] = {}  # which of them an item belongs to
    between = ""
    for at, item in enumerate(items):
        between += item.between
        if item.workplace:
            continue
        last = items[at - 1] if at else item
        after = items[at + 1] if at + 1 < len(items) else item
        is_close = (last.workplace and not item.between) or (after.workplace and not after.between)
        apart = bool(set("o/") & set(between))
        apart |= bool(last.workplace and "," in last.between and "," not in item.between)
        for name in _names(item.text):
            own = bool(is_close and name.is_country)
            if (
                not groups
                or apart
                or (own and groups[-1].has_city)
                or not _joins(groups[-1], name, between)
            ):
                groups.append(Group(item.start, item.end, item.depth, between=between))
                _joins(groups[-1], name, "")
            groups[-1].end = item.end
            groups[-1].is_closed |= own
            owner.setdefault(at, len(groups) - 1)
            apart, between = False, " "
        between = ""
    own = list(_give_workplaces(items, owner, groups))
    return _merge_provinces(sorted([*groups, *own], key=lambda group: group.start))


def _merge_provinces(groups: list[Group]) -> list[Group]:
    """“Las Rozas, Madrid, Spain” is one place: what stands behind a lesser city may be its
    province.
    """
    merged: list[Group] = []
    for group in groups:
        town = merged[-1] if merged else group
        countries = (
            {spot.country for spot in group.spots}
            if group.has_city and len(group.known) > 1
            else set()
        )
        inside = tuple(spot for spot in town.spots if spot.country in countries)
        is_lesser = town.alone and not town.is_wide and not _alone(town.known[0])
        if town is not group and group.between == "," and is_lesser and inside:
            town.spots, town.end, town.rest = inside, group.end, town.rest + group.rest
            town.known, town.workplaces = (
                town.known + group.known,
                town.workplaces | group.workplaces,
            )
        else:
            merged.append(group)
    return merged


def _joins(group: Group, name: Name, between: str) -> bool:
    """Whether ``name`` can belong to the place that ``group`` is; if so, it does from now on."""
    if not name.spots:
        group.rest.append(key(name.text))
        group.is_in_doubt |= (
            "," in between and bool(group.alone) and not group.is_wide and not name.is_area
        )
        return True
    if group.is_closed and "," in between and any(spot.city for spot in name.spots):
        return False
    wide = tuple(spot for spot in name.spots if not spot.city)
    if not group.known:
        group.is_town = bool({",", " "} & set(between)) and any(
            word not in AREAS and not any(map(str.isdigit, word)) for word in group.rest
        )
        group.spots = name.spots
    elif agreed := _agree(group, name):
        city = _alone(name) if "," in between and _are_countries(group.spots) else None
        group.is_town |= city is not None and all(
            city.country != spot.country for spot in agreed
        )  # Canada, London
        group.spots = agreed
        group.is_in_doubt &= not wide
    elif (
        group.alone
        and wide
        and "-" not in between
        and not _alone(name)
        and (
            not group.is_wide or (_are_countries(group.spots) and all(spot.admin1 for spot in wide))
        )
    ):
        # Moscow, Kentucky: a small town that the table does not have. Tijuana, BC: not that BC
        if name.is_code and (name.text not in CLEAR_CODES | TOWN_CODES or _alone(group.known[0])):
            group.is_in_doubt = True
        group.spots, group.is_town = wide, True
    else:
        return False
    group.known.append(name)
    return True


def _agree(group: Group, name: Name) -> tuple[Spot, ...]:
    """The readings of both that fit together. A code beside a city is a state rather than a
    country.
    """
    pairs = [
        (a, b)
        for a in group.spots
        for b in name.spots
        if a.country == b.country
        and (not a.city or not b.city or a.city == b.city)
        and (a.admin1 == b.admin1 or (not a.admin1 and not a.city) or (not b.admin1 and not b.city))
    ]
    pairs = [(a, b) for a, b in pairs if _level(a) != _level(b)] or pairs
    levels = [{_level(a), _level(b)} for a, b in pairs]
    if {1, 2} in levels and (name.is_code or any(known.is_code for known in group.known)):
        pairs = [pair for pair, both in zip(pairs, levels, strict=True) if both != {0, 2}]
    return tuple(
        dict.fromkeys(Spot(a.country, a.admin1 or b.admin1, a.city or b.city) for a, b in pairs)
    )


def _level(spot: Spot) -> int:
    return 2 if spot.city else 1 if spot.admin1 else 0


def _are_countries(spots: Iterable[Spot]) -> bool:
    levels = {_level(spot) for spot in spots}
    return 0 in levels and 1 not in levels


def _alone(name: Name) -> City | None:
    return clearest([spot.city for spot in name.spots if spot.city], alone=key(name.text))


def _give_workplaces(
    items: list[Item], owner: dict[int, int], groups: list[Group]
) -> Iterator[Group]:
    """Each word for a workplace to the places it is said of; one that is said of none becomes a
    place of its own.
    """
    after_run = 0
    runs: list[list[int]] = []
    for at, item in enumerate(items):
        if item.workplace and at and items[at - 1].workplace and ")" not in item.between:
            runs[-1].append(at)
        elif item.workplace:
            runs.append([at])
    for here in runs:
        left = max((owner[at] for at in owner if at < here[0]), default=None)
        right = min((owner[at] for at in owner if at > here[-1]), default=None)
        before = items[here[0]].between
        behind = items[here[-1] + 1].between if here[-1] + 1 < len(items) else ""
        reached = _reached(groups, left, right, before, behind, after_run)
        after_run = 0 if left is None else left + 1
        for at in here:
            item = items[at]
            for group in reached:
                group.workplaces.add(item.workplace)
            if not reached:
                yield Group(item.start, item.end, item.depth, workplaces={item.workplace})
        if reached:
            nearest = reached[0]
            nearest.start = min(nearest.start, items[here[0]].start)
            nearest.end = max(nearest.end, items[here[-1]].end)


def _reached(
    groups: list[Group], left: int | None, right: int | None, before: str, behind: str, begin: int
) -> list[Group]:
    """The places that words between the separators ``before`` and ``behind`` are said of.

    ``left`` and ``right`` are the places beside them, ``begin`` the first one behind the words
    before.
    """
    reached: list[Group] = []
    if left is not None and not set(",o/") & set(before):
        reached = groups[begin : left + 1]
        reached = reached if all(group.is_wide for group in reached) else reached[-1:]
    if right is not None:
        opens = (
            left is None and behind == "," and not groups[right].has_city
        )  # "Remote, Canada, ..."
        opens |= "o" in before and behind == ","
        if opens or right == left or not set(",o/)") & set(behind):
            reached += [] if right == left and reached else [groups[right]]
            for group in groups[right + 1 :]:
                follows = group.is_wide or "o" in group.between or ("-" in behind and left is None)
                if not follows or ("(" in behind and group.depth < groups[right].depth):
                    break
                reached.append(group)
    has_cities = len(groups) > 1 or any(group.has_city for group in groups)
    if reached or "o" in before + behind or ("/" in before + behind and has_cities):
        return reached
    return groups if len(groups) == 1 or all(group.is_wide for group in groups) else []


def _settle(group: Group, country: str = "", admin1: str = "") -> Spot | None:
    """What all readings of a group share; ``country`` and ``admin1`` are the feed's and narrow
    them.
    """
    hinted = [
        s for s in group.spots if s.country == country and (not admin1 or s.admin1 in ("", admin1))
    ]
    spots, alone = (hinted, "") if hinted else (list(group.spots), group.alone)
    if not spots or (group.is_in_doubt and not hinted):
        return None
    code = group.known[-1]
    if not hinted and code.is_code and (alone or group.is_town) and code.text not in CLEAR_CODES:
        meant = {"US", "CA"} if group.is_town and code.text in TOWN_CODES else set()
        spots = [spot for spot in spots if spot.country in meant and spot.admin1]
    wide = [spot for spot in spots if not spot.city]
    if wide and alone in NEVER_ALONE - {"washington"}:
        return None
    shared = _common(wide if alone and wide else spots)
    if shared and wide:
        is_dc_or_state = "washington" in (key(name.text) for name in group.known)
        shared = Spot(shared.country) if is_dc_or_state else _common(wide)
    if wide and not (shared and shared.admin1):
        return shared
    if wide and shared:
        spots = [
            spot for spot in spots if (spot.country, spot.admin1) == (shared.country, shared.admin1)
        ]
    city = clearest(
        sorted((s.city for s in spots if s.city), key=lambda city: -city.population), alone=alone
    )
    if city and not group.is_town:
        return Spot(city.country, city.admin1, city)
    return shared if wide or not alone else Spot(city.country) if city else None


def _common(spots: Sequence[Spot]) -> Spot | None:
    """The country and, if it is the same too, the region of all ``spots``."""
    countries, states = {spot.country for spot in spots}, {spot.admin1 for spot in spots}
    return (
        Spot(*countries, states.pop() if len(states) == 1 else "") if len(countries) == 1 else None
    )


def _compare(group: Group, others: list[Spot]) -> None:
    """What the other places of the text, or working remotely, tell of a name that stands for
    several things.
    """
    spot, countries = group.spot, {other.country for other in others}
    if group.alone == "georgia" and not spot and countries:
        group.spot = (
            Spot("US", "Georgia")
            if countries == {"US"}
            else None
            if "US" in countries
            else Spot("GE")
        )
    named = CITY_CODES.get(group.known[0].text if group.alone else "", "")
    if named and any(other.country == "US" and other.city for other in others):
        city = find_city(named)
        group.spot = city and Spot(city.country, city.admin1, city)
    if (
        spot and spot.city and spot.country == "US" and group.is_wide
    ):  # New York, the city or the state
        if Workplace.REMOTE in group.workplaces or any(
            o.country == "US" and o.admin1 and not o.city for o in others
        ):
            group.spot = Spot("US", spot.admin1)


def _found(text: str, part: str, groups: list[Group]) -> Iterator[Found]:
    """States and areas of one country are one place: “Remote (Ohio or Texas)”."""
    spots = [group.spot for group in groups if group.spot]
    if not part:
        return
    if (
        len(groups) != 1
        and len({spot.country for spot in spots}) < 2
        and not any(spot.city for spot in spots)
    ):
        if all(group.workplaces == groups[0].workplaces for group in groups):
            rest = [word for group in groups for word in _limits(group)]
            spot = Spot(spots[0].country) if spots else None
            groups = [
                Group(
                    0,
                    0,
                    0,
                    spot=spot,
                    rest=rest,
                    workplaces=groups[0].workplaces if groups else set(),
                )
            ]
    for group in groups:
        country, admin1, city = group.spot or Spot("")
        workplace = "".join(group.workplaces) if len(group.workplaces) == 1 else ""
        shown = part if len(groups) == 1 else _slice(text, group)
        yield Found(
            PlaceText(shown, city.name if city else "", country, workplace, admin1),
            tuple(_limits(group)),
        )


def _limits(group: Group) -> list[str]:
    """What a group names beside a country or instead of it."""
    names_country = group.spot and any(_level(spot) == 0 for spot in group.spots)
    return group.rest if names_country else [*group.rest, *(key(name.text) for name in group.known)]


def _slice(text: str, group: Group) -> str:
    words = text[group.start : group.end]
    if words.count("(") > words.count(")"):
        words = words + ")" if text[group.end : group.end + 1] == ")" else words.rpartition("(")[2]
    return words.strip(" ,")


@lru_cache(maxsize=20_000)
def _names(text: str) -> tuple[Name, ...]:
    """The names in a piece of text without separators, such as "USA DC Washington" or "Austin TX
    United States".
    """
    if code := WITH_ZIP.fullmatch(text):
        state = find_admin1(code[1], "US")
        return (Name(code[0], (Spot("US", state.name),) if state else ()),)
    bare = NO_NAMES.sub("", text)
    for words in [text, bare]:
        if (name := _name(words)).spots or name.is_area:
            return (name,)
    if not any(map(str.isalpha, bare)):
        return ()
    if any(map(str.isdigit, text)) or len(text) > 80:
        return (Name(text),)
    text = bare
    if limit := LIMITS.search(text):
        country = _name(text[: limit.start()])
        if country.is_country:
            return (country, Name(limit[0]))
    around = AROUND.fullmatch(text)
    if key(text) in AREA_NAMES or (around and any(around.group(1, 3, 4))):
        center = _name(AREA_NAMES.get(key(text)) or around[2])
        if city := _alone(center):
            return (Name(text, (Spot(city.country, city.admin1),)),)
        if center.is_code and center.spots:  # DC Metro
            return (center,)
    head, *tail = text.split("-")
    if tail and (_name(head).is_country or (head.isupper() and _name(head).spots)):
        return (_name(head), *_names("-".join(tail)))
    words = text.split()
    if len(words) > 8:
        return (Name(text),)
    first = _name(words[0])
    if len(words) > 1 and first.is_code and first.spots:
        rest = _names(" ".join(words[1:]))
        if rest and (
            all(name.spots for name in rest) or (words[0] in CLEAR_CODES and len(words[0]) == 3)
        ):
            return (first, *rest)
    for count in range(min(4, len(words) - 1), 0, -1):
        before, last = _names(" ".join(words[:-count])), _name(" ".join(words[-count:]))
        is_wide = any(not spot.city for spot in last.spots)
        is_town = any(spot.country == "US" for spot in last.spots) and words[-count - 1] not in (
            "of",
            "New",
        )
        if before and is_wide and (is_town or all(name.spots for name in before)):
            return (*before, last)
        first, after = _name(" ".join(words[:count])), _names(" ".join(words[count:]))
        if first.is_country and after and all(name.spots for name in after):
            return (first, *after)
    return (Name(text),)


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
        country = (
            find_country(text) if len(known) > 3 or known in ("us", "uk", "usa", "uae") else ""
        )
    places = gazetteer()
    spots = [Spot(country)] if country else []
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
