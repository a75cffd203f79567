"""Workday's career sites, such as https://acme.wd5.myworkdayjobs.com/Careers: the feed's address is
that of the site, with its search and filters if it has any: ?q=data&locations=….

Its list of jobs says neither their text nor their links; each job's own answer does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from typing import Any, NoReturn
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone

from jobboard.feeds.adapters import paging
from jobboard.feeds.adapters.base import (
    FeedItem,
    InvalidFeedError,
    InvalidItemError,
    at,
    external_id,
    read_json,
)
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import Fields, each, html, identity, link, text, text_at, texts
from jobboard.feeds.adapters.paging import Get
from jobboard.feeds.adapters.source import Details, Source, Terms
from jobboard.feeds.adapters.values import workplace
from jobboard.listings.choices import PlaceText

PAGE_SIZE = 20  # it refuses to send more
# So many jobs are all that most sites tell of; behind them they send the first ones again.
CLAMP = 2000
MAX_DEPTH = 3  # filters that are set together to ask for less at once
LANGUAGE = "(?:[a-z]{2}(?:-[A-Z]{2})?/)?"
SITE = re.compile(rf"https://(?P<host>(?P<tenant>\w[\w-]*)\.[\w.-]+)/{LANGUAGE}(?P<site>[\w-]+)/?")
SHARED_SITE = re.compile(
    rf"https://(?P<host>[\w.-]+)/{LANGUAGE}recruiting/(?P<tenant>[\w-]+)/(?P<site>[\w-]+)/?"
)
API = re.compile(
    r"https://(?P<host>[\w.-]+)/wday/cxs/(?P<tenant>[\w-]+)/(?P<site>[\w-]+)(?:/jobs)?/?"
)
VALUE = re.compile("[0-9a-f]{32}")  # of a filter
NEEDS_ITS_SITE = (
    "needs the address of the career site, such as https://acme.wd5.myworkdayjobs.com/Careers."
)
# Not "30+ Days Ago", which names no day.
POSTED = re.compile(r"Posted (?:(Today)|(Yesterday)|(\d{1,4}) Days? Ago)", re.IGNORECASE)
NO_PLACE = re.compile(r"\d+ Locations?|", re.IGNORECASE)
COPY = re.compile(r"(?<=\d)-\d{1,2}$")  # of a job posted more than once


@dataclass(frozen=True)
class Site:
    """``home`` is where people read it, ``api`` where it answers in JSON."""

    home: str
    api: str


def site_at(address: str) -> Site | None:
    """The site of the address that people see, or of the one that answers in JSON."""
    address = re.split(r"[?#]", address.strip())[0]
    match = SHARED_SITE.fullmatch(address) or API.fullmatch(address) or SITE.fullmatch(address)
    if not match or match["site"] in ("recruiting", "wday"):
        return None
    host = match["host"].lower()
    tenant = match["tenant"]
    site = match["site"]
    folder = f"recruiting/{tenant}/" if host.endswith(".myworkdaysite.com") else ""
    return Site(
        home=f"https://{host}/{folder}{site}",
        api=f"https://{host}/wday/cxs/{tenant.lower()}/{site}",
    )


def _refuse() -> NoReturn:
    raise InvalidFeedError(f"The feed {NEEDS_ITS_SITE}")


# Asking

Facets = dict[str, list[str]]


def pages(get: Get, address: str, count: Callable[[bytes], int]) -> Iterator[bytes]:
    """Raises InvalidFeedError when ``address`` is not that of a career site."""
    site = site_at(address) or _refuse()
    query = parse_qs(urlsplit(address).query)
    words = " ".join(query.get("q", []))
    # Links of other sites have more in their query, such as where they were clicked.
    facets = {name: values for name, values in query.items() if all(map(VALUE.fullmatch, values))}

    def ask(facets: Facets, offset: int) -> bytes:
        query = {"limit": PAGE_SIZE, "offset": offset, "searchText": words}
        return get(f"{site.api}/jobs", json={**query, "appliedFacets": facets})

    yield from each_slice(ask, count, facets, deep=0)


def each_slice(
    ask: Callable[[Facets, int], bytes],
    count: Callable[[bytes], int],
    facets: Facets,
    deep: int,
) -> Iterator[bytes]:
    """All pages with ``facets``; where the site tells of no more than CLAMP jobs, those of each
    value of one more facet.
    """
    first = ask(facets, 0)
    answer = read_json(BytesIO(first))
    split = best_facet(answer, facets) if is_clamped(answer) and deep < MAX_DEPTH else None
    yield first
    if split:
        name, values = split
        for value in values:
            yield from each_slice(ask, count, {**facets, name: [value]}, deep + 1)
        return
    # Later pages may say 0. Without a total, a page that is not full is the last.
    total = at(answer, "total", kind=int)
    size = count(first)
    offset = PAGE_SIZE
    while size and (offset < total if total else size >= PAGE_SIZE):
        if offset >= paging.MAX_PAGES * PAGE_SIZE:
            raise InvalidFeedError(
                f"The feed has more than {paging.MAX_PAGES} pages of {PAGE_SIZE} jobs. "
                "Add a search to its address, such as ?q=data."
            )
        page = ask(facets, offset)
        yield page
        size = count(page)
        offset += PAGE_SIZE


def is_clamped(answer: Any) -> bool:
    return at(answer, "total", kind=int) == CLAMP and promised(answer) > CLAMP


def promised(answer: Any) -> int:
    """How many jobs there are: the total, unless it is CLAMP and all facets count more."""
    total = at(answer, "total", kind=int)
    sums = [sum(values.values()) for _, values in each_facet(answer)]
    if total == CLAMP:
        return max(total, min(sums, default=0))
    return total


def best_facet(answer: Any, facets: Facets) -> tuple[str, list[str]] | None:
    """The facet whose values count more than CLAMP together and whose largest value is the
    smallest.
    """
    able = [
        (max(values.values()), name, list(values))
        for name, values in each_facet(answer)
        if name not in facets and len(values) > 1 and sum(values.values()) > CLAMP
    ]
    _, name, values = min(able, default=(0, "", []))
    if name:
        return (name, values)
    return None


def each_facet(row: Any) -> Iterator[tuple[str, dict[str, int]]]:
    """Each facet's parameter, and the count of each of its values; groups of facets unfolded."""
    for facet in each(row, "facets"):
        yield from _unfolded(facet)


def _unfolded(facet: dict) -> Iterator[tuple[str, dict[str, int]]]:
    counts = {}
    for value in each(facet, "values"):
        if "values" in value:
            yield from _unfolded(value)
        elif text_at(value, "id"):
            counts[text_at(value, "id")] = at(value, "count", kind=int)
    if counts:
        yield text_at(facet, "facetParameter"), counts


def details_address(item: FeedItem, address: str) -> str:
    site = site_at(address) or _refuse()
    return site.api + item.apply_url.removeprefix(site.home)


# Reading


def listed_id(job: dict) -> str:
    """The path ends with the id, and a number for a copy. Bullets hold the id among others."""
    end = listed_path(job).rpartition("_")[2]
    found = end if end in texts("bulletFields")(job) else COPY.sub("", end)
    return external_id({"id": found}, "id")


def listed_path(job: dict) -> str:
    """Raises InvalidItemError."""
    path = text_at(job, "externalPath")
    if not path.startswith("/"):
        raise InvalidItemError("externalPath", "is missing")
    return path


def listed_link(job: dict) -> str:
    site = site_at(text_at(job, "@feed"))
    if not site:
        raise InvalidItemError("apply_url", f"is not in the list: the feed {NEEDS_ITS_SITE}")
    return site.home + listed_path(job)


def listed_places(job: dict) -> tuple[PlaceText, ...]:
    name = text_at(job, "locationsText")
    where = workplace(text_at(job, "remoteType"))
    if NO_PLACE.fullmatch(name):
        return ()
    return (PlaceText(name, workplace=where),)


def listed_posted(job: dict) -> datetime | None:
    return read_posted(text_at(job, "postedOn"))


def is_posted(job: dict) -> bool:
    return job.get("posted", True) is True


def read_places(job: dict) -> tuple[PlaceText, ...]:
    """The country is that of the first place; how one works holds for all."""
    names = texts("location", "additionalLocations")(job)
    country = text_at(job, "jobRequisitionLocation.country.alpha2Code", "country.descriptor")
    where = workplace(text_at(job, "remoteType"))
    return tuple(
        PlaceText(name, country="" if number else country, workplace=where)
        for number, name in enumerate(names)
    )


def posted_at(job: dict) -> datetime | None:
    return moment("startDate")(job) or listed_posted(job)


def read_posted(text: str) -> datetime | None:
    """Midnight (UTC) of the day that “Posted 8 Days Ago” means today."""
    match = POSTED.fullmatch(text.strip())
    if not match:
        return None
    today, yesterday, days = match.groups()
    if today:
        days_ago = 0
    elif yesterday:
        days_ago = 1
    else:
        days_ago = int(days)
    posted_on = timezone.now().astimezone(UTC).date() - timedelta(days=days_ago)
    return datetime.combine(posted_on, time(), UTC)


SOURCE = Source(
    name="Workday",
    rows="jobPostings",
    paging=pages,
    promised=promised,
    fields=Fields(
        external_id=listed_id,
        title=text("title"),
        places=listed_places,
        types=texts("timeType"),
        apply_url=listed_link,
        posted_at=listed_posted,
    ),
    details=Details(
        address=details_address,
        root="jobPostingInfo",
        sign="jobPostingInfo",
        fields=Fields(
            external_id=identity("jobReqId"),
            is_listed=is_posted,
            title=text("title"),
            company=text("@answer.hiringOrganization.name"),
            description=html("jobDescription"),
            places=read_places,
            types=texts("timeType"),
            apply_url=link("externalUrl"),
            closes_on=day("endDate"),
            posted_at=posted_at,
        ),
    ),
    terms=Terms(seconds_apart=0.25),
)
