"""oJobPub, an open format on an employer's own domain: GET DOMAIN/.well-known/ojobpub.json. Its
descriptions are plain text of at most 1,000 characters.
"""

from html import escape

from django.utils.html import linebreaks

from jobboard.common.text.words import country_name
from jobboard.feeds.adapters.base import external_id
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import Fields, each, level, link, pay, text, text_at, texts
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import workplace
from jobboard.listings.choices import PlaceText


def read_id(job: dict) -> str:
    return external_id({"url": text_at(job, "referenceId", "url")}, "url")


def read_places(job: dict) -> tuple[PlaceText, ...]:
    where = workplace(text_at(job, "workType"))
    places = []
    for row in each(job, "locations"):
        city = text_at(row, "city")
        country = text_at(row, "country")
        places.append(PlaceText(city or country_name(country), city, country, where))
    return tuple(places)


def read_description(job: dict) -> str:
    return linebreaks(escape(text_at(job, "description")))


SOURCE = Source(
    name="oJobPub",
    rows="jobs",
    shared={"@company": text("employer.name")},
    fields=Fields(
        external_id=read_id,
        title=text("title"),
        company=text("@company"),
        description=read_description,
        places=read_places,
        types=texts("jobType"),
        level=level("experienceLevel"),
        tags=texts("tags"),
        pay=pay("salary.min", "salary.max", currency="salary.currency", period="salary.interval"),
        apply_url=link("url"),
        closes_on=day("applyBefore"),
        posted_at=moment("publishedAt"),
    ),
)
