"""BambooHR: GET NAME.bamboohr.com/careers/list. Text, date, country and pay are only in each job's
own answer, and the employer's name is in neither.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import (
    Fields,
    html,
    identity,
    remote_somewhere,
    text,
    text_at,
    texts,
    value_at,
)
from jobboard.feeds.adapters.source import Details, Source, Terms
from jobboard.listings.choices import PlaceText, Workplace

WORKPLACES = {"0": Workplace.ON_SITE, "1": Workplace.REMOTE, "2": Workplace.HYBRID}


def read_link(job: dict[str, Any]) -> str:
    host = urlsplit(text_at(job, "@feed")).netloc
    return f"https://{host}/careers/{quote(text_at(job, 'id'))}"


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    """Each part is where it was entered: in one of two places."""
    where = str(WORKPLACES.get(text_at(job, "locationType"), ""))
    city = text_at(job, "location.city", "atsLocation.city")
    region = text_at(job, "location.state", "atsLocation.state", "atsLocation.province")
    country = text_at(job, "location.addressCountry", "atsLocation.country")
    name = ", ".join(filter(None, [city, region, country]))
    if not name:
        return remote_somewhere(where)
    return (PlaceText(name, city, country, where, admin1=region),)


def details_address(item: FeedItem, address: str) -> str:
    return f"https://{urlsplit(address).netloc}/careers/{quote(item.external_id, safe='')}/detail"


def read_id(job: dict[str, Any]) -> str:
    """Its own answer has it in the link alone, and is asked for by it."""
    return text_at(job, "jobOpeningShareUrl").rpartition("/")[2]


def is_open(job: dict[str, Any]) -> bool:
    return text_at(job, "jobOpeningStatus") in ("", "Open")


SOURCE = Source(
    name="BambooHR",
    rows="result",
    promised=lambda answer: value_at(answer, "meta.totalCount"),
    fields=Fields(
        external_id=identity("id"),
        title=text("jobOpeningName"),
        places=read_places,
        types=texts("employmentStatusLabel"),
        apply_url=read_link,
    ),
    details=Details(
        address=details_address,
        root="result.jobOpening",
        sign="result.jobOpening",
        fields=Fields(
            external_id=read_id,
            is_listed=is_open,
            title=text("jobOpeningName"),
            description=html("description"),
            places=read_places,
            types=texts("employmentStatusLabel"),
            pay_text=text("compensation"),
            apply_url=text("jobOpeningShareUrl"),
            posted_at=moment("datePosted"),
        ),
    ),
    terms=Terms(seconds_apart=1),
)
