"""Prepares the site for a version of the code, once before it serves anybody."""

import hashlib
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from jobboard.common.cache import problem_of_redis
from jobboard.common.locks import wait_for
from jobboard.site.data.backups import BackupError, safety_copy

MADE_FROM = "made_from"  # in STATIC_ROOT: what its files were made from


def make_ready(output: TextIO | OutputWrapper) -> None:
    """Database, starter content and static files, as this version of the code needs them.

    Machines that start at the same moment take turns: the second one finds all of it done.
    """
    _connect()
    if problem := problem_of_redis():
        output.write(f"Warning: the site runs without Redis. Check REDIS_URL ({problem}).\n")
    with wait_for("release"):
        migrate(output)
        call_command("createcachetable", verbosity=0)
        call_command("load_starter", stdout=output)
    make_static_files()


def _connect() -> None:
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CommandError(
            f"Could not connect to the database. Check DATABASE_URL ({str(error).splitlines()[0]})."
        ) from None


def migrate(output: TextIO | OutputWrapper) -> None:
    """After a backup, where there is something to lose."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    try:
        copy = safety_copy("before-migrating")
    except BackupError as error:
        raise CommandError(f"Nothing was migrated, because there is no backup. {error}") from error
    if copy:
        output.write(f"Backed up to {copy} before migrating the database.\n")
    call_command("migrate", interactive=False, verbosity=0)


def make_static_files() -> None:
    """Compressing them takes seconds, so it is done when one of them has changed."""
    made_from = Path(settings.STATIC_ROOT, MADE_FROM)
    sources = _hash_of_static_sources()
    if made_from.exists() and made_from.read_text() == sources:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    made_from.write_text(sources)


def _hash_of_static_sources() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"\n{name}\n".encode())
            with storage.open(name) as file:
                digest.update(file.read())
    return digest.hexdigest()
