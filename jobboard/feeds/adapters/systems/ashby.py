"""Ashby: https://developers.ashbyhq.com/docs/public-job-posting-api, with compensation."""

import re
from collections.abc import Iterator
from typing import Any

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import fold
from jobboard.feeds.adapters.base import at
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import Fields, each, identity, link, text, texts
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import workplace
from jobboard.feeds.parsing.pay.labels import read_label
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, PlaceText, Workplace

REMOTE = re.compile(r"\bremote\b")


def is_listed(job: dict[str, Any]) -> bool:
    return job.get("isListed", True) is True


def hides_pay(job: dict[str, Any]) -> bool:
    return job.get("shouldDisplayCompensationOnJobPostings") is not True


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    rows = [job, *at(job, "secondaryLocations", kind=list)]
    return tuple(read_place(row, job) for row in rows)


def read_place(row: Any, job: dict[str, Any]) -> PlaceText:
    """``row`` is the job itself for its main place. Its ``workplaceType`` holds elsewhere too,
    unless it is Remote.
    """
    address = at(row, "address", "postalAddress", kind=dict)
    city, region, country = (
        clean_text(at(address, f"address{part}")) for part in ("Locality", "Region", "Country")
    )
    is_main = row is job
    where = workplace(at(job, "workplaceType"))
    name = clean_text(at(row, "location")) or ", ".join(filter(None, [city, country]))
    if not name and is_main and where == Workplace.REMOTE:
        name = "Remote"
    if REMOTE.search(fold(name)) and not (is_main and where):
        where = Workplace.REMOTE.value
    elif where == Workplace.REMOTE and not is_main:
        where = ""
    return PlaceText(name, city=city, country=country, workplace=where, admin1=region)


def read_pay(job: dict[str, Any]) -> tuple[PayStatement, ...]:
    if hides_pay(job):
        return ()
    return tuple(each_salary(job))


def each_salary(job: dict[str, Any]) -> Iterator[PayStatement]:
    """Salaries of all tiers. Equity, bonuses and commissions are left out."""
    for tier in each(job, "compensation.compensationTiers"):
        for part in each(tier, "components"):
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


SOURCE = Source(
    name="an Ashby job board",
    rows="jobs",
    fields=Fields(
        external_id=identity("id"),
        is_listed=is_listed,
        title=text("title"),
        description=text("descriptionHtml"),
        places=read_places,
        types=texts("employmentType"),
        pay=read_pay,
        hides_pay=hides_pay,
        apply_url=link("applyUrl", "jobUrl"),
        posted_at=moment("publishedAt"),
    ),
)
