"""Pieces of a place text that speak of one place, and which place that is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, product
from typing import NamedTuple

from jobboard.listings.choices import Workplace
from jobboard.listings.geo.gazetteer import (
    AMBIGUOUS_NAMES,
    MIN_POPULATION_IN_COUNTRY,
    clearest,
    find_city,
    key,
)

from .names import (
    AREAS,
    CITY_CODES,
    CLEAR_CODES,
    COUNTIES,
    REMOTE_CODES,
    TOWN_CODES,
    Name,
    Spot,
    find_names,
    only_city,
)

SEPARATORS = {
    "end": ",",
    "open": "(",
    "close": ")",
    "word": "o",
    "word_of_names": "o",
    "slash": "/",
    "comma": ",",
    "dash": "-",
}


LARGE_ENOUGH_FOR_A_LIST = 100_000
"""Two cities of so many people stand in a list where a smaller one stands before its county."""

NEIGHBOURS_OF_THE_CAPITAL = ("Maryland", "Virginia", "District of Columbia", "West Virginia")


class Item(NamedTuple):
    """A piece of the text with the separators before it; ``workplace`` is '' for a name."""

    text: str
    start: int
    end: int
    between: str
    depth: int  # of brackets
    workplace: str = ""


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
    is_settled: bool = False  # by the form it is written in
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


def group_items(items: list[Item]) -> list[Group]:
    groups: list[Group] = []
    owner: dict[int, int] = {}  # which of them an item belongs to
    between = ""
    for at, item in enumerate(items):
        between += item.between
        if item.workplace:
            continue
        last = items[at - 1] if at else item
        after = items[at + 1] if at + 1 < len(items) else item
        is_close = (last.workplace and item.between in ("", "(")) or (
            after.workplace and not after.between
        )
        apart = bool(set("o/") & set(between))
        apart |= bool(last.workplace and "," in last.between and "," not in item.between)
        for name in find_names(item.text):
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
    without_place = list(_give_workplaces(items, owner, groups))
    return _merge_provinces(sorted([*groups, *without_place], key=lambda group: group.start))


def _merge_provinces(groups: list[Group]) -> list[Group]:
    """“Las Rozas, Madrid, Spain” is one place: a lesser city may stand before its province."""
    merged: list[Group] = []
    for group in groups:
        town = merged[-1] if merged else group
        countries: set[str] = set()
        if group.has_city and len(group.known) > 1:
            countries = {spot.country for spot in group.spots}
        inside = tuple(spot for spot in town.spots if spot.country in countries)
        is_lesser = town.alone and not town.is_wide and not only_city(town.known[0])
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
        is_apart = bool({",", " "} & set(between))
        group.is_town = is_apart and any(map(_is_name, group.rest))
        group.spots = name.spots
    elif agreed := _agree(group, name):
        city = only_city(name) if "," in between and are_countries(group.spots) else None
        # As in "Canada, London".
        group.is_town |= city is not None and all(city.country != spot.country for spot in agreed)
        group.is_in_doubt &= not wide
        group.is_in_doubt |= key(name.text) in COUNTIES and _are_neighbours(group, name)
        group.spots = agreed
    elif wide and "-" not in between and _is_small_town(group, name):
        # Moscow, Kentucky: a small town that the table does not have. Tijuana, BC: not that BC
        if name.is_code and (
            name.text not in CLEAR_CODES | TOWN_CODES or only_city(group.known[0])
        ):
            group.is_in_doubt = True
        group.spots, group.is_town = wide, True
    else:
        return False
    group.known.append(name)
    return True


def _are_neighbours(group: Group, name: Name) -> bool:
    """Whether two cities may be meant, and no town in a county: "Richmond, Surrey"."""
    return bool(_regions_of_large(name.spots) & _regions_of_large(group.spots))


def _regions_of_large(spots: Iterable[Spot]) -> set[tuple[str, str]]:
    return {
        (spot.country, spot.admin1)
        for spot in spots
        if spot.city and spot.city.population >= LARGE_ENOUGH_FOR_A_LIST
    }


def _is_name(word: str) -> bool:
    return word not in AREAS and not any(map(str.isdigit, word))


def _is_small_town(group: Group, name: Name) -> bool:
    """Whether the one name so far may be a town of the region or country that ``name`` is."""
    if not group.alone or _is_a_city(name):
        return False
    if not group.is_wide:
        return True
    return are_countries(group.spots) and all(spot.admin1 for spot in name.spots if not spot.city)


def _is_a_city(name: Name) -> bool:
    """Whether the name alone means a city; that of a country only if the city lies there."""
    city = only_city(name)
    if city is None or not name.is_country:
        return city is not None
    return any(spot.country == city.country and not spot.city for spot in name.spots)


def _agree(group: Group, name: Name) -> tuple[Spot, ...]:
    """The readings of both that agree. A code beside a city is a state rather than a country."""
    known_spots = chain.from_iterable(known.spots for known in group.known)
    names_region = any(spot_level(spot) == 1 for spot in known_spots)
    pairs = [
        (a, b)
        for a, b in product(group.spots, name.spots)
        if a.country == b.country
        and (names_region or not _is_lost_in_the_country(a, b))
        and (not a.city or not b.city or a.city == b.city)
        and (a.admin1 == b.admin1 or (not a.admin1 and not a.city) or (not b.admin1 and not b.city))
    ]
    pairs = [(a, b) for a, b in pairs if spot_level(a) != spot_level(b)] or pairs
    levels = [{spot_level(a), spot_level(b)} for a, b in pairs]
    if {1, 2} in levels and (name.is_code or any(known.is_code for known in group.known)):
        pairs = [pair for pair, both in zip(pairs, levels, strict=True) if both != {0, 2}]
    return tuple(
        dict.fromkeys(Spot(a.country, a.admin1 or b.admin1, a.city or b.city) for a, b in pairs)
    )


def _is_lost_in_the_country(one: Spot, other: Spot) -> bool:
    """Whether one is a whole country and the other a town too small to be named beside it."""
    if {spot_level(one), spot_level(other)} != {0, 2}:
        return False
    city = one.city or other.city
    return city is not None and city.population < MIN_POPULATION_IN_COUNTRY


def spot_level(spot: Spot) -> int:
    if spot.city:
        return 2
    return 1 if spot.admin1 else 0


def are_countries(spots: Iterable[Spot]) -> bool:
    levels = {spot_level(spot) for spot in spots}
    return 0 in levels and 1 not in levels


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
            leads = right is not None and not behind and groups[right] in reached
            nearest = groups[right] if leads and right is not None else reached[0]
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
        # As in "Remote, Canada, ...".
        opens = left is None and behind == "," and not groups[right].has_city
        opens |= "o" in before and behind == ","
        if opens or right == left or not set(",o/)") & set(behind):
            reached += [] if right == left and reached else [groups[right]]
            for group in groups[right + 1 :]:
                if right == left and not group.depth:
                    break
                follows = group.is_wide or "o" in group.between or ("-" in behind and left is None)
                if not follows or ("(" in behind and group.depth < groups[right].depth):
                    break
                reached.append(group)
    has_cities = len(groups) > 1 or any(group.has_city for group in groups)
    if reached or "o" in before + behind or ("/" in before + behind and has_cities):
        return reached
    return groups if len(groups) == 1 or all(group.is_wide for group in groups) else []


def settle(group: Group, country: str = "", admin1: str = "") -> Spot | None:
    """What all readings of a group share, narrowed by the feed's ``country`` and ``admin1``."""
    hinted = [
        s for s in group.spots if s.country == country and (not admin1 or s.admin1 in ("", admin1))
    ]
    spots, alone = (hinted, "") if hinted else (list(group.spots), group.alone)
    if not spots or (group.is_in_doubt and not hinted):
        return None
    code = group.known[-1]
    if not hinted and code.is_code and (alone or group.is_town) and code.text not in CLEAR_CODES:
        meant = _meant_by_code(group, code.text)
        spots = [spot for spot in spots if spot.country in meant and spot.admin1]
    wide = [spot for spot in spots if not spot.city]
    if wide and alone in (AMBIGUOUS_NAMES | COUNTIES) - {"washington"}:
        return None
    shared = common_spot(wide if alone and wide else spots)
    if shared and wide:
        is_dc_or_state = "washington" in (key(name.text) for name in group.known)
        shared = Spot(shared.country) if is_dc_or_state else common_spot(wide)
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
    if wide or not alone:
        return shared
    return Spot(city.country) if city else None


def _meant_by_code(group: Group, code: str) -> set[str]:
    """The countries whose state a code is behind an unknown town, or beside "Remote"."""
    if group.is_town:
        return {"US", "CA"} if code in TOWN_CODES else set()
    return {"US"} if Workplace.REMOTE in group.workplaces and code in REMOTE_CODES else set()


def common_spot(spots: Sequence[Spot]) -> Spot | None:
    """The country and, if it is the same too, the region of all ``spots``."""
    countries, states = {spot.country for spot in spots}, {spot.admin1 for spot in spots}
    if len(countries) != 1:
        return None
    return Spot(countries.pop(), states.pop() if len(states) == 1 else "")


def compare(group: Group, others: list[Spot]) -> None:
    """What other places of the text, or working remotely, tell of an ambiguous name."""
    spot, countries = group.spot, {other.country for other in others}
    if group.alone == "georgia" and not spot and countries:
        if countries == {"US"}:
            group.spot = Spot("US", "Georgia")
        elif "US" not in countries:
            group.spot = Spot("GE")
    if group.alone == "washington" and spot and not spot.city:
        states = {other.admin1 for other in others if other.country == "US" and not other.city}
        # Beside its neighbours it may be the capital.
        if states - {"", *NEIGHBOURS_OF_THE_CAPITAL}:
            group.spot = Spot("US", "Washington")
    named = CITY_CODES.get(group.known[0].text if group.alone else "", "")
    if named and any(other.country == "US" and other.city for other in others):
        city = find_city(named)
        group.spot = city and Spot(city.country, city.admin1, city)
    # As in "New York", the city or the state.
    if spot and spot.city and spot.country == "US" and group.is_wide:
        if Workplace.REMOTE in group.workplaces or any(
            o.country == "US" and o.admin1 and not o.city for o in others
        ):
            group.spot = Spot("US", spot.admin1)
