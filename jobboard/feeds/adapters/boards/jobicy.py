"""Jobicy's newest jobs: GET jobicy.com/api/v2/remote-jobs?count=100&industry=data-science."""

from typing import Any

from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import (
    Fields,
    always,
    escaped,
    html,
    identity,
    level,
    link,
    pay,
    remote_in,
    text_at,
    texts,
)
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.listings.choices import PayStatement

NEW_PAY = pay("salaryMin", "salaryMax", currency="salaryCurrency", period="salaryPeriod")
OLD_PAY = pay(
    "annualSalaryMin", "annualSalaryMax", currency="salaryCurrency", period=always("year")
)


def read_pay(job: dict[str, Any]) -> tuple[PayStatement, ...]:
    if text_at(job, "annualSalaryMin", "annualSalaryMax"):
        return OLD_PAY(job)
    return NEW_PAY(job)


SOURCE = Source(
    name="Jobicy",
    rows="jobs",
    lists_all=False,
    fields=Fields(
        external_id=identity("id"),
        title=escaped("jobTitle"),
        company=escaped("companyName"),
        description=html("jobDescription"),
        places=remote_in("jobGeo", apart=","),
        types=texts("jobType"),
        level=level("jobLevel"),
        pay=read_pay,
        apply_url=link("url"),
        posted_at=moment("pubDate"),
    ),
    # It is to be named and asked once an hour at most, and its jobs are not for search engines.
    terms=Terms(credit="Jobicy", allows_markup=False, hours_apart=1),
)
