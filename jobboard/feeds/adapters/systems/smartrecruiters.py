"""SmartRecruiters' Posting API: GET api.smartrecruiters.com/v1/companies/COMPANY/postings. The text
is only in each posting's own answer. A made-up company has 0 jobs.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import (
    Fields,
    identity,
    level,
    link,
    places,
    text,
    text_at,
    texts,
    titled,
    value_at,
    workplace_by,
)
from jobboard.feeds.adapters.paging import Paging
from jobboard.feeds.adapters.source import Details, Source, Terms
from jobboard.feeds.adapters.values import as_html
from jobboard.listings.choices import PlaceText

SECTIONS = ("jobDescription", "qualifications", "additionalInformation", "companyDescription")


def read_link(job: dict[str, Any]) -> str:
    company = text_at(job, "company.identifier")
    number = text_at(job, "id")
    return f"https://jobs.smartrecruiters.com/{quote(company)}/{quote(number)}"


def read_description(job: dict[str, Any]) -> str:
    parts = []
    for name in SECTIONS:
        section = value_at(job, f"jobAd.sections.{name}")
        words = text_at(section, "text")
        if words:
            parts.append(titled(text_at(section, "title"), as_html(words)))
    return "\n".join(parts)


def details_address(item: FeedItem, address: str) -> str:
    path = urlsplit(address).path.rstrip("/")
    return f"https://api.smartrecruiters.com{path}/{quote(item.external_id, safe='')}"


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    # Both flags may be false where nobody said that the work is on site.
    return places(
        parts=("location.fullLocation",) if text_at(job, "location.fullLocation") else PARTS,
        city="location.city",
        region="location.region",
        country="location.country",
        workplace_of=workplace_by(remote="location.remote", hybrid="location.hybrid"),
    )(job)


PARTS = ("location.city", "location.region", "location.country")

LISTED = Fields(
    external_id=identity("id"),
    title=text("name"),
    company=text("company.name"),
    places=read_places,
    types=texts("typeOfEmployment.label"),
    level=level("experienceLevel.id"),
    apply_url=read_link,
    posted_at=moment("releasedDate"),
)

SOURCE = Source(
    name="SmartRecruiters",
    rows="content",
    paging=Paging("offset", step=100, size_parameter="limit", size=100),
    promised=lambda answer: value_at(answer, "totalFound"),
    fields=LISTED,
    details=Details(
        address=details_address,
        sign="jobAd",
        fields=Fields(
            external_id=LISTED.external_id,
            title=LISTED.title,
            company=LISTED.company,
            description=read_description,
            places=LISTED.places,
            types=LISTED.types,
            level=LISTED.level,
            apply_url=link("postingUrl"),
            posted_at=LISTED.posted_at,
        ),
    ),
    terms=Terms(seconds_apart=0.2, personal=("creator",)),
)
