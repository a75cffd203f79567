"""The directory of employers that the site ships: employers.csv, of which employers.md tells.

Nothing is followed by itself: an admin follows a row in *Find employers*, or with
``manage.py follow_employers``.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jobboard.feeds.detection.addresses import detect_address
from jobboard.feeds.detection.sources import DetectedSource

TABLE = Path(__file__).parent / "employers.csv"
COLUMNS = ["name", "website", "address", "ai_jobs_seen"]


@dataclass(frozen=True)
class Employer:
    """``website`` is '' where none is sure; ``address`` is the page that people see of the board,
    ``source`` where its jobs are read.
    """

    name: str
    website: str
    address: str
    ai_jobs_seen: int
    source: DetectedSource


@cache
def employers() -> tuple[Employer, ...]:
    """The employers, those with the most AI jobs first."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [
            Employer(
                row["name"],
                row["website"],
                row["address"],
                int(row["ai_jobs_seen"]),
                detect_address(row["address"]),
            )
            for row in csv.DictReader(file, strict=True)
        ]
    return tuple(sorted(rows, key=lambda row: (-row.ai_jobs_seen, row.name.casefold())))


def kinds() -> list[str]:
    """The kinds of boards that the directory has."""
    return sorted({employer.source.kind for employer in employers()})
