"""Adzuna's search: GET api.adzuna.com/v1/api/jobs/COUNTRY/search/1?app_id=…&app_key=…&what=…

It sends the start of a job's text only, and its terms ask for the link to its own page of each job.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import BinaryIO

from babel.numbers import get_territory_currencies
from django.utils.html import strip_tags

from jobboard.common.text.words import country_code
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, Period, PlaceText

from .base import BadFeed, BadItem, FeedItem, at, each_item, external_id, moment, read_rows
from .values import as_html, each_page, texts, with_query

PAGE_SIZE = 50
SESSION = re.compile(r"(?<=[?&])(?:se|v)=[^&#]*&?")  # new in each answer, and not needed
PAGE = re.compile(r"/search/\d+")

read_results = partial(read_rows, name="results", system="Adzuna")


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | BadItem]:
    return each_item(read_results(file), read_job)


def pages(get: Callable[..., bytes], address: str) -> Iterator[bytes]:
    """Raises BadFeed when ``address`` is not one of a search's pages."""
    if not PAGE.search(address):
        raise BadFeed(
            "The feed address is not an Adzuna search address. It must contain /search/1."
        )
    address = with_query(address, results_per_page=PAGE_SIZE)
    yield from each_page(
        lambda number: get(PAGE.sub(f"/search/{number + 1}", address)), read_results, PAGE_SIZE
    )


def read_job(job: dict) -> FeedItem:
    place = read_place(job)
    pay = read_pay(job, country_code(place.country))
    return FeedItem(
        external_id(job, "id"),
        title=strip_tags(unescape(at(job, "title"))),
        company=unescape(at(job, "company", "display_name")),
        description=as_html(at(job, "description")),
        places=(place,) if place.text else (),
        types=(*texts(job, "contract_time"), *texts(job, "contract_type")),
        pay=(pay,) if pay else (),
        apply_url=SESSION.sub("", at(job, "redirect_url")).rstrip("?&"),
        posted_at=moment(job, "created"),
    )


def read_place(job: dict) -> PlaceText:
    """Its area goes from the country down to the town, and its name for display is the last two
    steps of that: no list of towns.
    """
    area = texts(job, "location", "area")
    country, region = [*area, "", ""][:2]
    town = area[-1] if len(area) > 2 else ""
    text = ", ".join(dict.fromkeys(filter(None, [town, region, country])))
    text = text or at(job, "location", "display_name")
    return PlaceText(text, city=town, country=country, admin1=region)


def read_pay(job: dict, country: str) -> PayStatement | None:
    """A year's, in the currency of the search's country. Most salaries are Adzuna's own estimates:
    those are none.
    """
    currencies = get_territory_currencies(country) if country else []
    if str(job.get("salary_is_predicted")) != "0" or len(currencies) != 1:
        return None
    return pay_statement(job.get("salary_min"), job.get("salary_max"), currencies[0], Period.YEAR)
