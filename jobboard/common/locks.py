import fcntl
import gc
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def advisory_lock(name: str) -> Iterator[bool]:
    """Yield whether we alone hold ``name``, until the block or the process ends.

    PostgreSQL holds it for all machines. SQLite has one machine, so a file in DATA_DIR does.
    """
    if connection.vendor == "postgresql":
        with _own_transaction() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_get_key(name)])
            yield cursor.fetchone()[0]
    else:
        with file_lock(_get_path(name)) as held:
            yield held


@contextmanager
def wait_for(name: str) -> Iterator[None]:
    """Hold the lock like ``advisory_lock``, but wait until nobody else holds it."""
    if connection.vendor == "postgresql":
        with _own_transaction() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_get_key(name)])
            yield
    else:
        with open(_get_path(name), "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def _own_transaction() -> Iterator[CursorWrapper]:
    """Open a transaction on a connection of its own. Behind pgbouncer, which gives each transaction
    another session of PostgreSQL, a lock is kept only as long as its transaction is open.
    """
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield cursor
    finally:
        own.close()


def hold_until_commit(name: str) -> None:
    """Hold ``name`` until the transaction ends: whoever else asks for it waits. On SQLite, each
    transaction is the only one that writes anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_get_key(name)])


def _get_path(name: str) -> Path:
    return settings.DATA_DIR / f"{name}.lock"


def _get_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])


@contextmanager
def file_lock(path: Path) -> Iterator[bool]:
    """Yield whether this process alone of those on this machine holds the file ``path``, made if it
    is not there.
    """
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def one_of_many() -> Iterator[None]:
    """Around each of many transactions that write, one after another: others get as long to write
    in between.

    SQLite has no queue. Whoever waits looks again every 25 ms at best, and would miss the moments
    between transactions that follow closely.
    """
    start = time.monotonic()
    with _without_garbage_collection():
        yield
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(time.monotonic() - start)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A collection takes up to 0.1 s, ten times as long as such a transaction: it comes after."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:  # not if another thread has it off, which will turn it on
            gc.enable()
