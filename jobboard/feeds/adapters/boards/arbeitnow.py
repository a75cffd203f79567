"""Arbeitnow's newest jobs: GET www.arbeitnow.com/api/job-board-api. Its own link to the next page
adds a search, so pages are asked for by their number.
"""

from jobboard.feeds.adapters.dates import epoch
from jobboard.feeds.adapters.fields import (
    Fields,
    escaped,
    html,
    identity,
    link,
    remote_somewhere,
    text_at,
    texts,
)
from jobboard.feeds.adapters.paging import Paging
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.listings.choices import PlaceText, Workplace


def read_places(job: dict) -> tuple[PlaceText, ...]:
    """Remote beside a town says that it is possible."""
    where = Workplace.REMOTE.value if job.get("remote") is True else ""
    name = text_at(job, "location")
    if name:
        return (PlaceText(name, workplace=where),)
    return remote_somewhere(where)


SOURCE = Source(
    name="Arbeitnow",
    rows="data",
    paging=Paging("page", first=1, size=100, max_pages=10),
    lists_all=False,
    fields=Fields(
        external_id=identity("slug"),
        title=escaped("title"),
        company=escaped("company_name"),
        description=html("description"),
        places=read_places,
        types=texts("job_types"),
        apply_url=link("url"),
        posted_at=epoch("created_at"),
    ),
    terms=Terms(credit="Arbeitnow", allows_markup=False, seconds_apart=1),
)
