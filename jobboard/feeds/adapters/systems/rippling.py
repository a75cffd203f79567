"""Rippling: GET ats.rippling.com/api/v2/board/BOARD/jobs?groupJobsByLocation=true, or the older
list at api.rippling.com/platform/api/ats/v1/board/BOARD/jobs. Capitals and small letters of a
board's name differ. Text, date and pay are only in each job's own answer.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from jobboard.common.text.words import fold
from jobboard.feeds.adapters.base import FeedItem, external_id
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import (
    Fields,
    each,
    html,
    identity,
    link,
    rows_at,
    text,
    text_at,
    texts,
    value_at,
)
from jobboard.feeds.adapters.paging import Paging
from jobboard.feeds.adapters.source import Details, Source, Terms
from jobboard.feeds.adapters.values import workplace
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, PlaceText, Workplace


def rows_of(answer: Any) -> list[Any] | None:
    if isinstance(answer, dict):
        answer = value_at(answer, "items")
    if isinstance(answer, list):
        return answer
    return None


def read_id(job: dict[str, Any]) -> str:
    return external_id({"id": text_at(job, "id", "uuid")}, "id")


def listed_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    """The older form of the list has one place a row, as text."""
    places = []
    for row in each(job, "locations"):
        places.append(
            PlaceText(
                text_at(row, "name"),
                city=text_at(row, "city"),
                country=text_at(row, "countryCode", "country"),
                workplace=workplace(text_at(row, "workplaceType")),
                admin1=text_at(row, "state"),
            )
        )
    label = text_at(job, "workLocation.label")
    if label and not places:
        places.append(place_from_name(label))
    return tuple(places)


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    places = []
    for name in rows_at(job, "workLocations"):
        if isinstance(name, str):
            places.append(place_from_name(name))
    return tuple(places)


def place_from_name(name: str) -> PlaceText:
    if fold(name).startswith("remote"):
        return PlaceText(name, workplace=Workplace.REMOTE.value)
    return PlaceText(name)


def read_pay(job: dict[str, Any]) -> tuple[PayStatement, ...]:
    statements = []
    for row in each(job, "payRangeDetails"):
        pay = pay_statement(
            value_at(row, "rangeStart"),
            value_at(row, "rangeEnd"),
            text_at(row, "currency"),
            pay_period(text_at(row, "frequency")),
            place=text_at(row, "location"),
        )
        if pay:
            statements.append(pay)
    return tuple(statements)


def is_listed(job: dict[str, Any]) -> bool:
    return job.get("unlistedFromSearch") is not True


def details_address(item: FeedItem, address: str) -> str:
    parts = urlsplit(address)
    path = f"{parts.path.rstrip('/')}/{quote(item.external_id, safe='')}"
    return f"https://{parts.netloc}{path}"


SOURCE = Source(
    name="Rippling",
    rows=rows_of,
    paging=Paging("page", size_parameter="pageSize", size=1000),
    promised=lambda answer: value_at(answer, "totalItems"),
    is_row_per_place=True,
    fields=Fields(
        external_id=read_id,
        title=text("name"),
        places=listed_places,
        apply_url=link("url"),
    ),
    details=Details(
        address=details_address,
        sign="description.role",
        fields=Fields(
            external_id=identity("uuid"),
            is_listed=is_listed,
            title=text("name"),
            company=text("companyName"),
            # What stands beside it is about the company, the same in all jobs.
            description=html("description.role"),
            places=read_places,
            types=texts("employmentType.id"),
            pay=read_pay,
            apply_url=link("url"),
            posted_at=moment("createdOn"),
        ),
    ),
    terms=Terms(seconds_apart=0.5),
)
