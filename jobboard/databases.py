"""How the processes of the site talk to its databases: entries for Django’s DATABASES."""

import os
from pathlib import Path
from typing import Any


def sqlite_at(path: Path | str, *commands: str) -> dict[str, Any]:
    """A file that several processes read and write; ``commands`` are run with each connection."""
    commands = (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=NORMAL",
        # A large import makes the log large; without a limit it stays so.
        "PRAGMA journal_size_limit=50000000",
        *commands,
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            # A write lock is taken at the start of a transaction: upgrading a read lock fails at
            # once instead of waiting.
            "transaction_mode": "IMMEDIATE",
            # Seconds to wait for it. A transaction takes a fraction of one, but many may wait, and
            # SQLite lets anyone be next.
            "timeout": 20,
            "init_command": "; ".join(commands),
        },
        # Each thread's stays open for a while, and then learns what ANALYZE has found since.
        # common/storage/statistics.py keeps one of each web process open for good.
        "CONN_MAX_AGE": 3_600,
    }


def postgres_at(address: dict[str, Any], *, is_pooled: bool, **options: Any) -> dict[str, Any]:
    """Behind a pooler, each transaction may have another session of PostgreSQL. So none keeps a
    cursor, and who sets up the pooler says how long a statement may take.
    """
    # Set in wsgi.py; commands may take longer.
    if os.environ.get("JOBBOARD_PROCESS") == "web" and not is_pooled:
        options["options"] = "-c statement_timeout=10000 -c lock_timeout=5000"
    return address | {
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": is_pooled,
        "OPTIONS": address.get("OPTIONS", {}) | options,
    }
