from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobboard.site.data.backups import BackupError, write_backup
from jobboard.site.data.scheduled_backups import DAYS_KEPT, make_daily_backup


class Command(BaseCommand):
    help = (
        "Back up the database and secret key to one file while the site is running. "
        "Keep the file secure."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="or the folder, with --daily")
        parser.add_argument(
            "--daily",
            action="store_true",
            help="Write today’s backup to a folder, unless it is there, and delete old ones.",
        )
        parser.add_argument(
            "--keep", type=positive, default=DAYS_KEPT, help="daily backups that stay (%(default)s)"
        )

    def handle(self, *, file: Path, daily: bool, keep: int, **options: Any) -> None:
        try:
            if daily:
                target = make_daily_backup(file.absolute(), keep)
            else:
                target = file.absolute()
                write_backup(target)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{target}: {target.stat().st_size:,} bytes.")


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number
