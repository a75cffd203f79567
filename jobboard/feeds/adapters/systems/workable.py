"""Workable's widget: GET apply.workable.com/api/v1/widget/accounts/ACCOUNT?details=true, the whole
board in one answer. It never says hybrid and states no pay.
"""

from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import (
    Fields,
    each,
    html,
    identity,
    level,
    remote_somewhere,
    text,
    text_at,
    texts,
)
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.listings.choices import PlaceText, Workplace


def read_places(job: dict) -> tuple[PlaceText, ...]:
    """The places without those that the employer hides. Work from home with a town beside it has an
    office.
    """
    where = Workplace.REMOTE.value if job.get("telecommuting") is True else ""
    places = []
    for row in each(job, "locations"):
        city = text_at(row, "city")
        country = text_at(row, "country")
        name = ", ".join(filter(None, [city, country]))
        code = text_at(row, "countryCode") or country
        if name and row.get("hidden") is not True:
            region = text_at(row, "region")
            places.append(PlaceText(name, city, code, where, admin1=region))
    return tuple(places) or remote_somewhere(where)


def read_link(job: dict) -> str:
    return f"https://apply.workable.com/j/{text_at(job, 'shortcode')}"


SOURCE = Source(
    name="Workable",
    rows="jobs",
    shared={"@company": text("name")},
    is_row_per_place=True,
    fields=Fields(
        external_id=identity("shortcode"),
        title=text("title"),
        company=text("@company"),
        description=html("description", "requirements", "benefits"),
        places=read_places,
        types=texts("employment_type"),
        level=level("experience"),
        apply_url=read_link,
        posted_at=moment("published_on"),
    ),
    # One host serves all employers, and refuses who asks often.
    terms=Terms(seconds_apart=4),
)
