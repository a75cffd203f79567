"""Tells which statements of pay are for a job's own places, and which for others."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from jobboard.feeds.parsing.places.reader import read_place, read_places
from jobboard.listings.choices import PayStatement, PlaceText

from .labels import EXCEPT, PEOPLE, ZONE

BETWEEN_STATES = re.compile(r"(?:,? (?:and|or|&) )|[,/] ?")
SAME = 2
NEAR = 1
FAR = 0
"""How a place named for pay lies to the job's: it or around it, in its region, elsewhere."""


def mark_elsewhere(
    statements: Iterable[PayStatement], places: Sequence[PlaceText]
) -> list[PayStatement]:
    """``statements``, those for none of ``places`` marked so.

    A zone that names no place may be anybody's, and so may any place for a job that names none.
    """
    statements = list(statements)
    if not places or not all(place.country for place in places):
        return statements
    texts = {statement.place for statement in statements}
    texts_of_job: set[str] = set()
    for place in places:
        texts_of_job |= _texts_for(place, texts)
    marked = []
    for statement in statements:
        marked.append(replace(statement, is_elsewhere=statement.place not in texts_of_job))
    return marked


def _texts_for(place: PlaceText, texts: Iterable[str]) -> set[str]:
    """The statements that hold for ``place``: the nearest that name one, and any of which that
    cannot be told.
    """
    unclear: set[str] = set()
    texts_by_nearness: dict[int, set[str]] = defaultdict(set)
    for text in texts:
        nearness = _nearness(text, place)
        if nearness is None:
            unclear.add(text)
        else:
            texts_by_nearness[nearness].add(text)
    nearest = max(texts_by_nearness, default=FAR)
    if nearest == FAR:
        return unclear
    return unclear | texts_by_nearness[nearest]


def _nearness(text: str, place: PlaceText) -> int | None:
    """How near a place named in ``text`` is; None where that cannot be told."""
    if not text:
        return None
    levels = [_compare_places(stated, place) for stated in places_in(text)]
    nearest = max(levels, default=None)
    if not EXCEPT.search(text):
        return nearest
    # "All others", "US employees outside of Denver": for a whole country they are meant as well,
    # for a city only where nothing nearer is stated.
    limit = NEAR if place.city else SAME
    if nearest is None:
        return limit
    return min(nearest, limit)


def _compare_places(stated: PlaceText, place: PlaceText) -> int:
    if stated.country != place.country:
        # Which of two cities of one name a job is in may be read wrong.
        if stated.city and stated.city == place.city:
            return SAME
        return FAR
    if stated.admin1 and place.admin1 and stated.admin1 != place.admin1:
        return FAR
    if stated.city and place.city and stated.city != place.city:
        # Suburbs are paid as their city is; without a region, two cities of a country are not.
        if stated.admin1 and stated.admin1 == place.admin1:
            return NEAR
        return FAR
    return SAME


@lru_cache(maxsize=2_000)
def places_in(text: str) -> tuple[PlaceText, ...]:
    """The places that a label of pay names: "Zone 2 (Denver, CO)", "Oslo based hires"."""
    bare = PEOPLE.sub(" ", ZONE.sub(" ", text)).strip(" :()-–")
    places = tuple(place for place in read_places(bare) if place.country)
    if any(place.admin1 for place in places):
        return places
    # States of one text are one place for a job, their country; here each counts by itself.
    country = places[0].country if places else ""
    states = read_place(PlaceText(BETWEEN_STATES.sub("; ", bare), country=country))
    if all(place.admin1 for place in states):
        return states
    return places
