"""XML files of jobs that agencies and systems write for search sites: Indeed's, Jooble's,
Careerjet's and their like. They mean the same by other names, so each field has all its names.
"""

from datetime import datetime
from typing import Any

from jobboard.common.text.words import country_name, fold
from jobboard.feeds.adapters.base import external_id
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import Fields, html, link, rows_at, text, text_at, texts
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.feeds.adapters.values import workplace
from jobboard.feeds.adapters.xml import read_xml
from jobboard.feeds.parsing.pay.period import PERIOD_WORD
from jobboard.listings.choices import PlaceText

# Where the jobs are below the root, by maker.
ROWS = (
    "source.job",
    "jobs.job",
    "items.item",
    "rss.jobs.job",
    "rss.channel.job",
    "listing.entry",
    "trovit.ad",
)
IDS = ("referencenumber", "@id", "id", "job_reference", "link", "url", "job_url")
TOWNS = ("city", "location.city", "town")
REGIONS = ("state", "location.region", "region2", "region1")
COUNTRY_NAMES = ("country", "location.country", "country_name")
PLACES = ("region", "location")  # in words
NOT_STATED = {"not specified", "n/a", "-"}


def rows_of(answer: Any) -> list | None:
    """The rows at the first place where there are any; an empty root of these is a file without
    jobs.
    """
    for path in ROWS:
        if rows := rows_at(answer, path):
            return rows
    roots = {path.partition(".")[0] for path in ROWS} - {"rss"}
    if roots & set(answer):
        return []
    return None


def read_id(job: dict) -> str:
    return external_id({"id": text_at(job, *IDS)}, "id")


def read_places(job: dict) -> tuple[PlaceText, ...]:
    """A town may be called “Remote”."""
    where = workplace(text_at(job, "remotetype"))
    city = text_at(job, *TOWNS)
    region = text_at(job, *REGIONS)
    country = text_at(job, *COUNTRY_NAMES)
    if fold(city) == "remote":
        where = where or workplace(city)
        city = ""
    parts = [city, region, country] if city else [region, country_name(country)]
    name = ", ".join(filter(None, parts)) or text_at(job, *PLACES)
    name = name or ("Remote" if where == "remote" else "")
    if name:
        return (PlaceText(name, city, country, where, admin1=region),)
    return ()


def read_pay_text(job: dict) -> str:
    """The text about pay. Where it names no period, a reader would have to guess one."""
    words = text_at(job, "salary")
    if PERIOD_WORD.search(words):
        return words
    return ""


def read_pay_note(job: dict) -> str:
    words = text_at(job, "salary")
    if read_pay_text(job) or fold(words) in NOT_STATED:
        return ""
    return words


def read_posted(job: dict) -> datetime | None:
    """Some makers write when they built the file."""
    posted = moment("date", "pubdate", "publication_date", "publishDate")(job)
    built = moment("@built")(job)
    if posted == built:
        return None
    return posted


SOURCE = Source(
    name="an XML file of jobs",
    answer=read_xml,
    rows=rows_of,
    shared={"@built": text("source.lastBuildDate")},
    fields=Fields(
        external_id=read_id,
        title=text("title", "name"),
        company=text("company", "organization"),
        description=html("description"),
        places=read_places,
        types=texts(
            "jobtype",
            "contract_type",
            "working_hours",
            "contract_length",
            "employmentTypes",
            apart=",",
        ),
        pay_text=read_pay_text,
        pay_note=read_pay_note,
        apply_url=link("apply_url", "url", "link", "job_url"),
        closes_on=day("expirationdate", "expire", "expiration_date"),
        posted_at=read_posted,
    ),
    terms=Terms(personal=("email", "application_email", "indeed-apply-data", "streetaddress")),
)
