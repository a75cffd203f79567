from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from jobboard.common.storage.statistics import analyze_if_grown
from jobboard.listings.pay.yearly import refresh_yearly_pay
from jobboard.site.samples import load as sample_jobs
from roles import starter_content


class Command(BaseCommand):
    help = (
        "Load the starter content. Creates new items and updates unedited ones. "
        "Does not touch items you edited or deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="load the sample jobs even on a public site"
        )
        parser.add_argument(
            "--remove-demo", action="store_true", help="delete the sample companies and their jobs"
        )

    def handle(self, demo: bool, remove_demo: bool, verbosity: int, **options: Any) -> None:
        self.verbosity = verbosity
        if remove_demo:
            self.stdout.write(f"Removed {sample_jobs.remove()} sample jobs with their companies.")
            return
        for kind, counts in starter_content.load().items():
            self._say(kind, counts)
        refresh_yearly_pay()
        if demo or (settings.SITE_IS_LOCAL and not sample_jobs.are_removed()):
            self._say("sample jobs", sample_jobs.load())
        analyze_if_grown()

    def _say(self, kind: str, counts: Mapping[str, int]) -> None:
        if self.verbosity:
            parts = [f"{count} {outcome}" for outcome, count in counts.items()]
            self.stdout.write(f"{kind}: {', '.join(parts)}")
