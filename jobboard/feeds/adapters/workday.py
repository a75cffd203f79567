"""Workday's career sites, such as https://acme.wd5.myworkdayjobs.com/Careers: the feed's address is
that of the site.

Its list of jobs says neither their text nor their links; each job's own answer does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from io import BytesIO
from typing import BinaryIO, NoReturn

from django.utils import timezone

from jobboard.listings.choices import PlaceText

from .base import (
    BadFeed,
    BadItem,
    FeedItem,
    at,
    each_item,
    external_id,
    moment,
    read_json,
    read_rows,
)
from .values import as_html, day, each_page, texts, workplace

PAGE_SIZE = 20  # it refuses to send more
SITE = re.compile(
    r"https://((\w[\w-]*)\.[\w.-]+)/(?:[a-z]{2}(?:-[A-Z]{2})?/)?([\w-]+)/?(?:[?#].*)?"
)
NEEDS_ITS_SITE = (
    "needs the address of the career site, such as https://acme.wd5.myworkdayjobs.com/Careers."
)
# Not "30+ Days Ago", which names no day.
POSTED = re.compile(r"Posted (?:(Today)|(Yesterday)|(\d{1,4}) Days? Ago)", re.IGNORECASE)
NO_PLACE = re.compile(r"\d+ Locations?|", re.IGNORECASE)
COPY = re.compile(r"(?<=\d)-\d{1,2}$")  # of a job posted more than once

read_list = partial(read_rows, name="jobPostings", system="Workday")


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | BadItem]:
    """Reads a list of jobs and a job's own answer. Only a list needs ``address``."""
    answer = read_json(file)
    if isinstance(at(answer, "jobPostings", kind=object), list):
        return each_item(
            answer["jobPostings"], partial(read_listed, site=site_at(address)), listed_id
        )
    if not at(answer, "jobPostingInfo", kind=dict):
        raise BadFeed(
            "The file is JSON but is not from Workday: "
            "it has neither “jobPostings” nor “jobPostingInfo”."
        )
    return each_item(
        [answer], read_details, lambda answer: external_id(answer["jobPostingInfo"], "jobReqId")
    )


def pages(get: Callable[..., bytes], address: str) -> Iterator[bytes]:
    """Raises BadFeed when ``address`` is not that of a career site."""

    def ask(number: int) -> bytes:
        query = {
            "limit": PAGE_SIZE,
            "offset": number * PAGE_SIZE,
            "searchText": "",
            "appliedFacets": {},
        }
        return get(f"{api}/jobs", json=query)

    _, api = site_at(address) or _refuse()
    yield from each_page(ask, read_list, PAGE_SIZE)


def details_address(item: FeedItem, address: str) -> str:
    """Where an item of the list at ``address`` answers for itself. Raises BadFeed."""
    site, api = site_at(address) or _refuse()
    return api + item.apply_url.removeprefix(site)


def with_details(item: FeedItem, answer: bytes) -> FeedItem:
    """An item as its own answer states it; id and link stay. Raises BadFeed or BadItem."""
    details = next(parse(BytesIO(answer)), None)
    if not isinstance(details, FeedItem):
        raise details or BadFeed("Expected a single job but got a list of jobs.")
    return replace(details, external_id=item.external_id, apply_url=item.apply_url)


def site_at(address: str) -> tuple[str, str] | None:
    """Where people read the site, and where it answers in JSON."""
    match = SITE.fullmatch(address.strip())
    if not match:
        return None
    host, tenant, site = match.groups()
    return (
        f"https://{host.lower()}/{site}",
        f"https://{host.lower()}/wday/cxs/{tenant.lower()}/{site}",
    )


def _refuse() -> NoReturn:
    raise BadFeed(f"The feed {NEEDS_ITS_SITE}")


def listed_id(job: dict) -> str:
    """The path ends with the id, and a number for a copy. Bullets hold the id among others."""
    end = at(job, "externalPath").rpartition("_")[2]
    return external_id(
        {"id": end if end in texts(job, "bulletFields") else COPY.sub("", end)}, "id"
    )


def read_listed(job: dict, site: tuple[str, str] | None) -> FeedItem:
    path, place = at(job, "externalPath"), at(job, "locationsText").strip()
    if not path.startswith("/"):
        raise BadItem("externalPath", "is missing")
    if not site:
        raise BadItem("apply_url", f"is not in the list: the feed {NEEDS_ITS_SITE}")
    return FeedItem(
        listed_id(job),
        title=at(job, "title"),
        places=(
            ()
            if NO_PLACE.fullmatch(place)
            else (PlaceText(place, workplace=workplace(at(job, "remoteType"))),)
        ),
        types=tuple(texts(job, "timeType")),
        apply_url=site[0] + path,
        posted_at=read_posted(at(job, "postedOn")),
    )


def read_details(answer: dict) -> FeedItem:
    """The country is that of the first place; how one works holds for all."""
    job = answer["jobPostingInfo"]
    names = [*texts(job, "location"), *texts(job, "additionalLocations")]
    country = at(job, "jobRequisitionLocation", "country", "alpha2Code") or at(
        job, "country", "descriptor"
    )
    return FeedItem(
        external_id(job, "jobReqId"),
        title=at(job, "title"),
        company=at(answer, "hiringOrganization", "name"),
        description=as_html(at(job, "jobDescription")),
        places=tuple(
            PlaceText(
                name, country="" if number else country, workplace=workplace(at(job, "remoteType"))
            )
            for number, name in enumerate(names)
        ),
        types=tuple(texts(job, "timeType")),
        apply_url=at(job, "externalUrl"),
        closes_on=day(job, "endDate"),
        posted_at=moment(job, "startDate") or read_posted(at(job, "postedOn")),
        is_listed=job.get("posted", True) is True,
    )


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
