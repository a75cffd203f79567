"""Pinpoint: GET NAME.pinpointhq.com/postings.json, the whole board in one answer. It has a deadline
and no date of posting.
"""

from urllib.parse import urljoin

from jobboard.feeds.adapters.dates import day
from jobboard.feeds.adapters.fields import Fields, identity, pay, text, text_at, texts, titled
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import as_html, workplace
from jobboard.listings.choices import PlaceText

PARTS = ("description", "key_responsibilities", "skills_knowledge_expertise", "benefits")
PAY = pay(
    "compensation_minimum",
    "compensation_maximum",
    currency="compensation_currency",
    period="compensation_frequency",
)


def hides_pay(job: dict) -> bool:
    return job.get("compensation_visible") is False


def read_description(job: dict) -> str:
    sections = []
    for part in PARTS:
        words = text_at(job, part)
        if words:
            sections.append(titled(text_at(job, f"{part}_header"), as_html(words)))
    return "\n".join(sections)


def read_places(job: dict) -> tuple[PlaceText, ...]:
    city = text_at(job, "location.city")
    region = text_at(job, "location.province")
    name = ", ".join(filter(None, [city, region])) or text_at(job, "location.name")
    where = workplace(text_at(job, "workplace_type"))
    if name:
        return (PlaceText(name, city, workplace=where, admin1=region),)
    return ()


SOURCE = Source(
    name="Pinpoint",
    rows="data",
    fields=Fields(
        external_id=identity("id"),
        title=text("title"),
        description=read_description,
        places=read_places,
        types=texts("employment_type"),
        pay=lambda job: () if hides_pay(job) else PAY(job),
        pay_text=lambda job: "" if hides_pay(job) else text_at(job, "compensation"),
        hides_pay=hides_pay,
        apply_url=lambda job: urljoin(text_at(job, "@feed"), text_at(job, "url", "path")),
        closes_on=day("deadline_at"),
    ),
)
