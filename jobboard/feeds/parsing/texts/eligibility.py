"""From which countries a job can be done, by the words of its places."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from jobboard.feeds.parsing.places.names import FIXED_AREAS, WORLD
from jobboard.feeds.parsing.places.reader import _read, _tidy
from jobboard.listings.choices import Eligibility, PlaceText, Workplace
from jobboard.listings.geo.gazetteer import find_country


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
    countries = tuple(dict.fromkeys(chain.from_iterable(scopes)))
    return {
        "eligibility": Eligibility.LISTED,
        "eligibility_text": text,
        "eligible_countries": countries,
    }


def _scope(place: PlaceText) -> Iterable[str]:
    rest = set(chain.from_iterable(found.rest for found in _read(_tidy(place.text))))
    # In "Remote, DE" the code is the country of the place, not a further word.
    rest = {word for word in rest if not place.country or find_country(word) != place.country}
    if place.city or place.admin1 or rest - WORLD - FIXED_AREAS.keys():
        return ()
    countries = [place.country] if place.country else []
    if rest & WORLD:
        if countries or rest - WORLD:
            return ()
        return WORLD
    return [*countries, *chain.from_iterable(FIXED_AREAS[area] for area in rest)]
