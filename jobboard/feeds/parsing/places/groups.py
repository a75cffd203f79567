"""Groups the names of a text that are one place, and gives each group its workplace."""

from collections.abc import Iterable
from itertools import chain, product

from jobboard.listings.geo.gazetteer import MIN_POPULATION_IN_COUNTRY, key

from .areas import AREAS, CLEAR_CODES, TOWN_CODES
from .names import (
    COUNTIES,
    Name,
    Spot,
    SpotLevel,
    find_names,
    get_areas,
    get_cities,
    only_city,
)
from .pieces import Item, NameGroup
from .workplaces import give_workplaces

LARGE_ENOUGH_FOR_A_LIST = 100_000
"""Two cities of so many people stand in a list where a smaller one stands before its county."""


def group_items(items: list[Item]) -> list[NameGroup]:
    groups: list[NameGroup] = []
    group_of_item: dict[int, int] = {}  # numbers of an item and of the group it belongs to
    between = ""
    for number, item in enumerate(items):
        between += item.between
        if item.workplace:
            continue
        before, behind = _neighbours(items, number)
        is_close = _says_how(item, before, behind)
        is_apart = not {"o", "/"}.isdisjoint(between) or _follows_workplace(item, before)
        for name in find_names(item.text):
            closes = is_close and name.is_country
            is_new = not groups or is_apart or (closes and groups[-1].has_city)
            if is_new or not _add_name(groups[-1], name, between):
                groups.append(NameGroup(item.start, item.end, item.depth, between=between))
                _add_name(groups[-1], name, "")
            groups[-1].end = item.end
            groups[-1].is_closed |= closes
            group_of_item.setdefault(number, len(groups) - 1)
            is_apart = False
            between = " "
        between = ""
    without_place = list(give_workplaces(items, group_of_item, groups))
    return _merge_provinces(sorted([*groups, *without_place], key=lambda group: group.start))


def _neighbours(items: list[Item], number: int) -> tuple[Item, Item]:
    """The items before and behind one, which stands for one that is missing."""
    before = behind = items[number]
    if number:
        before = items[number - 1]
    if number + 1 < len(items):
        behind = items[number + 1]
    return before, behind


def _says_how(item: Item, before: Item, behind: Item) -> bool:
    """Whether a word for the workplace stands right beside ``item``."""
    if before.workplace and item.between in ("", "("):
        return True
    return bool(behind.workplace) and not behind.between


def _follows_workplace(item: Item, before: Item) -> bool:
    """Whether the word before ``item`` belongs to it rather than to what a comma parts from it."""
    return bool(before.workplace) and "," in before.between and "," not in item.between


def _merge_provinces(groups: list[NameGroup]) -> list[NameGroup]:
    merged: list[NameGroup] = []
    for group in groups:
        if not (merged and _merge_province(merged[-1], group)):
            merged.append(group)
    return merged


def _merge_province(town: NameGroup, group: NameGroup) -> bool:
    """Whether “Las Rozas” is of “Madrid, Spain”: a lesser city may stand before its province. If
    so, the town takes it over.
    """
    if group.between != "," or not group.has_city or len(group.names) < 2:
        return False
    if not town.only_name or town.is_wide or only_city(town.names[0]):
        return False
    countries = {spot.country for spot in group.spots}
    inside = tuple(spot for spot in town.spots if spot.country in countries)
    if not inside:
        return False
    town.spots = inside
    town.end = group.end
    town.rest += group.rest
    town.names += group.names
    town.workplaces |= group.workplaces
    return True


# --- Which names agree ----------------------------------------------------------------------------


def _add_name(group: NameGroup, name: Name, between: str) -> bool:
    """Whether ``name`` can belong to the place that ``group`` is; if so, it does from now on."""
    if not name.spots:
        _add_unknown(group, name, between)
        return True
    if group.is_closed and "," in between and get_cities(name.spots):
        return False
    if not group.names:
        is_apart = not {",", " "}.isdisjoint(between)
        group.is_town = is_apart and any(map(_is_name, group.rest))
        group.spots = name.spots
    elif agreed := _agree(group, name):
        _narrow(group, name, between, agreed)
    elif "-" not in between and _is_small_town(group, name):
        _add_area_of_town(group, name)
    else:
        return False
    group.names.append(name)
    return True


def _add_unknown(group: NameGroup, name: Name, between: str) -> None:
    group.rest.append(key(name.text))
    if "," in between and group.only_name and not group.is_wide and not name.is_area:
        group.is_in_doubt = True


def _narrow(group: NameGroup, name: Name, between: str, agreed: tuple[Spot, ...]) -> None:
    """Leaves the readings that agree with ``name``."""
    if "," in between and are_countries(group.spots):
        city = only_city(name)
        # As in "Canada, London".
        if city and all(city.country != spot.country for spot in agreed):
            group.is_town = True
    if get_areas(name.spots):
        group.is_in_doubt = False
    if key(name.text) in COUNTIES and _are_neighbours(group, name):
        group.is_in_doubt = True
    group.spots = agreed


def _add_area_of_town(group: NameGroup, name: Name) -> None:
    """“Moscow, Kentucky”: a small town that the table does not have. “Tijuana, BC”: not that BC."""
    is_unclear_code = name.is_code and name.text not in CLEAR_CODES | TOWN_CODES
    if is_unclear_code or (name.is_code and only_city(group.names[0])):
        group.is_in_doubt = True
    group.spots = tuple(get_areas(name.spots))
    group.is_town = True


def _are_neighbours(group: NameGroup, name: Name) -> bool:
    """Whether two cities may be meant, and no town in a county: "Richmond, Surrey"."""
    return not _regions_of_large(name.spots).isdisjoint(_regions_of_large(group.spots))


def _regions_of_large(spots: Iterable[Spot]) -> set[tuple[str, str]]:
    regions = set()
    for city in get_cities(spots):
        if city.population >= LARGE_ENOUGH_FOR_A_LIST:
            regions.add((city.country, city.admin1))
    return regions


def _is_name(word: str) -> bool:
    return word not in AREAS and not any(map(str.isdigit, word))


def _is_small_town(group: NameGroup, name: Name) -> bool:
    """Whether the one name so far may be a town of the region or country that ``name`` is."""
    areas = get_areas(name.spots)
    if not areas or not group.only_name or _is_a_city(name):
        return False
    if not group.is_wide:
        return True
    return are_countries(group.spots) and all(area.admin1 for area in areas)


def _is_a_city(name: Name) -> bool:
    """Whether the name alone means a city; that of a country only if the city lies there."""
    city = only_city(name)
    if city is None:
        return False
    if not name.is_country:
        return True
    return any(area.country == city.country for area in get_areas(name.spots))


def _agree(group: NameGroup, name: Name) -> tuple[Spot, ...]:
    """The readings of both that agree. A code beside a city is a state rather than a country."""
    spots_of_names = chain.from_iterable(other.spots for other in group.names)
    has_region = any(spot.level == SpotLevel.REGION for spot in spots_of_names)
    pairs = []
    for one, other in product(group.spots, name.spots):
        if _may_be_one(one, other) and (has_region or not _is_lost_in_the_country(one, other)):
            pairs.append((one, other))
    pairs = [pair for pair in pairs if len(_levels(pair)) == 2] or pairs
    has_code = name.is_code or any(other.is_code for other in group.names)
    if has_code and {SpotLevel.REGION, SpotLevel.CITY} in map(_levels, pairs):
        pairs = [pair for pair in pairs if _levels(pair) != {SpotLevel.COUNTRY, SpotLevel.CITY}]
    merged = [
        Spot(one.country, one.admin1 or other.admin1, one.city or other.city)
        for one, other in pairs
    ]
    return tuple(dict.fromkeys(merged))


def _may_be_one(one: Spot, other: Spot) -> bool:
    """Whether one place can be both: a city, its region and its country."""
    if one.country != other.country:
        return False
    if one.city and other.city and one.city != other.city:
        return False
    return one.admin1 == other.admin1 or SpotLevel.COUNTRY in (one.level, other.level)


def _is_lost_in_the_country(one: Spot, other: Spot) -> bool:
    """Whether one is a whole country and the other a town too small to be named beside it."""
    if _levels((one, other)) != {SpotLevel.COUNTRY, SpotLevel.CITY}:
        return False
    city = one.city or other.city
    return city is not None and city.population < MIN_POPULATION_IN_COUNTRY


def _levels(spots: Iterable[Spot]) -> set[SpotLevel]:
    return {spot.level for spot in spots}


def are_countries(spots: Iterable[Spot]) -> bool:
    levels = _levels(spots)
    return SpotLevel.COUNTRY in levels and SpotLevel.REGION not in levels
