from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from jobboard.pages.backups import BackupError, applied_migrations, known_migrations, restore_backup


class Command(BaseCommand):
    help = "Replace everything by what a backup holds. What was there before is kept in DATA_DIR/backups."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            manifest, copy = restore_backup(file.absolute())
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest["rows"].values())
        self.stdout.write(f"Restored {rows:,} rows in {len(manifest['rows'])} tables, as of {manifest['made_at']}.")
        if copy:
            self.stdout.write(f"What was there before: {copy}")
        if known_migrations() - applied_migrations():
            self.stdout.write("The backup is of an older version of the site: run “manage.py migrate” now.")
        self.stdout.write("If the site is running, restart it: the secret key may be another one now.")
