"""Greenhouse's job board:
boards-api.greenhouse.io/v1/boards/BOARD/jobs?content=true&pay_transparency=true.
"""

import re
from decimal import Decimal
from itertools import chain
from typing import Any

from babel.numbers import get_currency_precision

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import fold
from jobboard.feeds.adapters.base import at
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import Fields, each, html, identity, link, text, text_at, texts
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import workplace
from jobboard.feeds.parsing.pay.labels import read_label
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, Period, PlaceText

WORKPLACE_FIELDS = {"location type", "workplace type", "workplace"}
TYPE_FIELDS = {"employment type", "job type", "time type"}
PERIOD = re.compile(r"\b(hour|annu|year|month|week)")
SURELY_A_YEAR = 20_000  # nobody is paid as much a month or an hour in one of these
YEARLY_CURRENCIES = {"USD", "CAD", "EUR", "GBP", "AUD", "CHF"}


def is_opening(job: dict) -> bool:
    """A post without an opening collects people for later."""
    return job.get("internal_job_id", "") is not None


def read_places(job: dict) -> tuple[PlaceText, ...]:
    workplaces = {workplace(value) for value in metadata(job, WORKPLACE_FIELDS)}
    where = workplaces.pop() if len(workplaces) == 1 else ""
    name = text_at(job, "location.name") or ("Remote" if where == "remote" else "")
    if name:
        return (PlaceText(name, workplace=where),)
    return ()


def read_types(job: dict) -> tuple[str, ...]:
    return tuple(metadata(job, TYPE_FIELDS))


def metadata(job: dict, names: set[str]) -> list[str]:
    """The values of the company's own fields of these names."""
    rows = [row for row in each(job, "metadata") if fold(at(row, "name")) in names]
    return list(chain.from_iterable(texts("value")(row) for row in rows))


def read_all_pay(job: dict) -> tuple[PayStatement, ...]:
    return tuple(filter(None, map(read_pay, each(job, "pay_input_ranges"))))


def read_pay(row: Any) -> PayStatement | None:
    lowest = cents(row, "min_cents")
    highest = cents(row, "max_cents")
    title = clean_text(at(row, "title"))
    currency = at(row, "currency_type").strip().upper()
    if get_currency_precision(currency) != 2:  # what a "cent" of it would be is nowhere written
        return None
    period = read_period(row, max(lowest, highest), currency)
    return pay_statement(lowest, highest, currency, period, **read_label(title, currency))


def read_period(row: Any, amount: Decimal, currency: str) -> str:
    """The title's or the blurb's; else a year if the amount surely is one; '' when unsure."""
    periods: set[str] = set()
    for words in (at(row, "title"), at(row, "blurb")):
        periods = periods or {
            "year" if word == "annu" else word for word in PERIOD.findall(fold(words))
        }
    if not periods and amount >= SURELY_A_YEAR and currency in YEARLY_CURRENCIES:
        return Period.YEAR
    if len(periods) == 1:
        return periods.pop()
    return ""


def cents(row: Any, name: str) -> Decimal:
    value = at(row, name, kind=object)
    if type(value) is int:
        return Decimal(value) / 100
    return Decimal(0)


SOURCE = Source(
    name="a Greenhouse job board",
    rows="jobs",
    fields=Fields(
        external_id=identity("id"),
        is_listed=is_opening,
        title=text("title"),
        company=text("company_name"),
        description=html("content"),
        places=read_places,
        types=read_types,
        pay=read_all_pay,
        apply_url=link("absolute_url"),
        closes_on=day("application_deadline"),
        posted_at=moment("first_published"),
    ),
)
