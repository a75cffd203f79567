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
from jobboard.feeds.importing.missing import close_listings, missing_from_file
from jobboard.feeds.importing.report import ImportReport
from jobboard.feeds.importing.uploaded import jobs_of_others
from jobboard.feeds.tables.files import separator_of
from jobboard.feeds.tables.rows import TableRow, is_workbook
from jobboard.listings import emails
from jobboard.listings.models import Company, Feed, Listing
from jobboard.listings.rights import ADD_FEEDS

from .models import ImportJob, ImportRow
from .upload_columns import FileColumns, match_columns, save_choice
from .upload_findings import group_findings
from .upload_rows import (
    MAX_ROWS,
    UploadedRow,
    apply_report,
    check_rows,
    get_existing_ids,
    read_table,
    save_rows,
    why_none_closes,
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
# A file of an admin closes no job that it does not list, unless the admin asks for it.
NOT_COMPLETE = Shortfall("")

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
    """Save the file and have it checked in the background. Raises InvalidFeedError for a text that
    is no table. A spreadsheet is only unpacked, and so only checked, in the background.
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


def get_import(import_id: UUID, by: User) -> ImportJob | None:
    """An import of ``by``, while they may post for its company, or for all companies."""
    companies = Company.objects.of_user(by).public()
    allowed = Q(is_by_staff=False, company__in=companies)
    if by.has_perm(ADD_FEEDS):
        allowed |= Q(is_by_staff=True)
    jobs = ImportJob.objects.filter(allowed, by=by).select_related("company")
    # The content of a file that was never imported is deleted after a day: nothing is left to do.
    return jobs.exclude(state__in=WAITING, content=b"").filter(pk=import_id).first()


def choose_columns(job: ImportJob, columns: FileColumns) -> bool:
    """Have the file checked with these columns, and save them for the company's next file.
    Returns False if it is being imported already or its content is deleted.
    """
    with transaction.atomic():
        waiting = ImportJob.objects.filter(pk=job.pk, state__in=[*WAITING, State.FAILED])
        is_ours = waiting.exclude(content=b"").update(
            state=State.CHECKING,
            columns=columns.as_json(),
            rows_done=0,
            problem="",
            finished_at=None,
        )
        if is_ours:
            save_choice(columns, job.company)
            check_upload.enqueue(import_id=str(job.pk))
    return bool(is_ours)


def import_checked(job: ImportJob) -> bool:
    """Have a checked file imported. Returns False if it is being imported already, or was."""
    with transaction.atomic():
        checked = ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.CHECKED)
        is_ours = checked.update(state=ImportJob.State.IMPORTING, rows_done=0)
        if is_ours:
            import_upload.enqueue(import_id=str(job.pk))
    return bool(is_ours)


@task(priority=SOMEBODY_WAITS)
def check_upload(import_id: str) -> None:
    _work_on(import_id, State.CHECKING, dry_run_import, then=State.CHECKED)


@task(priority=SOMEBODY_WAITS)
def import_upload(import_id: str) -> None:
    """Idempotent: a second run tells by ``begun_at`` which jobs the first one made or changed."""
    ImportJob.objects.filter(pk=import_id, begun_at=None).update(begun_at=timezone.now())
    _work_on(import_id, State.IMPORTING, import_file, then=State.DONE)
    ImportJob.objects.filter(pk=import_id, state=State.DONE).update(content=b"")


def _work_on(
    import_id: str, state: str, do: Callable[[ImportJob, "Progress"], None], *, then: State
) -> None:
    jobs = ImportJob.objects.filter(pk=import_id, state=state).select_related("company", "by")
    job = jobs.first()
    if job is None:
        return
    try:
        _check_permission(job)
        job.state = then
        do(job, Progress(job))
    except ImportRunningError as busy:
        raise TryAgainError(timezone.now() + BUSY_PAUSE, str(busy)) from busy
    except InvalidFeedError as problem:
        job.state = State.FAILED
        job.problem = str(problem)[:400]
    except Error:
        raise  # The queue runs the task again after a database error.
    except Exception:  # It would fail again, and somebody is looking at "being checked".
        logger.exception("An upload (%s) failed", import_id)
        job.state = State.FAILED
        job.problem = OUR_FAULT
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "problem", "outcome", "columns", "finished_at"])


def _check_permission(job: ImportJob) -> None:
    """Again: the file may have waited for hours. Raises InvalidFeedError."""
    if job.is_by_staff:
        if not job.by.has_perm(ADD_FEEDS):
            raise InvalidFeedError("You can no longer upload jobs of other companies.")
        return
    if job.company not in Company.objects.of_user(job.by).public():
        raise InvalidFeedError(f"You can no longer post jobs for {job.company}.")


def take_up_again(import_id: str, task_path: str) -> None:
    """Called when an admin retries a failed task: set the state back if the file still exists."""
    states = {
        check_upload.module_path: ImportJob.State.CHECKING,
        import_upload.module_path: ImportJob.State.IMPORTING,
    }
    given_up = ImportJob.objects.filter(pk=import_id, state=ImportJob.State.FAILED)
    given_up.exclude(content=b"").update(state=states[task_path], problem="", finished_at=None)


class Progress:
    """Saves how many rows are done, at most once a second because it is a write. It never goes
    back: a worker that starts again soon reaches the number of the one that was killed.
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
    _fail_imports_without_a_task()
    old = ImportJob.objects.exclude(content=b"").filter(created_at__lt=now - FILES_RETENTION)
    old.filter(state__in=AT_WORK).update(state=ImportJob.State.FAILED, problem=TOO_LATE)
    old.update(content=b"")
    outdated = ImportJob.objects.filter(created_at__lt=now - ROWS_RETENTION)
    delete_in_batches(ImportRow.objects.filter(job__in=outdated))  # before the cascade does it
    delete_in_batches(outdated)


def _fail_imports_without_a_task() -> None:
    """Mark imports as failed whose task failed for good or was cancelled by an admin, while their
    page says "being imported".
    """
    at_work = ImportJob.objects.filter(state__in=AT_WORK)
    ids = {str(pk) for pk in at_work.values_list("pk", flat=True)}
    # In this order: a file is checked before it is imported.
    for task_of_upload in (check_upload, import_upload):
        for arguments in unfinished(task_of_upload):
            ids.discard(arguments["import_id"])
    at_work.filter(pk__in=ids).update(
        state=ImportJob.State.FAILED, problem=OUR_FAULT, finished_at=timezone.now()
    )


def dry_run_import(job: ImportJob, progress: Callable[[int], None]) -> None:
    """Note what ``import_file`` would do, or that somebody has to choose the columns first. Writes
    no jobs. Raises InvalidFeedError.
    """
    headers, table = read_table(zlib.decompress(job.content))
    job.rows = len(table)
    ImportJob.objects.filter(pk=job.pk).update(rows=job.rows)
    is_chosen = job.columns is not None
    columns = _get_columns(job, headers, table)
    is_unclear = columns.has_unknown or columns.asks_for_day_order
    if not is_chosen and (is_unclear or _lacks_values(columns, table, job)):
        job.state = State.COLUMNS
        return
    rows = check_rows(columns, table, job.company)
    feed = _get_feed(job)
    report = _run(try_items, job, feed or _new_feed(job), rows, progress)
    apply_report(rows, report)
    closing = _jobs_to_close(job, feed, rows)
    _save_outcome(job, columns, rows, closing, held=report.held)


def import_file(job: ImportJob, progress: Callable[[int], None]) -> None:
    """Raises InvalidFeedError before anything is written if the file cannot be read, and
    importer.ImportRunningError.
    """

    def note(rows_done: int) -> None:
        note_progress(rows_done)
        progress(rows_done)

    headers, table = read_table(zlib.decompress(job.content))
    columns = _get_columns(job, headers, table)
    rows = check_rows(columns, table, job.company)
    feed = _get_feed(job)
    if feed is None:
        feed = _new_feed(job)
        feed.save()
    report = _run(import_items, job, feed, rows, note)
    waiting = report.waiting + report.held
    if job.company and not job.is_by_staff and waiting:
        emails.notify_reviewers_of_upload(job.company, waiting)
    apply_report(rows, report)
    now = job.begun_at or timezone.now()
    close_listings(_jobs_to_close(job, feed, rows), now=now, by=job.by)
    closed = Listing.objects.of_feed(feed).filter(closed_at=now)
    _save_outcome(job, columns, rows, list(closed), held=report.held)


def _run(
    run: Callable[..., ImportReport],
    job: ImportJob,
    feed: Feed,
    rows: Sequence[UploadedRow],
    progress: Callable[[int], None],
) -> ImportReport:
    if all(row.faults for row in rows):
        return ImportReport()
    items: list[Result] = [row.result for row in rows]
    if job.is_by_staff:
        feed.publishes = job.publishes
        items.append(NOT_COMPLETE)
    return run(
        feed=feed,
        items=items,
        now=job.begun_at,
        uploaded_by=_member_of_company(job),
        progress=progress,
        notes_each=True,
    )


def _member_of_company(job: ImportJob) -> User | None:
    """Return who uploaded the file for their own company; None if staff did."""
    if job.is_by_staff:
        return None
    return job.by


def _get_feed(job: ImportJob) -> Feed | None:
    """The oldest one: after a merge a company may have several."""
    return Feed.objects.filter(company=job.company, kind=Feed.Kind.CSV).order_by("pk").first()


def _new_feed(job: ImportJob) -> Feed:
    publishes = job.publishes or Feed.Publishes.THROUGH_REVIEW
    return Feed(company=job.company, kind=Feed.Kind.CSV, publishes=publishes)


def _jobs_to_close(job: ImportJob, feed: Feed | None, rows: Sequence[UploadedRow]) -> list[Listing]:
    """Jobs of earlier files that are missing from this one, if whoever uploads it asks to close
    them. A member closes only jobs that they may edit.
    """
    if not job.closes_missing or feed is None or why_none_closes(rows):
        return []
    listed = {row.item.external_id for row in rows}
    missing = missing_from_file(feed, listed, is_of_person=not job.is_by_staff)
    not_editable = jobs_of_others(missing, _member_of_company(job))
    return [listing for listing in missing if listing.pk not in not_editable]


def _get_columns(job: ImportJob, headers: list[str], table: list[TableRow]) -> FileColumns:
    """The columns chosen for this file. If nobody chose any yet, sets them by their names."""
    if job.columns is None:
        job.columns = match_columns(headers, table, job.company).as_json()
    return FileColumns(**job.columns)


def _lacks_values(columns: FileColumns, table: Iterable[TableRow], job: ImportJob) -> bool:
    """Whether the file lacks a column that new jobs need. Jobs that exist already do not."""
    if not columns.lacking or columns.is_public:
        return False
    if "id" not in columns.fields or job.company is None:
        return True
    rows = check_rows(columns, table, job.company)
    ids = {row.item.external_id for row in rows}
    return not ids <= get_existing_ids(job.company)


def _save_outcome(
    job: ImportJob,
    columns: FileColumns,
    rows: Sequence[UploadedRow],
    closing: Sequence[Listing],
    *,
    held: int,
) -> None:
    """Save the rows, and set the counts and the sentences about many rows on the upload.
    ``held`` is how many of the changes wait for a moderator.
    """
    save_rows(job, columns, rows, closing)
    rows_by_kind = job.found_rows.values_list("what").annotate(count=Count("pk")).order_by()
    counts = Counter(dict(rows_by_kind))
    faults: list[tuple[int, str, str, str]] = []
    warnings: list[tuple[int, str, str, str]] = []
    for row in rows:
        for fault in row.faults:
            faults.append((row.number, fault.field, fault.reason, fault.value))
        if not row.faults:
            warnings += [(row.number, *warning) for warning in row.warnings]
    reason_to_close_none = ""
    if job.closes_missing:
        reason_to_close_none = why_none_closes(rows)
    job.outcome = {
        "created": counts[ImportRow.What.NEW],
        "updated": counts[ImportRow.What.CHANGED],
        "unchanged": counts[ImportRow.What.SAME],
        "closed": counts[ImportRow.What.CLOSES],
        "wrong": counts[ImportRow.What.WRONG],
        "held": held,
        "dates": columns.days_read,
        "faults": list(map(asdict, group_findings(columns, faults))),
        "said": list(map(asdict, group_findings(columns, warnings))),
        "unclosable": reason_to_close_none,
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
