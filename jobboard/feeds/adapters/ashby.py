"""Ashby: https://developers.ashbyhq.com/docs/public-job-posting-api, with compensation."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import fold
from jobboard.feeds.parsing.pay.labels import read_label
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, PlaceText, Workplace

from .base import BadItem, FeedItem, at, each_item, external_id, moment, read_rows
from .values import safe_url, texts, workplace

REMOTE = re.compile(r"\bremote\b")


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | BadItem]:
    return each_item(read_rows(file, "jobs", "an Ashby job board"), read_job)


def read_job(job: dict) -> FeedItem:
    found_as = external_id(job, "id")
    if job.get("isListed", True) is not True:
        return FeedItem(found_as, title=at(job, "title"), is_listed=False)
    shows_pay = job.get("shouldDisplayCompensationOnJobPostings") is True
    return FeedItem(
        found_as,
        title=at(job, "title"),
        description=at(job, "descriptionHtml"),
        places=tuple(
            read_place(row, job) for row in [job, *at(job, "secondaryLocations", kind=list)]
        ),
        types=tuple(texts(job, "employmentType")),
        pay=tuple(read_pay(job)) if shows_pay else (),
        hides_pay=not shows_pay,
        apply_url=safe_url(at(job, "applyUrl"), at(job, "jobUrl")),
        posted_at=moment(job, "publishedAt"),
    )


def read_place(row: Any, job: dict) -> PlaceText:
    """``row`` is the job itself for its main place. Its ``workplaceType`` holds elsewhere too,
    unless it is Remote.
    """
    address = at(row, "address", "postalAddress", kind=dict)
    city, region, country = (
        clean_text(at(address, f"address{part}")) for part in ("Locality", "Region", "Country")
    )
    is_main, where = row is job, workplace(at(job, "workplaceType"))
    text = clean_text(at(row, "location")) or ", ".join(filter(None, [city, country]))
    if not text and is_main and where == Workplace.REMOTE:
        text = "Remote"
    if REMOTE.search(fold(text)) and not (is_main and where):
        where = Workplace.REMOTE.value
    elif where == Workplace.REMOTE and not is_main:
        where = ""
    return PlaceText(text, city=city, country=country, workplace=where, admin1=region)


def read_pay(job: dict) -> Iterator[PayStatement]:
    """Salaries of all tiers. Equity, bonuses and commissions are left out."""
    for tier in at(job, "compensation", "compensationTiers", kind=list):
        for part in at(tier, "components", kind=list):
            pay = pay_statement(
                at(part, "minValue", kind=object),
                at(part, "maxValue", kind=object),
                at(part, "currencyCode"),
                pay_period(at(part, "interval")),
                **read_label(
                    clean_text(at(tier, "title")),
                    at(part, "currencyCode"),
                    beside=clean_text(at(part, "summary") or at(tier, "tierSummary")),
                ),
            )
            if pay and at(part, "compensationType") == "Salary":
                yield pay
