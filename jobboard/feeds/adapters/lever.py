"""Lever's postings: GET api.lever.co/v0/postings/SITE?mode=json, or api.eu.lever.co; without a
limit it sends all.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from typing import BinaryIO

from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PlaceText

from .base import BadFeed, BadItem, FeedItem, at, each_item, external_id, read_json
from .values import safe_url, texts, workplace


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | BadItem]:
    answer = read_json(file)
    if not isinstance(answer, list):
        raise BadFeed("The file is JSON but is not from Lever: it is not a list of postings.")
    return each_item(answer, read_posting)


def read_posting(job: dict) -> FeedItem:
    salary = at(job, "salaryRange", kind=dict)
    pay = pay_statement(
        salary.get("min"),
        salary.get("max"),
        at(salary, "currency"),
        pay_period(at(salary, "interval")),
    )
    return FeedItem(
        external_id(job, "id"),
        title=at(job, "text"),
        description=read_description(job),
        places=tuple(read_places(job)),
        types=tuple(texts(job, "categories", "commitment")),
        pay=(pay,) if pay else (),
        pay_text=at(job, "salaryDescriptionPlain"),
        apply_url=safe_url(at(job, "applyUrl"), at(job, "hostedUrl")),
        posted_at=read_created(job),
    )


def read_description(job: dict) -> str:
    """The parts in the order in which Lever's own page shows them."""
    lists = [
        f"<h3>{escape(at(part, 'text'))}</h3><ul>{at(part, 'content')}</ul>"
        for part in at(job, "lists", kind=list)
    ]
    return "\n".join(
        [at(job, "description"), *lists, at(job, "salaryDescription"), at(job, "additional")]
    )


def read_places(job: dict) -> Iterator[PlaceText]:
    """How one works holds for all places, the country for the first."""
    where = workplace(at(job, "workplaceType"))
    main = texts(job, "categories", "location")
    names = dict.fromkeys([*main, *texts(job, "categories", "allLocations")])
    for name in names or (["Remote"] if where == "remote" else []):
        yield PlaceText(name, country=at(job, "country") if name in main else "", workplace=where)


def read_created(job: dict) -> datetime | None:
    milliseconds = at(job, "createdAt", kind=object)
    try:
        return (
            datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
            if milliseconds
            else None
        )
    except (OverflowError, TypeError):
        raise BadItem("createdAt", "is not a Unix timestamp in milliseconds") from None
