"""Lists everything that waits for staff, ordered by turn, risk and age."""

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
MAX_SEARCHED = 1_000  # entries in which "Next" looks for the next job


@dataclass(frozen=True)
class Count:
    kind: Kind
    number: int


def counts_for(user: User) -> list[Count]:
    """Count the waiting entries of each kind that ``user`` may act on."""
    kinds = kinds_for(user)
    if not kinds:
        return []
    numbers = dict(_counted(tuple(kinds))())
    return [Count(kind, numbers.get(kind.name, 0)) for kind in kinds]


@dataclass(frozen=True)
class _Key:
    kind: str
    key: str
    since: datetime


Kinds = tuple[Kind, ...]


# Compiling these queries of many tables to SQL takes longer than running them.
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
    """The ordered rows of ``kinds``, as a sequence for the paginator. ``number`` is their count."""

    kinds: Kinds
    number: int
    ordered: ClassVar[bool] = True  # for the paginator

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[Any]:
        start = part.start or 0
        number = part.stop - start
        if not number:
            return []
        # Whole pages, so that there are few different queries: last pages differ in length.
        whole_pages = A_PAGE * ceil(number / A_PAGE)
        return _rows(self.kinds, start, start + whole_pages)()[:number]


class Inbox:
    """The entries that wait for ``user``, of all kinds or one. Raises LookupError for a kind that
    they may not act on.
    """

    def __init__(self, user: User, kind: str = "") -> None:
        self.user = user
        self.kind = kind
        self.kinds = {item.name: item for item in kinds_for(user)}
        self.shown_kinds = list(self.kinds.values())
        if kind and kind not in self.kinds:
            raise LookupError(f"You have no list called “{kind}”.")
        if kind:
            self.shown_kinds = [self.kinds[kind]]

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
        """The entries in the order of ``rows``, without those that were decided meanwhile."""
        keys = [_Key(kind, key, since) for kind, key, _, _, since in rows]
        since_by_kind: dict[str, dict[str, datetime]] = {}
        for key in keys:
            since_by_kind.setdefault(key.kind, {})[key.key] = key.since
        entries_by_kind = {}
        for name, since_by_key in since_by_kind.items():
            entries_by_kind[name] = self.kinds[name].entries(since_by_key)
        entries = []
        for key in keys:
            entry = entries_by_kind[key.kind].get(key.key)
            if entry is None:
                continue
            if self.kind and entry.kind.is_job:
                entry.url += f"?kind={self.kind}"  # the review goes on with the same kind
            entries.append(entry)
        return entries

    def job_after(self, pk: int | None) -> int | None:
        """The job after job ``pk``, or the first one; None if no other waits."""
        job_kinds = [kind for kind in self.shown_kinds if kind.is_job]
        if not job_kinds:
            return None
        rows = _Ordered(tuple(job_kinds), MAX_SEARCHED)[:MAX_SEARCHED]
        waiting = [int(key) for _, key, *_ in rows]
        if pk in waiting:
            index = waiting.index(pk)
            waiting = waiting[index + 1 :] + waiting[:index]
        if waiting:
            return waiting[0]
        return None
