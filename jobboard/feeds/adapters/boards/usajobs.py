"""USAJOBS' search: GET data.usajobs.gov/api/search?Keyword=…, with a key in the headers.

Also reads its archive: one job a line. Pay is in USD.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from jobboard.feeds.adapters.base import at, external_id, read_json, read_text
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import Fields, each, text, texts, titled
from jobboard.feeds.adapters.paging import Paging
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import as_html, safe_url
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, PlaceText, Workplace

JOB = "MatchedObjectDescriptor"
BETWEEN_LINES = re.compile(r"\}[ \t\r]*\n[ \t\r]*\{")  # nowhere in one JSON value: there is a comma
NO_PLACE = re.compile(r"multiple locations|many vacancies.*|\d+ locations?|", re.IGNORECASE)
OWN_HOST = re.compile(r"^http://www\.usajobs\.gov(?::80)?/", re.IGNORECASE)
SCHEDULES = {"1": "Full-time", "2": "Part-time"}  # codes, for rows that leave the name empty


def read_answer(file: BinaryIO) -> Any:
    """The archive's lines as a list."""
    text = read_text(file)
    if BETWEEN_LINES.search(text):
        text = f"[{BETWEEN_LINES.sub('},{', text)}]"
    return read_json(BytesIO(text.encode()))


def rows_of(answer: Any) -> list[Any] | None:
    rows = at(answer, "SearchResult", "SearchResultItems", kind=object)
    if isinstance(answer, dict) and "MatchedObjectDescriptor" in answer:
        rows = [answer]
    elif isinstance(answer, list) and all(
        isinstance(row, dict) and "MatchedObjectDescriptor" in row for row in answer
    ):
        rows = answer
    if isinstance(rows, list):
        return rows
    return None


def id_of(item: dict[str, Any]) -> str:
    if "MatchedObjectId" in item:
        return external_id(item, "MatchedObjectId")
    return external_id(at(item, "MatchedObjectDescriptor", kind=dict), "PositionID")


def read_link(item: dict[str, Any]) -> str:
    urls = [*texts(f"{JOB}.ApplyURI")(item), *texts(f"{JOB}.PositionURI")(item)]
    return safe_url(*(OWN_HOST.sub("https://www.usajobs.gov/", url) for url in urls))


def read_description(item: dict[str, Any]) -> str:
    details = f"{JOB}.UserArea.Details"
    parts = {
        "": texts(f"{details}.JobSummary"),
        "Duties": texts(f"{details}.MajorDuties"),
        "Requirements": texts(f"{details}.Requirements"),
        "Qualifications": texts(f"{JOB}.QualificationSummary"),
        "Education": texts(f"{details}.Education"),
        "How to apply": texts(f"{details}.HowToApply"),
    }
    found = {name: "\n".join(map(as_html, read(item))) for name, read in parts.items()}
    return "\n".join(titled(name, part) for name, part in found.items() if part)


def read_places(item: dict[str, Any]) -> tuple[PlaceText, ...]:
    return tuple(each_place(at(item, JOB, kind=dict)))


def each_place(job: dict[str, Any]) -> Iterator[PlaceText]:
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


def read_types(item: dict[str, Any]) -> tuple[str, ...]:
    rows = [*each(item, f"{JOB}.PositionSchedule"), *each(item, f"{JOB}.PositionOfferingType")]
    return tuple(at(row, "Name") or SCHEDULES.get(at(row, "Code"), "") for row in rows)


def read_all_pay(item: dict[str, Any]) -> tuple[PayStatement, ...]:
    return tuple(filter(None, map(read_pay, each(item, f"{JOB}.PositionRemuneration"))))


def read_pay(row: Any) -> PayStatement | None:
    period = pay_period(at(row, "RateIntervalCode")) or pay_period(at(row, "Description"))
    return pay_statement(
        at(row, "MinimumRange", kind=object), at(row, "MaximumRange", kind=object), "USD", period
    )


SOURCE = Source(
    name="USAJOBS",
    answer=read_answer,
    rows=rows_of,
    paging=Paging("Page", first=1, size_parameter="ResultsPerPage", size=500),
    fields=Fields(
        external_id=id_of,
        title=text(f"{JOB}.PositionTitle"),
        company=text(f"{JOB}.OrganizationName", f"{JOB}.DepartmentName"),
        description=read_description,
        places=read_places,
        types=read_types,
        pay=read_all_pay,
        apply_url=read_link,
        closes_on=day(f"{JOB}.ApplicationCloseDate", f"{JOB}.PositionEndDate"),
        posted_at=moment(f"{JOB}.PublicationStartDate"),
    ),
)
