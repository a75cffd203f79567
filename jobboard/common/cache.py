"""The cache in a database, which counts exactly. The counters of readers are in a file of their own
on each machine, so that reading writes nothing to the site's database and waits for no write to it.
On SQLite all of the cache is in that file. With REDIS_URL, all of it is in Redis.
"""

import itertools
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends import db
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from django.db import OperationalError, connections, router, transaction
from django.utils import timezone

FILE = "cache"  # the name in DATABASES of the file that holds nothing but the cache
FILE_TABLE = "cache_of_this_machine"
HERE = "here"  # the name in CACHES of the one that is in it: each machine counts for itself
INSTEAD = "instead_of_redis"  # the name in CACHES of what takes its place while it is away
TRIES = 3

REDIS_MAY_TAKE = 0.5  # seconds
REDIS_IS_LEFT_FOR = 5  # seconds, after it did not answer

CHECKS = 100  # of new keys, while as many are added as there is room for

logger = logging.getLogger("jobboard.cache")

# As ``createcachetable`` makes it, but with each new file: it can be deleted whenever the site is
# stopped.
MAKE_TABLE = (
    f"CREATE TABLE IF NOT EXISTS {FILE_TABLE} ("
    "cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires datetime NOT NULL); "
    f"CREATE INDEX IF NOT EXISTS {FILE_TABLE}_expires ON {FILE_TABLE} (expires)"
)


class DatabaseCache(db.DatabaseCache):
    """Django's, whose ``incr`` loses counts when two count at once and forgets when the key is to
    expire, which makes room by the alphabet, and says of a full disk that the key is taken.
    """

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._new_keys = itertools.count(1)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """Add the key; returns whether it was free. Raises OperationalError if nothing can be
        written: who waits for a lock would believe that somebody else holds it.
        """
        for _ in range(TRIES):  # between the two steps a key may be given back
            if super().add(key, value, timeout, version):
                return True
            if self.has_key(key, version):
                return False
        raise OperationalError("The cache could not be written")

    def count(self, key: str, seconds: int) -> int:
        """One more of ``key``: how many that makes. Kept for ``seconds`` from the first one."""
        key = self.make_and_validate_key(key)
        alias = router.db_for_write(self.cache_model_class)
        connection = connections[alias]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # Django's own
        end = timezone.now().replace(microsecond=0) + timedelta(seconds=seconds)
        expires = connection.ops.adapt_datetimefield_value(end)
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            # The row is locked from here on: the number that is read is this caller's own.
            cursor.execute(
                f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, '1', %s) "  # noqa: S608
                "ON CONFLICT (cache_key) DO UPDATE "
                f"SET value = CAST(CAST({table}.value AS integer) + 1 AS text)",
                [key, expires],
            )
            cursor.execute(f"SELECT value FROM {table} WHERE cache_key = %s", [key])  # noqa: S608
            counted = int(cursor.fetchone()[0])
            if counted == 1 and self._is_time_to_check():
                cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608
                self._keep_within_bounds(alias, cursor, rows=cursor.fetchone()[0])
        return counted

    def _is_time_to_check(self) -> bool:
        """Counting takes a walk over all rows, and the count may be out by a hundredth."""
        return next(self._new_keys) % max(1, self._max_entries // CHECKS) == 0

    def _keep_within_bounds(self, alias: str, cursor: Any, rows: int) -> None:
        if rows > self._max_entries:
            self._cull(alias, cursor, timezone.now(), rows)

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        """Delete what has expired. If still more than the maximum of the ``num`` rows are left,
        also those that expire soonest, so that the counters of long windows stay.
        """
        connection = connections[db]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # Django's own
        end = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [end])  # noqa: S608
        remaining = num - cursor.rowcount
        if remaining > self._max_entries:
            cursor.execute(
                f"DELETE FROM {table} WHERE cache_key IN "  # noqa: S608
                f"(SELECT cache_key FROM {table} ORDER BY expires, cache_key LIMIT %s)",
                [remaining // self._cull_frequency],
            )


class SharedCache(RedisCache):
    """Redis, for all machines. While it does not answer, each machine counts for itself: nobody who
    signs in meets an error, and the limits stay.
    """

    is_away: ClassVar[bool] = False  # for all threads of this process
    ask_again_at: ClassVar[float] = 0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        from redis.backoff import NoBackoff  # noqa: PLC0415  # installed only where it is used
        from redis.exceptions import RedisError  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        options = {
            "socket_timeout": REDIS_MAY_TAKE,
            "socket_connect_timeout": REDIS_MAY_TAKE,
            "retry": Retry(NoBackoff(), 1),  # a connection may have been closed while it was idle
        }
        super().__init__(server, params | {"OPTIONS": options})
        self.error = RedisError

    def problem(self) -> str:
        """Why Redis cannot be used now; '' if it can."""
        try:
            key = self.make_and_validate_key("problem")
            self._cache.get_client(key, write=True).set(key, 1, ex=1)
        except self.error as error:
            return str(error)
        return ""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._ask(super().add, caches[INSTEAD].add, *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask(super().get, caches[INSTEAD].get, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        return self._ask(super().set, caches[INSTEAD].set, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._ask(super().delete, caches[INSTEAD].delete, *args, **kwargs)

    def count(self, key: str, seconds: int) -> int:
        return self._ask(self._count, partial(count, where=INSTEAD), key, seconds)

    def _count(self, key: str, seconds: int) -> int:
        key = self.make_and_validate_key(key)
        pipeline = self._cache.get_client(key, write=True).pipeline()  # both commands at once
        pipeline.set(key, 0, ex=seconds, nx=True)
        pipeline.incr(key)
        return pipeline.execute()[1]

    def _ask(self, redis: Callable, instead: Callable, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= SharedCache.ask_again_at:
            try:
                answer = redis(*args, **kwargs)
            except self.error as error:
                self._leave(error)
            else:
                self._welcome_back()
                return answer
        return instead(*args, **kwargs)

    @staticmethod
    def _leave(error: Exception) -> None:
        SharedCache.ask_again_at = time.monotonic() + REDIS_IS_LEFT_FOR
        if not SharedCache.is_away:
            SharedCache.is_away = True
            logger.error("Redis does not answer, so this machine counts for itself: %s", error)

    @staticmethod
    def _welcome_back() -> None:
        if SharedCache.is_away:
            SharedCache.is_away = False
            logger.warning("Redis answers again")


def problem_of_redis() -> str:
    """Describe the problem of Redis; '' if it answers, or is not used."""
    cache = caches[DEFAULT_CACHE_ALIAS]
    if isinstance(cache, SharedCache):
        return cache.problem()
    return ""


class CacheRouter:
    """Keeps the table of the cache in its file, and all others out of it."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        if model._meta.db_table == FILE_TABLE:
            return FILE
        return None

    db_for_write = db_for_read

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool | None:
        model = hints.get("model")
        is_of_file = model is not None and model._meta.db_table == FILE_TABLE
        return False if alias == FILE or is_of_file else None  # MAKE_TABLE has made it


def count(key: str, seconds: int, where: str = DEFAULT_CACHE_ALIAS) -> int:
    """One more of ``key``: how many that makes, exactly, however many count at once. The count is
    kept for ``seconds``.
    """
    cache = caches[where]
    if isinstance(cache, DatabaseCache | SharedCache):
        return cache.count(key, seconds)
    cache.add(key, 0, seconds)
    return cache.incr(key)
