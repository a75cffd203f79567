"""Teamtailor: GET HOST/jobs.rss, which says how one works, and HOST/jobs.json, which alone has pay,
closing dates and types; the number in the link is the same in both.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from jobboard.common.text.words import country_name, fold
from jobboard.feeds.adapters.base import external_id
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import (
    Fields,
    each,
    html,
    pay,
    remote_somewhere,
    text,
    text_at,
    texts,
)
from jobboard.feeds.adapters.paging import Get, Paging
from jobboard.feeds.adapters.source import Source
from jobboard.listings.choices import PlaceText, Workplace

PAGING = Paging("offset", step=100, size_parameter="per_page", size=100)
NUMBER = re.compile(r"/jobs/(\d+)")
# What stays open for whoever likes the company is no opening.
NO_OPENINGS = {"open application", "connect", "spontaneous application", "spontanansokan"}
WORKPLACES = {
    "fully": Workplace.REMOTE,
    "hybrid": Workplace.HYBRID,
    "onsite": Workplace.ON_SITE,
    "none": Workplace.ON_SITE,
}


def further(get: Get, address: str, first: bytes) -> Iterator[bytes]:
    """Further pages of a large board, and the other feed."""
    if SOURCE.count(first) >= PAGING.size:
        pages = PAGING.pages(get, address, SOURCE.count)
        next(pages)
        yield from pages
    yield get(urljoin(address, "/jobs.json"))


def read_id(job: dict) -> str:
    match = NUMBER.search(text_at(job, "link", "url"))
    return external_id({"id": match[1] if match else text_at(job, "guid", "id")}, "id")


def is_opening(job: dict) -> bool:
    return fold(text_at(job, "title")) not in NO_OPENINGS


def read_places(job: dict) -> tuple[PlaceText, ...]:
    where = str(WORKPLACES.get(text_at(job, "remoteStatus"), ""))
    places = []
    for row in each(job, "tt:locations.tt:location"):
        city = text_at(row, "tt:city")
        country = text_at(row, "tt:country")
        name = ", ".join(filter(None, [city, country])) or text_at(row, "tt:name")
        places += [PlaceText(name, city, country, where)] if name else []
    return tuple(places) or remote_somewhere(where)


def places_in_json(job: dict) -> tuple[PlaceText, ...]:
    """Its regions are labels of the employer, such as “Europe”."""
    is_remote = text_at(job, "_jobposting.jobLocationType") == "TELECOMMUTE"
    where = Workplace.REMOTE.value if is_remote else ""
    places = []
    for row in each(job, "_jobposting.jobLocation"):
        city = text_at(row, "address.addressLocality")
        country = text_at(row, "address.addressCountry")
        name = city or country_name(country)
        places += [PlaceText(name, city, country, where)] if name else []
    return tuple(places) or remote_somewhere(where)


IN_JSON = Source(
    name="Teamtailor",
    rows="items",
    fields=Fields(
        external_id=read_id,
        is_listed=is_opening,
        title=text("title"),
        company=text("_jobposting.hiringOrganization.name"),
        description=html("content_html"),
        places=places_in_json,
        types=texts("_jobposting.employmentType"),
        pay=pay(
            "_jobposting.baseSalary.value.minValue",
            "_jobposting.baseSalary.value.maxValue",
            currency="_jobposting.baseSalary.currency",
            period="_jobposting.baseSalary.value.unitText",
        ),
        apply_url=text("url"),
        closes_on=day("_jobposting.validThrough"),
        posted_at=moment("date_published"),
    ),
)

SOURCE = Source(
    name="Teamtailor",
    root="rss",
    rows="channel.item",
    shared={"@company": text("channel.title")},
    more=further,
    max_in_first=PAGING.size - 1,
    in_json=IN_JSON,
    fields=Fields(
        external_id=read_id,
        is_listed=is_opening,
        title=text("title"),
        company=text("@company"),
        description=html("description"),
        places=read_places,
        apply_url=text("link"),
        posted_at=moment("pubDate"),
    ),
)
