"""Remotive's jobs: GET remotive.com/api/remote-jobs. Its terms ask for a link back to its own page
of each job.
"""

from collections.abc import Iterator
from typing import BinaryIO

from jobboard.common.text.html import clean_text
from jobboard.listings.choices import PlaceText, Workplace

from .base import BadItem, FeedItem, at, each_item, external_id, moment, read_rows
from .values import texts


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | BadItem]:
    return each_item(read_rows(file, "jobs", "Remotive"), read_job)


def read_job(job: dict) -> FeedItem:
    open_to = clean_text(at(job, "candidate_required_location"))
    return FeedItem(
        external_id(job, "id"),
        title=at(job, "title"),
        company=at(job, "company_name"),
        description=at(job, "description"),
        places=(
            PlaceText(
                f"Remote ({open_to})" if open_to else "Remote", workplace=Workplace.REMOTE.value
            ),
        ),
        types=tuple(texts(job, "job_type")),
        tags=tuple(texts(job, "tags")),
        pay_text=at(job, "salary"),
        apply_url=at(job, "url"),
        posted_at=moment(job, "publication_date"),
    )
