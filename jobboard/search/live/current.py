"""Keeps the sums of live jobs at this moment, exactly, though the index is always a little behind.

The jobs of one state of the index are counted once. From then on the database's log says which
jobs changed since that state. These are taken out as the state has them and put in as the database
has them, as are those that have ended since. So a page costs what changed, not what there is; and
when much has changed, the newest state of the index is counted.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from django.db import Error, connection, connections
from django.utils import timezone
from tantivy import FieldType, Occur, Query

from jobboard.common.storage.replica import reading_primary
from jobboard.listings.models import Listing
from jobboard.listings.querysets import ListingQuerySet
from jobboard.search import change_log
from jobboard.search.change_log import ChangeKey, PositionLostError
from jobboard.search.find import ask
from jobboard.search.index.clauses import all_of, either
from jobboard.search.index.counting import get_lowest
from jobboard.search.index.documents import UNLIMITED, to_microseconds
from jobboard.search.index.queries import Snapshot
from jobboard.search.index.reading import IndexMissingError, current_folder, snapshot
from jobboard.search.index.tally import Tally, tally_rows
from jobboard.search.index.tallying import tally_documents

from .answer_cache import AnswerCache

# To count the newest state anew costs as much as to put so many changes right a few times.
MAX_CORRECTIONS = 200
# While so many wait for the index, which then follows an import, the database is not much dearer.
MAX_CHANGES_BEHIND = 2_000
MAX_COUNT_AGE = 3600 * 1_000_000  # microseconds; after that too many jobs have ended by the clock

logger = logging.getLogger("jobboard.search")


@dataclass(frozen=True)
class Counted:
    """What one state of the index adds up to at the moment ``at`` (microseconds)."""

    folder: str
    index: Snapshot
    at: int
    tally: Tally
    cache: AnswerCache = field(default_factory=AnswerCache)
    """Of all its jobs, whatever becomes of them since."""

    @property
    def is_live(self) -> Query:
        """The jobs that are counted."""
        return self.index.conditions.above("expires", self.at)

    def lasts(self, now: datetime) -> bool:
        return self.at <= to_microseconds(now) < self.at + MAX_COUNT_AGE


@dataclass(frozen=True)
class Current:
    """What is known of live jobs from the moment ``since`` until ``until`` (microseconds), as long
    as no change is added to ``changes``.
    """

    counted: Counted
    changes: frozenset[ChangeKey] = frozenset()
    changed: tuple[int, ...] = ()
    """Ids of listings that the database alone knows as they are."""
    since: int = 0
    until: int = 0
    tally: Tally = field(default_factory=Tally)
    cache: AnswerCache = field(default_factory=AnswerCache)
    """Answers to other questions."""

    @property
    def index(self) -> Snapshot:
        return self.counted.index

    def unchanged(self, now: datetime, *conditions: Query) -> Query:
        """Live jobs that the index knows as they are, and that meet the ``conditions``."""
        required = [self.index.conditions.is_live(now), *conditions]
        clauses = [(Occur.Must, condition) for condition in required]
        if self.changed:
            clauses.append((Occur.MustNot, self.index.conditions.any_of("id", [*self.changed])))
        return Query.boolean_query(clauses)


WithChanges = tuple[Counted, dict[ChangeKey, int]]

_current: Current | None = None
_counting = Lock()


@reading_primary()
def current() -> Current:
    """Raises IndexMissingError if the index is not there, or too far behind."""
    global _current
    folder, _ = current_folder()
    now = timezone.now()
    last = _current
    counted, changes = _still_counted(last, folder, now) or _count_newest(folder, now)
    if last and _is_correct(last, counted, changes, now):
        return last
    corrected = _correct(counted, changes, now)  # asks the database: nobody waits for that
    with _counting:
        _current = corrected
    return corrected


def count_at_start() -> None:
    """Count before anybody waits for it: a tenth of a second for 100,000 jobs. A process starts
    whatever becomes of it, and an index that fails is looked at, as where a page asks.
    """
    try:
        ask(current, lambda state: None, lambda: None)
    except Error as error:
        logger.info("Live jobs will be counted when a page asks for them: %s", error)
    if connection.vendor != "sqlite":  # of which begin_web_process() keeps one
        connections.close_all()  # the thread that starts a process answers no requests


def _still_counted(last: Current | None, folder: str, now: datetime) -> WithChanges | None:
    """The state that was counted last, if little has changed since."""
    if last is None or last.counted.folder != folder or not last.counted.lasts(now):
        return None
    changes = _changes(last.index, MAX_CORRECTIONS)
    if changes is None:
        return None
    return (last.counted, changes)


def _is_correct(
    last: Current, counted: Counted, changes: dict[ChangeKey, int], now: datetime
) -> bool:
    is_of_it = last.counted is counted and last.changes == changes.keys()
    return is_of_it and last.since <= to_microseconds(now) < last.until


def _changes(index: Snapshot, limit: int) -> dict[ChangeKey, int] | None:
    """Since that state; None where there are more, or nobody knows any longer."""
    try:
        changes = change_log.some_changes_since(index.position, limit)
    except PositionLostError:
        return None
    if len(changes) > limit:
        return None
    return changes


def _count_newest(folder: str, now: datetime) -> WithChanges:
    global _current
    index = snapshot()
    changes = _changes(index, MAX_CHANGES_BEHIND)
    if changes is None:
        raise IndexMissingError
    with _counting:
        last = _current
        if last and last.index is index and last.counted.lasts(now):
            return last.counted, changes  # nothing newer is there, or another thread was faster
        tally = tally_documents(index, index.conditions.is_live(now))
        counted = Counted(folder, index, to_microseconds(now), tally)
        _current = Current(
            counted, since=to_microseconds(now), until=to_microseconds(now), tally=tally
        )
    return counted, changes


def _correct(counted: Counted, changes: dict[ChangeKey, int], now: datetime) -> Current:
    changed = sorted(set(changes.values()))
    added = Tally()
    ends = []
    if changed:
        rows = Listing.objects.live(now).filter(pk__in=changed)
        added = tally_rows(rows)
        ends.append(_next_end(rows))
    removed = tally_documents(counted.index, no_longer_live(counted, changed, now))
    tally = counted.tally
    if removed.total or added.total:
        tally = tally.replaced(removed, added)
    corrected = Current(
        counted,
        frozenset(changes),
        tuple(changed),
        since=to_microseconds(now),
        tally=tally,
    )
    ends.append(get_lowest(counted.index.searcher, corrected.unchanged(now), "expires"))
    return replace(corrected, until=min(ends))


def no_longer_live(counted: Counted, changed: Sequence[int], now: datetime) -> Query:
    """A query for what was counted and has ended or changed since."""
    has_ended = Query.range_query(
        counted.index.schema,
        "expires",
        FieldType.Unsigned,
        counted.at,
        to_microseconds(now),
        include_lower=False,
    )
    reasons = [has_ended]
    if changed:
        reasons.append(counted.index.conditions.any_of("id", list(changed)))
    return all_of(counted.is_live, either(reasons))


def _next_end(rows: ListingQuerySet) -> int:
    first = rows.order_by("expires_at").values_list("expires_at", flat=True).first()
    if first is None:
        return UNLIMITED
    return to_microseconds(first)
