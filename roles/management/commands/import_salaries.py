import re
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from roles.pay.import_survey import ConcurrentImportError, import_survey
from roles.pay.survey import InvalidSurveyFileError


class Command(BaseCommand):
    help = (
        "Import a version of the salary survey (CSV, plain or gzip). Safe to repeat or interrupt."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--date",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="date of the survey version (default: the date in the file name, or today)",
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help="import even if the file is older or removes many responses",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change without writing anything"
        )

    def handle(self, *, file, force, dry_run, **options) -> None:
        version = options["date"] or date_in(file.name) or timezone.now().date()
        try:
            report = import_survey(
                file,
                version=version,
                force=force,
                dry_run=dry_run,
                progress=self._draw,
                on_bad=self._say_bad,
            )
        except InvalidSurveyFileError as error:
            raise CommandError(f"{file} {error}. Nothing was changed.") from None
        except ConcurrentImportError:
            raise CommandError(
                "Another import was running at the same time. Run this one again."
            ) from None
        finally:
            self._draw("", 0)
        unchanged = report.rows - report.added
        self.stdout.write(
            f"{report.added:,} added, {report.removed:,} removed, "
            f"{unchanged:,} unchanged, {report.refused:,} rejected."
        )
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        elif report.figures is not None:
            self.stdout.write(f"{report.figures:,} figures computed.")
        if report.refused == 1:
            raise CommandError(f"1 line in {file} was rejected. The rest were imported.")
        if report.refused:
            raise CommandError(
                f"{report.refused:,} lines in {file} were rejected. The rest were imported."
            )

    def _say_bad(self, bad) -> None:
        self.stdout.write(f"{str(bad).capitalize()}.")

    def _draw(self, doing, share) -> None:
        """A bar on a terminal; an empty ``doing`` wipes it away."""
        if not self.stderr.isatty():
            return
        bar = " " * 46 + "\r"
        if doing:
            bar = f"{doing:9} {'█' * round(30 * share):░<30} {share:4.0%}"
        self.stderr.write(f"\r{bar}", style_func=str, ending="")
        self.stderr.flush()


def date_in(name: str) -> date | None:
    try:
        return date.fromisoformat(re.findall(r"\d{4}-\d\d-\d\d", name)[0])
    except (IndexError, ValueError):
        return None
