"""What somebody else does while a request waits for its turn."""

from collections.abc import Callable

import pytest
from django.db.models import QuerySet

lock_rows = QuerySet.select_for_update


def before_the_lock(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """``happens`` comes first the next time that rows are locked, as if it had held the lock. So
    what was read before is of a row that was.

    It happens in the transaction of who waits: where that fails, it is taken back.
    """

    def lock(rows: QuerySet, *args, **kwargs) -> QuerySet:
        monkeypatch.setattr(QuerySet, "select_for_update", lock_rows)
        happens()
        return lock_rows(rows, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", lock)
