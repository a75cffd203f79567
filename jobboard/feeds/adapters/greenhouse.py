"""Greenhouse's job board:
boards-api.greenhouse.io/v1/boards/BOARD/jobs?content=true&pay_transparency=true.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any, BinaryIO

from babel.numbers import get_currency_precision

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import fold
from jobboard.feeds.parsing.pay.labels import read_label
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, Period, PlaceText

from .base import BadItem, FeedItem, at, each_item, external_id, moment, read_rows
from .values import as_html, day, texts, workplace

WORKPLACE_FIELDS = {"location type", "workplace type", "workplace"}
TYPE_FIELDS = {"employment type", "job type", "time type"}
PERIOD = re.compile(r"\b(hour|annu|year|month|week)")
SURELY_A_YEAR = 20_000  # nobody is paid as much a month or an hour in one of these
YEARLY_CURRENCIES = {"USD", "CAD", "EUR", "GBP", "AUD", "CHF"}


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | BadItem]:
    return each_item(read_rows(file, "jobs", "a Greenhouse job board"), read_job)


def read_job(job: dict) -> FeedItem:
    found_as = external_id(job, "id")
    # A post that collects people for later, without an opening.
    if job.get("internal_job_id", found_as) is None:
        return FeedItem(found_as, title=at(job, "title"), is_listed=False)
    said = {workplace(text) for text in metadata(job, WORKPLACE_FIELDS)}
    where = said.pop() if len(said) == 1 else ""
    place = PlaceText(
        at(job, "location", "name") or ("Remote" if where == "remote" else ""), workplace=where
    )
    return FeedItem(
        found_as,
        title=at(job, "title"),
        company=at(job, "company_name"),
        description=as_html(at(job, "content")),
        places=(place,) if place.text else (),
        types=tuple(metadata(job, TYPE_FIELDS)),
        pay=tuple(filter(None, map(read_pay, at(job, "pay_input_ranges", kind=list)))),
        apply_url=at(job, "absolute_url"),
        closes_on=day(job, "application_deadline"),
        posted_at=moment(job, "first_published"),
    )


def metadata(job: dict, names: set[str]) -> list[str]:
    """What the company's own fields of these names say."""
    rows = [row for row in at(job, "metadata", kind=list) if fold(at(row, "name")) in names]
    return list(chain.from_iterable(texts(row, "value") for row in rows))


def read_pay(row: Any) -> PayStatement | None:
    lowest, highest = cents(row, "min_cents"), cents(row, "max_cents")
    title, currency = clean_text(at(row, "title")), at(row, "currency_type").strip().upper()
    if get_currency_precision(currency) != 2:  # what a "cent" of it would be is nowhere written
        return None
    period = read_period(row, max(lowest, highest), currency)
    return pay_statement(lowest, highest, currency, period, **read_label(title, currency))


def read_period(row: Any, amount: Decimal, currency: str) -> str:
    """The title's or the blurb's; else a year if the amount surely is one; '' when unsure."""
    said: set[str] = set()
    for text in (at(row, "title"), at(row, "blurb")):
        said = said or {"year" if word == "annu" else word for word in PERIOD.findall(fold(text))}
    if not said and amount >= SURELY_A_YEAR and currency in YEARLY_CURRENCIES:
        return Period.YEAR
    return said.pop() if len(said) == 1 else ""


def cents(row: Any, name: str) -> Decimal:
    value = at(row, name, kind=object)
    return Decimal(value) / 100 if type(value) is int else Decimal(0)
