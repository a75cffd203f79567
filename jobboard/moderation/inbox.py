"""Everything that waits for staff, in one order: by turn, risk and age."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, lru_cache
from math import ceil
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import QuerySet

from jobboard.accounts.models import User
from jobboard.common.storage.prepared import Prepared, prepared

from .kinds import Entry, Kind, kinds_for

A_PAGE = 50
A_LONG_PAGE = 200  # to approve many at once
# "Next" is looked for among so many.
LOOKED_THROUGH = 1_000


@dataclass(frozen=True)
class Count:
    kind: Kind
    number: int


def counts_for(user: User) -> list[Count]:
    """How many of each kind wait that ``user`` may act on."""
    kinds = kinds_for(user)
    numbers = dict(_counted(tuple(kinds))()) if kinds else {}
    return [Count(kind, numbers.get(kind.name, 0)) for kind in kinds]


@dataclass(frozen=True)
class _Key:
    kind: str
    key: str
    since: datetime


Kinds = tuple[Kind, ...]


# To put these queries of many tables into SQL takes longer than to answer them.
@cache
def _counted(kinds: Kinds) -> Prepared[Any]:
    return prepared()(lambda: _together([kind.counted() for kind in kinds]))


@lru_cache(maxsize=100)
def _rows(kinds: Kinds, start: int, stop: int) -> Prepared[Any]:
    return prepared()(lambda: _ordered(kinds)[start:stop])


def _ordered(kinds: Kinds) -> QuerySet[Any]:
    rows = _together([kind.keys() for kind in kinds])
    return rows.order_by("its_turn", "-its_risk", "its_since", "key")


def _together(queries: list[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = queries
    if others:
        return first.union(*others, all=True)
    return first


@dataclass(frozen=True)
class _Ordered:
    """The rows of ``kinds`` in their order, of which a page is asked for. ``number`` of them were
    counted.
    """

    kinds: Kinds
    number: int
    ordered: ClassVar[bool] = True  # for the paginator

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[Any]:
        start, number = part.start or 0, part.stop - (part.start or 0)
        asked = A_PAGE * ceil(number / A_PAGE)  # the last page of each list is another one
        if number:
            return _rows(self.kinds, start, start + asked)()[:number]
        return []


class Inbox:
    """What waits for ``user``; of one ``kind`` where that is named. Raises LookupError for a kind
    that is not theirs.
    """

    def __init__(self, user: User, kind: str = "") -> None:
        self.user, self.kind = user, kind
        self.kinds = {one.name: one for one in kinds_for(user)}
        if kind and kind not in self.kinds:
            raise LookupError(f"You have no list called “{kind}”.")
        self.shown_kinds = [self.kinds[kind]] if kind else list(self.kinds.values())

    @cached_property
    def counts(self) -> list[Count]:
        return counts_for(self.user)

    @property
    def total(self) -> int:
        return sum(count.number for count in self.counts)

    @property
    def number(self) -> int:
        return sum(count.number for count in self.counts if count.kind in self.shown_kinds)

    def pages(self, a_page: int) -> Paginator:
        rows: Any = _Ordered(tuple(self.shown_kinds), self.number)
        return Paginator(rows, a_page)

    def entries(self, rows: Iterable[Any]) -> list[Entry]:
        """In the order of ``rows``; what was decided meanwhile is left out."""
        keys = [_Key(name, key, since) for name, key, _, _, since in rows]
        shown: dict[tuple[str, str], Entry] = {}
        for kind in self.shown_kinds:
            since = {key.key: key.since for key in keys if key.kind == kind.name}
            if since:
                entries = kind.entries(since)
                shown |= {(kind.name, key): entry for key, entry in entries.items()}
        found = [shown[key.kind, key.key] for key in keys if (key.kind, key.key) in shown]
        for entry in found:
            if self.kind and entry.kind.is_job:
                entry.url += f"?kind={self.kind}"  # who works through one kind stays in it
        return found

    def job_after(self, pk: int | None) -> int | None:
        """The job that comes after job ``pk``, or the first; None where no other waits."""
        jobs = [kind for kind in self.shown_kinds if kind.is_job]
        if not jobs:
            return None
        rows = _Ordered(tuple(jobs), LOOKED_THROUGH)[:LOOKED_THROUGH]
        waiting = [int(key) for _, key, *_ in rows]
        place = waiting.index(pk) + 1 if pk in waiting else 0
        others = [job for job in [*waiting[place:], *waiting[:place]] if job != pk]
        return next(iter(others), None)
