"""Remotive's jobs: GET remotive.com/api/remote-jobs."""

from typing import Any

from jobboard.common.text.html import clean_text
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import Fields, identity, link, text, text_at, texts
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.listings.choices import PlaceText, Workplace


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    open_to = clean_text(text_at(job, "candidate_required_location"))
    name = f"Remote ({open_to})" if open_to else "Remote"
    return (PlaceText(name, workplace=Workplace.REMOTE.value),)


SOURCE = Source(
    name="Remotive",
    rows="jobs",
    fields=Fields(
        external_id=identity("id"),
        title=text("title"),
        company=text("company_name"),
        description=text("description"),
        places=read_places,
        types=texts("job_type"),
        tags=texts("tags"),
        pay_text=text("salary"),
        apply_url=link("url"),
        posted_at=moment("publication_date"),
    ),
    # Its own page of each job is to be linked.
    terms=Terms(credit="Remotive", allows_markup=False),
)
