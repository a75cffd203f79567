"""Which statements of pay are for a job's own places, and which for others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from jobboard.feeds.parsing.places.reader import read_place, read_places
from jobboard.listings.choices import PayStatement, PlaceText

from .labels import EXCEPT, PEOPLE, ZONE

BETWEEN_STATES = re.compile(r"(?:,? (?:and|or|&) )|[,/] ?")
SAME, NEAR, FAR = 2, 1, 0
"""How a place named for pay lies to the job's: it or around it, in its region, elsewhere."""


def mark_elsewhere(
    statements: Iterable[PayStatement], places: Sequence[PlaceText]
) -> list[PayStatement]:
    """``statements``, those for none of ``places`` marked so.

    A zone that names no place may be anybody's, and so may any place for a job that names none.
    """
    statements = list(statements)
    known = [place for place in places if place.country]
    if not known or len(known) < len(places):
        return statements
    here: set[int] = set()
    for place in known:
        here |= _meant_for(place, statements)
    return [
        replace(statement, is_elsewhere=number not in here)
        for number, statement in enumerate(statements)
    ]


def _meant_for(place: PlaceText, statements: Sequence[PayStatement]) -> set[int]:
    """The numbers of the statements that hold for ``place``: the nearest that name one."""
    distances = [_distance(statement.place, place) for statement in statements]
    best = max((one for one in distances if one is not None), default=SAME)
    found = {number for number, one in enumerate(distances) if one is None}
    if best == FAR:
        return found
    return found | {number for number, one in enumerate(distances) if one == best}


def _distance(words: str, place: PlaceText) -> int | None:
    """How far a place named in ``words`` is; None where that cannot be told."""
    if not words:
        return None
    named = places_in(words)
    distance = max((_how_far(one, place) for one in named), default=None)
    if not EXCEPT.search(words):
        return distance
    # "All others", "US employees outside of Denver": for a whole country they are meant as well,
    # for a city only where nothing nearer is named.
    most = NEAR if place.city else SAME
    if distance is None:
        return most
    return min(distance, most)


def _how_far(named: PlaceText, place: PlaceText) -> int:
    if named.country != place.country:
        # Which of two cities of one name a job is in may be read wrong.
        if named.city and named.city == place.city:
            return SAME
        return FAR
    if named.admin1 and place.admin1 and named.admin1 != place.admin1:
        return FAR
    if named.city and place.city and named.city != place.city:
        # Suburbs are paid as their city is; without a region, two cities of a country are not.
        if named.admin1 and named.admin1 == place.admin1:
            return NEAR
        return FAR
    return SAME


@lru_cache(maxsize=2_000)
def places_in(words: str) -> tuple[PlaceText, ...]:
    """The places that a label of pay names: "Zone 2 (Denver, CO)", "Oslo based hires"."""
    bare = PEOPLE.sub(" ", ZONE.sub(" ", words)).strip(" :()-–")
    found = tuple(place for place in read_places(bare) if place.country)
    if any(place.admin1 for place in found):
        return found
    # States of one text are one place for a job, their country; here each counts by itself.
    country = found[0].country if found else ""
    states = read_place(PlaceText(BETWEEN_STATES.sub("; ", bare), country=country))
    if all(place.admin1 for place in states):
        return states
    return found
