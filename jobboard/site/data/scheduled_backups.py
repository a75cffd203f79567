"""Scheduled backups, and how long each kind is kept."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from .backups import ENCRYPTED, write_backup
from .encryption import write_encrypted_backup

DAILY = "daily-*.zip*"
DAYS_KEPT = 7
BEFORE_CHANGES = ["before-migrating", "before-restoring"]  # see backups.safety_copy
COPIES_KEPT = 3  # of each of these, and all that are younger than
COPIES_ARE_YOUNG = 30 * 86_400  # seconds


def make_scheduled_backup() -> None:
    """Make a backup in the worker. PostgreSQL is left to a timer, as its backups belong on another
    machine.
    """
    if connection.vendor == "sqlite":
        make_daily_backup(_folder(), DAYS_KEPT)
    remove_old_copies()


def make_daily_backup(folder: Path, keep: int) -> Path:
    """Today's backup, if it is not there yet; the newest ``keep`` stay."""
    target = folder / f"daily-{datetime.now(UTC):%Y-%m-%d}.zip"
    write: Callable[[Path], object] = write_backup
    if settings.BACKUP_KEY:
        target = target.with_name(target.name + ENCRYPTED)
        write = write_encrypted_backup
    if not target.exists():
        write(target)
    for old in sorted(folder.glob(DAILY))[:-keep]:
        old.unlink()
    return target


def remove_old_copies() -> None:
    """Remove old copies that were made before a change."""
    for reason in BEFORE_CHANGES:
        for old in sorted(_folder().glob(f"{reason}-*.zip"))[:-COPIES_KEPT]:
            if time.time() - old.stat().st_mtime > COPIES_ARE_YOUNG:
                old.unlink()


def newest_backup_at() -> datetime | None:
    """The time of the newest daily backup on this machine."""
    times = [path.stat().st_mtime for path in _folder().glob(DAILY)]
    if not times:
        return None
    return datetime.fromtimestamp(max(times), UTC)


def _folder() -> Path:
    return Path(settings.DATA_DIR, "backups")
