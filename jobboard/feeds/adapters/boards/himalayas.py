"""Himalayas' newest jobs of every trade: GET himalayas.app/jobs/api?limit=20&offset=0, and its RSS
feed, himalayas.app/jobs/rss.
"""

from jobboard.feeds.adapters.base import InvalidItemError
from jobboard.feeds.adapters.dates import day, epoch, epoch_day, moment
from jobboard.feeds.adapters.fields import (
    Fields,
    html,
    identity,
    link,
    pay,
    remote_in,
    text,
    text_at,
    texts,
)
from jobboard.feeds.adapters.paging import Paging
from jobboard.feeds.adapters.source import Source, Terms

PLACEHOLDERS = {"name", "company_name", "companyname"}


def read_company(job: dict) -> str:
    """Sometimes the name of the field stands for that of the company. Raises InvalidItemError."""
    name = text_at(job, "companyName")
    if name.lower() in PLACEHOLDERS:
        raise InvalidItemError("companyName", f"is a placeholder: {name}")
    return name


SOURCE = Source(
    name="Himalayas",
    rows="jobs",
    # It refuses who asks for much more at once.
    paging=Paging("offset", step=20, size_parameter="limit", size=20, max_pages=50),
    lists_all=False,
    fields=Fields(
        external_id=identity("guid"),
        title=text("title"),
        company=read_company,
        description=html("description"),
        places=remote_in("locationRestrictions"),
        types=texts("employmentType"),
        pay=pay("minSalary", "maxSalary", currency="currency", period="salaryPeriod"),
        apply_url=link("applicationLink", "guid"),
        closes_on=epoch_day("expiryDate"),
        posted_at=epoch("pubDate"),
    ),
    # It is to be named and linked.
    terms=Terms(credit="Himalayas", allows_markup=False, seconds_apart=1),
)

RSS = Source(
    name="Himalayas",
    root="rss",
    rows="channel.item",
    lists_all=False,
    fields=Fields(
        external_id=identity("guid"),
        title=text("title"),
        company=text("himalayas:companyName"),
        description=html("content:encoded"),
        places=remote_in("himalayas:locationRestriction"),
        apply_url=link("link", "guid"),
        closes_on=day("himalayas:expiryDate"),
        posted_at=moment("pubDate"),
    ),
    # It is to be named and linked.
    terms=Terms(credit="Himalayas", allows_markup=False),
)
