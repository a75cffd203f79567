"""Personio: GET NAME.jobs.personio.de/xml?language=en, or on .com. Texts come in the language that
is asked for, so German is asked for once more where one is missing.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from jobboard.common.text.words import fold
from jobboard.feeds.adapters.base import InvalidItemError
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import (
    Fields,
    each,
    identity,
    level,
    pay,
    rows_at,
    text,
    text_at,
    texts,
    titled,
)
from jobboard.feeds.adapters.paging import Get, with_query
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.feeds.adapters.values import as_html
from jobboard.feeds.adapters.xml import read_xml
from jobboard.listings.choices import PlaceText, Workplace

PERSONAL_SECTION = "CONTACT_PERSON"


def in_german(get: Get, address: str, first: bytes) -> Iterator[bytes]:
    positions = each(read_xml(BytesIO(first)), "workzag-jobs.position")
    if not all(read_description(position) for position in positions):
        yield get(with_query(address, language="de"))


def read_link(job: dict[str, Any]) -> str:
    number = text_at(job, "id")
    if not number.isdecimal():
        raise InvalidItemError("id", "is not a number")
    return f"https://{urlsplit(text_at(job, '@feed')).netloc}/job/{number}"


def read_description(job: dict[str, Any]) -> str:
    parts = []
    for section in each(job, "jobDescriptions.jobDescription"):
        name = text_at(section, "name")
        value = text_at(section, "value")
        if value and name != PERSONAL_SECTION:
            parts.append(titled(name, as_html(value)))
    return "\n".join(parts)


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    """Offices are free text and may repeat."""
    offices = [*rows_at(job, "office"), *rows_at(job, "additionalOffices.office")]
    names = dict.fromkeys(name for name in offices if isinstance(name, str))
    return tuple(PlaceText(name, workplace=workplace_of(name)) for name in names)


def workplace_of(office: str) -> str:
    if "remote" in fold(office).split():
        return Workplace.REMOTE.value
    return ""


SOURCE = Source(
    name="Personio",
    root="workzag-jobs",
    rows="position",
    more=in_german,
    fields=Fields(
        external_id=identity("id"),
        title=text("name"),
        company=text("subcompany"),
        description=read_description,
        places=read_places,
        types=texts("employmentType", "schedule"),
        level=level("seniority"),
        pay=pay(
            "salaryInformation.min",
            "salaryInformation.max",
            currency="salaryInformation.currencyCode",
            period="salaryInformation.type",
        ),
        apply_url=read_link,
        posted_at=moment("createdAt"),
    ),
    terms=Terms(seconds_apart=1),
)
