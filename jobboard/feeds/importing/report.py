"""What became of the items of one answer of a feed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError

from jobboard.common.text.words import plural
from jobboard.feeds.adapters.base import DetailsNotFetchedError, InvalidItemError
from jobboard.feeds.download import FetchError
from jobboard.listings import lifecycle
from jobboard.listings.models import Feed

from .outcomes import Outcome

NOTES = 200  # lines kept of what was skipped and refused

MAX_NOTE_LENGTH = 300  # characters

NEW_LINE = "\n"

logger = logging.getLogger("jobboard.feeds")


@dataclass
class Report:
    """What became of the items; ``published`` of the created ones are public at once, and
    ``irrelevant`` ones wait for nobody.
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
    outcomes: list[Outcome] = field(default_factory=list)
    problem: str = ""
    is_unfinished: bool = False
    is_short: bool = False
    """The answer was less than the whole: nothing ends because of it."""

    @property
    def lines(self) -> list[str]:
        skipped = [
            f"Item {number} skipped: {reason} ({title})."
            for number, title, reason in sorted(self.skipped)
        ]
        bad = [
            f"Item {number} rejected: {name}: {reason.rstrip('.')}."
            for number, name, reason in sorted(self.bad)
        ]
        faults = [
            f"Item {number} kept without {name}: {reason.rstrip('.')}."
            for number, name, reason in sorted(self.faults)
        ]
        return skipped + bad + faults

    @property
    def done(self) -> int:
        """How many items were decided about. A second run over the same items, as the first left
        them, comes as far with less work.
        """
        kept = self.created + self.updated + self.unchanged
        return kept + len(self.skipped) + len(self.bad)

    @property
    def waiting(self) -> int:
        return self.created - self.published - self.irrelevant

    def __str__(self) -> str:
        others = f", {self.irrelevant:,} not AI or data work" if self.irrelevant else ""
        faults = f", {plural(len(self.faults), 'field')} left out" if self.faults else ""
        return (
            f"{self.created:,} new ({self.published:,} published, "
            f"{self.waiting:,} waiting for review{others}), {self.updated:,} changed, "
            f"{self.unchanged:,} unchanged, {self.reopened:,} reopened, "
            f"{self.closed:,} closed, {len(self.skipped):,} skipped, {len(self.bad):,} rejected"
            f"{faults}."
        )


@contextmanager
def refused_alone(report: Report, number: int, *, feed: Feed, is_by_person: bool) -> Iterator[None]:
    """What goes wrong with one item is reported and stops no other."""
    try:
        yield
    except InvalidItemError as bad:
        report.bad.append((number, bad.field, bad.reason))
    except DetailsNotFetchedError:
        report.is_unfinished = True
    except FetchError:  # the host wants none of the next ones asked for either
        raise
    except (
        lifecycle.InvalidStatusError,
        lifecycle.EditConflictError,
    ) as problem:  # somebody works on it
        if is_by_person:
            report.bad.append((number, "id", str(problem)))
            return
        report.skipped.append((number, "changed here during the import", "read again soon"))
        report.is_unfinished = True
    except (DataError, IntegrityError) as error:
        reason = str(error).partition(NEW_LINE)[0]
        report.bad.append((number, "item", f"was rejected by the database: {reason}"))
    except Exception:
        logger.exception("Item %s of feed %s failed", number, feed.pk)
        report.bad.append((number, "item", "failed because of an internal error: see the log"))
