import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from io import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from jobboard.common.addresses import check_public_url
from jobboard.common.storage.statistics import analyze_if_grown
from jobboard.common.text.html import clean_text
from jobboard.common.text.words import plural
from jobboard.feeds.adapters.base import InvalidFeedError, Result
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.download import FetchError
from jobboard.feeds.fetching import items_at
from jobboard.feeds.following import LEFT_OUT, is_left_out
from jobboard.feeds.importing.importer import ImportRunningError, import_items, try_items
from jobboard.feeds.importing.report import MAX_NOTES, ImportReport
from jobboard.feeds.importing.storing import record_failure
from jobboard.listings.employers.companies import company_named, find_company
from jobboard.listings.models import Company, Feed

STAYS = {  # when it is interrupted, by whether it is a dry run
    True: "Nothing was written.",
    False: "Items imported so far were kept. Run it again to continue.",
}
NAME_LIMIT = Company._meta.get_field("name").max_length or 0


class Command(BaseCommand):
    help = (
        "Import jobs from a file or from the https URL of an applicant tracking system "
        "or job board. Treats the input as the complete feed: "
        "jobs missing from two imports in a row are closed. Safe to repeat or interrupt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", required=True, choices=sorted(map(str, ADAPTERS)))
        parser.add_argument(
            "--company",
            default="",
            metavar="NAME",
            help="company name or slug, created if new; omit for a job board",
        )
        parser.add_argument("file", metavar="FILE|URL")
        parser.add_argument(
            "--address",
            default="",
            metavar="URL",
            help="URL that FILE came from, used to resolve relative links",
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help="for a new feed, publish AI and data jobs without review",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what an import would do, and write nothing",
        )

    def handle(
        self,
        source: str,
        company: str,
        file: str,
        address: str,
        publish: bool,
        dry_run: bool,
        **options: Any,
    ) -> None:
        name = clean_text(company)
        if len(name) > NAME_LIMIT:
            raise CommandError(f"The company name can have up to {NAME_LIMIT} characters.")
        if address:
            check_address(address)
        if "://" in file:
            check_address(file)
        feed = find_feed(name, source, board_address(file, address))
        if is_left_out(source, board_address(file, address, feed)):
            raise CommandError(LEFT_OUT)
        with opened(file) as answer:
            feed = feed or new_feed(name, source, publish)
            if publish and feed.publishes != Feed.Publishes.DIRECTLY:
                self.stderr.write(
                    f"--publish has no effect: {feed} is there already and goes through review."
                )
            read = partial(self._items, source, file, address, answer, feed)
            report = self._import(feed, read, file, dry_run)
        self._print(report, feed)
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        if report.bad:
            if len(report.bad) == 1:
                raise CommandError(f"1 item in {file} was rejected.")
            raise CommandError(f"{plural(len(report.bad), 'item')} in {file} were rejected.")

    def _import(
        self, feed: Feed, read: Callable[[], Iterator[Result]], file: str, dry_run: bool
    ) -> ImportReport:
        """Import the items, or only try to. Raises CommandError, and records the failure with a
        stored feed.
        """
        try:
            items = read()
            if dry_run:
                return try_items(feed=feed, items=items)
            return store(feed, items)
        except (InvalidFeedError, FetchError) as error:
            if feed.pk and not dry_run:
                record_failure(feed=feed, failure=str(error), now=timezone.now())
            raise CommandError(f"{file}: {error}") from None
        except ImportRunningError as error:
            raise CommandError(f"{file}: {error}") from None
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise CommandError(f"{file} is a damaged or incomplete gzip archive.") from None
        except KeyboardInterrupt:
            raise CommandError(f"Interrupted. {STAYS[dry_run]}") from None

    def _items(
        self, source: str, file: str, address: str, answer: BinaryIO, feed: Feed
    ) -> Iterator[Result]:
        adapter = ADAPTERS[source]
        if "://" in file:
            return items_at(adapter, file, feed.api_key)
        size = size_of(answer)
        return self._with_progress(adapter.parse(answer, address or feed.address), answer, size)

    def _print(self, report: ImportReport, feed: Feed) -> None:
        for line in report.lines[:MAX_NOTES]:
            self.stdout.write(line)
        self.stdout.write(f"{feed}: {report}")
        if report.problem:
            self.stdout.write(report.problem)
        if report.is_unfinished:
            self.stdout.write("Some jobs have not been imported yet. Run it again.")

    def _with_progress(
        self, items: Iterable[Result], answer: BinaryIO, size: int
    ) -> Iterator[Result]:
        """``items``, with a progress bar on a terminal for how much of ``answer`` is read."""
        for number, item in enumerate(items, start=1):
            if number % 100 == 0 and size and self.stderr.isatty():
                share = answer.tell() / size
                bar = f"{'█' * round(30 * share):░<30} {share:4.0%} {number:,} jobs"
                self.stderr.write(f"\r{bar}", style_func=str, ending="")
            yield item
        if self.stderr.isatty():
            self.stderr.write("\r" + " " * 60 + "\r", style_func=str, ending="")


def board_address(file: str, address: str, feed: Feed | None = None) -> str:
    """The address that the jobs come from: ``file`` may be one that is fetched."""
    if "://" in file:
        return file
    if feed:
        return feed.address
    return address


def check_address(url: str) -> None:
    try:
        check_public_url(url)
    except ValidationError as error:
        raise CommandError(f"{url}: {error.messages[0]}") from None


def opened(file: str) -> AbstractContextManager[Any]:
    """The file, unpacked if it is gzip; empty for an address, which is fetched later."""
    try:
        if "://" in file:
            return nullcontext()
        with Path(file).open("rb") as start:
            is_packed = start.peek(2)[:2] == b"\x1f\x8b"
        if is_packed:
            return gzip.open(file)
        return Path(file).open("rb")
    except (OSError, ValueError) as error:
        raise CommandError(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or error}."
        ) from None


def size_of(answer: BinaryIO | gzip.GzipFile) -> int:
    """The size in bytes; 0 if only reading it to the end would tell, as with a pipe."""
    if not answer.seekable() or isinstance(answer, gzip.GzipFile):
        return 0
    size = answer.seek(0, SEEK_END)
    answer.seek(0)
    return size


def find_feed(name: str, kind: str, address: str) -> Feed | None:
    """The feed of this kind, of the company or, without a name, of the board: the one with the
    address, or else one without any. None if there is none.
    """
    company = None
    if name:
        company = find_company(name)
        if company is None:
            return None
    feeds = Feed.objects.filter(company=company, kind=kind).select_related("company").order_by("pk")
    if address:
        return feeds.filter(address=address).first() or feeds.filter(address="").first()
    if feeds.count() < 2:
        return feeds.first()
    raise CommandError(
        f"There are {feeds.count()} such feeds. Name the address of one with --address."
    )


def new_feed(name: str, kind: str, publish: bool) -> Feed:
    """A feed that is not saved yet; nor is its company if that is new."""
    publishes = Feed.Publishes.THROUGH_REVIEW
    if publish:
        publishes = Feed.Publishes.DIRECTLY
    feed = Feed(company=company_named(name), kind=kind, publishes=publishes)
    try:
        feed.clean()
    except ValidationError as error:
        raise CommandError(f"--company is needed: {error.messages[0]}") from None
    return feed


def store(feed: Feed, items: Iterator[Result]) -> ImportReport:
    if feed.company and not feed.company.pk:
        feed.company.save()
    if not feed.pk:
        feed.save()
    report = import_items(feed=feed, items=items)
    analyze_if_grown()
    return report
