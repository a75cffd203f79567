"""The postings that parse_report.py reads, and the key by which labels name their text."""

import csv
import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobboard.feeds.adapters.base import FeedItem
    from jobboard.listings.choices import PlaceText

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("JOBBOARD_SHARED_DATA", ROOT.parent / "shared" / "data"))


@dataclass(frozen=True)
class Posting:
    title: str
    text: str = ""
    company: str = ""
    location: str = ""

    @property
    def title_key(self) -> str:
        return key_of(self.title)

    @property
    def text_key(self) -> str:
        return key_of(f"{self.title} {self.text}")


@dataclass(frozen=True)
class PayField:
    """Pay as the fields of a feed state it."""

    lowest: str
    highest: str
    currency: str
    period: str

    @property
    def key(self) -> str:
        return key_of(f"{self.lowest} {self.highest} {self.currency} {self.period}")


def key_of(text: str) -> str:
    """Labels name a text by this: the text itself belongs to others."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def key_of_place(place: "PlaceText") -> str:
    """Of the text alone where the feed has no fields for it."""
    fields = (place.text, place.workplace, place.city, place.admin1, place.country)
    return key_of(" ".join(fields))


def titles() -> Iterator[Posting]:
    """Titles without texts, each once."""
    found: dict[str, Posting] = {}
    for name in ("listings/midat_open.csv.gz", "gold/title_strings_open.csv.gz"):
        for row in rows_of(name):
            found.setdefault(key_of(row["title"]), Posting(row["title"]))
    yield from found.values()


def security() -> Iterator[Posting]:
    for row in lines_of("listings/security_ai_open.jsonl.gz"):
        yield Posting(row["title"], row["description"], row["company"], row.get("location", ""))


def usajobs() -> Iterator[Posting]:
    for item in federal_items():
        yield Posting(item.title, item.description, item.company)


def places() -> Iterator["PlaceText"]:
    """Each text for a place once, and once more with each set of fields that a feed has beside."""
    from jobboard.listings.choices import PlaceText

    companies = [*rows_of("listings/midat_open.csv.gz")]
    texts = [
        *(row["location_raw"] for row in companies),
        *(row["location_raw"] for row in rows_of("gold/location_strings_open.csv")),
        *(row["location"] for row in snippets()),
        *(posting.location for posting in security()),
        *(place.text for item in federal_items() for place in item.places),
    ]
    remote = [row["location_raw"] for row in companies if row["is_remote"] == "True"]
    found: dict[str, PlaceText] = {}
    for place in chain(
        (PlaceText(text) for text in texts),
        (PlaceText(text, workplace="remote") for text in remote),
        (place for item in federal_items() for place in item.places),
    ):
        if place.text.strip():
            found.setdefault(key_of_place(place), place)
    yield from found.values()


def snippets() -> Iterator[dict[str, Any]]:
    """Pieces of postings around an amount of money."""
    yield from lines_of("gold/salary_snippets_open.jsonl")


def pay_fields() -> Iterator[PayField]:
    found: dict[str, PayField] = {}
    for field in chain(company_pay(), federal_pay()):
        found.setdefault(field.key, field)
    yield from found.values()


def company_pay() -> Iterator[PayField]:
    for row in rows_of("listings/midat_open.csv.gz"):
        if row["has_salary"] == "True" or row["salary_min_orig"] or row["salary_max_orig"]:
            yield PayField(
                row["salary_min_orig"],
                row["salary_max_orig"],
                row["currency_original"],
                row["salary_interval_orig"],
            )


def federal_pay() -> Iterator[PayField]:
    for row in lines_of("listings/usajobs_open.jsonl.gz"):
        for pay in row["MatchedObjectDescriptor"]["PositionRemuneration"]:
            yield PayField(pay["MinimumRange"], pay["MaximumRange"], "USD", pay["RateIntervalCode"])


def federal_items() -> Iterator["FeedItem"]:
    from jobboard.feeds.adapters.base import InvalidItemError
    from jobboard.feeds.adapters.registry import ADAPTERS

    with gzip.open(DATA / "listings/usajobs_open.jsonl.gz", "rb") as file:
        for item in ADAPTERS["usajobs"].parse(file):
            if not isinstance(item, InvalidItemError):
                yield item


def gold(name: str) -> list[dict[str, Any]]:
    rows = json.loads((DATA / f"gold/{name}_gold_open.json").read_text(encoding="utf-8"))
    return next(value for key, value in rows.items() if key != "note")


def rows_of(name: str) -> Iterator[dict[str, str]]:
    with open_text(name) as file:
        yield from csv.DictReader(file)


def lines_of(name: str) -> Iterator[dict[str, Any]]:
    with open_text(name) as file:
        yield from map(json.loads, file)


def open_text(name: str) -> Any:
    path = DATA / name
    opened = gzip.open if path.suffix == ".gz" else open
    return opened(path, "rt", encoding="utf-8", newline="")
