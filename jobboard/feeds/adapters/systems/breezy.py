"""Breezy: GET NAME.breezy.hr/json?verbose=true, the whole board in one answer."""

import re
from typing import Any

from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import Fields, html, identity, link, text, text_at, texts
from jobboard.feeds.adapters.source import Source
from jobboard.listings.choices import PlaceText, Workplace

PLACEHOLDER = re.compile(r"%[A-Z_]+%\s*")


def read_description(job: dict[str, Any]) -> str:
    return PLACEHOLDER.sub("", html("description")(job))


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    is_remote = (job.get("location") or {}).get("is_remote") is True
    city = text_at(job, "location.city")
    region = text_at(job, "location.state.id")
    country = text_at(job, "location.country.id", "location.country.name")
    # Its own name ends with a code for the country where there is no region.
    name = ", ".join([city, region or text_at(job, "location.country.name")] if city else [])
    name = name or text_at(job, "location.name")
    where = Workplace.REMOTE.value if is_remote else ""
    if name:
        return (PlaceText(name, city, country, where, admin1=region),)
    return ()


SOURCE = Source(
    name="Breezy",
    fields=Fields(
        external_id=identity("id"),
        title=text("name"),
        company=text("company.name"),
        description=read_description,
        places=read_places,
        types=texts("type.name"),
        pay_text=text("salary"),
        apply_url=link("url"),
        posted_at=moment("published_date"),
    ),
)
