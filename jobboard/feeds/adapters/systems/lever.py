"""Lever's postings: GET api.lever.co/v0/postings/SITE?mode=json, or api.eu.lever.co; without a
limit it sends all.
"""

from collections.abc import Iterator
from typing import Any

from jobboard.feeds.adapters.base import at
from jobboard.feeds.adapters.dates import epoch
from jobboard.feeds.adapters.fields import (
    Fields,
    each,
    identity,
    link,
    pay,
    text,
    text_at,
    texts,
    titled,
)
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import workplace
from jobboard.listings.choices import PlaceText


def read_description(job: dict[str, Any]) -> str:
    """The parts in the order in which Lever's own page shows them."""
    lists = [
        titled(at(part, "text"), f"<ul>{at(part, 'content')}</ul>") for part in each(job, "lists")
    ]
    return "\n".join(
        [at(job, "description"), *lists, at(job, "salaryDescription"), at(job, "additional")]
    )


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    return tuple(each_place(job))


def each_place(job: dict[str, Any]) -> Iterator[PlaceText]:
    """How one works holds for all places, the country for the first."""
    where = workplace(at(job, "workplaceType"))
    main = texts("categories.location")(job)
    names = dict.fromkeys([*main, *texts("categories.allLocations")(job)])
    for name in names or (["Remote"] if where == "remote" else []):
        country = text_at(job, "country") if name in main else ""
        yield PlaceText(name, country=country, workplace=where)


SOURCE = Source(
    name="Lever",
    fields=Fields(
        external_id=identity("id"),
        title=text("text"),
        description=read_description,
        places=read_places,
        types=texts("categories.commitment"),
        pay=pay(
            "salaryRange.min",
            "salaryRange.max",
            currency="salaryRange.currency",
            period="salaryRange.interval",
        ),
        pay_text=text("salaryDescriptionPlain"),
        apply_url=link("applyUrl", "hostedUrl"),
        posted_at=epoch("createdAt"),
    ),
)
