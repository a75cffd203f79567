"""What a person chose in a form or a file. What is not chosen is read, and what was not touched
stays as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from jobboard.listings.choices import Eligibility, PayStatement, PlaceText
from jobboard.listings.content import ListingContent

from .parsing.places.reader import read_place
from .parsing.texts.eligibility import read_eligibility


def complete_place(chosen: PlaceText) -> tuple[PlaceText, ...]:
    """``chosen`` with what its words say beside it; several where they name several. What was
    chosen stands, and words that say otherwise say nothing.
    """
    if chosen.city and chosen.country:
        return (chosen,)
    read = tuple(
        replace(place, hybrid_days=chosen.hybrid_days)
        for place in read_place(replace(chosen, city=""))
    )
    if chosen.city:
        return (_in_country(chosen, read),)
    if not read or not chosen.country:
        return read
    if any(place.country not in ("", chosen.country) for place in read):
        return (chosen,)
    if len(read) == 1:
        return (replace(read[0], text=chosen.text, country=chosen.country),)
    return tuple(replace(place, country=chosen.country) for place in read)


def _in_country(chosen: PlaceText, read: tuple[PlaceText, ...]) -> PlaceText:
    """The chosen city in the country that its words name, or else its own name."""
    named = {place.country for place in (*read, *read_place(PlaceText(chosen.city)))}
    of_words = {place.country for place in read} - {""} or named - {""}
    if len(of_words) == 1:
        return replace(chosen, country=of_words.pop())
    return chosen


def with_regions(places: Iterable[PlaceText], known: Iterable[PlaceText]) -> list[PlaceText]:
    """``places``, with the regions of those that are among ``known``."""
    regions = {(place.text, place.city, place.country): place.admin1 for place in known}
    return [
        replace(
            place,
            admin1=place.admin1 or regions.get((place.text, place.city, place.country), ""),
        )
        for place in places
    ]


def with_quotes(
    statements: Iterable[PayStatement], known: Iterable[PayStatement]
) -> list[PayStatement]:
    """``statements``; one that is among ``known`` keeps where it comes from and its words."""
    sources = {_said(one): (one.origin, one.quote) for one in known}
    return [
        replace(one, origin=source[0], quote=source[1])
        if (source := sources.get(_said(one)))
        else one
        for one in statements
    ]


def _said(statement: PayStatement) -> PayStatement:
    return replace(statement, origin="", quote="", is_elsewhere=False)


def kept_eligibility(before: ListingContent, places: Sequence[PlaceText]) -> dict[str, Any]:
    """Who may apply, where nobody chose it anew: as ``before``, but what was read from the places
    follows them.
    """
    kept = {name: getattr(before, name) for name in _UNSTATED}
    if kept == _eligibility_of(before.places):
        return _eligibility_of(places)
    return kept


_UNSTATED = {
    "eligibility": Eligibility.UNSTATED,
    "eligibility_text": "",
    "eligible_countries": (),
}


def _eligibility_of(places: Sequence[PlaceText]) -> dict[str, Any]:
    said = _UNSTATED | read_eligibility(places)
    return said | {"eligible_countries": tuple(sorted(said["eligible_countries"]))}
