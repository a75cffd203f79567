from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.views.decorators.http import require_safe

from jobboard.common.web.files import csv_answer
from jobboard.common.web.http import form_view
from jobboard.feeds.adapters import own_csv, own_csv_export
from jobboard.feeds.adapters.base import BadFeed
from jobboard.feeds.importing.uploaded import reference
from jobboard.listings.content import content_of
from jobboard.listings.models import Company, Listing
from jobboard.recruiting import uploads
from jobboard.recruiting.models import ImportJob

State = ImportJob.State
PAGES = {
    State.CHECKING: "recruiting/upload_progress.html",
    State.CHECKED: "recruiting/upload_check.html",
    State.IMPORTING: "recruiting/upload_progress.html",
    State.DONE: "recruiting/upload_done.html",
    State.FAILED: "recruiting/upload_failed.html",
}


class UploadForm(forms.Form):
    company = forms.ModelChoiceField(Company.objects.none(), empty_label=None)
    file = forms.FileField(
        label="File",
        help_text=(
            "Excel (.xlsx), LibreOffice (.ods) or CSV, "
            f"up to {uploads.MOST_ROWS:,} jobs and 2 MB. The first sheet is read."
        ),
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = Company.objects.of_user(user).public()

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > uploads.MOST_BYTES:
            raise ValidationError(
                f"The file is {filesizeformat(file.size)}. "
                f"The maximum is {filesizeformat(uploads.MOST_BYTES)}."
            )
        return file


@form_view
@login_required
def upload(request) -> HttpResponse:
    """Choose a file. It is checked in the background, before anything is saved."""
    if not Company.objects.of_user(request.user).exists():
        return redirect("recruiting:post")
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        company, content = form.cleaned_data["company"], form.cleaned_data["file"].read()
        try:
            job = uploads.begin(content, company=company, by=request.user)
        except BadFeed as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("recruiting:import_job", job.pk)
    return render(request, "recruiting/upload.html", {"form": form, "columns": own_csv.TAKES})


@form_view
@login_required
def import_job(request, import_id: UUID) -> HttpResponse:
    """How far the file is; what would become of each row, and the button that says go; what did."""
    job = uploads.of_person(import_id, request.user)
    if job is None:
        messages.error(request, "This upload is no longer available. Choose the file again.")
        return redirect("recruiting:upload")
    if request.method == "POST":
        if not uploads.import_checked(job):
            messages.info(request, "This file is already being imported.")
        return redirect("recruiting:import_job", job.pk)
    return render(request, PAGES[job.state], {"job": job})


@require_safe
@login_required
def jobs_csv(request) -> HttpResponse:
    """Open jobs, and those on the way there, in the columns of an upload, which knows each by its
    id.
    """
    listings = Listing.objects.editable_by(request.user).not_over()
    rows = (
        own_csv_export.row_of(content_of(listing), reference(listing))
        for listing in listings.select_related("role", "feed").order_by("pk")
    )
    return csv_answer("jobs", own_csv.COLUMNS, rows)


@require_safe
def upload_template(request) -> HttpResponse:
    """The columns, and a row to be replaced."""
    return csv_answer(
        "jobs", own_csv.COLUMNS, [[uploads.EXAMPLE.get(name, "") for name in own_csv.COLUMNS]]
    )
