"""Recruitee's careers sites: GET NAME.recruitee.com/api/offers/, or the same path on the employer's
own domain; the whole board in one answer.
"""

from collections.abc import Iterator
from typing import Any

from jobboard.common.text.words import fold
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import (
    Fields,
    each,
    html,
    identity,
    level,
    link,
    pay,
    text,
    text_at,
    texts,
    workplace_by,
)
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.listings.choices import PlaceText

WORKPLACE = workplace_by(remote="remote", hybrid="hybrid", on_site="on_site")


def is_published(job: dict[str, Any]) -> bool:
    return text_at(job, "status") in ("", "published")


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    return tuple(dict.fromkeys(each_place(job)))


def each_place(job: dict[str, Any]) -> Iterator[PlaceText]:
    """A town may be called “remote”, and a name may say more than the fields beside it."""
    rows = list(each(job, "locations")) or [job]
    where = WORKPLACE(job)
    for row in rows:
        country = text_at(row, "country")
        city = text_at(row, "city")
        if fold(city) == "remote":
            city = ""
        state = text_at(row, "state", "state_name") if city else ""
        name = text_at(row, "name")
        if city or fold(name) in ("", "remote"):
            name = ", ".join(filter(None, [city, state, country]))
        code = text_at(row, "country_code") or country
        yield PlaceText(name or "Remote", city, code, where, admin1=state)


SOURCE = Source(
    name="Recruitee",
    rows="offers",
    fields=Fields(
        external_id=identity("id"),
        is_listed=is_published,
        title=text("title"),
        company=text("company_name"),
        description=html("description", "requirements"),
        places=read_places,
        types=texts("employment_type_code"),
        level=level("experience_code"),
        pay=pay("salary.min", "salary.max", currency="salary.currency", period="salary.period"),
        apply_url=link("careers_url"),
        closes_on=day("close_at"),
        posted_at=moment("published_at", "created_at"),
    ),
    terms=Terms(personal=("mailbox_email",)),
)
