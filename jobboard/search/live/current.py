"""What live jobs add up to at this moment, exactly, though the index is always a little behind.

The jobs of one state of the index are counted once. From then on the database's log says which
jobs changed since that state. These are taken out as the state has them and put in as the database
has them, as are those that have ended since. So a page costs what changed, not what there is; and
when much has changed, the newest state of the index is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from django.utils import timezone
from tantivy import FieldType, Occur, Order, Query

from jobboard.listings.models import Listing
from jobboard.search import change_log
from jobboard.search.change_log import PositionLostError
from jobboard.search.index.documents import UNLIMITED, micros
from jobboard.search.index.queries import Snapshot
from jobboard.search.index.reading import IndexMissingError, current_folder, snapshot
from jobboard.search.index.tallying import tally_of

from .tally import Tally, tally_of_rows

# To count the newest state anew costs as much as to put so many changes right a few times.
MOST_PUT_RIGHT = 200
# While so many wait for the index, which then follows an import, the database is not much dearer.
MOST_BEHIND = 2_000
COUNTED_FOR = 3600 * 1_000_000  # microseconds; after that too many jobs have ended by the clock
MOST_KEPT = 500  # answers


@dataclass(frozen=True)
class Counted:
    """What one state of the index adds up to at the moment ``at`` (microseconds)."""

    folder: str
    index: Snapshot
    at: int
    tally: Tally


@dataclass(frozen=True)
class Current:
    """What is known of live jobs from the moment ``since`` until ``until`` (microseconds), as long
    as no change is added to ``changes``.
    """

    counted: Counted
    changes: frozenset[int]
    changed: tuple[int, ...]
    """Ids of listings that the database alone knows as they are."""
    since: int
    until: int
    tally: Tally
    kept: dict[Any, Any] = field(default_factory=dict)
    """Answers to other questions, by what was asked."""

    @property
    def index(self) -> Snapshot:
        return self.counted.index

    def keep(self, asked: Any, answer: Any) -> Any:
        if len(self.kept) < MOST_KEPT:
            self.kept[asked] = answer
        return answer

    def unchanged(self, now: datetime, *conditions: Query) -> Query:
        """Live jobs that the index knows as they are, and that meet the ``conditions``."""
        required = [self.index.conditions.is_live(now), *conditions]
        clauses = [(Occur.Must, condition) for condition in required]
        if self.changed:
            clauses.append((Occur.MustNot, self.index.conditions.any_of("id", [*self.changed])))
        return Query.boolean_query(clauses)


_current: Current | None = None
_counting = Lock()


def current() -> Current:
    """Raises IndexMissingError if the index is not there, or too far behind."""
    global _current
    folder, _ = current_folder()
    now, known = timezone.now(), _current
    counted = known.counted if known and known.counted.folder == folder else None
    if counted and counted.at <= micros(now) < counted.at + COUNTED_FOR:
        changes = _changes(counted.index, MOST_PUT_RIGHT)
    else:
        changes = None
    if changes is None:
        counted, changes = _count_newest(folder, now)
    if known and _is_right(known, counted, changes, now):
        return known
    with _counting:
        _current = found = _put_right(counted, changes, now)
    return found


def _is_right(known: Current, counted: Counted, changes: Mapping, now: datetime) -> bool:
    is_of_it = known.counted is counted and known.changes == changes.keys()
    return is_of_it and known.since <= micros(now) < known.until


def _changes(index: Snapshot, most: int) -> dict[int, int] | None:
    """Since that state; None where there are more, or nobody knows any longer."""
    try:
        changes = change_log.some_changes_since(index.position, most)
    except PositionLostError:
        return None
    return None if len(changes) > most else changes


def _count_newest(folder: str, now: datetime) -> tuple[Counted, dict[int, int]]:
    global _current
    index = snapshot()
    changes = _changes(index, MOST_BEHIND)
    if changes is None:
        raise IndexMissingError
    with _counting:
        known = _current
        if known and known.index is index and known.counted.at <= micros(now):
            is_lasting = micros(now) < known.counted.at + COUNTED_FOR
            if is_lasting:  # another thread was faster, or nothing newer is there
                return known.counted, changes
        tally = tally_of(index, index.conditions.is_live(now))
        counted = Counted(folder, index, micros(now), tally)
        _current = Current(
            counted, frozenset(), (), since=micros(now), until=micros(now), tally=tally
        )
    return counted, changes


def _put_right(counted: Counted, changes: dict[int, int], now: datetime) -> Current:
    index, conditions = counted.index, counted.index.conditions
    changed = sorted(set(changes.values()))
    ended = Query.range_query(
        index.schema,
        "expires",
        FieldType.Unsigned,
        counted.at,
        micros(now),
        include_lower=False,
    )
    either = [(Occur.Should, ended)]
    if changed:
        either.append((Occur.Should, conditions.any_of("id", changed)))
    was_counted = conditions.above("expires", counted.at)
    no_longer = Query.boolean_query(
        [(Occur.Must, was_counted), (Occur.Must, Query.boolean_query(either))]
    )
    rows = Listing.objects.live(now).filter(pk__in=changed)
    gone = tally_of(index, no_longer)
    come = tally_of_rows(rows) if changed else Tally()
    known = Current(
        counted, frozenset(changes), tuple(changed), micros(now), micros(now), counted.tally
    )
    ends = (
        [micros(at) for at in rows.order_by("expires_at").values_list("expires_at", flat=True)[:1]]
        if changed
        else []
    )
    first = index.searcher.search(
        known.unchanged(now), 1, order_by_field="expires", order=Order.Asc
    )
    ends += [at for at, _ in first.hits]
    tally = counted.tally.replaced(gone, come) if gone.total or come.total else counted.tally
    return Current(
        counted,
        known.changes,
        known.changed,
        since=micros(now),
        until=min(ends, default=UNLIMITED),
        tally=tally,
    )
