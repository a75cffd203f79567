"""What an opening says, as a value. The form, feeds and samples all build one; ``write_content`` stores it."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from jobboard.common.html import clean_html, clean_lines, clean_text, markdown_to_html
from jobboard.common.words import country_name
from roles.models import Role, Skill, fold

from .models import EmploymentType, Listing, ListingCountry, ListingPlace, ListingSkill, Place

CARD_SKILLS = 4


@dataclass(frozen=True)
class PlaceText:
    """A place as the employer wrote it, and what is known of it. ``country`` is alpha-2 or ''."""

    text: str
    city: str = ""
    country: str = ""
    workplace: str = ""


@dataclass(frozen=True)
class ListingContent:
    """Everything an employer says about an opening. Amounts are gross, in ``currency`` per ``period``."""

    title: str
    description: str
    description_is_html: bool = False
    role: Role | None = None
    role_from: str = Listing.RoleFrom.EMPLOYER
    level: str = ""
    employment_types: tuple[str, ...] = ()
    places: tuple[PlaceText, ...] = ()
    hybrid_days: int | None = None
    eligibility: str = Listing.Eligibility.UNSTATED
    eligibility_text: str = ""
    eligible_countries: tuple[str, ...] = ()
    utc_note: str = ""
    salary_min: Decimal | None = None
    salary_max: Decimal | None = None
    salary_currency: str = ""
    salary_period: str = ""
    salary_from: str = Listing.SalaryFrom.FORM
    pay_note: str = ""
    apply_url: str = ""
    apply_email: str = ""
    visa: str = Listing.Visa.UNKNOWN
    closes_on: date | None = None
    skills: tuple[tuple[Skill, str], ...] = field(default=())  # (skill, need) in the employer's order


PLAIN_FIELDS = [
    "role", "level", "hybrid_days", "eligibility", "salary_min", "salary_max", "salary_currency", "salary_period",
    "salary_from", "apply_url", "apply_email", "visa", "closes_on",
]  # fmt: skip


@transaction.atomic
def write_content(listing: Listing, content: ListingContent) -> Listing:
    """Store ``content`` on ``listing`` (saved or not), with everything that follows from it: the one place that does.

    Texts are cleaned here, so whatever the source, no invisible character and no unsafe HTML reaches the database.
    """
    for name in PLAIN_FIELDS:
        setattr(listing, name, getattr(content, name))
    listing.role_from = content.role_from
    for name in ("title", "eligibility_text", "utc_note", "pay_note"):
        setattr(listing, name, clean_text(getattr(content, name)))
    listing.description_source = clean_lines(content.description)
    listing.description_html = (
        clean_html(content.description) if content.description_is_html else markdown_to_html(listing.description_source)
    )
    listing.content_hash = hash_of(content)
    if content.eligibility == Listing.Eligibility.LISTED and not content.eligibility_text:
        listing.eligibility_text = _line(map(country_name, content.eligible_countries), ", ", 200)
    listing.employment_types = EmploymentType.mask(content.employment_types)
    listing.workplace = next((place.workplace for place in content.places if place.workplace), "")
    listing.place_line = _line((clean_text(place.text) for place in content.places), " · ", 400)
    listing.skill_line = _line((skill.name for skill, _ in content.skills[:CARD_SKILLS]), ", ", 300)
    listing.set_yearly_pay()
    listing.save()
    _write_places(listing, content)
    ListingSkill.objects.filter(listing=listing).delete()
    ListingSkill.objects.bulk_create(
        ListingSkill(listing=listing, skill=skill, need=need) for skill, need in content.skills
    )
    return listing


def hash_of(content: ListingContent) -> str:
    """The same for the same title and description, whatever their case and blanks."""
    return hashlib.sha256(f"{fold(content.title)}\n{fold(content.description)}".encode()).hexdigest()


def says_the_same(listing: Listing, content: ListingContent) -> bool:
    """Whether ``content``, as the form gave it, is what ``listing`` holds."""
    return listing.content_hash == hash_of(content) and all(
        getattr(listing, name) == getattr(content, name) for name in [*PLAIN_FIELDS, "pay_note"]
    )


def _line(parts, separator: str, limit: int) -> str:
    line = separator.join(parts)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _write_places(listing: Listing, content: ListingContent) -> None:
    ListingPlace.objects.filter(listing=listing).delete()
    ListingPlace.objects.bulk_create(
        ListingPlace(
            listing=listing,
            place=place_for(place.city, place.country),
            text=clean_text(place.text)[:120],
            workplace=place.workplace,
            position=position,
        )
        for position, place in enumerate(content.places)
    )
    countries = {place.country for place in content.places if place.country}
    if content.eligibility == Listing.Eligibility.LISTED:
        countries |= set(content.eligible_countries)
    ListingCountry.objects.filter(listing=listing).delete()
    ListingCountry.objects.bulk_create(ListingCountry(listing=listing, country=code) for code in sorted(countries))


def place_for(city: str, country: str) -> Place | None:
    """The city in the country (alpha-2), or the country where no city is named, made known where it is not yet.

    None without a country: a bare city name may stand for several.
    """
    if not country:
        return None
    kind, name = (Place.Kind.CITY, clean_text(city)[:120]) if city else (Place.Kind.COUNTRY, country_name(country))
    known = Place.objects.filter(kind=kind, folded=fold(name), country=country).order_by("id").first()
    return known or Place.objects.create(kind=kind, name=name, country=country)


def content_of(listing: Listing) -> ListingContent:
    """What ``listing`` says now: the start of an edit, and what a fingerprint is taken of."""
    places = listing.places.select_related("place")
    countries = set(listing.countries.values_list("country", flat=True))
    return ListingContent(
        title=listing.title,
        description=listing.description_source,
        description_is_html=bool(listing.feed_id),
        role_from=listing.role_from,
        employment_types=tuple(kind.value for kind in listing.types),
        places=tuple(
            PlaceText(
                text=item.text,
                city=item.place.name if item.place and item.place.kind == Place.Kind.CITY else "",
                country=item.place.country if item.place else "",
                workplace=item.workplace,
            )
            for item in places
        ),
        eligible_countries=tuple(sorted(countries)) if listing.eligibility == Listing.Eligibility.LISTED else (),
        eligibility_text=listing.eligibility_text,
        utc_note=listing.utc_note,
        pay_note=listing.pay_note,
        skills=tuple((item.skill, item.need) for item in listing.skills.select_related("skill")),
        **{name: getattr(listing, name) for name in PLAIN_FIELDS},
    )
