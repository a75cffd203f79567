"""Jobs in an uploaded file: tried out, then imported, both in the background. Missing rows end
nothing.
"""

import logging
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID

from django.db import Error, transaction
from django.utils import timezone
from django_tasks import task

from jobboard.accounts.models import User
from jobboard.common.batches import delete_in_batches
from jobboard.common.tasks import SOMEBODY_WAITS, TryAgainError, note_progress, unfinished
from jobboard.common.text.words import fold
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import BadFeed, BadItem, FeedItem, limit
from jobboard.feeds.importing.importer import Busy, import_items, try_items
from jobboard.feeds.importing.report import Report
from jobboard.feeds.importing.uploaded import as_downloaded, stands_so
from jobboard.feeds.tables.rows import is_workbook
from jobboard.listings import emails
from jobboard.listings.models import Company, Feed
from roles.models import Role

from .models import ImportJob

MOST_BYTES = 2 * 2**20
MOST_ROWS = 5_000
FILES_ARE_KEPT = timedelta(days=1)  # until they are imported
OUR_FAULT = "Something went wrong on our side, and it was noted. Try again, or write to us."
TOO_LATE = "The file could not be processed within a day. Upload it again."
ROWS_ARE_KEPT = timedelta(days=30)
BUSY_PAUSE = timedelta(seconds=5)
AT_WORK = [ImportJob.State.CHECKING, ImportJob.State.IMPORTING]
EXAMPLE_ID = "example-1"
EXAMPLE = {
    "id": EXAMPLE_ID,
    "title": "Data Engineer",
    "apply_url": "https://careers.example.com/jobs/1",
    "places": "Lisbon; Remote (Portugal)",
    "employment_types": "full_time",
    "level": "mid",
    "salary_min": "45000",
    "salary_max": "60000",
    "salary_currency": "EUR",
    "salary_period": "year",
    "skills": "Python; SQL",
    "visa": "no",
    "description": "## What you do\n\nYou build pipelines.",
}

logger = logging.getLogger("jobboard.recruiting")


@dataclass
class Outcome:
    """What an import did, or would do; ``refused`` rows as (number, column, reason), and
    new ones to look at once more likewise.
    """

    created: int
    updated: int
    unchanged: int
    refused: list[tuple[int, str, str]]
    warned: list[tuple[int, str, str]]
    held: int = 0  # of the updated


def begin(content: bytes, *, company: Company, by: User) -> ImportJob:
    """Keep the file and have it checked in the background. Raises BadFeed for a text that has not
    our columns; what a spreadsheet has is known when it is unpacked there.
    """
    rows = 0
    if not is_workbook(content):
        rows = _count_rows(content)
        own_csv.parse(BytesIO(content))  # reads the first row
    with transaction.atomic():
        job = ImportJob.objects.create(
            company=company,
            by=by,
            content=zlib.compress(content),
            rows=rows,
        )
        check_upload.enqueue(import_id=str(job.pk))
    return job


def of_person(import_id: UUID, by: User) -> ImportJob | None:
    """Nobody else's, and only while they may post for the company."""
    companies = Company.objects.of_user(by).public()
    jobs = ImportJob.objects.filter(by=by, company__in=companies)
    # A checked file that was never imported goes after a day; there is nothing more to do with it.
    return jobs.exclude(state=ImportJob.State.CHECKED, content=b"").filter(pk=import_id).first()


def import_checked(job: ImportJob) -> bool:
    """Have a checked file imported. False: it is being imported already, or was."""
    with transaction.atomic():
        checked = ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.CHECKED)
        is_ours = checked.update(state=ImportJob.State.IMPORTING, rows_done=0)
        if is_ours:
            import_upload.enqueue(import_id=str(job.pk))
    return bool(is_ours)


@task(priority=SOMEBODY_WAITS)
def check_upload(import_id: str) -> None:
    _work_on(import_id, ImportJob.State.CHECKING, try_out, then=ImportJob.State.CHECKED)


@task(priority=SOMEBODY_WAITS)
def import_upload(import_id: str) -> None:
    """A second run finds the rows of the first unchanged, and knows by ``begun_at`` which were
    made or changed by that.
    """
    ImportJob.objects.filter(pk=import_id, begun_at=None).update(begun_at=timezone.now())
    _work_on(import_id, ImportJob.State.IMPORTING, import_file, then=ImportJob.State.DONE)
    ImportJob.objects.filter(pk=import_id, state=ImportJob.State.DONE).update(content=b"")


def _work_on(
    import_id: str, state: str, do: Callable[..., Outcome], *, then: ImportJob.State
) -> None:
    job = ImportJob.objects.filter(pk=import_id, state=state).select_related("company", "by")
    found = job.first()
    if found is None:
        return
    try:
        _refuse_strangers(found)
        outcome = do(
            zlib.decompress(found.content),
            company=found.company,
            by=found.by,
            now=found.begun_at,
            progress=Progress(found),
        )
    except Busy as busy:
        raise TryAgainError(timezone.now() + BUSY_PAUSE, str(busy)) from busy
    except BadFeed as problem:
        found.state, found.problem = ImportJob.State.FAILED, str(problem)[:400]
    except Error:
        raise  # the database's: it is tried again
    except Exception:  # it would fail again, and somebody is looking at "being checked"
        logger.exception("An upload (%s) failed", import_id)
        found.state, found.problem = ImportJob.State.FAILED, OUR_FAULT
    else:
        found.state, found.outcome = then, asdict(outcome)
    found.finished_at = timezone.now()
    found.save(update_fields=["state", "problem", "outcome", "finished_at"])


def _refuse_strangers(job: ImportJob) -> None:
    """The file may have waited for hours. Raises BadFeed."""
    companies = Company.objects.of_user(job.by).public()
    if not companies.filter(pk=job.company_id).exists():
        raise BadFeed(f"You can no longer post jobs for {job.company}.")


def take_up_again(import_id: str, task_path: str) -> None:
    """Its task was given up and is tried again, while the file is still here."""
    states = {
        check_upload.module_path: ImportJob.State.CHECKING,
        import_upload.module_path: ImportJob.State.IMPORTING,
    }
    given_up = ImportJob.objects.filter(pk=import_id, state=ImportJob.State.FAILED)
    given_up.exclude(content=b"").update(state=states[task_path], problem="", finished_at=None)


class Progress:
    """Notes how many rows are done, once a second: it is a write. After a worker was killed, the
    next one soon comes as far, and goes on from there.
    """

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.noted_at = time.monotonic()

    def __call__(self, rows_done: int) -> None:
        now = time.monotonic()
        if rows_done > self.job.rows_done and now - self.noted_at >= 1:
            self.noted_at = now
            ImportJob.objects.filter(pk=self.job.pk).update(rows_done=rows_done)


def delete_old_uploads() -> None:
    now = timezone.now()
    _end_those_without_a_task()
    old = ImportJob.objects.exclude(content=b"").filter(created_at__lt=now - FILES_ARE_KEPT)
    old.filter(state__in=AT_WORK).update(state=ImportJob.State.FAILED, problem=TOO_LATE)
    old.update(content=b"")
    delete_in_batches(ImportJob.objects.filter(created_at__lt=now - ROWS_ARE_KEPT))


def _end_those_without_a_task() -> None:
    """Somebody looks at "being imported" while its task was given up, or cancelled by an admin."""
    at_work = ImportJob.objects.filter(state__in=AT_WORK)
    ids = {str(pk) for pk in at_work.values_list("pk", flat=True)}
    # In this order: a file is checked before it is imported.
    for task_of_upload in (check_upload, import_upload):
        ids -= {arguments["import_id"] for arguments in unfinished(task_of_upload)}
    at_work.filter(pk__in=ids).update(
        state=ImportJob.State.FAILED, problem=OUR_FAULT, finished_at=timezone.now()
    )


def try_out(
    content: bytes,
    *,
    company: Company,
    by: User,
    now: datetime | None,
    progress: Callable[[int], None],
) -> Outcome:
    """What ``import_file`` would do; nothing is written. Raises BadFeed."""
    items, numbers = _read(content, company)
    feed = _feed_of(company) or Feed(company=company, kind=Feed.Kind.CSV)
    report = try_items(feed=feed, items=items, now=now, uploaded_by=by, progress=progress)
    return _outcome(report, numbers)


def import_file(
    content: bytes,
    *,
    company: Company,
    by: User,
    now: datetime | None,
    progress: Callable[[int], None],
) -> Outcome:
    """Raises BadFeed for no CSV of ours, before anything is written, and importer.Busy."""

    def note(rows_done: int) -> None:
        note_progress(rows_done)
        progress(rows_done)

    items, numbers = _read(content, company)
    feed = _feed_of(company)
    if feed is None:
        feed, _ = Feed.objects.get_or_create(company=company, kind=Feed.Kind.CSV, address="")
    report = import_items(feed=feed, items=items, now=now, uploaded_by=by, progress=note)
    if waiting := report.waiting + report.held:
        emails.many_to_reviewers(company, waiting)
    return _outcome(report, numbers)


def _feed_of(company: Company) -> Feed | None:
    """Its first, as it may have more than one since."""
    return Feed.objects.filter(company=company, kind=Feed.Kind.CSV).order_by("pk").first()


def _count_rows(content: bytes) -> int:
    """About how many there are. Raises BadFeed for too many."""
    rows = content.count(b"\n")
    if rows > 20 * MOST_ROWS:
        raise BadFeed(
            f"The file has {rows:,} rows. You can upload up to {MOST_ROWS:,} jobs at a time."
        )
    return max(rows - 1, 1)


def _read(content: bytes, company: Company) -> tuple[Iterator[FeedItem | BadItem], list[int]]:
    """The rows, and the number of each, which is known once the row was read. Raises BadFeed."""
    numbers: list[int] = []
    items = map(_with_our_id, own_csv.parse(BytesIO(content), numbers=numbers))
    return _checked(items, company), numbers


def _with_our_id(item: FeedItem | BadItem) -> FeedItem | BadItem:
    found_as = as_downloaded(item.external_id)
    if isinstance(item, FeedItem):
        return replace(item, external_id=found_as)
    item.external_id = found_as
    return item


def _outcome(report: Report, numbers: list[int]) -> Outcome:
    """``report`` counts the rows that were read, people the rows of their program."""
    refused = [
        (numbers[at - 1], name, reason.removesuffix(f" (row {numbers[at - 1]})"))
        for at, name, reason in report.bad
    ]
    refused += [(numbers[at - 1], "id", reason) for at, _, reason in report.skipped]
    warned = [(numbers[at - 1], "id", reason) for at, reason in report.twins]
    return Outcome(
        report.created, report.updated, report.unchanged, sorted(refused), warned, report.held
    )


def _checked(items: Iterator[FeedItem | BadItem], company: Company) -> Iterator[FeedItem | BadItem]:
    """The rows, each held to what the form asks for."""
    roles = set(Role.objects.published().values_list("slug", flat=True))
    for number, item in enumerate(items, start=1):
        if number > MOST_ROWS:
            yield BadItem("row", f"is over the limit of {MOST_ROWS:,} jobs per file")
        elif isinstance(item, FeedItem) and (problem := _problem(item, company, roles)):
            if problem.field != "company" and stands_so(item, company):
                yield item  # it lacked that before
                continue
            problem.external_id = item.external_id
            yield problem
        else:
            yield item


def _problem(item: FeedItem, company: Company, roles: set[str]) -> BadItem | None:
    if item.external_id == EXAMPLE_ID:
        return BadItem("id", "is the example from the template. Delete this row")
    if item.company and fold(item.company) != fold(company.name):
        return BadItem("company", f"must be {company} or blank, not {item.company[:40]}")
    if len(item.title) > limit("title"):
        return BadItem(
            "title", f"has {len(item.title)} characters. The maximum is {limit('title')}"
        )
    if item.role and item.role not in roles:
        return BadItem("role", f"is not one of our roles: {item.role[:40]}")
    if item.closes_on and item.closes_on < timezone.now().date():
        return BadItem("closes_on", f"is in the past: {item.closes_on}")
    return _missing(item)


def _missing(item: FeedItem) -> BadItem | None:
    if not item.places:
        return BadItem("places", "is missing")
    if not item.pay and not item.pay_text:
        return BadItem(
            "salary_min", "is missing. Enter the pay, or use pay_text to say why it isn’t stated"
        )
    return None
