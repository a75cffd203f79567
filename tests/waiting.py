"""How long a test waits for what another process or thread does."""

import time
from collections.abc import Callable

from django.db import connection

# A busy machine takes minutes for what an idle one does in a second; only what hangs waits so long.
MAX_SECONDS = 600


def wait_until(is_so: Callable[[], object], *, every: float = 0.1) -> None:
    """``every`` is in seconds."""
    give_up_at = time.monotonic() + MAX_SECONDS
    while not is_so():
        assert time.monotonic() < give_up_at, f"It did not happen within {MAX_SECONDS} seconds."
        time.sleep(every)


def somebody_waits() -> bool:
    """Whether a transaction of this database waits for another one, on PostgreSQL. Other tests run
    beside in databases of their own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks"
            " JOIN pg_database ON oid = database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0] > 0
