from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobboard.common.text.words import plural
from jobboard.listings.pay.yearly import refresh_yearly_pay
from roles.pay.import_official import import_statistics
from roles.pay.survey import InvalidSurveyFileError


class Command(BaseCommand):
    help = (
        "Import US wages (OEWS) or yearly exchange rates (ECB, FRED). "
        "Detects the file type from its header. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            what, counts = import_statistics(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except InvalidSurveyFileError as error:
            raise CommandError(f"{file} {error}. Nothing was changed.") from None
        changed = refresh_yearly_pay()
        parts = [f"{count:,} {outcome}" for outcome, count in counts.items()]
        self.stdout.write(f"{what}: {', '.join(parts)}.")
        if changed:
            self.stdout.write(f"Yearly pay to compare by was updated for {plural(changed, 'job')}.")
