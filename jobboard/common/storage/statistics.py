"""Tells SQLite about its tables, without which it picks indexes blindly: a page took 34 seconds.
PostgreSQL counts by itself.

A connection reads them when it opens, so none is open for longer than CONN_MAX_AGE.
"""

import logging

from django.db import Error, connection

ROWS_LOOKED_AT = 1_000  # of each index; all tables take some 10 milliseconds
GROWN = 10  # times as many rows as were counted last
TABLE = "listings_listing"  # what pages walk over

logger = logging.getLogger("jobboard.statistics")


def begin_web_process() -> None:
    """Open a connection in the thread that answers no requests, so it stays open. The last
    connection to close would delete the log, and on a full disk nobody could make another then, not
    even to read.
    """
    if connection.vendor != "sqlite":
        return
    try:
        connection.ensure_connection()
        analyze_if_grown()
    except Error as error:
        logger.warning("The database was not analyzed: %s", error)


def analyze() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
            cursor.execute("ANALYZE")


def analyze_if_grown() -> None:
    """Analyze a database that was filled since, by commands or from a backup, before the worker
    comes to it.
    """
    if connection.vendor == "sqlite" and _has_grown():
        analyze()


def _has_grown() -> bool:
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return False  # not migrated yet
        cursor.execute(f"SELECT MAX(id) FROM {TABLE}")  # noqa: S608  # about as many as there are
        rows = cursor.fetchone()[0] or 0
        return rows > GROWN * counted(cursor)


def counted(cursor) -> int:
    cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if not cursor.fetchone()[0]:
        return 0
    cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [TABLE])
    return max([int(stat.split()[0]) for (stat,) in cursor.fetchall()], default=0)
