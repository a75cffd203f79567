"""Moves the site's data from SQLite to PostgreSQL: every row as it is, in one transaction, compared
by checksums before it is committed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend

from jobboard.accounts.models import User
from jobboard.search import change_log
from jobboard.settings import sqlite_at

OLD = "to_move_from"  # the name in DATABASES of the file that is read
ROWS_AT_ONCE = 2_000


class MoveError(Exception):
    """Says in one sentence why nothing was moved, and what to do."""


class Content(NamedTuple):
    """The content of a table; equal for the same rows in another order."""

    rows: int
    checksum: int


def move_from(file: Path) -> dict[str, Content]:
    """Replace all in the site's PostgreSQL by what the SQLite ``file`` holds, and return what each
    table has now. Raises MoveError, and then has changed nothing.
    """
    if connection.vendor != "postgresql":
        raise MoveError("DATABASE_URL must name the PostgreSQL database to move to.")
    if not file.is_file():
        raise MoveError(f"{file} does not exist.")
    open_old(file)
    try:
        _check_migrations()
        if User.objects.exists():
            raise MoveError("The PostgreSQL database is in use. Move to one that has no users yet.")
        with transaction.atomic():
            moved = _move_all()
    except DatabaseError as error:
        raise MoveError(f"Nothing was moved: {_first_line(error)}.") from error
    finally:
        close_old()
    change_log.begin()  # each search index holds what was there before
    return moved


def open_old(file: Path) -> BaseDatabaseWrapper:
    """Open the old database for this thread alone; the settings do not know it."""
    databases = connections.configure_settings({"default": {}, OLD: sqlite_at(file)})
    options = databases[OLD]
    connections[OLD] = load_backend(options["ENGINE"]).DatabaseWrapper(options, OLD)
    return connections[OLD]


def close_old() -> None:
    connections[OLD].close()
    del connections[OLD]


def _check_migrations() -> None:
    """Raises MoveError if the two databases have different ones."""
    old = MigrationRecorder(connections[OLD]).applied_migrations()
    new = MigrationRecorder(connection).applied_migrations()
    if not new:
        raise MoveError("The PostgreSQL database is empty. Run “manage.py release” on it first.")
    if old.keys() != new.keys():
        raise MoveError(
            "The two databases are of different versions. Run “manage.py release” on both first."
        )


def tables() -> list[type[models.Model]]:
    all_models = apps.get_models(include_auto_created=True)
    return [model for model in all_models if model._meta.managed and not model._meta.proxy]


def _move_all() -> dict[str, Content]:
    names = [connection.ops.quote_name(model._meta.db_table) for model in tables()]
    moved = {}
    with connection.cursor() as cursor:
        for name in names:  # what they would note is in the rows themselves
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(names)}")
        for model in tables():
            moved[model._meta.db_table] = _move(model)
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    return moved


def _move(model: type[models.Model]) -> Content:
    table = model._meta.db_table
    try:
        _copy_rows(model)
    except (DatabaseError, ValueError) as error:
        reason = _first_line(error)
        raise MoveError(f"Nothing was moved: a row of {table} is refused ({reason}).") from error
    before = content(rows_of(model, OLD))
    after = content(rows_of(model, "default"))
    if before != after:
        raise MoveError(
            f"Nothing was moved: {table} had {before.rows:,} rows and now has {after.rows:,}, "
            "or others. Stop whatever writes to the old database."
        )
    return after


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _copy_rows(model: type[models.Model]) -> None:
    fields = _get_fields(model)
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy,
    ):
        for row in rows_of(model, OLD):
            values = zip(fields, row, strict=True)
            copy.write_row([field.get_db_prep_save(value, connection) for field, value in values])


def _get_fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def rows_of(model: type[models.Model], alias: str) -> Iterator[tuple]:
    names = [field.attname for field in _get_fields(model)]
    rows = model._base_manager.using(alias).order_by().values_list(*names)
    return rows.iterator(chunk_size=ROWS_AT_ONCE)


def content(rows: Iterable[tuple]) -> Content:
    """Sums of checksums of rows, as the two databases sort in different ways."""
    number = total = 0
    for row in rows:
        number += 1
        text = "\0".join(map(_as_text, row))
        total += int.from_bytes(hashlib.sha256(text.encode()).digest())
    return Content(number, total % 2**256)


def _as_text(value: Any) -> str:
    """Write the value as a text that is the same from both databases: PostgreSQL sorts the keys of
    JSON.
    """
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, default=str)
    if isinstance(value, memoryview):
        return value.tobytes().hex()
    if isinstance(value, bytes):
        return value.hex()
    return repr(value)
