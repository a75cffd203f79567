"""Values that a person chose in a form or a file. What they left blank is read from its text, and
what they did not change stays as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from jobboard.listings.choices import Eligibility, PayStatement, PlaceText
from jobboard.listings.content import ListingContent

from .parsing.places.reader import read_place
from .parsing.texts.eligibility import read_eligibility


def complete_place(chosen: PlaceText) -> tuple[PlaceText, ...]:
    """``chosen`` with the city and country that its text names, if they are blank; several places
    if the text names several. A text that contradicts what was chosen counts for nothing.
    """
    if chosen.city and chosen.country:
        return (chosen,)
    places = []
    for place in read_place(replace(chosen, city="")):
        places.append(replace(place, hybrid_days=chosen.hybrid_days))
    if chosen.city:
        return (_in_country(chosen, places),)
    if not places or not chosen.country:
        return tuple(places)
    if any(place.country not in ("", chosen.country) for place in places):
        return (chosen,)
    if len(places) == 1:
        return (replace(places[0], text=chosen.text, country=chosen.country),)
    return tuple(replace(place, country=chosen.country) for place in places)


def _in_country(chosen: PlaceText, places: Sequence[PlaceText]) -> PlaceText:
    """The chosen city in the country that its text names, else in that of a city of this name."""
    countries = _countries_of(places) or _countries_of(read_place(PlaceText(chosen.city)))
    if len(countries) == 1:
        return replace(chosen, country=countries.pop())
    return chosen


def _countries_of(places: Iterable[PlaceText]) -> set[str]:
    return {place.country for place in places if place.country}


def with_regions(places: Iterable[PlaceText], before: Iterable[PlaceText]) -> list[PlaceText]:
    """``places`` with the regions that those with the same words had ``before``."""
    regions = {_words_of(place): place.admin1 for place in before}
    completed = []
    for place in places:
        region = place.admin1 or regions.get(_words_of(place), "")
        completed.append(replace(place, admin1=region))
    return completed


def _words_of(place: PlaceText) -> tuple[str, str, str]:
    return place.text, place.city, place.country


def with_quotes(
    statements: Iterable[PayStatement], before: Iterable[PayStatement]
) -> list[PayStatement]:
    """``statements`` with the origin and quote that the same ones had ``before``."""
    statements_before = {_without_source(statement): statement for statement in before}
    completed = []
    for statement in statements:
        same = statements_before.get(_without_source(statement))
        if same:
            statement = replace(statement, origin=same.origin, quote=same.quote)
        completed.append(statement)
    return completed


def _without_source(statement: PayStatement) -> PayStatement:
    return replace(statement, origin="", quote="", is_elsewhere=False)


def kept_eligibility(before: ListingContent, places: Sequence[PlaceText]) -> dict[str, Any]:
    """Eligibility if nobody changed it: as ``before``, but read again if it came from places."""
    eligibility = {name: getattr(before, name) for name in _UNSTATED}
    if eligibility == _eligibility_of(before.places):
        return _eligibility_of(places)
    return eligibility


_UNSTATED = {
    "eligibility": Eligibility.UNSTATED,
    "eligibility_text": "",
    "eligible_countries": (),
}


def _eligibility_of(places: Sequence[PlaceText]) -> dict[str, Any]:
    eligibility: dict[str, Any] = _UNSTATED | read_eligibility(places)
    eligibility["eligible_countries"] = tuple(sorted(eligibility["eligible_countries"]))
    return eligibility
