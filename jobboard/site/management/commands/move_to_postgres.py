from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobboard.site.data.moving import MoveError, move_from


class Command(BaseCommand):
    help = (
        "Move all data from SQLite to the PostgreSQL database in DATABASE_URL, which “manage.py "
        "release” has prepared. Stop the site first. The SQLite file stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            nargs="?",
            default=settings.DATA_DIR / "db.sqlite3",
            help="the SQLite database (default: %(default)s)",
        )

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            moved = move_from(file.absolute())
        except MoveError as error:
            raise CommandError(str(error)) from error
        for table, content in sorted(moved.items()):
            if content.rows:
                checksum = f"{content.checksum:064x}"[:16]
                self.stdout.write(f"{table}: {content.rows:,} rows, checksum {checksum}")
        rows = sum(content.rows for content in moved.values())
        self.stdout.write(f"Moved {rows:,} rows in {len(moved)} tables.")
