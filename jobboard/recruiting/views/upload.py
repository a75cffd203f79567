from itertools import compress
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jobboard.common.text.words import plural
from jobboard.common.web.files import csv_answer, excel_answer
from jobboard.common.web.http import Pager, form_view
from jobboard.common.web.workbooks import workbook_answer
from jobboard.feeds.adapters import own_csv_export
from jobboard.feeds.adapters.base import InvalidFeedError
from jobboard.feeds.adapters.own_csv_columns import COLUMN_HELP, COLUMNS
from jobboard.feeds.importing.uploaded import reference
from jobboard.feeds.tables.headers import WRONG, is_wrong_column
from jobboard.listings.content import get_content
from jobboard.listings.models import Company, Listing
from jobboard.recruiting import uploads
from jobboard.recruiting.forms.columns import ColumnsForm
from jobboard.recruiting.forms.upload import UploadForm
from jobboard.recruiting.models import ImportJob, ImportRow
from jobboard.recruiting.upload_columns import FileColumns
from jobboard.recruiting.upload_rows import EXAMPLE_ID, describe_faults, pad_cells

ROWS_ON_A_PAGE = 50
State = ImportJob.State
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
TEMPLATES = {
    State.CHECKING: "recruiting/upload_progress.html",
    State.CHECKED: "recruiting/upload_check.html",
    State.IMPORTING: "recruiting/upload_progress.html",
    State.DONE: "recruiting/upload_done.html",
    State.FAILED: "recruiting/upload_failed.html",
}


@form_view
@login_required
def upload(request) -> HttpResponse:
    """Choose a file. It is checked in the background, before anything is saved."""
    if not Company.objects.of_user(request.user).exists():
        return redirect("recruiting:post")
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            job = uploads.begin(form.content, by=request.user, **form.values)
        except InvalidFeedError as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("recruiting:import_job", job.pk)
    return render(request, "recruiting/upload.html", {"form": form, "columns": COLUMN_HELP})


@form_view
@login_required
def import_job(request, import_id: UUID) -> HttpResponse:
    """The progress of the check, then what the import would do and its button, then what it did."""
    job = uploads.get_import(import_id, request.user)
    if job is None:
        return _no_longer_available(request)
    if request.method == "POST":
        if not uploads.import_checked(job):
            messages.info(request, "This file is already being imported.")
        return redirect("recruiting:import_job", job.pk)
    if job.state == State.COLUMNS:
        form = ColumnsForm(file_columns=FileColumns(**job.columns or {}))
        return _columns_page(request, job, form)
    context = {"job": job, "held_sentence": _held_sentence(job), **_rows_context(request, job)}
    return render(request, TEMPLATES[State(job.state)], context)


def _no_longer_available(request) -> HttpResponse:
    messages.error(request, "This upload is no longer available. Choose the file again.")
    return redirect("recruiting:upload")


def _held_sentence(job: ImportJob) -> str:
    held = (job.outcome or {}).get("held", 0)
    if not held:
        return ""
    waits = "waits" if held == 1 else "wait"
    return f"{plural(held, 'change')} of live jobs {waits} for review too."


def _rows_context(request, job: ImportJob) -> dict:
    rows = job.found_rows.exclude(what=ImportRow.What.WRONG)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    has_wrong = job.found_rows.filter(what=ImportRow.What.WRONG).exists()
    return {
        "page": page,
        "pager": Pager(page, lambda number: f"?page={number}"),
        "has_wrong": has_wrong,
    }


@form_view
@login_required
def import_columns(request, import_id: UUID) -> HttpResponse:
    """Show the columns of a file, to be chosen or changed before it is imported."""
    job = uploads.get_import(import_id, request.user)
    if job is None or job.columns is None:
        return _no_longer_available(request)
    form = ColumnsForm(request.POST or None, file_columns=FileColumns(**job.columns))
    if request.method == "POST" and form.is_valid():
        if not uploads.choose_columns(job, form.chosen):
            messages.info(request, "The columns of this file can no longer be changed.")
        return redirect("recruiting:import_job", job.pk)
    return _columns_page(request, job, form)


def _columns_page(request, job: ImportJob, form: ColumnsForm) -> HttpResponse:
    return render(request, "recruiting/upload_columns.html", {"job": job, "form": form})


@require_safe
@login_required
def import_errors(request, import_id: UUID) -> HttpResponse:
    """The rows with errors as a file, each with what is wrong, to be corrected and uploaded."""
    job = uploads.get_import(import_id, request.user)
    if job is None or job.columns is None:
        return _no_longer_available(request)
    columns = FileColumns(**job.columns)
    # The file may hold our column “What is wrong” from last time.
    is_own = [not is_wrong_column(header) for header in columns.headers]
    headers = [*compress(columns.headers, is_own), WRONG]
    rows = []
    for row in job.found_rows.filter(what=ImportRow.What.WRONG):
        cells = pad_cells(row.cells or [], len(columns.headers))
        cells = columns.with_certain_days(cells)
        rows.append([*compress(cells, is_own), describe_faults(row)])
    if job.is_workbook:
        return workbook_answer("rows-with-errors", headers, rows)
    return excel_answer("rows-with-errors", headers, rows, job.separator)


@require_safe
@login_required
def jobs_csv(request) -> HttpResponse:
    """Send open jobs and those that may open, in the columns of an upload, which knows them by
    id.
    """
    listings = Listing.objects.editable_by(request.user).not_over()
    listings = listings.select_related("role", "feed").order_by("pk")
    rows = (
        own_csv_export.build_row(get_content(listing), reference(listing)) for listing in listings
    )
    return csv_answer("jobs", COLUMNS, rows)


@require_safe
def upload_template(request) -> HttpResponse:
    """The columns, and a row to be replaced."""
    return csv_answer("jobs", COLUMNS, [[EXAMPLE.get(name, "") for name in COLUMNS]])
