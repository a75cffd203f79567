"""What the words for a place say: city, region, country and how one works there. What they leave
open stays open.

A text is cut into parts, and a part into names and words for the workplace. Each name has all its
readings until its neighbours leave some; names that agree are one place, and nothing is stated that
two readings disagree about.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from jobboard.feeds.parsing.phrases import any_of
from jobboard.listings.choices import PlaceText, Workplace
from jobboard.listings.geo.gazetteer import find_admin1, find_city, find_country, key

from .areas import AREAS
from .cut import SAYS_NO_PLACE, cut, without_time_zones
from .forms import FormPlace, read_form, same_place, without_postcode
from .groups import group_items
from .names import Spot, SpotLevel
from .pieces import Item, NameGroup, TextPart
from .settle import compare, settle
from .words import MAYBE, WORDS, WORKPLACE, get_workplace, is_placeholder

MAX_TEXT_LENGTH = 2_000
"""Characters of a text that are read."""

ONLY = re.compile(rf" (?:{any_of(WORDS['only'])})$", re.IGNORECASE)
IN_AN_OFFICE = {str(Workplace.HYBRID), str(Workplace.ON_SITE)}


class PlaceReading(NamedTuple):
    place: PlaceText
    rest: tuple[str, ...]  # what limits or widens it


def read_places(text: str) -> tuple[PlaceText, ...]:
    """The places that ``text`` lists, in its order and words. Never raises."""
    return tuple(dict.fromkeys(reading.place for reading in read_text(text)))


def read_place(hint: PlaceText) -> tuple[PlaceText, ...]:
    """The same where a feed has fields of its own: they settle what the text leaves open.

    A remote place takes the feed's country only where the feed names neither city nor region: those
    are an office's. What only stands for a place in the feed, such as "N/A", is none.
    """
    hint = _without_placeholders(hint)
    feed = _understand(hint)
    plain = read_text(feed.text)
    hinted = read_text(feed.text, feed.country, feed.admin1)
    readings = _prefer_hinted(plain, hinted, feed.workplace)
    if len(readings) != 1:
        places = [reading.place for reading in readings]
        return tuple(dict.fromkeys(_with_workplace(places, feed.workplace)))
    (reading,) = readings
    place = replace(reading.place, workplace=feed.workplace or reading.place.workplace)
    if place.country or not AREAS.isdisjoint(reading.rest):
        return (place,)
    if place.workplace != Workplace.REMOTE:
        return (_with_place_of_feed(place, feed),)
    if hint.city or hint.admin1 or reading.rest:
        return (place,)
    return (replace(place, country=feed.country),)


def _without_placeholders(hint: PlaceText) -> PlaceText:
    return replace(
        hint,
        text=_without_placeholder(hint.text),
        city=_without_placeholder(hint.city),
        admin1=_without_placeholder(hint.admin1),
        country=_without_placeholder(hint.country),
    )


def _without_placeholder(text: str) -> str:
    if is_placeholder(text):
        return ""
    return text


def _understand(hint: PlaceText) -> PlaceText:
    """The fields of a feed with the codes and names that we use; '' for what we do not know."""
    country = find_country(hint.country)
    region = find_admin1(hint.admin1, country)
    admin1 = ""
    if region:
        country = region.country
        admin1 = region.name
    workplace = _stated_workplace(hint.workplace)
    fields = ", ".join(filter(None, [hint.city, hint.admin1, hint.country]))
    text = _tidy(hint.text) or _tidy(fields) or workplace.title()
    return PlaceText(text, hint.city, country, workplace, admin1)


def _stated_workplace(text: str) -> str:
    match = WORKPLACE.search(text)
    if match is None or get_workplace(match) == MAYBE:
        return ""
    return get_workplace(match)


def _prefer_hinted(
    plain: tuple[PlaceReading, ...], hinted: tuple[PlaceReading, ...], workplace: str
) -> tuple[PlaceReading, ...]:
    """The readings with the feed's country, but for those which the text of a remote job or of
    several places settles by itself.
    """
    if len(plain) != len(hinted):
        return plain
    workplaces = [reading.place.workplace for reading in plain]
    if len(plain) == 1 and Workplace.REMOTE not in [workplace, *workplaces]:
        return hinted
    pairs = zip(plain, hinted, strict=True)
    return tuple(own if own.place.country else with_hint for own, with_hint in pairs)


def _with_workplace(places: list[PlaceText], workplace: str) -> list[PlaceText]:
    """The places, with the feed's workplace for those that state none; of a remote job only one may
    be remote.
    """
    has_remote = any(place.workplace == Workplace.REMOTE for place in places)
    if workplace == Workplace.REMOTE and has_remote:
        return places
    return [replace(place, workplace=place.workplace or workplace) for place in places]


def _with_place_of_feed(place: PlaceText, feed: PlaceText) -> PlaceText:
    city = None
    if feed.country:
        city = find_city(feed.city, feed.country, feed.admin1)
    if city is None:
        return replace(place, city="", country=feed.country, admin1=feed.admin1)
    return replace(place, city=city.name, country=feed.country, admin1=city.admin1)


def _tidy(text: str) -> str:
    return " ".join(text[:MAX_TEXT_LENGTH].split())


# --- From parts to groups -------------------------------------------------------------------------


def read_text(text: str, country: str = "", admin1: str = "") -> tuple[PlaceReading, ...]:
    """The places of ``text``, each with what limits it; ``country`` and ``admin1`` are a feed's."""
    return _read(_tidy(text), country, admin1)


@lru_cache(maxsize=20_000)
def _read(text: str, country: str, admin1: str) -> tuple[PlaceReading, ...]:
    parts = list(cut(text))
    groups: list[NameGroup] = []
    for part in parts:
        part.groups = _group_part(part, country, admin1)
        groups += part.groups
    for group in groups:
        if not group.is_settled:
            compare(group, [other.spot for other in groups if other is not group and other.spot])
    bare = _give_to_places(groups)
    readings: list[PlaceReading] = []
    for part in parts:
        others = [group for group in part.groups if group not in bare]
        if others or not part.groups:
            readings += _read_part(text, part, others)
    return tuple(readings)


def _group_part(part: TextPart, country: str, admin1: str) -> list[NameGroup]:
    groups = _group_by_form(part.text, part.start, country)
    if not groups:
        groups = _group_names(without_time_zones(part.items), country, admin1)
    if any(group.spot and group.spot.city for group in groups):
        return groups
    return _group_without_postcode(part, country, admin1) or groups


def _group_names(items: list[Item], country: str, admin1: str) -> list[NameGroup]:
    groups = group_items(items)
    for group in groups:
        group.spot = settle(group, country, admin1)
    return groups


def _group_by_form(text: str, start: int, country: str) -> list[NameGroup]:
    return [_make_group(place, start) for place in read_form(text, country)]


def _make_group(place: FormPlace, start: int) -> NameGroup:
    group = NameGroup(start + place.start, start + place.end, 0, is_settled=True)
    group.workplaces = set(place.workplaces) - {""}
    if place.spot:
        group.spots = (place.spot,)
    if place.spot and place.spot.country:
        group.spot = place.spot
    return group


def _group_without_postcode(part: TextPart, country: str, admin1: str) -> list[NameGroup]:
    """The one place of a part whose postcode is left out: "69003 Lyon"."""
    text, country_of_postcode = without_postcode(part.text)
    if text == part.text:
        return []
    country = country_of_postcode or country
    groups = _group_by_form(text, 0, country)
    if not groups:
        (*_, last) = cut(text)
        groups = _group_names(last.items, country, admin1)
    if len(groups) != 1 or not groups[0].spot or not groups[0].spot.city:
        return []
    groups[0].start = part.start
    groups[0].end = part.start + len(part.text)
    return groups


def _give_to_places(groups: list[NameGroup]) -> list[NameGroup]:
    """The groups that name no place, of which an office is said: "Paris / Hybrid", "On-site; Oslo".
    They hold for the places of which nothing is said.
    """
    bare = [group for group in groups if _says_only_how(group)]
    open_places = [group for group in groups if group not in bare and not group.workplaces]
    workplaces: set[str] = set()
    for group in bare:
        workplaces |= group.workplaces
    if not open_places or len(workplaces) != 1 or not workplaces <= IN_AN_OFFICE:
        return []
    for group in open_places:
        group.workplaces |= workplaces
    return bare


def _says_only_how(group: NameGroup) -> bool:
    return not group.names and all(map(SAYS_NO_PLACE.fullmatch, group.rest))


# --- From groups to places ------------------------------------------------------------------------


def _read_part(text: str, part: TextPart, groups: list[NameGroup]) -> Iterator[PlaceReading]:
    if not part.text:
        return
    groups = _without_repeats(groups)
    if _are_one_place(groups):
        groups = [_merge(groups)]
    for group in groups:
        place_text = part.text if len(groups) == 1 else _slice_text(text, group)
        yield PlaceReading(_make_place(group, place_text), tuple(_get_limits(group)))


def _without_repeats(groups: list[NameGroup]) -> list[NameGroup]:
    """One city under two names is one place: "Bengaluru/Bangalore"."""
    distinct: list[NameGroup] = []
    for group in groups:
        last = distinct[-1] if distinct else None
        if last and same_place(last.spot, group.spot) and last.workplaces == group.workplaces:
            last.end = max(last.end, group.end)
        else:
            distinct.append(group)
    return distinct


def _are_one_place(groups: list[NameGroup]) -> bool:
    """Whether they are states and areas of one country: “Remote (Ohio or Texas)”."""
    if len(groups) == 1:
        return False
    spots = [group.spot for group in groups if group.spot]
    if any(spot.city for spot in spots) or len({spot.country for spot in spots}) > 1:
        return False
    return all(group.workplaces == groups[0].workplaces for group in groups)


def _merge(groups: Iterable[NameGroup]) -> NameGroup:
    merged = NameGroup(0, 0, 0)
    for group in groups:
        merged.rest += _get_limits(group)
        merged.workplaces |= group.workplaces
        if group.spot:
            merged.spot = Spot(group.spot.country)
    return merged


def _make_place(group: NameGroup, text: str) -> PlaceText:
    spot = group.spot or Spot("")
    place = PlaceText(text, "", spot.country, _get_workplace(group), spot.admin1)
    if spot.city:
        return replace(place, city=spot.city.name)
    return place


def _get_workplace(group: NameGroup) -> str:
    """'' where several are named, and where a city has an office beside what may be remote."""
    if len(group.workplaces) != 1:
        return ""
    (workplace,) = group.workplaces
    if workplace != MAYBE:
        return workplace
    if group.spot and group.spot.city:
        return ""
    return Workplace.REMOTE


def _get_limits(group: NameGroup) -> list[str]:
    """The areas that a group names beside a country or instead of it."""
    if group.spot and any(spot.level == SpotLevel.COUNTRY for spot in group.spots):
        return group.rest
    return group.rest + [key(name.text) for name in group.names]


def _slice_text(text: str, group: NameGroup) -> str:
    """The words of ``text`` for one of its places, with as many brackets closed as opened."""
    words = text[group.start : group.end]
    if words.count("(") > words.count(")"):
        if text[group.end : group.end + 1] == ")":
            words += ")"
        else:
            before, _, inside = words.rpartition("(")
            is_before = bool(group.names) and group.names[0].text in before
            words = before if is_before else inside
    return ONLY.sub("", words.strip(" ,"))
