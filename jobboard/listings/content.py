"""What an opening says, as a value that form, feeds and samples build alike."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import chain, islice

from django.db import transaction
from django.utils import timezone

from jobboard.common.text.html import clean_html, clean_lines, clean_text, markdown_to_html
from jobboard.common.text.words import country_name, fold
from roles.models import FxRate, Role, Skill

from .choices import EmploymentType, PayStatement, PlaceText, Workplace
from .copies.lines import fill_from_places, gather_places, line
from .geo.places import admin1_of, city_of, only_time_zone, place_for
from .last_day import latest_zone
from .models import (
    Company,
    Listing,
    ListingCountry,
    ListingPay,
    ListingPlace,
    ListingSkill,
    Place,
    ReadValue,
)
from .pay.base import base_pay
from .pay.yearly import fill_yearly_pay

FindPlace = Callable[[str, str, str], Place | None]

CARD_SKILLS = 4
MAX_PLACE_LENGTH = 120
# Set what else follows from a job's text. Apps above this one add theirs when they are loaded.
FOLLOWS: list[Callable[[Listing], None]] = []


@dataclass(frozen=True)
class QuotedValue:
    """A value that was read from a title or a text, and the words it was read from."""

    name: str
    value: str
    quote: str


@dataclass(frozen=True)
class ListingContent:
    """All an employer says about an opening."""

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
        """Of cleaned content. For a long text it takes a tenth of a second."""
        if self.description_is_html:
            return self.description
        return markdown_to_html(self.description)

    @property
    def named_countries(self) -> list[str]:
        """From which alone remote work may be done, if it says so. Those of its places are not
        among them: where the work is says nothing of where else one may live.
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
    """Store ``content`` on ``listing`` (saved or not), with everything that follows from it: the
    one place that does.

    Texts are cleaned here, so whatever the source, no invisible character and no unsafe HTML
    reaches the database.
    """
    fill(listing, content, FxRate.objects.newest)
    listing.save()
    ListingPlace.objects.filter(listing=listing, from_copy=None).delete()
    for part in (ListingCountry, ListingSkill, ListingPay, ReadValue):
        part.objects.filter(listing=listing).delete()
    _write_parts([(listing, content)], place_for)
    if listing.folded.exists():
        gather_places(listing)
    return listing


def content_preview(company: Company, content: ListingContent) -> Listing:
    """A listing as its page would show it. Nothing is stored, and ``company`` need not be."""
    listing = Listing(pk=0, company=company)
    fill(listing, content, FxRate.objects.newest)
    skills = [
        ListingSkill(skill=skill, need=need, origin=content.skills_from)
        for skill, need in content.skills
    ]
    places = list(_place_rows(listing, content, lambda *_: None))
    pay = list(_pay_rows(listing, content))
    prefetched = {"skills": skills, "places": places, "pay": pay}
    listing._prefetched_objects_cache = prefetched  # type: ignore[attr-defined]  # Django's own
    return listing


@transaction.atomic
def write_new(
    pairs: list[tuple[Listing, ListingContent]], find_place: FindPlace | None = None
) -> None:
    """``write_content`` for many unsaved listings at once, each filled already.

    ``find_place`` is ``place_for``, which may remember what it found before.
    """
    for listing, _ in pairs:
        listing.changed_at = timezone.now()
    Listing.objects.bulk_create(listing for listing, _ in pairs)
    _write_parts(pairs, find_place or cache(place_for))


def cleaned(content: ListingContent) -> ListingContent:
    """``content`` as it is stored: without invisible characters and unsafe HTML. Itself where it is
    so already.
    """
    clean_description = clean_html if content.description_is_html else clean_lines
    clean = replace(
        content,
        title=clean_text(content.title),
        eligibility_text=clean_text(content.eligibility_text),
        utc_note=clean_text(content.utc_note),
        pay_note=clean_text(content.pay_note),
        client_name=clean_text(content.client_name) if content.for_client else "",
        description=clean_description(content.description),
        places=tuple(
            replace(place, text=clean_text(place.text)[:MAX_PLACE_LENGTH])
            for place in content.places
        ),
    )
    if clean == content:
        return content
    return clean


def prepared(content: ListingContent) -> ListingContent:
    """Cleaned and rendered: whoever locks rows has it done before, so that nobody waits for it."""
    content = cleaned(content)
    _ = content.description_html
    return content


def fill(
    listing: Listing, content: ListingContent, newest_rate: Callable[[str], FxRate | None]
) -> None:
    """Set the fields of ``listing`` and all that follows from them, without saving."""
    listing.content_hash = hash_of(content)
    content = cleaned(content)
    for name in (*PLAIN_FIELDS, *TEXTS):
        setattr(listing, name, getattr(content, name))
    listing.role_from = content.role_from
    listing.family = "" if content.role else content.family
    listing.relevance_why = content.relevance_why[:200]
    # Of HTML both are the same: this is how an edit knows that the source is HTML.
    listing.description_source = content.description
    listing.description_html = content.description_html
    if content.eligibility == Listing.Eligibility.LISTED and not content.eligibility_text:
        listing.eligibility_text = line(map(country_name, content.eligible_countries), ", ", 200)
    listing.employment_types = EmploymentType.mask(content.employment_types)
    fill_from_places(listing, list(content.places))
    listing.last_zone = latest_zone(content.places)
    _fill_pay(listing, content, newest_rate)
    listing.skill_line = skill_line(skill for skill, _ in content.skills)
    for fill_more in FOLLOWS:
        fill_more(listing)


def _fill_pay(
    listing: Listing, content: ListingContent, newest_rate: Callable[[str], FxRate | None]
) -> None:
    """Base pay of the job's own places, and what it is worth a year."""
    base = base_pay(content.pay)
    listing.states_pay = any(not statement.is_elsewhere for statement in content.pay)
    listing.salary_min = base.lowest if base else None
    listing.salary_max = base.highest if base else None
    listing.salary_currency = base.currency if base else ""
    listing.salary_period = base.period if base else ""
    listing.salary_from = base.origin if base else Listing.SalaryFrom.FORM
    fill_yearly_pay(listing, newest_rate)


def _write_parts(pairs: list[tuple[Listing, ListingContent]], find_place: FindPlace) -> None:
    ListingPlace.objects.bulk_create(
        chain.from_iterable(_place_rows(listing, content, find_place) for listing, content in pairs)
    )
    ListingPay.objects.bulk_create(
        chain.from_iterable(_pay_rows(listing, content) for listing, content in pairs)
    )
    ListingCountry.objects.bulk_create(
        chain.from_iterable(_country_rows(listing, content) for listing, content in pairs)
    )
    ListingSkill.objects.bulk_create(
        chain.from_iterable(_skill_rows(listing, content) for listing, content in pairs)
    )
    ReadValue.objects.bulk_create(
        chain.from_iterable(_read_rows(listing, content) for listing, content in pairs)
    )


def _country_rows(listing: Listing, content: ListingContent) -> Iterator[ListingCountry]:
    for code in content.named_countries:
        yield ListingCountry(listing=listing, country=code)


def _skill_rows(listing: Listing, content: ListingContent) -> Iterator[ListingSkill]:
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


def _place_rows(
    listing: Listing, content: ListingContent, find_place: Callable[..., Place | None]
) -> Iterator[ListingPlace]:
    for position, place in enumerate(content.places):
        found = find_place(place.city, place.country, place.admin1)
        yield ListingPlace(
            listing=listing,
            place=found,
            text=clean_text(place.text)[:MAX_PLACE_LENGTH],
            region=admin1_of(found),
            workplace=place.workplace,
            hybrid_days=place.hybrid_days if place.workplace == Workplace.HYBRID else None,
            timezone=only_time_zone(found),
            position=position,
        )


def _pay_rows(listing: Listing, content: ListingContent) -> Iterator[ListingPay]:
    for position, statement in enumerate(content.pay):
        yield ListingPay(listing=listing, position=position, **asdict(statement))


def hash_of(content: ListingContent) -> str:
    """The same for the same title and description, whatever their case and blanks."""
    text = f"{fold(content.title)}\n{fold(clean_lines(content.description))}"
    return hashlib.sha256(text.encode()).hexdigest()


def says_the_same(listing: Listing, content: ListingContent) -> bool:
    """Whether ``content``, as the form gave it, is what ``listing`` holds."""
    if listing.content_hash != hash_of(content):
        return False
    existing = content_of(listing)
    same = [*PLAIN_FIELDS, "client_name", "pay_note", "pay"]
    return all(getattr(existing, name) == getattr(content, name) for name in same)


def skill_line(skills: Iterable[Skill]) -> str:
    """The first of them, for cards."""
    return line((skill.name for skill in islice(skills, CARD_SKILLS)), ", ", 300)


def stored_values(listing: Listing) -> tuple[QuotedValue, ...]:
    """What was read of ``listing``, with the words it was read from."""
    rows = listing.read_values.values_list("name", "value", "quote")
    return tuple(QuotedValue(*row) for row in rows)


def whole_content(listing: Listing) -> ListingContent:
    """``content_of``, with the words that were read."""
    return replace(content_of(listing), read_values=stored_values(listing))


def content_of(listing: Listing) -> ListingContent:
    """What ``listing`` itself says now, without its copies: the start of an edit, and what a
    fingerprint is taken of.
    """
    places = listing.places.filter(from_copy=None).select_related("place")
    skills = list(listing.skills.select_related("skill"))
    # The release before also kept the countries of its places here.
    is_listed = listing.eligibility == Listing.Eligibility.LISTED
    named = listing.countries.filter(is_of_copy=False).values_list("country", flat=True)
    return ListingContent(
        title=listing.title,
        description=listing.description_source,
        description_is_html=listing.description_source == listing.description_html,
        role_from=listing.role_from,
        relevance_why=listing.relevance_why,
        family=listing.family,
        employment_types=tuple(kind.value for kind in listing.types),
        places=tuple(
            PlaceText(
                text=item.text,
                city=city_of(item.place),
                country=item.place.country if item.place else "",
                workplace=item.workplace,
                admin1=admin1_of(item.place),
                hybrid_days=item.hybrid_days,
            )
            for item in places
        ),
        eligible_countries=tuple(sorted(named)) if is_listed else (),
        eligibility_text=listing.eligibility_text,
        utc_note=listing.utc_note,
        pay=tuple(listing.statements),
        pay_note=listing.pay_note,
        client_name=listing.client_name,
        skills=tuple((item.skill, item.need) for item in skills),
        skills_from=skills[0].origin if skills else ListingSkill.Origin.STATED,
        **{name: getattr(listing, name) for name in PLAIN_FIELDS},
    )
