"""The content of an opening, as a value that form, feeds and samples build alike."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import islice, starmap
from operator import attrgetter

from django.db import transaction
from django.utils import timezone

from jobboard.common.text.html import clean_html, clean_lines, clean_text, markdown_to_html
from jobboard.common.text.words import country_name, fold
from roles.models import FxRate, Role, Skill

from .choices import EmploymentType, PayStatement, PlaceText
from .content_rows import (
    MAX_PLACE_LENGTH,
    FindPlace,
    pay_rows,
    place_rows,
    skill_rows,
    write_parts,
)
from .copies.lines import fill_from_places, gather_places, join_within_limit
from .geo.places import get_admin1, get_city, get_country, place_for
from .last_day import latest_zone
from .models import (
    Company,
    Listing,
    ListingCountry,
    ListingPay,
    ListingPlace,
    ListingSkill,
    ReadValue,
)
from .pay.base import NO_PAY, base_pay
from .pay.yearly import fill_yearly_pay

CARD_SKILLS = 4
# Set what else follows from a job's text. Apps above this one add theirs when they are loaded.
DERIVED_FIELD_HOOKS: list[Callable[[Listing], None]] = []


@dataclass(frozen=True)
class QuotedValue:
    """A value that was read from a title or a text, and the words it was read from."""

    name: str
    value: str
    quote: str


@dataclass(frozen=True)
class ListingContent:
    """Everything an employer says about an opening."""

    title: str
    description: str
    description_is_html: bool = False
    role: Role | None = None
    role_from: str = Listing.RoleFrom.EMPLOYER
    relevance: str = Listing.Relevance.YES
    relevance_why: str = ""
    family: str = ""
    level: str = ""
    level_max: str = ""
    employment_types: tuple[str, ...] = ()
    places: tuple[PlaceText, ...] = ()
    eligibility: str = Listing.Eligibility.UNSTATED
    eligibility_text: str = ""
    eligible_countries: tuple[str, ...] = ()
    utc_note: str = ""
    pay: tuple[PayStatement, ...] = ()
    pay_note: str = ""
    apply_url: str = ""
    apply_email: str = ""
    visa: str = Listing.Visa.UNKNOWN
    for_client: bool = False
    client_name: str = ""  # only of one for a client, which need not be named
    closes_on: date | None = None
    skills: tuple[tuple[Skill, str], ...] = ()  # (skill, need) in the employer's order
    skills_from: str = ListingSkill.Origin.STATED
    # Where a feed's text was read; what a person writes or edits says itself.
    read_values: tuple[QuotedValue, ...] = ()

    @cached_property
    def description_html(self) -> str:
        """Render the description of cleaned content. A long text takes a tenth of a second."""
        if self.description_is_html:
            return self.description
        return markdown_to_html(self.description)

    @property
    def named_countries(self) -> list[str]:
        """The countries from which alone remote work may be done, if the job names them. Those of
        its places are not among them: where the work is says nothing of where else one may live.
        """
        is_listed = self.eligibility == Listing.Eligibility.LISTED
        if is_listed:
            return sorted(set(self.eligible_countries))
        return []


PLAIN_FIELDS = [
    "role",
    "relevance",
    "level",
    "level_max",
    "eligibility",
    "apply_url",
    "apply_email",
    "visa",
    "for_client",
    "closes_on",
]
TEXTS = ["title", "eligibility_text", "utc_note", "pay_note", "client_name"]


@transaction.atomic
def write_content(listing: Listing, content: ListingContent) -> Listing:
    """Store ``content`` on ``listing`` (saved or not), with everything that follows from it.
    Nothing else stores it.

    Texts are cleaned here, so whatever the source, no invisible character and no unsafe HTML
    reaches the database.
    """
    fill_listing_fields(listing, content, FxRate.objects.newest)
    listing.save()
    ListingPlace.objects.filter(listing=listing, from_copy=None).delete()
    for part in (ListingCountry, ListingSkill, ListingPay, ReadValue):
        part.objects.filter(listing=listing).delete()
    write_parts([(listing, content)], place_for)
    if listing.folded.exists():
        gather_places(listing)
    return listing


def content_preview(company: Company, content: ListingContent) -> Listing:
    """Build a listing as its page would show it. Nothing is stored, and ``company`` need not be."""
    listing = Listing(pk=0, company=company)
    fill_listing_fields(listing, content, FxRate.objects.newest)
    prefetched = {
        "skills": list(skill_rows(listing, content)),
        "places": list(place_rows(listing, content, lambda *_: None)),
        "pay": list(pay_rows(listing, content)),
    }
    listing._prefetched_objects_cache = prefetched  # type: ignore[attr-defined]  # Django's own
    return listing


@transaction.atomic
def bulk_create_listings(
    pairs: list[tuple[Listing, ListingContent]], find_place: FindPlace | None = None
) -> None:
    """Do what ``write_content`` does for many unsaved listings at once, each filled already.

    ``find_place`` is ``place_for``, which may remember what it found before.
    """
    for listing, _ in pairs:
        listing.changed_at = timezone.now()
    Listing.objects.bulk_create(listing for listing, _ in pairs)
    write_parts(pairs, find_place or cache(place_for))


def cleaned(content: ListingContent) -> ListingContent:
    """Remove invisible characters and unsafe HTML, as is done before storing. Returns ``content``
    unchanged if already clean.
    """
    client_name = ""
    if content.for_client:
        client_name = clean_text(content.client_name)
    clean = replace(
        content,
        title=clean_text(content.title),
        eligibility_text=clean_text(content.eligibility_text),
        utc_note=clean_text(content.utc_note),
        pay_note=clean_text(content.pay_note),
        client_name=client_name,
        description=_clean_description(content),
        places=tuple(map(_clean_place, content.places)),
    )
    if clean == content:
        return content
    return clean


def _clean_description(content: ListingContent) -> str:
    if content.description_is_html:
        return clean_html(content.description)
    return clean_lines(content.description)


def _clean_place(place: PlaceText) -> PlaceText:
    return replace(place, text=clean_text(place.text)[:MAX_PLACE_LENGTH])


def prepared(content: ListingContent) -> ListingContent:
    """Clean and render the content before any row is locked, so that nobody waits for it."""
    content = cleaned(content)
    _ = content.description_html  # a cached property, rendered before any row is locked
    return content


def fill_listing_fields(
    listing: Listing, content: ListingContent, newest_rate: Callable[[str], FxRate | None]
) -> None:
    """Set the fields of ``listing`` and all that follows from them, without saving."""
    listing.content_hash = hash_content(content)
    content = cleaned(content)
    for name in (*PLAIN_FIELDS, *TEXTS):
        setattr(listing, name, getattr(content, name))
    listing.role_from = content.role_from
    listing.family = content.family
    if content.role:
        listing.family = ""
    listing.relevance_why = content.relevance_why[:200]
    # Of HTML both are the same: this is how an edit knows that the source is HTML.
    listing.description_source = content.description
    listing.description_html = content.description_html
    if content.eligibility == Listing.Eligibility.LISTED and not content.eligibility_text:
        listing.eligibility_text = join_within_limit(
            map(country_name, content.eligible_countries), ", ", 200
        )
    listing.employment_types = EmploymentType.mask(content.employment_types)
    fill_from_places(listing, list(content.places))
    listing.last_zone = latest_zone(content.places)
    _fill_pay(listing, content, newest_rate)
    listing.skill_line = skill_line(skill for skill, _ in content.skills)
    for fill_more in DERIVED_FIELD_HOOKS:
        fill_more(listing)


def _fill_pay(
    listing: Listing, content: ListingContent, newest_rate: Callable[[str], FxRate | None]
) -> None:
    """Set the base pay of the job's own places, and what it is worth a year."""
    base = base_pay(content.pay) or NO_PAY
    listing.states_pay = any(not statement.is_elsewhere for statement in content.pay)
    listing.salary_min = base.lowest
    listing.salary_max = base.highest
    listing.salary_currency = base.currency
    listing.salary_period = base.period
    listing.salary_from = base.origin
    fill_yearly_pay(listing, newest_rate)


def hash_content(content: ListingContent) -> str:
    """Hash title and description, whatever their case and blanks."""
    text = f"{fold(content.title)}\n{fold(clean_lines(content.description))}"
    return hashlib.sha256(text.encode()).hexdigest()


def has_same_content(listing: Listing, content: ListingContent) -> bool:
    """Whether ``content``, as the form gave it, is what ``listing`` holds."""
    if listing.content_hash != hash_content(content):
        return False
    compared = attrgetter(*PLAIN_FIELDS, "client_name", "pay_note", "pay")
    return compared(get_content(listing)) == compared(content)


def skill_line(skills: Iterable[Skill]) -> str:
    """Join the names of the first skills, for cards."""
    return join_within_limit((skill.name for skill in islice(skills, CARD_SKILLS)), ", ", 300)


def stored_values(listing: Listing) -> tuple[QuotedValue, ...]:
    """Return the values read from the text of ``listing``, with the words they were read from."""
    rows = listing.read_values.values_list("name", "value", "quote")
    return tuple(starmap(QuotedValue, rows))


def whole_content(listing: Listing) -> ListingContent:
    """Return ``get_content``, with the words that were read."""
    return replace(get_content(listing), read_values=stored_values(listing))


def get_content(listing: Listing) -> ListingContent:
    """Return what ``listing`` itself says now, without its copies. Edits start from it, and
    fingerprints are taken of it.
    """
    places = listing.places.filter(from_copy=None).select_related("place")
    skills = list(listing.skills.select_related("skill"))
    skills_from: str = ListingSkill.Origin.STATED
    if skills:
        skills_from = skills[0].origin
    return ListingContent(
        title=listing.title,
        description=listing.description_source,
        description_is_html=listing.description_source == listing.description_html,
        role_from=listing.role_from,
        relevance_why=listing.relevance_why,
        family=listing.family,
        employment_types=tuple(kind.value for kind in listing.types),
        places=tuple(map(_place_text, places)),
        eligible_countries=_eligible_countries(listing),
        eligibility_text=listing.eligibility_text,
        utc_note=listing.utc_note,
        pay=tuple(listing.statements),
        pay_note=listing.pay_note,
        client_name=listing.client_name,
        skills=tuple((item.skill, item.need) for item in skills),
        skills_from=skills_from,
        **{name: getattr(listing, name) for name in PLAIN_FIELDS},
    )


def _place_text(row: ListingPlace) -> PlaceText:
    return PlaceText(
        text=row.text,
        city=get_city(row.place),
        country=get_country(row.place),
        workplace=row.workplace,
        admin1=get_admin1(row.place),
        hybrid_days=row.hybrid_days,
    )


def _eligible_countries(listing: Listing) -> tuple[str, ...]:
    if listing.eligibility != Listing.Eligibility.LISTED:
        # The release before also kept the countries of its places here.
        return ()
    countries = listing.countries.filter(is_of_copy=False).values_list("country", flat=True)
    return tuple(sorted(countries))
