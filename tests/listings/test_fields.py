"""What a job says, walked over every place that says it: a field that one of them misses is named.

A new field of ListingContent gets a value in JOB, and stands in ``not_said`` of a surface that
shall not say it.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from jobboard.api.company_jobs import company_job
from jobboard.api.company_schemas import JobIn
from jobboard.browse.markup import build_job_posting_json_ld
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.adapters.own_csv_columns import OWN
from jobboard.feeds.adapters.own_csv_export import build_row
from jobboard.feeds.reading import Reader
from jobboard.listings.admin.jobs import ListingAdmin
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, QuotedValue, content_preview
from jobboard.listings.data.one_job import listing_data, listing_row
from jobboard.listings.detail import listing_context
from jobboard.listings.lifecycle.differences import differences
from jobboard.listings.models import Company, Listing, ListingCountry, Place
from jobboard.recruiting.forms.job import ListingForm
from jobboard.recruiting.forms.job_content import get_initial
from roles.models import Role, Skill
from tests.factories import RoleFactory, SkillFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

COMPANY = Company(name="Acme", slug="acme")
LISTING = Listing()
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLAIN = ListingContent(title="", description="", level="mid")  # for a range needs a lowest
# Each field says something else than PLAIN.
JOB = ListingContent(
    title="Head of Data",
    description="<p>We build pipelines.</p>",
    description_is_html=True,
    role=Role(pk=1, slug="data-engineer", name="Data Engineer", status=Role.Status.PUBLISHED),
    role_from="matched",
    relevance="unsure",
    relevance_why="The title is unusual.",
    family="data",
    level="senior",
    level_max="executive",
    employment_types=("full_time",),
    places=(PlaceText("Lisbon, Portugal", "Lisbon", "PT", "hybrid", hybrid_days=2),),
    eligibility="listed",
    eligibility_text="The Iberian peninsula",
    eligible_countries=("ES", "PT"),
    utc_note="Overlap with Lisbon",
    pay=(PayStatement(Decimal(60_000), Decimal(70_000), "USD", "year", origin="form"),),
    pay_note="A bonus of a tenth",
    apply_url="https://acme.example/jobs/1",
    apply_email="jobs@acme.example",
    visa="yes",
    for_client=True,
    client_name="Harbour Bank",
    closes_on=date(2027, 1, 31),
    skills=((Skill(pk=1, slug="python", name="Python"), "required"),),
    skills_from="extracted",
    read_values=(QuotedValue("Level", "Senior", "Head of"),),
)
NAMES = [field.name for field in fields(ListingContent)]
# How we came to it, which moderators see and others need not.
READ_FROM_TEXT = {"skills_from", "read_values"}
HOW_IT_IS_KNOWN = {"role_from", "relevance", "relevance_why"} | READ_FROM_TEXT


@dataclass(frozen=True)
class Surface:
    """What it says of a job, and the fields that it need not say."""

    says: Callable[[ListingContent], Any]
    not_said: set[str]


def preview(content: ListingContent) -> Listing:
    listing = content_preview(COMPANY, content)
    countries = [ListingCountry(country=code) for code in content.named_countries]
    listing._prefetched_objects_cache["countries"] = countries
    listing.posted_at = listing.published_at = listing.expires_at = NOON
    return listing


def in_admin(content: ListingContent) -> dict[str, Any]:
    """The values of what its page in the admin has, and of what stands for many values there."""
    listing = preview(content)
    names = [name for _, options in ListingAdmin.fieldsets for name in options["fields"]]
    stored = [name for name in names if hasattr(listing, name) and not name.endswith("_at")]
    shown = {name: getattr(listing, name) for name in stored}
    for_several = {
        "employment_type": listing.employment_types,
        "locations": content.places,
        "stated_pay": content.pay,
    }
    return shown | {name: value for name, value in for_several.items() if name in names}


def in_form(content: ListingContent) -> dict[str, Any]:
    shown = ListingForm().helper.layout.get_field_names()
    initial = get_initial(LISTING, content)
    return {field.name: initial.get(field.name) for field in shown}


def sent_back(content: ListingContent) -> dict[str, Any]:
    """What a program that reads the job can send."""
    said = company_job(preview(content))
    return {name: said.get(name) for name in JobIn.model_fields}


def on_page(content: ListingContent) -> str:
    listing = preview(content)
    return render_to_string("listings/_body.html", listing_context(listing, None))


def uploaded(content: ListingContent) -> Any:
    item, _ = own_csv.read_row(build_row(content, "1"), OWN)
    return item


def feed_item(content: ListingContent) -> FeedItem:
    """What a feed sends that has a field for all that items can say."""
    required = [skill.name for skill, need in content.skills if need == "required"]
    return FeedItem(
        "1",
        title=content.title,
        description=content.description,
        description_is_html=content.description_is_html,
        places=content.places,
        are_places_settled=True,
        types=content.employment_types,
        level=content.level,
        level_max=content.level_max,
        role=content.role.slug if content.role else "",
        skills_required=tuple(required),
        pay=content.pay,
        pay_note=content.pay_note,
        apply_url=content.apply_url,
        apply_email=content.apply_email,
        eligibility=content.eligibility,
        eligible_countries=content.eligible_countries,
        for_client=content.for_client,
        client_name=content.client_name,
        visa=content.visa,
        closes_on=content.closes_on,
    )


def read_from_feed(content: ListingContent) -> ListingContent:
    return Reader().content(feed_item(content), COMPANY.name)


def in_markup(content: ListingContent) -> list[dict[str, Any] | None]:
    """Of the job, and of one that says the same of remote work: there is no place of work then."""
    remote = (PlaceText("Remote", workplace="remote"),)
    return [posting(content), posting(replace(content, places=remote))]


def posting(content: ListingContent) -> dict[str, Any] | None:
    listing = preview(content)
    listing.status = Listing.Status.PUBLISHED
    listing.expires_at = timezone.now() + timedelta(days=1)
    listing.country_codes = list(content.named_countries)
    listing.place_rows = []
    for position, place in enumerate(content.places):
        row = {
            "position": position,
            "workplace": place.workplace,
            "kind": Place.Kind.CITY,
            "name": place.city,
            "admin1": place.admin1,
            "country": place.country,
        }
        listing.place_rows.append(row)
    return build_job_posting_json_ld(listing)


# What only the answer for one job has, or nobody but its company.
OF_ONE_JOB = {"description", "description_is_html", "apply_url", "apply_email", "visa", "closes_on"}
# Nobody is asked for working hours yet, and no feed has them: samples alone do.
NOT_ASKED = {"utc_note"}
SURFACES = {
    "admin": Surface(in_admin, {"description_is_html", "eligible_countries"} | READ_FROM_TEXT),
    "form": Surface(in_form, HOW_IT_IS_KNOWN | NOT_ASKED | {"family", "eligibility_text"}),
    # Its head has the title, the client and how to apply; eligibility is shown in its words.
    "page": Surface(
        on_page,
        (HOW_IT_IS_KNOWN - {"skills_from"})
        | {"title", "for_client", "client_name", "apply_url", "apply_email"}
        | {"eligibility", "eligible_countries"},
    ),
    "difference": Surface(
        lambda content: differences(PLAIN, content),
        HOW_IT_IS_KNOWN | {"family", "eligible_countries"},
    ),
    "download": Surface(
        lambda content: build_row(content, "1"),
        HOW_IT_IS_KNOWN | NOT_ASKED | {"family", "eligibility_text"},
    ),
    "upload": Surface(
        uploaded,
        HOW_IT_IS_KNOWN | NOT_ASKED | {"family", "eligibility_text", "description_is_html"},
    ),
    "API": Surface(
        lambda content: listing_data(preview(content)),
        HOW_IT_IS_KNOWN | OF_ONE_JOB | NOT_ASKED | {"pay_note"},
    ),
    "CSV": Surface(
        lambda content: listing_row(listing_data(preview(content))),
        HOW_IT_IS_KNOWN | OF_ONE_JOB | NOT_ASKED | {"pay_note", "eligibility_text"},
    ),
    "API of companies": Surface(
        lambda content: company_job(preview(content)), HOW_IT_IS_KNOWN | NOT_ASKED
    ),
    # Reading finds the family in the title, and the words of who may apply in the places.
    "feeds": Surface(
        read_from_feed,
        HOW_IT_IS_KNOWN | NOT_ASKED | {"family", "eligibility_text"},
    ),
    # How to apply is said by the page that it links to. Of the others search engines show nothing.
    "JobPosting markup": Surface(
        in_markup,
        HOW_IT_IS_KNOWN
        | NOT_ASKED
        | {"apply_url", "apply_email"}
        | {"role", "family", "level", "level_max", "skills", "visa"}
        | {"eligibility_text", "pay_note"},
    ),
    "API that writes": Surface(sent_back, HOW_IT_IS_KNOWN | NOT_ASKED | {"family"}),
}


def test_each_field_of_the_job_says_something():
    assert [name for name in NAMES if getattr(JOB, name) == getattr(PLAIN, name)] == []


@pytest.fixture
def known_names():
    """Feeds name roles and skills that are stored."""
    RoleFactory(pk=1, slug="data-engineer", name="Data Engineer")
    SkillFactory(pk=1, slug="python", name="Python")


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.usefixtures("known_names")
def test_each_surface_says_each_field_of_a_job(name):
    """A job without the field reads otherwise, or one that says it alone: of an address beside a
    link, or of countries beside their words, only the second does.
    """
    surface = SURFACES[name]

    job, plain = surface.says(JOB), surface.says(PLAIN)

    not_said = set()
    for field in NAMES:
        without = replace(JOB, **{field: getattr(PLAIN, field)})
        alone = replace(PLAIN, **{field: getattr(JOB, field)})
        if surface.says(without) == job and surface.says(alone) == plain:
            not_said.add(field)

    assert not_said == surface.not_said
