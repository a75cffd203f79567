from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from jobboard.site.backups import BackupError, write_backup


class Command(BaseCommand):
    help = (
        "Back up the database and secret key to one file while the site is running. "
        "Keep the file secure."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options) -> None:
        try:
            manifest = write_backup(file.absolute())
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest["rows"].values())
        self.stdout.write(
            f"{file}: {rows:,} rows in {len(manifest['rows'])} tables, "
            f"{file.stat().st_size:,} bytes."
        )
