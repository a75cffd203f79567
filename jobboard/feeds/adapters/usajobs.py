"""USAJOBS' search: GET data.usajobs.gov/api/search?Keyword=…, with a key in the headers.

Also reads its archive: one job a line. Pay is in USD.
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from io import BytesIO
from typing import Any, BinaryIO

from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, PlaceText, Workplace

from .base import (
    BadFeed,
    BadItem,
    FeedItem,
    at,
    each_item,
    external_id,
    moment,
    read_json,
    read_text,
)
from .values import as_html, day, each_page, safe_url, texts, with_query

PAGE_SIZE = 500
BETWEEN_LINES = re.compile(r"\}[ \t\r]*\n[ \t\r]*\{")  # nowhere in one JSON value: there is a comma
NO_PLACE = re.compile(r"multiple locations|many vacancies.*|\d+ locations?|", re.IGNORECASE)
OWN_HOST = re.compile(r"^http://www\.usajobs\.gov(?::80)?/", re.IGNORECASE)
SCHEDULES = {"1": "Full-time", "2": "Part-time"}  # codes, for rows that leave the name empty


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | BadItem]:
    return each_item(read_items(file), read_item, id_of)


def pages(get: Callable[..., bytes], address: str) -> Iterator[bytes]:
    def ask(number: int) -> bytes:
        return get(with_query(address, Page=number + 1, ResultsPerPage=PAGE_SIZE))

    yield from each_page(ask, read_items, PAGE_SIZE)


def read_items(file: BinaryIO) -> list:
    text = read_text(file)
    if BETWEEN_LINES.search(text):
        text = f"[{BETWEEN_LINES.sub('},{', text)}]"
    answer = read_json(BytesIO(text.encode()))
    rows = at(answer, "SearchResult", "SearchResultItems", kind=object)
    if isinstance(answer, dict) and "MatchedObjectDescriptor" in answer:
        rows = [answer]
    elif isinstance(answer, list) and all(
        isinstance(row, dict) and "MatchedObjectDescriptor" in row for row in answer
    ):
        rows = answer
    if not isinstance(rows, list):
        raise BadFeed(
            "The file is JSON but is not from USAJOBS: it has no “SearchResultItems” list."
        )
    return rows


def id_of(item: dict) -> str:
    if "MatchedObjectId" in item:
        return external_id(item, "MatchedObjectId")
    return external_id(at(item, "MatchedObjectDescriptor", kind=dict), "PositionID")


def read_item(item: dict) -> FeedItem:
    job = at(item, "MatchedObjectDescriptor", kind=dict)
    urls = [*texts(job, "ApplyURI"), *texts(job, "PositionURI")]
    return FeedItem(
        id_of(item),
        title=at(job, "PositionTitle"),
        company=at(job, "OrganizationName") or at(job, "DepartmentName"),
        description=read_description(job),
        places=tuple(read_places(job)),
        types=tuple(read_types(job)),
        pay=tuple(filter(None, map(read_pay, at(job, "PositionRemuneration", kind=list)))),
        apply_url=safe_url(*(OWN_HOST.sub("https://www.usajobs.gov/", url) for url in urls)),
        closes_on=day(job, "ApplicationCloseDate") or day(job, "PositionEndDate"),
        posted_at=moment(job, "PublicationStartDate"),
    )


def read_description(job: dict) -> str:
    details = at(job, "UserArea", "Details", kind=dict)
    parts = {
        "": texts(details, "JobSummary"),
        "Duties": texts(details, "MajorDuties"),
        "Requirements": texts(details, "Requirements"),
        "Qualifications": texts(job, "QualificationSummary"),
        "Education": texts(details, "Education"),
        "How to apply": texts(details, "HowToApply"),
    }
    return "\n".join(
        (f"<h3>{escape(name)}</h3>" if name else "") + "\n".join(map(as_html, part))
        for name, part in parts.items()
        if part
    )


def read_places(job: dict) -> Iterator[PlaceText]:
    """City names carry the state: “Arlington, Virginia”. Without a list, a line for display."""
    remote = at(job, "UserArea", "Details", "RemoteIndicator", kind=bool)
    where = Workplace.REMOTE.value if remote else ""
    rows = at(job, "PositionLocation", kind=list)
    for row in rows:
        city, comma, _ = at(row, "CityName").partition(",")
        yield PlaceText(
            at(row, "LocationName").strip() or at(row, "CityName").strip(),
            city=city.strip() if comma else "",
            country=at(row, "CountryCode"),
            workplace=where,
            admin1=at(row, "CountrySubDivisionCode"),
        )
    line = at(job, "PositionLocationDisplay").strip()
    if not rows and (remote or not NO_PLACE.fullmatch(line)):
        yield PlaceText("Remote" if NO_PLACE.fullmatch(line) else line, workplace=where)


def read_types(job: dict) -> Iterator[str]:
    for row in [
        *at(job, "PositionSchedule", kind=list),
        *at(job, "PositionOfferingType", kind=list),
    ]:
        yield at(row, "Name") or SCHEDULES.get(at(row, "Code"), "")


def read_pay(row: Any) -> PayStatement | None:
    period = pay_period(at(row, "RateIntervalCode")) or pay_period(at(row, "Description"))
    return pay_statement(
        at(row, "MinimumRange", kind=object), at(row, "MaximumRange", kind=object), "USD", period
    )
