"""Which listings changed since a position, exactly, by the database's own numbers and no clock.

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
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Now

from .models import ListingChange

RETENTION = timedelta(days=1)
PRUNED_AT_ONCE = 1000  # rows of one short transaction


class PositionLostError(Exception):
    """Changes since this position were pruned, or it is of another database."""


@dataclass(frozen=True)
class Position:
    """Up to where the log was read."""

    seen: str
    """The last number, or a snapshot; '' before the first change."""
    witness: int = 0
    """Id of a row that was seen, with all that have a smaller number; 0: there was none."""
    witnessed_at: str = ""
    """When that row was written, in the words of the database: the same id may come again after a
    restore.
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
    """Where the log stands. Read what it covers afterwards, never before."""
    rows = _rows()
    if connection.vendor == "postgresql":
        snapshot = Func(function="pg_current_snapshot", output_field=TextField())
        rows = rows.annotate(snapshot=Func(snapshot, template="%(expressions)s::text"))
    newest = rows.last()
    if newest is None:
        return Position("")
    seen = newest.snapshot if connection.vendor == "postgresql" else str(newest.number)
    horizon = Position(seen).horizon
    # While a longer transaction is open, the newest row is not below the horizon.
    witness = newest if newest.number < horizon else rows.filter(number__lt=horizon).last()
    if witness is None:
        return Position(seen)
    return Position(seen, witness.pk, witness.written_at)


def changes_since(position: Position) -> tuple[list[int], Position]:
    """Ids of the listings that changed, and the position that covers them.

    One query if there are none. Raises PositionLostError.
    """
    if not _changed_ids(position):
        return [], position
    covered = current_position()
    return _changed_ids(position), covered


def _changed_ids(position: Position) -> list[int]:
    """In the order of the changes, each once."""
    wanted = unseen(position)
    if position.witness:
        wanted |= _is_witness_of(position)
    ids = dict(_rows().filter(wanted).values_list("pk", "listing_id"))
    if position.witness and ids.pop(position.witness, None) is None:
        raise PositionLostError
    return list(dict.fromkeys(ids.values()))


def _rows() -> QuerySet[Any]:
    return ListingChange.objects.annotate(written_at=Cast("at", TextField())).order_by(
        "number", "pk"
    )


def unseen(position: Position) -> Q:
    """Condition on ``ListingChange``: not seen at ``position``."""
    later = Q(number__gte=position.horizon, listing_id__gt=0)
    if ":" not in position.seen:
        return later
    return later & ~Q(_is_visible_in(position.seen))


def _is_witness_of(position: Position) -> Q:
    """As text: SQLite compares moments as texts, and has several for one moment."""
    return Q(pk=position.witness, written_at=position.witnessed_at)


def _is_visible_in(snapshot: str) -> Func:
    return Func(
        Func(F("number"), template="%(expressions)s::text::xid8"),
        Func(Value(snapshot), template="%(expressions)s::pg_snapshot"),
        function="pg_visible_in_snapshot",
        output_field=BooleanField(),
    )


def is_lost(position: Position) -> bool:
    """Whether ``changes_since`` cannot say what changed since."""
    return bool(position.witness) and not _rows().filter(_is_witness_of(position)).exists()


def prune() -> None:
    """Delete what is older than RETENTION; of that, the newest row stays as a witness."""
    old = _rows().filter(at__lt=Now() - RETENTION, number__lt=current_position().horizon)
    newest = old.last()
    if newest is None:
        return
    # Always those with the smallest numbers: an index whose witness is left has missed none.
    pruned = _rows().filter(number__lt=newest.number)
    while ids := list(pruned.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        ListingChange.objects.filter(pk__in=ids).delete()


@transaction.atomic
def begin() -> None:
    """Clear the log and begin it anew: each index is then compared with the whole database."""
    ListingChange.objects.all().delete()
    number: Func | Value = Value(1)
    if connection.vendor == "postgresql":
        number = Func(template="pg_current_xact_id()::text::bigint")
    ListingChange.objects.create(number=number, listing_id=0, at=Now())


def begin_if_unusable() -> None:
    """Begin anew if the log is empty, or was copied from another PostgreSQL server, whose
    transactions had other numbers.
    """
    if not ListingChange.objects.exists():
        begin()
    elif connection.vendor == "postgresql":
        next_number = Func(template="pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        if ListingChange.objects.filter(number__gte=next_number).exists():
            begin()
