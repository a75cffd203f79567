from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobboard.common.storage.statistics import analyze
from jobboard.site.data.backups import (
    BackupError,
    applied_migrations,
    known_migrations,
    restore_backup,
)


class Command(BaseCommand):
    help = "Replace all data with a backup. The current data is saved in DATA_DIR/backups first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            manifest, copy = restore_backup(file.absolute())
        except BackupError as error:
            raise CommandError(str(error)) from error
        analyze()
        rows = sum(manifest["rows"].values())
        self.stdout.write(
            f"Restored {rows:,} rows in {len(manifest['rows'])} tables, "
            f"as of {manifest['made_at']}."
        )
        if copy:
            self.stdout.write(f"Previous data saved to {copy}")
        if known_migrations() - applied_migrations():
            self.stdout.write(
                "The backup is from an older version of the site. Run “manage.py migrate” now."
            )
        self.stdout.write("If the site is running, restart it. The secret key may have changed.")
