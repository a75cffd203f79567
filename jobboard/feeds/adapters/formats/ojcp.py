"""OJCP, an open format on an employer's own domain: GET DOMAIN/.well-known/ojcp.json says where its
jobs are searched, and the search answers with all of them, some at a time.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from jobboard.common.text.words import country_name, fold
from jobboard.feeds.adapters.base import InvalidFeedError, read_json
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import (
    Fields,
    each,
    identity,
    level,
    link,
    pay,
    rows_at,
    text,
    text_at,
    texts,
    value_at,
)
from jobboard.feeds.adapters.paging import MAX_PAGES, Get, with_query
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.feeds.adapters.values import as_html, workplace
from jobboard.listings.choices import PlaceText, Workplace


def pages(get: Get, address: str, count: Callable[[bytes], int]) -> Iterator[bytes]:
    """Raises InvalidFeedError where the file at ``address`` names no search that anyone may ask."""
    search = search_at(get(address))
    page_address = search
    listed = 0
    for _ in range(MAX_PAGES):
        page = get(page_address)
        answer = read_json(BytesIO(page))
        if listed and value_at(answer, "offset") != listed:
            return  # It has no pages, and sent the first one again.
        yield page
        jobs_on_page = count(page)
        listed += jobs_on_page
        if not jobs_on_page or listed >= promised(answer):
            return
        page_address = with_query(search, offset=listed)
    raise InvalidFeedError(f"The feed has more than {MAX_PAGES} pages of jobs.")


def search_at(manifest: bytes) -> str:
    """Raises InvalidFeedError."""
    answer = read_json(BytesIO(manifest))
    search = text_at(answer, "feed_endpoints.search")
    if value_at(answer, "auth.required") is True:
        raise InvalidFeedError(
            "The employer’s OJCP file says that reading its jobs needs an account."
        )
    if not search:
        raise InvalidFeedError(
            "The file is JSON but is not from OJCP: it has no “feed_endpoints.search”."
        )
    return search


def promised(answer: dict[str, Any]) -> int:
    total = value_at(answer, "total_results")
    if type(total) is int:
        return total
    return 0


def read_link(job: dict[str, Any]) -> str:
    """The employer's own page before that of a board, and a link to apply where there is no page.
    Raises InvalidItemError.
    """
    urls = [text_at(job, "official_job_url"), text_at(job, "url")]
    urls += [text_at(way, "url") for way in each(job, "apply_paths")]
    return link("url")({"url": next(filter(None, urls), "")})


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    """“Remote” may stand where a town should. “Flexible” is no kind of workplace."""
    places = []
    for row in rows_at(job, "jobLocation"):
        city = text_at(row, "address.addressLocality")
        region = text_at(row, "address.addressRegion")
        country = text_at(row, "address.addressCountry")
        kind = workplace(text_at(job, "remote_policy"))
        if fold(city) == "remote":
            city = ""
            kind = Workplace.REMOTE.value
        name = ", ".join(filter(None, [city, region])) or country_name(country) or "Remote"
        places.append(PlaceText(name, city, country, kind, admin1=region))
    return tuple(places)


def read_description(job: dict[str, Any]) -> str:
    return as_html(text_at(job, "description"))


SOURCE = Source(
    name="OJCP",
    rows="jobs",
    paging=pages,
    promised=promised,
    fields=Fields(
        external_id=identity("ojcp_id"),
        title=text("title"),
        company=text("employer.name"),
        description=read_description,
        places=read_places,
        types=texts("employmentType"),
        level=level("experienceLevel"),
        skills_required=texts("skills_required"),
        skills_nice=texts("skills_preferred"),
        pay=pay(
            "baseSalary.minValue",
            "baseSalary.maxValue",
            currency="baseSalary.currency",
            period="baseSalary.unitText",
        ),
        apply_url=read_link,
        closes_on=day("validThrough"),
        posted_at=moment("datePosted"),
    ),
    # What is written for programs that apply is no part of the job.
    terms=Terms(seconds_apart=1, personal=("hiring_manager", "agent_notes")),
)
