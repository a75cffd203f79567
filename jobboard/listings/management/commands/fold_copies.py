from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobboard.common.text.words import plural
from jobboard.listings import lifecycle
from jobboard.listings.copies.joining import find_same_jobs, join_same_jobs
from jobboard.listings.models import Company


class Command(BaseCommand):
    help = (
        "Join open jobs that say the same in several locations or come from several sources, and "
        "split those that no longer do. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be joined, and change nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        companies = list(Company.objects.order_by("pk").values_list("pk", flat=True))
        if options["dry_run"]:
            self._say_what_would_be(companies)
            return
        ended = lifecycle.settle_ended()
        count = join_same_jobs(companies)
        self.stdout.write(f"Joined {plural(count, 'copy', 'copies')} to the jobs they repeat.")
        if ended:
            self.stdout.write(f"Updated {plural(ended, 'job')} after a copy had ended.")

    def _say_what_would_be(self, companies: list[int]) -> None:
        count = 0
        for job in find_same_jobs(companies):
            count += len(job.copies)
            name = f"{job.first.company}: {job.first.title} (job {job.first.pk})"
            self.stdout.write(f"{name}: {plural(len(job.copies), 'copy', 'copies')}")
        self.stdout.write(f"Would join {plural(count, 'copy', 'copies')}. Nothing was changed.")
