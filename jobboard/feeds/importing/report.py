"""The report of an import: what it did with each item of a feed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError

from jobboard.common.text.words import plural
from jobboard.feeds.adapters.base import DetailsNotFetchedError, InvalidItemError
from jobboard.feeds.download import FetchError
from jobboard.feeds.reading import cut
from jobboard.listings import lifecycle
from jobboard.listings.models import Feed

from .outcomes import RowOutcome

MAX_NOTES = 200  # lines that are stored of what was skipped and rejected
MAX_NOTE_LENGTH = 300  # characters
EMPTY_FEED_MESSAGE = (
    "The feed is empty, but it has open jobs here. We kept them open. "
    "If the feed is right, use “Close jobs missing from the last fetch”."
)
NO_TEXTS = (
    "No job of this feed has a description, so none goes live without review. "
    "For Greenhouse, add “content=true” to the address."
)

logger = logging.getLogger("jobboard.feeds")


@dataclass
class ImportReport:
    """Counts what the import did with the items. Of the created ones, ``published`` are public at
    once, and ``irrelevant`` ones do not wait for review.
    """

    created: int = 0
    published: int = 0
    irrelevant: int = 0
    updated: int = 0
    held: int = 0  # of the updated: a moderator looks at the change first
    unchanged: int = 0
    reopened: int = 0
    closed: int = 0
    # For each: its number in the file, its title, the reason.
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    # For each: its number in the file, the field, the reason.
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    # Of items that came in all the same: the number in the file, the field left out, the reason.
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    # New jobs that equal one that is here: the number of each in the file, and which one.
    twins: list[tuple[int, str]] = field(default_factory=list)
    # What became of each item that came in, where it was asked for.
    outcomes: list[RowOutcome] = field(default_factory=list)
    problem: str = ""
    is_unfinished: bool = False
    is_short: bool = False
    """The answer was less than the whole: nothing ends because of it."""

    @property
    def lines(self) -> list[str]:
        lines = []
        for number, title, reason in sorted(self.skipped):
            lines.append(f"Item {number} skipped: {reason} ({title}).")
        for number, name, reason in sorted(self.bad):
            lines.append(f"Item {number} rejected: {name}: {reason.rstrip('.')}.")
        for number, name, reason in sorted(self.faults):
            lines.append(f"Item {number} kept without {name}: {reason.rstrip('.')}.")
        return lines

    @property
    def notes(self) -> str:
        """The lines that are stored."""
        return "\n".join(cut(line, MAX_NOTE_LENGTH) for line in self.lines[:MAX_NOTES])

    @property
    def done(self) -> int:
        """How many items are done. A second run over the same items reaches the same number with
        less work.
        """
        imported = self.created + self.updated + self.unchanged
        return imported + len(self.skipped) + len(self.bad)

    @property
    def waiting(self) -> int:
        return self.created - self.published - self.irrelevant

    def __str__(self) -> str:
        created = f"{self.published:,} published, {self.waiting:,} waiting for review"
        if self.irrelevant:
            created += f", {self.irrelevant:,} not AI or data work"
        parts = [
            f"{self.created:,} new ({created})",
            f"{self.updated:,} changed",
            f"{self.unchanged:,} unchanged",
            f"{self.reopened:,} reopened",
            f"{self.closed:,} closed",
            f"{len(self.skipped):,} skipped",
            f"{len(self.bad):,} rejected",
        ]
        if self.faults:
            parts.append(f"{plural(len(self.faults), 'field')} left out")
        return ", ".join(parts) + "."


@contextmanager
def report_errors(
    report: ImportReport, number: int, *, feed: Feed, is_by_person: bool
) -> Iterator[None]:
    """Errors of one item are reported and do not stop the others."""
    try:
        yield
    except InvalidItemError as error:
        report.bad.append((number, error.field, error.reason))
    except DetailsNotFetchedError:
        report.is_unfinished = True
    except FetchError:  # The host would not answer for the next items either.
        raise
    except (lifecycle.InvalidStatusError, lifecycle.EditConflictError) as problem:
        # Somebody works on this job right now.
        if is_by_person:
            report.bad.append((number, "id", str(problem)))
            return
        report.skipped.append((number, "changed here during the import", "read again soon"))
        report.is_unfinished = True
    except (DataError, IntegrityError) as error:
        reason = str(error).partition("\n")[0]
        report.bad.append((number, "item", f"was rejected by the database: {reason}"))
    except Exception:
        logger.exception("Item %s of feed %s failed", number, feed.pk)
        report.bad.append((number, "item", "failed because of an internal error: see the log"))
