"""Adzuna's search: GET api.adzuna.com/v1/api/jobs/COUNTRY/search/1?app_id=…&app_key=…&what=…

It sends the start of a job's text only.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from babel.numbers import get_territory_currencies
from django.utils.html import strip_tags

from jobboard.common.text.words import country_code
from jobboard.feeds.adapters.base import InvalidFeedError
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import Fields, escaped, html, identity, text_at, texts
from jobboard.feeds.adapters.paging import Get, each_page, with_query
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, Period, PlaceText

PAGE_SIZE = 50
SESSION = re.compile(r"(?<=[?&])(?:se|v)=[^&#]*&?")  # new in each answer, and not needed
PAGE = re.compile(r"/search/\d+")


def pages(get: Get, address: str, count: Callable[[bytes], int]) -> Iterator[bytes]:
    """Raises InvalidFeedError when ``address`` is not one of a search's pages."""
    if not PAGE.search(address):
        raise InvalidFeedError(
            "The feed address is not an Adzuna search address. It must contain /search/1."
        )
    address = with_query(address, results_per_page=PAGE_SIZE)
    yield from each_page(
        lambda number: get(PAGE.sub(f"/search/{number + 1}", address)), count, PAGE_SIZE
    )


def read_title(job: dict[str, Any]) -> str:
    return strip_tags(unescape(text_at(job, "title")))


def read_link(job: dict[str, Any]) -> str:
    return SESSION.sub("", text_at(job, "redirect_url")).rstrip("?&")


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    """Its area goes from the country down to the town, and its name for display is the last two
    steps of that: no list of towns.
    """
    area = texts("location.area")(job)
    country, region = [*area, "", ""][:2]
    town = area[-1] if len(area) > 2 else ""
    name = ", ".join(dict.fromkeys(filter(None, [town, region, country])))
    name = name or text_at(job, "location.display_name")
    if name:
        return (PlaceText(name, city=town, country=country, admin1=region),)
    return ()


def read_pay(job: dict[str, Any]) -> tuple[PayStatement, ...]:
    """A year's, in the currency of the search's country. Most salaries are Adzuna's own estimates:
    those are none.
    """
    places = read_places(job)
    country = country_code(places[0].country) if places else ""
    currencies = get_territory_currencies(country) if country else []
    if str(job.get("salary_is_predicted")) != "0" or len(currencies) != 1:
        return ()
    pay = pay_statement(job.get("salary_min"), job.get("salary_max"), currencies[0], Period.YEAR)
    if pay:
        return (pay,)
    return ()


SOURCE = Source(
    name="Adzuna",
    rows="results",
    paging=pages,
    fields=Fields(
        external_id=identity("id"),
        title=read_title,
        company=escaped("company.display_name"),
        description=html("description"),
        places=read_places,
        types=texts("contract_time", "contract_type"),
        pay=read_pay,
        apply_url=read_link,
        posted_at=moment("created"),
    ),
    # Its own page of each job is to be linked.
    terms=Terms(credit="Adzuna", allows_markup=False),
)
