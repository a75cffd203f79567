"""A copy of the database that may be some seconds behind. Requests that may be answered with what
was so a moment ago read from it, and everything else from the primary (ADR 34).
"""

import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections

from jobboard.common.web.tracing import current_request

REPLICA = "replica"  # the name in DATABASES
MAX_LAG_SECONDS = 10  # a replica that is further behind is not read
CHECK_INTERVAL_SECONDS = 5  # in each process

logger = logging.getLogger("jobboard.replica")
_is_usable = False
_look_again_at = 0.0


class ReplicaRouter:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        # What the index lacks is always asked of the primary, which the index follows.
        may_read_replica = getattr(current_request(), "reads_replica", False)
        if may_read_replica and model._meta.app_label != "search":
            return REPLICA
        return DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool | None:
        if alias == REPLICA:
            return False
        return None


@contextmanager
def reading_primary() -> Iterator[None]:
    """Read from the primary what a process keeps and gives to others: from the replica they would
    get old content as if it were up to date.
    """
    request = current_request()
    if not getattr(request, "reads_replica", False):
        yield
        return
    request.reads_replica = False  # type: ignore[union-attr]
    try:
        yield
    finally:
        request.reads_replica = True  # type: ignore[union-attr]


def is_configured() -> bool:
    return REPLICA in settings.DATABASES


def is_usable() -> bool:
    """Whether the replica can be read now: it answers, and was not far behind lately."""
    global _is_usable, _look_again_at
    if time.monotonic() >= _look_again_at:
        _look_again_at = time.monotonic() + CHECK_INTERVAL_SECONDS
        _note(describe_problem())
    if not _is_usable:
        return False
    try:
        # Django looks once in each request whether the connection still works.
        connections[REPLICA].cursor().close()
    except Error as error:
        _note(str(error))
    return _is_usable


def describe_problem() -> str:
    """Say why the replica cannot be read; '' if it can."""
    try:
        behind = seconds_behind()
    except Error:
        return "not responding"
    if behind is None:
        return "not a replica of this database"
    if behind == math.inf:
        return "behind, and does not say how far"
    if behind > MAX_LAG_SECONDS:
        return f"{behind:.0f} seconds behind"
    return ""


def seconds_behind() -> float | None:
    """Return how far the replica is behind; None if it follows nobody, as after it was promoted."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        written = cursor.fetchone()[0]
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN pg_last_wal_replay_lsn() >= %s::pg_lsn THEN 0 "
            # One that has taken in nothing since it was started does not say how old that is.
            "ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), "
            "'infinity') END, pg_is_in_recovery()",
            [written],
        )
        seconds, is_replica = cursor.fetchone()
    if is_replica:
        return float(seconds)
    return None


def _note(reason: str) -> None:
    """Note whether the replica can be read; ``reason`` says why not, '' if it can."""
    global _is_usable
    if reason and _is_usable:
        logger.error("The replica is not read from for now: %s", reason)
    elif not reason and not _is_usable:
        logger.info("The replica is read from")
    _is_usable = not reason
