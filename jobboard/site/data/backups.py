"""One file that holds the whole site: database, secret key, and a manifest to check both by.

    manifest.json   format, version of the site, engine, applied migrations, rows per table,
                    sha256 of the database part and of the key
    database        SQLite: a copy of the file. PostgreSQL: an archive of pg_dump.
    secret_key      only where DATA_DIR holds one

Cursors count rows and drop tables, with names that come from the database itself.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import tomllib
import zipfile
import zlib
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from jobboard.search import change_log
from jobboard.search.models import LoggedChange

FORMAT = 1
ENCRYPTED = ".gpg"  # the suffix, see encryption.py
LEFT_OVER_AFTER = 6 * 3600  # seconds: none takes so long
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
MANIFEST = {
    "format": int,
    "version": str,
    "made_at": str,
    "engine": str,
    "migrations": list,
    "rows": dict,
    "sha256": str,
}


class BackupError(Exception):
    """Says in one sentence why there is no backup, or nothing was restored, and what to do."""


def write_backup(target: Path) -> dict:
    """Write the backup while the site runs, and return its manifest. Only its owner may read the
    file.

    Raises BackupError for a file that exists. A backup that is cut off leaves no ``target``.
    """
    if target.exists():
        raise BackupError(f"{target} already exists. Choose another name.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target.parent)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
            database = Path(folder, "database")
            archive = Path(folder, "archive")
            manifest = _dump(database)
            _pack(manifest, database, archive)
            archive.rename(target)
    except OSError as error:
        raise BackupError(f"{target} could not be written: {error.strerror}.") from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise BackupError(
            f"The current database cannot be read ({error}). "
            "Move it out of the way before you restore a backup."
        ) from error
    return manifest


def remove_leftovers(folder: Path) -> None:
    """Remove the files of a backup or restore that was killed: they hold the whole database."""
    for path in [*folder.glob(".backup-*"), *folder.glob(".restore-*")]:
        if time.time() - path.stat().st_mtime > LEFT_OVER_AFTER:
            shutil.rmtree(path)


def _dump(database: Path) -> dict:
    """Write the database alone, and return the manifest of the backup."""
    dump = dump_sqlite if connection.vendor == "sqlite" else dump_postgres
    rows = dump(database)
    manifest = {
        "format": FORMAT,
        "version": site_version(),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "migrations": sorted(applied_migrations()),
        "rows": rows,
        "sha256": sha256_of(database),
    }
    if secret_key_path().exists():
        manifest["key_sha256"] = sha256_of(secret_key_path())
    return manifest


def _pack(manifest: dict, database: Path, archive: Path) -> None:
    archive.touch(0o600)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("manifest.json", json.dumps(manifest, indent=1))
        file.write(database, "database")
        if secret_key_path().exists():
            file.write(secret_key_path(), "secret_key")


def safety_copy(reason: str) -> Path | None:
    """A backup in DATA_DIR/backups, named after what is about to happen; None when there is nothing
    to keep.
    """
    if not connection.introspection.table_names():
        return None
    target = settings.DATA_DIR / "backups" / f"{reason}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.zip"
    write_backup(target)
    return target


def restore_backup(source: Path) -> tuple[dict, Path | None]:
    """Replace everything by the content of ``source``; returns its manifest and the copy of the
    former content.

    Nothing is touched before the file has passed every check. Raises BackupError.
    """
    if source.suffix == ENCRYPTED:
        raise BackupError(
            f"{source} is encrypted. Where its key is, run: "
            f"gpg --output backup.zip --decrypt {source}"
        )
    remove_leftovers(settings.DATA_DIR)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA_DIR) as folder:
        manifest, database, key = unpack(source, Path(folder))
        check_compatible(manifest)
        check_integrity(database, manifest)
        check_key(key, manifest)
        copy = safety_copy("before-restoring")
        if connection.vendor == "sqlite":
            load_sqlite(database)
        else:
            is_older = not applied_migrations() <= set(manifest["migrations"])
            load_postgres(database, drop_first=is_older)
    try:
        compare_rows(manifest["rows"])
    finally:
        # Each search index holds what was there before.
        if LoggedChange._meta.db_table in connection.introspection.table_names():
            change_log.begin()
    if key and not os.environ.get("SECRET_KEY"):
        secret_key_path().touch(0o600)
        secret_key_path().write_bytes(key)
    return manifest, copy


def unpack(source: Path, folder: Path) -> tuple[dict, Path, bytes | None]:
    try:
        with zipfile.ZipFile(source) as file:
            manifest = json.loads(file.read("manifest.json"))
            for name, kind in MANIFEST.items():
                if not isinstance(manifest[name], kind):
                    raise ValueError(name)
            database = Path(file.extract("database", folder))
            key = None
            if "secret_key" in file.namelist():
                key = file.read("secret_key")
            return manifest, database, key
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}.") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        KeyError,
        TypeError,
        ValueError,
        EOFError,
    ) as error:
        raise BackupError(
            f"{source} is damaged or is not a backup of this site. Nothing was changed."
        ) from error


def check_compatible(manifest: dict) -> None:
    if manifest["format"] != FORMAT:
        raise BackupError(
            f"The backup uses format {manifest['format']}, "
            f"but this version only reads format {FORMAT}."
        )
    if manifest["engine"] != connection.vendor:
        raise BackupError(
            f"The backup is from {ENGINES.get(manifest['engine'], 'another database')}, "
            f"but this site uses {ENGINES[connection.vendor]}. "
            "Set DATABASE_URL to the same type of database."
        )
    if unknown := set(manifest["migrations"]) - known_migrations():
        raise BackupError(
            f"The backup is from a newer version of the site "
            f"({manifest['version']}, {min(unknown)}). Update the code, then restore."
        )


def check_integrity(database: Path, manifest: dict) -> None:
    problem = ""
    if sha256_of(database) != manifest["sha256"]:
        problem = "it differs from its checksum"
    elif manifest["engine"] == "sqlite":
        problem = problem_in_sqlite(database)
    if problem:
        raise BackupError(
            f"The database in the backup is damaged ({problem}). Nothing was changed."
        )


def check_key(key: bytes | None, manifest: dict) -> None:
    """Check the key: whoever could change it could sign as the site. Older backups have no checksum
    of it.
    """
    expected = manifest.get("key_sha256")
    actual = hashlib.sha256(key).hexdigest() if key is not None else None
    if expected is not None and actual != expected:
        raise BackupError(
            "The secret key in the backup is not the one it was made with. Nothing was changed."
        )


def compare_rows(expected: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        actual = count_rows(cursor, connection.introspection.table_names(cursor))
    different = [name for name, rows in expected.items() if actual.get(name) != rows]
    if different:
        raise BackupError(
            "Restored, but the row counts of these tables differ from the backup: "
            f"{', '.join(different)}. "
            "Stop anything that writes to the database, then restore again."
        )


# --- SQLite: its online backup, in both directions ------------------------------------------------


def dump_sqlite(target: Path) -> dict[str, int]:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without its log beside it
        # Of the copy: others may have made a table since, as ANALYZE does.
        cursor = copy.cursor()
        tables = connection.introspection.table_names(cursor)  # type: ignore[arg-type]  # runs SQL
        return count_rows(cursor, tables)


def problem_in_sqlite(database: Path) -> str:
    try:
        with closing(sqlite3.connect(database)) as unpacked:
            result = unpacked.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return str(error)
    if result == "ok":
        return ""
    return result


def load_sqlite(database: Path) -> None:
    """Replace the content within the file, in one transaction, so that running processes go on with
    the new content.
    """
    connection.ensure_connection()
    with closing(sqlite3.connect(database)) as unpacked:
        unpacked.backup(connection.connection)
    connection.close()


# --- PostgreSQL: its own tools; the password goes through the environment, which other users cannot


def dump_postgres(target: Path) -> dict[str, int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        # Rows are counted in the very state that is dumped.
        cursor.execute("SELECT pg_export_snapshot()")
        run_tool(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={cursor.fetchone()[0]}",
            f"--file={target}",
        )
        return count_rows(cursor, connection.introspection.table_names(cursor))


def load_postgres(database: Path, *, drop_first: bool) -> None:
    """Replace all tables in one transaction of pg_restore.

    It drops only what the backup knows. With ``drop_first`` all tables go before, so that those
    that a newer version of the site added do not stay.
    """
    if drop_first:
        with transaction.atomic(), connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            cursor.execute(
                f"DROP TABLE {', '.join(map(connection.ops.quote_name, tables))} CASCADE"
            )
    connection.close()
    run_tool(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--single-transaction",
        "--no-owner",
        "--dbname=",
        str(database),
    )


def run_tool(*command: str) -> None:
    variables = {
        "PGDATABASE": "dbname",
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGSERVICE": "service",
        "PGSSLMODE": "sslmode",
        "PGSSLROOTCERT": "sslrootcert",
        "PGSSLCERT": "sslcert",
        "PGSSLKEY": "sslkey",
        "PGTARGETSESSIONATTRS": "target_session_attrs",
    }
    params = connection.get_connection_params()
    environment = dict(os.environ)
    for variable, name in variables.items():
        if params.get(name):
            environment[variable] = str(params[name])
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise BackupError(
            f"{command[0]} is not installed. "
            "On Debian or Ubuntu, run: sudo apt install postgresql-client"
        ) from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or [f"exit code {error.returncode}"]
        raise BackupError(f"{command[0]} failed: {lines[0]}") from error


# --- Facts about this copy of the site ------------------------------------------------------------


def count_rows(cursor, tables: list[str]) -> dict[str, int]:
    counts = {}
    for table in sorted(tables):
        cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
        counts[table] = cursor.fetchone()[0]
    return counts


def applied_migrations() -> set[str]:
    return {".".join(key) for key in MigrationRecorder(connection).applied_migrations()}


def known_migrations() -> set[str]:
    loaded = MigrationLoader(None).disk_migrations
    replaced = chain.from_iterable(migration.replaces for migration in loaded.values())
    return {".".join(key) for key in loaded.keys() | set(replaced)}


def secret_key_path() -> Path:
    return settings.DATA_DIR / "secret_key"


def site_version() -> str:
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
