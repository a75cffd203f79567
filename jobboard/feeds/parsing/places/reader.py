"""What the words for a place say: city, region, country and how one works there. What they leave
open stays open.

A text is cut into parts, and a part into names and words for the workplace. Each name has all its
readings until its neighbours leave some; names that agree are one place, and nothing is stated that
two readings disagree about.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from jobboard.feeds.parsing.phrases import any_of
from jobboard.listings.choices import PlaceText, Workplace
from jobboard.listings.geo.gazetteer import (
    MIN_POPULATION_WITHOUT_COUNTRY,
    find_admin1,
    find_city,
    find_country,
    key,
)

from .forms import read_form, same_place, without_postcode
from .groups import SEPARATORS, Group, Item, compare, group_items, settle, spot_level
from .names import AREAS, Name, Spot, find_names
from .words import (
    MAYBE,
    SOME_DAYS,
    TIME_ZONE_CODES,
    WORDS,
    WORKPLACE,
    WORKPLACES,
    is_placeholder,
    is_time_zone,
    workplace_of,
)

MAX_TEXT_LENGTH = 2_000
"""Characters of a text that are read."""

OR = any_of(WORDS["between places"])
# ", OR" is the state, but behind another state's code the word.
CAPITAL_OR = r"(?:(?<!,)|(?<=(?-i:[A-Z]{2}),)) (?-i:OR) "
# Words that stand within names too, such as "of" and "en", part what is a place on either side.
BETWEEN_NAMES = rf" (?-i:{any_of(WORDS['between names'])}) "
# What the signs and words below do not part.
ONE_NAME = (
    r"\b(?:bosnia|trinidad|antigua|newfoundland|jammu|uk|north|castile|castilla|tyne|tom[eé])"
    r" (?:and|&|y|e) (?=[hbtlkipsw])"
    r"|congo - (?=kinshasa|brazzaville)|frankfurt \((?=oder)"
    rf"|\b(?:{any_of(WORDS['day'])}) ?/ ?(?:{any_of(WORDS['week'])})\b"
)
TOKEN = re.compile(
    rf"(?P<name>{ONE_NAME})|{WORKPLACE.pattern}"
    r"|(?P<end>[;|•·])|(?P<open>[(\[])|(?P<close>[)\]])"
    rf"|(?P<word>,? (?:(?-i:{OR})|&|\+) |{CAPITAL_OR})|(?P<word_of_names>{BETWEEN_NAMES})"
    r"|(?P<slash>/)|(?P<comma>[,，、])"
    r"|(?P<dash> ?[-–—:] | [-–—] ?|[–—:])",
    re.IGNORECASE,
)


BARS = re.compile(r"[|•·]")
SAYS_NO_PLACE = re.compile(rf"[\W_]*(?:{SOME_DAYS})?[\W_]*", re.IGNORECASE)
ONLY = re.compile(rf" (?:{any_of(WORDS['only'])})$", re.IGNORECASE)
EXCEPT = re.compile(
    r"\b(?:but|except\w*|exclud\w*|not|outside|other than|apart from|ohne|ausser|außer)\b",
    re.IGNORECASE,
)
IN_AN_OFFICE = {str(Workplace.HYBRID), str(Workplace.ON_SITE)}
SOMEWHERE_ELSE = "not there"  # nothing is known of what is left out, and it limits the rest


class Found(NamedTuple):
    place: PlaceText
    rest: tuple[str, ...]  # what limits or widens it


def read_places(text: str) -> tuple[PlaceText, ...]:
    """The places that ``text`` lists, in its order and words. Never raises."""
    return tuple(dict.fromkeys(found.place for found in _read(_tidy(text))))


def read_place(hint: PlaceText) -> tuple[PlaceText, ...]:
    """The same where a feed has fields of its own: they settle what the text leaves open.

    A remote place takes the feed's country only where the feed names neither city nor region: those
    are an office's. What only stands for a place in the feed, such as "N/A", is none.
    """
    hint = _without_placeholders(hint)
    country = find_country(hint.country)
    region = find_admin1(hint.admin1, country)
    country, admin1 = (region.country, region.name) if region else (country, "")
    stated = next((workplace_of(match) for match in WORKPLACE.finditer(hint.workplace)), "")
    stated = "" if stated == MAYBE else stated
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


def _without_placeholders(hint: PlaceText) -> PlaceText:
    text, city, admin1, country = (
        "" if is_placeholder(words) else words
        for words in (hint.text, hint.city, hint.admin1, hint.country)
    )
    return replace(hint, text=text, city=city, admin1=admin1, country=country)


def _tidy(text: str) -> str:
    return " ".join(text[:MAX_TEXT_LENGTH].split())


@lru_cache(maxsize=20_000)
def _read(text: str, country: str = "", admin1: str = "") -> tuple[Found, ...]:
    parts = []
    for part, start, items in _cut(text):
        groups = _groups_of_form(part, start, country)
        if not groups:
            groups = group_items(_without_time_zones(items))
            for group in groups:
                group.spot = settle(group, country, admin1)
        if not any(group.spot and group.spot.city for group in groups):
            groups = _groups_without_postcode(part, start, country, admin1) or groups
        parts.append((part, groups))
    groups = list(chain.from_iterable(members for _, members in parts))
    for group in groups:
        if not group.is_settled:
            compare(group, [other.spot for other in groups if other is not group and other.spot])
    bare = _given_to_places(groups)
    found: list[Found] = []
    for part, members in parts:
        named = [group for group in members if group not in bare]
        if named or not members:
            found += _found(text, part, named)
    return tuple(found)


def _given_to_places(groups: list[Group]) -> list[Group]:
    """The groups that name no place, of which an office is said: "Paris / Hybrid", "On-site; Oslo".
    They hold for the places of which nothing is said.
    """
    bare = [
        group
        for group in groups
        if not group.known and all(map(SAYS_NO_PLACE.fullmatch, group.rest))
    ]
    open_places = [group for group in groups if group not in bare and not group.workplaces]
    said = set(chain.from_iterable(group.workplaces for group in bare))
    if not open_places or len(said) != 1 or not said <= IN_AN_OFFICE:
        return []
    for group in open_places:
        group.workplaces |= said
    return bare


def _groups_of_form(part: str, start: int, country: str) -> list[Group]:
    return [
        Group(
            start + place.start,
            start + place.end,
            0,
            spots=(place.spot,) if place.spot else (),
            spot=place.spot if place.spot and place.spot.country else None,
            workplaces=set(place.workplaces) - {""},
            is_settled=True,
        )
        for place in read_form(part, country)
    ]


def _groups_without_postcode(part: str, start: int, country: str, admin1: str) -> list[Group]:
    """The one place of a part whose postcode is left out: "69003 Lyon"."""
    bare, named = without_postcode(part)
    if bare == part:
        return []
    groups = _groups_of_form(bare, 0, named or country)
    if not groups:
        (*_, (_, _, items)) = _cut(bare)
        groups = group_items(items)
        for group in groups:
            group.spot = settle(group, named or country, admin1)
    if len(groups) != 1 or not groups[0].spot or not groups[0].spot.city:
        return []
    groups[0].start, groups[0].end = start, start + len(part)
    return groups


def _without_time_zones(items: list[Item]) -> list[Item]:
    """Without the names of time zones, which are codes of countries too: "(Pacific/PT)"."""
    hours = [item for item in items if not item.workplace and is_time_zone(item.text)]
    codes = [item for item in items if item.text in TIME_ZONE_CODES]
    names = [item for item in items if not item.workplace and item not in codes]
    if hours or len(codes) > 1:
        hours += codes
    elif any(map(_is_american, names)):
        hours += [item for item in codes if item.depth]
    kept: list[Item] = []
    between = ""
    for item in items:
        between += item.between
        if item in hours:
            continue
        kept.append(item._replace(between=between))
        between = ""
    return kept


def _is_american(item: Item) -> bool:
    spots = list(chain.from_iterable(name.spots for name in find_names(item.text)))
    return bool(spots) and all(spot.country in ("US", "CA") for spot in spots)


def _cut(text: str) -> Iterator[tuple[str, int, list[Item]]]:
    """The parts of the text between strong separators outside brackets, each with its beginning
    and its pieces.
    """
    sign_of_bar = _sign_of_bar(text)
    items: list[Item] = []
    start = begin = depth = 0
    between = ""
    is_left_out = False
    for match in [*_marks(text), None]:
        kind = str(match.lastgroup) if match else "end"
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
        if not match or (kind == "end" and not depth and not sign_of_bar):
            part = text[begin:stop].strip(" ,-")
            yield part, text.index(part, begin), items
            items, between, begin, is_left_out = [], "", match.end() if match else stop, False
        elif kind in SEPARATORS:
            between += sign_of_bar if kind == "end" and sign_of_bar else SEPARATORS[kind]
            depth = max(0, depth + (kind == "open") - (kind == "close"))
        else:
            workplace = workplace_of(match)
            items.append(Item(match.group(), stop, match.end(), between, depth, workplace))
            between = ""
        start = match.end() if match else stop


def _sign_of_bar(text: str) -> str:
    """What the one bar of a text means: "-" in "Remote | Berlin", where one side only says how one
    works, "/" in "Berlin | Munich"; '' where bars or semicolons part a list.
    """
    sides = BARS.split(text)
    if len(sides) != 2 or ";" in text:
        return ""
    says_only_how = [
        bool(SAYS_NO_PLACE.fullmatch(WORKPLACE.sub("", side, count=1))) for side in sides
    ]
    says_how = [bool(WORKPLACE.search(side)) for side in sides]
    return "-" if any(says_only_how) and says_how.count(True) == 1 else "/"


def _marks(text: str) -> Iterator[re.Match[str]]:
    """What parts a text and what says how one works."""
    marks = [match for match in TOKEN.finditer(text) if match.lastgroup != "name"]
    for at, mark in enumerate(marks):
        last = marks[at - 1] if at else None
        after = marks[at + 1] if at + 1 < len(marks) else None
        if mark.lastgroup != "word_of_names" or _parts_places(text, last, mark, after):
            yield mark


def _parts_places(
    text: str, last: re.Match[str] | None, mark: re.Match[str], after: re.Match[str] | None
) -> bool:
    """Whether a place, or how one works, stands on either side: "Berlin of Amsterdam", and neither
    "Port of Spain" nor "Bergen of zo".
    """
    start, end = last.end() if last else 0, after.start() if after else len(text)
    if any(name.spots for name in find_names(text[start:end]) if " " in name.text):
        return False
    before, behind = text[start : mark.start()], text[mark.end() : end]
    if not before.strip() and mark[0].strip() in WORDS["before a name"]:
        return False  # "100% remoto en España"
    return _is_place(before, last) and _is_place(behind, after)


def _is_place(words: str, beside: re.Match[str] | None) -> bool:
    if not words.strip():
        return beside is not None and beside.lastgroup in WORKPLACES
    names = find_names(words.strip(" -.'\""))
    return bool(names) and all(map(_is_clear, names))


def _is_clear(name: Name) -> bool:
    """Whether it is a region, a country, or a city large enough to be named alone."""
    cities = [spot.city for spot in name.spots if spot.city]
    is_large = any(city.population >= MIN_POPULATION_WITHOUT_COUNTRY for city in cities)
    return is_large or len(cities) < len(name.spots)


def _found(text: str, part: str, groups: list[Group]) -> Iterator[Found]:
    """States and areas of one country are one place: “Remote (Ohio or Texas)”."""
    groups = _without_repeats(groups)
    spots = [group.spot for group in groups if group.spot]
    if not part:
        return
    if (
        len(groups) != 1
        and len({spot.country for spot in spots}) < 2
        and not any(spot.city for spot in spots)
    ):
        if all(group.workplaces == groups[0].workplaces for group in groups):
            rest = list(chain.from_iterable(map(_limits, groups)))
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
        workplace = _workplace(group)
        shown = part if len(groups) == 1 else _slice(text, group)
        yield Found(
            PlaceText(shown, city.name if city else "", country, workplace, admin1),
            tuple(_limits(group)),
        )


def _workplace(group: Group) -> str:
    """'' where several are named, and where a city has an office beside what may be remote."""
    if group.workplaces == {MAYBE}:
        return "" if group.spot and group.spot.city else Workplace.REMOTE
    return "".join(group.workplaces) if len(group.workplaces) == 1 else ""


def _without_repeats(groups: list[Group]) -> list[Group]:
    """One city under two names is one place: "Bengaluru/Bangalore"."""
    kept: list[Group] = []
    for group in groups:
        last = kept[-1] if kept else None
        if last and same_place(last.spot, group.spot) and last.workplaces == group.workplaces:
            last.end = max(last.end, group.end)
        else:
            kept.append(group)
    return kept


def _limits(group: Group) -> list[str]:
    """What a group names beside a country or instead of it."""
    names_country = group.spot and any(spot_level(spot) == 0 for spot in group.spots)
    return group.rest if names_country else [*group.rest, *(key(name.text) for name in group.known)]


def _slice(text: str, group: Group) -> str:
    words = text[group.start : group.end]
    if words.count("(") > words.count(")"):
        before, _, inside = words.rpartition("(")
        is_before = bool(group.known) and group.known[0].text in before
        bare = before if is_before else inside
        words = words + ")" if text[group.end : group.end + 1] == ")" else bare
    return ONLY.sub("", words.strip(" ,"))
