"""The rows of a listing's parts: places, pay, countries, skills and values read from its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from jobboard.common.text.html import clean_text

from .choices import Workplace
from .geo.places import get_admin1, only_time_zone
from .models import (
    Listing,
    ListingCountry,
    ListingPay,
    ListingPlace,
    ListingSkill,
    Place,
    ReadValue,
)

if TYPE_CHECKING:
    from .content import ListingContent

FindPlace = Callable[[str, str, str], Place | None]
MAX_PLACE_LENGTH = 120


def write_parts(pairs: list[tuple[Listing, ListingContent]], find_place: FindPlace) -> None:
    places: list[ListingPlace] = []
    pay: list[ListingPay] = []
    countries: list[ListingCountry] = []
    skills: list[ListingSkill] = []
    read_values: list[ReadValue] = []
    for listing, content in pairs:
        places += place_rows(listing, content, find_place)
        pay += pay_rows(listing, content)
        countries += _country_rows(listing, content)
        skills += skill_rows(listing, content)
        read_values += _read_rows(listing, content)
    ListingPlace.objects.bulk_create(places)
    ListingPay.objects.bulk_create(pay)
    ListingCountry.objects.bulk_create(countries)
    ListingSkill.objects.bulk_create(skills)
    ReadValue.objects.bulk_create(read_values)


def _country_rows(listing: Listing, content: ListingContent) -> Iterator[ListingCountry]:
    for code in content.named_countries:
        yield ListingCountry(listing=listing, country=code)


def skill_rows(listing: Listing, content: ListingContent) -> Iterator[ListingSkill]:
    for skill, need in content.skills:
        yield ListingSkill(listing=listing, skill=skill, need=need, origin=content.skills_from)


def _read_rows(listing: Listing, content: ListingContent) -> Iterator[ReadValue]:
    for position, read in enumerate(content.read_values):
        yield ReadValue(
            listing=listing,
            position=position,
            name=read.name[:40],
            value=read.value[:120],
            quote=read.quote[:300],
        )


def place_rows(
    listing: Listing, content: ListingContent, find_place: Callable[..., Place | None]
) -> Iterator[ListingPlace]:
    for position, place_text in enumerate(content.places):
        place = find_place(place_text.city, place_text.country, place_text.admin1)
        row = ListingPlace(
            listing=listing,
            place=place,
            text=clean_text(place_text.text)[:MAX_PLACE_LENGTH],
            region=get_admin1(place),
            workplace=place_text.workplace,
            timezone=only_time_zone(place),
            position=position,
        )
        if row.workplace == Workplace.HYBRID:
            row.hybrid_days = place_text.hybrid_days
        yield row


def pay_rows(listing: Listing, content: ListingContent) -> Iterator[ListingPay]:
    for position, statement in enumerate(content.pay):
        yield ListingPay(listing=listing, position=position, **asdict(statement))
