"""Tells which listings changed since a position, exactly, by the database's own numbers and no
clock.

On SQLite one transaction writes at a time, so changes are numbered in the order of their commits,
and a position is the last number that was seen.

On PostgreSQL transactions commit in any order. A change has the number of its transaction, and a
position is a snapshot: PostgreSQL's own record of which transactions had ended at that moment. What
is visible now, and of a transaction that the snapshot did not see, is new.
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Now

from .models import LoggedChange

RETENTION = timedelta(days=1)
PRUNED_AT_ONCE = 1000  # rows of one short transaction

ChangeKey = tuple[int, str]
"""Id of a change and when it was noted: SQLite gives the id of one that was rolled back again."""


class PositionLostError(Exception):
    """Changes since this position were pruned, or it is of another database."""


@dataclass(frozen=True)
class Position:
    """The point up to which the log was read."""

    seen: str
    """The last number, or a snapshot; '' before everything."""
    log: int = 0
    """Id of the row that stands for the log; 0: there was none."""
    begun_at: str = ""
    """When the log began, in the words of the database: the same id may come again in another
    database.
    """

    @property
    def horizon(self) -> int:
        """All rows with a smaller number were seen."""
        if not self.seen:
            return 0
        if ":" in self.seen:  # a snapshot is xmin:xmax:…
            return int(self.seen.partition(":")[0])
        return int(self.seen) + 1

    def as_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Position":
        return cls(**json.loads(text))


def current_position() -> Position:
    """Returns where the log stands. Read what it covers afterwards, never before."""
    log = _rows().filter(listing_id=0).annotate(seen=_seen_now())
    row = log.values_list("seen", "pk", "begun_at").first()
    if row:
        return Position(*row)
    return Position("")


def changes_since(position: Position) -> tuple[list[int], Position]:
    """Ids of the listings that changed, and the position that covers them.

    One query if there are none. Raises PositionLostError.
    """
    if not _changed_ids(position):
        return [], position
    covered = current_position()
    return _changed_ids(position), covered


def _changed_ids(position: Position) -> list[int]:
    """The ids of changed listings in the order of the changes, each once."""
    wanted = unseen(position)
    if position.log:
        wanted |= _is_whole_since(position)
    ids = dict(_rows().filter(wanted).values_list("pk", "listing_id"))
    if position.log and ids.pop(position.log, None) is None:
        raise PositionLostError
    return list(dict.fromkeys(ids.values()))


def some_changes_since(position: Position, limit: int) -> dict[ChangeKey, int]:
    """Changes that ``position`` does not cover → ids of their listings; of more than ``limit`` some
    of them. One query. Raises PositionLostError.
    """
    wanted = unseen(position)
    if position.log:
        wanted |= _is_whole_since(position)
    # In no order: for the sake of one, SQLite would go through the whole log.
    rows = _rows().order_by().filter(wanted).values_list("pk", "begun_at", "listing_id")
    changes = {(pk, at): listing for pk, at, listing in rows[: limit + 2]}
    is_whole = changes.pop((position.log, position.begun_at), None) is not None
    if position.log and not is_whole and len(changes) <= limit:
        raise PositionLostError
    return changes


def is_lost(position: Position) -> bool:
    """Whether ``changes_since`` cannot say what changed since."""
    return bool(position.log) and not _rows().filter(_is_whole_since(position)).exists()


# --- Conditions on LoggedChange ------------------------------------------------------------------


def _rows() -> QuerySet[Any]:
    # As text: SQLite compares moments as texts, and has several for one moment.
    begun_at = Cast("at", TextField())
    return LoggedChange.objects.annotate(begun_at=begun_at).order_by("number", "pk")


def unseen(position: Position) -> Q:
    """Rows that were not seen at ``position``."""
    later = Q(number__gte=position.horizon, listing_id__gt=0)
    if ":" not in position.seen:
        return later
    return later & ~Q(_is_visible_in(position.seen))


def _is_whole_since(position: Position) -> Q:
    """The row of the log of ``position``, if nothing was pruned that was not seen then."""
    return Q(pk=position.log, begun_at=position.begun_at, number__lte=position.horizon)


def _seen_now() -> Func:
    if connection.vendor == "postgresql":
        return Func(template="pg_current_snapshot()::text", output_field=TextField())
    newest = LoggedChange.objects.order_by("-number").values("number")[:1]
    return Cast(Subquery(newest), TextField())


def _is_visible_in(snapshot: str) -> Func:
    return Func(
        Func(F("number"), template="%(expressions)s::text::xid8"),
        Func(Value(snapshot), template="%(expressions)s::pg_snapshot"),
        function="pg_visible_in_snapshot",
        output_field=BooleanField(),
    )


# --- Keeping the log ------------------------------------------------------------------------------


def prune() -> None:
    """Delete what is older than RETENTION and has been committed before all that is left."""
    horizon = current_position().horizon
    old = _rows().filter(at__lt=Now() - RETENTION, number__lt=horizon, listing_id__gt=0)
    newest = old.last()
    if newest is None:
        return
    # Noted first: who has not seen these rows must not take the rest for all.
    log = LoggedChange.objects.filter(listing_id=0, number__lt=newest.number)
    log.update(number=newest.number)
    pruned = _rows().filter(number__lt=newest.number, listing_id__gt=0)
    while ids := list(pruned.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        LoggedChange.objects.filter(pk__in=ids).delete()


@transaction.atomic
def begin() -> None:
    """Clear the log and begin it anew: each index is then compared with the whole database."""
    LoggedChange.objects.all().delete()
    log = LoggedChange(number=0, listing_id=0, at=Now())
    LoggedChange.objects.bulk_create([log], ignore_conflicts=True)  # another may do the same


def begin_if_unusable() -> None:
    """Begin anew if the log is empty, or was copied from another PostgreSQL server, whose
    transactions had other numbers.
    """
    if not LoggedChange.objects.filter(listing_id=0).exists():
        begin()
    elif connection.vendor == "postgresql":
        next_number = Func(template="pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        if LoggedChange.objects.filter(number__gte=next_number).exists():
            begin()
