"""Reads from which countries a job can be done, by the words of its places."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from jobboard.feeds.parsing.places.areas import FIXED_AREAS, WORLD
from jobboard.feeds.parsing.places.reader import read_text
from jobboard.listings.choices import Eligibility, PlaceText, Workplace
from jobboard.listings.geo.gazetteer import find_country

MAX_TEXT_LENGTH = 200


def read_eligibility(places: Sequence[PlaceText]) -> dict[str, Any]:
    """The countries where one may live, as ListingContent takes them; {} unless every remote place
    is a whole country or fixed area.
    """
    remote = [place for place in places if place.workplace == Workplace.REMOTE]
    scopes = list(map(_scope, remote))
    if not scopes or not all(scopes):
        return {}
    text = _shortened("; ".join(dict.fromkeys(place.text for place in remote)))
    are_worldwide = [scope is WORLD for scope in scopes]
    if all(are_worldwide):
        return {"eligibility": Eligibility.ANYWHERE, "eligibility_text": text}
    if any(are_worldwide):
        return {}
    countries = tuple(dict.fromkeys(chain.from_iterable(scopes)))
    return {
        "eligibility": Eligibility.LISTED,
        "eligibility_text": text,
        "eligible_countries": countries,
    }


def _shortened(text: str) -> str:
    if len(text) <= MAX_TEXT_LENGTH:
        return text
    return text[: MAX_TEXT_LENGTH - 1] + "…"


def _scope(place: PlaceText) -> Iterable[str]:
    """The countries one may live in, or WORLD; nothing where the words leave it open."""
    limits: set[str] = set()
    for reading in read_text(place.text):
        limits.update(reading.rest)
    if place.country:
        # In "Remote, DE" the code is the country of the place, not a further word.
        limits = {word for word in limits if find_country(word) != place.country}
    if place.city or place.admin1 or limits - WORLD - FIXED_AREAS.keys():
        return ()
    if not WORLD.isdisjoint(limits):
        if place.country or limits - WORLD:
            return ()
        return WORLD
    countries = list(chain.from_iterable(FIXED_AREAS[area] for area in limits))
    if place.country:
        return [place.country, *countries]
    return countries
