"""Jobs in an uploaded file: tried out, then imported, both in the background. Missing rows end
nothing, unless whoever uploads it says so.
"""

import logging
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from django.db import Error, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django_tasks import task

from jobboard.accounts.models import User
from jobboard.common.batches import delete_in_batches
from jobboard.common.tasks import SOMEBODY_WAITS, TryAgainError, note_progress, unfinished
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import InvalidFeedError, Result, Shortfall
from jobboard.feeds.importing.importer import ImportRunningError, import_items, try_items
from jobboard.feeds.importing.report import Report
from jobboard.feeds.importing.uploaded import jobs_of_others
from jobboard.feeds.importing.vanished import end_missing, missing_from
from jobboard.feeds.tables.files import separator_of
from jobboard.feeds.tables.rows import TableRow, is_workbook
from jobboard.listings import emails
from jobboard.listings.models import Company, Feed, Listing
from jobboard.listings.rights import ADD_FEEDS

from .models import ImportJob, ImportRow
from .upload_columns import FileColumns, columns_of, keep_choice
from .upload_rows import (
    MAX_ROWS,
    UploadedRow,
    ids_here,
    keep_rows,
    note_report,
    read_table,
    rows_of,
    sentences,
    unclosable,
)

MAX_BYTES = 2 * 2**20
FILES_RETENTION = timedelta(days=1)  # until they are imported
OUR_FAULT = "Something went wrong on our side, and it was noted. Try again, or write to us."
TOO_LATE = "The file could not be processed within a day. Upload it again."
ROWS_RETENTION = timedelta(days=30)
BUSY_PAUSE = timedelta(seconds=5)
State = ImportJob.State
AT_WORK = [State.CHECKING, State.IMPORTING]
WAITING = [State.COLUMNS, State.CHECKED]
# Nothing ends because an admin's file does not list it, unless they say so.
NOT_THE_WHOLE = Shortfall("")

logger = logging.getLogger("jobboard.recruiting")


def begin(
    content: bytes,
    *,
    company: Company | None,
    by: User,
    is_by_staff: bool = False,
    publishes: str = "",
    closes_missing: bool = False,
) -> ImportJob:
    """Keep the file and have it checked in the background. Raises InvalidFeedError for a text that
    is no table; what a spreadsheet has is known when it is unpacked there.
    """
    rows = 0
    if not is_workbook(content):
        rows = _count_rows(content)
    with transaction.atomic():
        job = ImportJob.objects.create(
            company=company,
            by=by,
            is_by_staff=is_by_staff,
            publishes=publishes,
            closes_missing=closes_missing,
            content=zlib.compress(content),
            separator=separator_of(content),
            is_workbook=is_workbook(content),
            rows=rows,
        )
        check_upload.enqueue(import_id=str(job.pk))
    return job


def of_person(import_id: UUID, by: User) -> ImportJob | None:
    """Nobody else's, and only while they may post for the company, or for all."""
    companies = Company.objects.of_user(by).public()
    allowed = Q(is_by_staff=False, company__in=companies)
    if by.has_perm(ADD_FEEDS):
        allowed |= Q(is_by_staff=True)
    jobs = ImportJob.objects.filter(allowed, by=by).select_related("company")
    # A file that was never imported goes after a day; there is nothing more to do with it.
    return jobs.exclude(state__in=WAITING, content=b"").filter(pk=import_id).first()


def choose_columns(job: ImportJob, found: FileColumns) -> bool:
    """Have the file checked with these columns, which are kept for the next one of the company.
    False: it is being imported already, or its content is gone.
    """
    with transaction.atomic():
        waiting = ImportJob.objects.filter(pk=job.pk, state__in=[*WAITING, State.FAILED])
        is_ours = waiting.exclude(content=b"").update(
            state=State.CHECKING,
            columns=found.as_json(),
            rows_done=0,
            problem="",
            finished_at=None,
        )
        if is_ours:
            keep_choice(found, job.company)
            check_upload.enqueue(import_id=str(job.pk))
    return bool(is_ours)


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
    _work_on(import_id, State.CHECKING, try_out, then=State.CHECKED)


@task(priority=SOMEBODY_WAITS)
def import_upload(import_id: str) -> None:
    """A second run finds the rows of the first unchanged, and knows by ``begun_at`` which were
    made or changed by that.
    """
    ImportJob.objects.filter(pk=import_id, begun_at=None).update(begun_at=timezone.now())
    _work_on(import_id, State.IMPORTING, import_file, then=State.DONE)
    ImportJob.objects.filter(pk=import_id, state=State.DONE).update(content=b"")


def _work_on(
    import_id: str, state: str, do: Callable[[ImportJob, "Progress"], None], *, then: State
) -> None:
    job = ImportJob.objects.filter(pk=import_id, state=state).select_related("company", "by")
    found = job.first()
    if found is None:
        return
    try:
        _refuse_strangers(found)
        found.state = then
        do(found, Progress(found))
    except ImportRunningError as busy:
        raise TryAgainError(timezone.now() + BUSY_PAUSE, str(busy)) from busy
    except InvalidFeedError as problem:
        found.state, found.problem = State.FAILED, str(problem)[:400]
    except Error:
        raise  # the database's: it is tried again
    except Exception:  # it would fail again, and somebody is looking at "being checked"
        logger.exception("An upload (%s) failed", import_id)
        found.state, found.problem = State.FAILED, OUR_FAULT
    found.finished_at = timezone.now()
    found.save(update_fields=["state", "problem", "outcome", "columns", "finished_at"])


def _refuse_strangers(job: ImportJob) -> None:
    """The file may have waited for hours. Raises InvalidFeedError."""
    if job.is_by_staff:
        if not job.by.has_perm(ADD_FEEDS):
            raise InvalidFeedError("You can no longer upload jobs of other companies.")
        return
    if job.company not in Company.objects.of_user(job.by).public():
        raise InvalidFeedError(f"You can no longer post jobs for {job.company}.")


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
    old = ImportJob.objects.exclude(content=b"").filter(created_at__lt=now - FILES_RETENTION)
    old.filter(state__in=AT_WORK).update(state=ImportJob.State.FAILED, problem=TOO_LATE)
    old.update(content=b"")
    gone = ImportJob.objects.filter(created_at__lt=now - ROWS_RETENTION)
    delete_in_batches(ImportRow.objects.filter(job__in=gone))  # a few at a time
    delete_in_batches(gone)


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


def try_out(job: ImportJob, progress: Callable[[int], None]) -> None:
    """What ``import_file`` would do, or that its columns have to be chosen; nothing is written but
    what is kept of the file. Raises InvalidFeedError.
    """
    headers, table = read_table(zlib.decompress(job.content))
    job.rows = len(table)
    ImportJob.objects.filter(pk=job.pk).update(rows=job.rows)
    is_chosen = job.columns is not None
    found = _columns(job, headers, table)
    is_unclear = found.has_unknown or found.asks_for_day_order
    if not is_chosen and (is_unclear or _needs_more(found, table, job)):
        job.state = State.COLUMNS
        return
    rows = rows_of(found, table, job.company)
    feed = _feed_of(job)
    report = _run(try_items, job, feed or _new_feed(job), rows, progress)
    note_report(rows, report)
    closing = _closing(job, feed, rows)
    _note(job, found, rows, closing, held=report.held)


def import_file(job: ImportJob, progress: Callable[[int], None]) -> None:
    """Raises InvalidFeedError for what cannot be read, before anything is written, and
    importer.ImportRunningError.
    """

    def note(rows_done: int) -> None:
        note_progress(rows_done)
        progress(rows_done)

    headers, table = read_table(zlib.decompress(job.content))
    found = _columns(job, headers, table)
    rows = rows_of(found, table, job.company)
    feed = _feed_of(job)
    if feed is None:
        feed = _new_feed(job)
        feed.save()
    report = _run(import_items, job, feed, rows, note)
    if job.company and not job.is_by_staff and (waiting := report.waiting + report.held):
        emails.many_to_reviewers(job.company, waiting)
    note_report(rows, report)
    closing = _closing(job, feed, rows)
    now = job.begun_at or timezone.now()
    end_missing(closing, now=now, by=job.by)
    closed = Listing.objects.of_feed(feed).filter(closed_at=now)
    _note(job, found, rows, list(closed), held=report.held)


def _run(
    run: Callable[..., Report],
    job: ImportJob,
    feed: Feed,
    rows: Sequence[UploadedRow],
    progress: Callable[[int], None],
) -> Report:
    if all(row.faults for row in rows):
        return Report()
    items: list[Result] = [row.result for row in rows]
    if job.is_by_staff:
        feed.publishes = job.publishes
        items.append(NOT_THE_WHOLE)
    return run(
        feed=feed,
        items=items,
        now=job.begun_at,
        uploaded_by=None if job.is_by_staff else job.by,
        progress=progress,
        notes_each=True,
    )


def _feed_of(job: ImportJob) -> Feed | None:
    """Its first, as it may have more than one since."""
    return Feed.objects.filter(company=job.company, kind=Feed.Kind.CSV).order_by("pk").first()


def _new_feed(job: ImportJob) -> Feed:
    publishes = job.publishes or Feed.Publishes.THROUGH_REVIEW
    return Feed(company=job.company, kind=Feed.Kind.CSV, publishes=publishes)


def _closing(job: ImportJob, feed: Feed | None, rows: Sequence[UploadedRow]) -> list[Listing]:
    """Jobs of earlier files that this one leaves out, where whoever uploads it says that they are
    over; a member closes none that they may not edit.
    """
    if not job.closes_missing or feed is None or unclosable(rows):
        return []
    listed = {row.item.external_id for row in rows}
    closing = missing_from(feed, listed, is_of_person=not job.is_by_staff)
    not_theirs = jobs_of_others(closing, None if job.is_by_staff else job.by)
    return [listing for listing in closing if listing.pk not in not_theirs]


def _columns(job: ImportJob, headers: list[str], table: list[TableRow]) -> FileColumns:
    """As they were chosen for this file, or as far as they are known, which it then has."""
    if job.columns is None:
        job.columns = columns_of(headers, table, job.company).as_json()
    return FileColumns(**job.columns)


def _needs_more(found: FileColumns, table: Iterable[TableRow], job: ImportJob) -> bool:
    """Whether the file lacks what jobs need. Of jobs that are here, it need not say it."""
    if not found.lacking or found.is_public:
        return False
    if "id" not in found.fields or job.company is None:
        return True
    here = ids_here(job.company)
    rows = rows_of(found, table, job.company)
    return not all(row.item.external_id in here for row in rows)


def _note(
    job: ImportJob,
    found: FileColumns,
    rows: Sequence[UploadedRow],
    closing: Sequence[Listing],
    *,
    held: int,
) -> None:
    """Of each row in a table of its own; with the upload, the counts and what holds for many.
    ``held`` of those that change wait for a moderator.
    """
    keep_rows(job, found, rows, closing)
    counts = Counter(
        dict(job.found_rows.values_list("what").annotate(count=Count("pk")).order_by())
    )
    faults: list[tuple[int, str, str, str]] = []
    said: list[tuple[int, str, str, str]] = []
    for row in rows:
        faults += [(row.number, one.field, one.reason, one.value) for one in row.faults]
        if not row.faults:
            said += [(row.number, *one) for one in row.said]
    job.outcome = {
        "created": counts[ImportRow.What.NEW],
        "updated": counts[ImportRow.What.CHANGED],
        "unchanged": counts[ImportRow.What.SAME],
        "closed": counts[ImportRow.What.CLOSES],
        "wrong": counts[ImportRow.What.WRONG],
        "held": held,
        "dates": found.days_read,
        "faults": [asdict(one) for one in sentences(found, faults)],
        "said": [asdict(one) for one in sentences(found, said)],
        "unclosable": unclosable(rows) if job.closes_missing else "",
    }


def _count_rows(content: bytes) -> int:
    """Raises InvalidFeedError for too many, and for a text that is no table."""
    lines = content.count(b"\n")
    if lines > 20 * MAX_ROWS:
        raise InvalidFeedError(
            f"The file has {lines:,} rows. You can upload up to {MAX_ROWS:,} jobs at a time."
        )
    _, rows = own_csv.open_table(BytesIO(content))
    return sum(1 for _ in rows)
