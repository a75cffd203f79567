from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from jobboard.common.html import clean_text
from jobboard.common.words import plural
from jobboard.listings.models import Company, Feed
from jobboard.listings.sources import ADAPTERS
from jobboard.listings.sources.base import BadFeed
from jobboard.listings.sources.importer import Report, import_items
from roles.models import fold

NAME_LIMIT = Company._meta.get_field("name").max_length


class Command(BaseCommand):
    help = "Import a company's jobs from a file that its applicant-tracking system answered with. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--source", required=True, choices=sorted(map(str, ADAPTERS)))
        parser.add_argument("--company", required=True, metavar="NAME", help="name or slug; made when it is new")
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--publish", action="store_true", help="a new feed publishes directly the jobs whose title names a role"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")

    def handle(self, source, company, file, publish, dry_run, **options):
        name = clean_text(company)
        if not 0 < len(name) <= NAME_LIMIT:
            raise CommandError(f"The company's name must have 1 to {NAME_LIMIT} characters.")
        try:
            items = ADAPTERS[source].parse(read(file))
        except BadFeed as error:
            raise CommandError(f"{file}: {error}") from None
        with transaction.atomic() if dry_run else nullcontext():
            feed = find_feed(name, source, publish)
            publishes = feed.publishes == Feed.Publishes.DIRECTLY
            if publish and not publishes:
                self.stderr.write(f"--publish has no effect: {feed} is there already and goes through review.")
            report = import_items(feed=feed, items=self._counted(items), publish=publishes)
            if dry_run:
                transaction.set_rollback(True)
        self._say(feed, report)
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        if report.bad:
            raise CommandError(f"{plural(len(report.bad), 'item')} of {file} refused.")

    def _counted(self, items):
        for number, item in enumerate(items, start=1):
            if number % 100 == 0 and self.stderr.isatty():
                self.stderr.write(f"\r{number:,} read", ending="")
            yield item

    def _say(self, feed: Feed, report: Report) -> None:
        for number, title, reason in report.skipped:
            self.stdout.write(f"Item {number} skipped: {reason} ({title}).")
        for number, field, reason in report.bad:
            self.stdout.write(f"Item {number} refused: {field}: {reason.rstrip('.')}.")
        waiting = report.created - report.published
        self.stdout.write(
            f"{feed}: {report.created} new ({report.published} published, {waiting} waiting for review), "
            f"{report.updated} changed, {report.unchanged} unchanged, {len(report.skipped)} skipped, "
            f"{len(report.bad)} refused."
        )


def read(file: str) -> bytes:
    if file.startswith(("https://", "http://")):
        raise CommandError("Fetching from an address is not there yet: save the answer to a file and give the file.")
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def find_feed(name: str, kind: str, publish: bool) -> Feed:
    """The company's feed of this kind; both are made when they are new. ``publish`` counts for a new feed only."""
    publishes = Feed.Publishes.DIRECTLY if publish else Feed.Publishes.THROUGH_REVIEW
    company = find_company(name) or Company.objects.create(name=name)
    return Feed.objects.get_or_create(company=company, kind=kind, defaults={"publishes": publishes})[0]


def find_company(name: str) -> Company | None:
    """By name, else by slug; what was merged leads to what it was merged into."""
    names = Company.objects.order_by("pk").values_list("pk", "name")
    pk = next((pk for pk, other in names if fold(other) == fold(name)), None)
    company = Company.objects.filter(Q(pk=pk) if pk else Q(slug=fold(name))).first()
    while company and company.merged_into:
        company = company.merged_into
    return company
