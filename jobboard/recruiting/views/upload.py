from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.views.decorators.http import require_POST, require_safe

from jobboard.common.files import csv_answer
from jobboard.common.http import form_view
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import BadFeed
from jobboard.feeds.importer import Busy
from jobboard.listings.models import Company
from jobboard.recruiting import uploads


class UploadForm(forms.Form):
    company = forms.ModelChoiceField(Company.objects.none(), empty_label=None)
    file = forms.FileField(
        label="CSV file", help_text=f"UTF-8, up to {uploads.MOST_ROWS:,} jobs and 2 MB."
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
    """Choose a file; then what would become of each row, before anything is written."""
    if not Company.objects.of_user(request.user).exists():
        return redirect("recruiting:post")
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        company, content = form.cleaned_data["company"], form.cleaned_data["file"].read()
        try:
            outcome = uploads.try_out(content, company=company, by=request.user)
        except (BadFeed, Busy) as problem:
            form.add_error("file", str(problem))
        else:
            token = uploads.keep(content, company=company, by=request.user)
            return render(
                request,
                "recruiting/upload_check.html",
                {"outcome": outcome, "company": company, "token": token},
            )
    return render(request, "recruiting/upload.html", {"form": form, "columns": own_csv.TAKES})


@require_POST
@login_required
def upload_import(request, token: UUID) -> HttpResponse:
    """The second step: import what was looked at."""
    found = uploads.kept(token, by=request.user)
    if found is None:
        messages.error(request, "We only keep uploaded files for an hour. Choose the file again.")
        return redirect("recruiting:upload")
    company, content = found
    try:
        outcome = uploads.import_file(content, company=company, by=request.user)
    except (BadFeed, Busy) as problem:
        messages.error(request, str(problem))
        return redirect("recruiting:upload")
    return render(request, "recruiting/upload_done.html", {"outcome": outcome, "company": company})


@require_safe
def upload_template(request) -> HttpResponse:
    """The columns, and a row to be replaced."""
    return csv_answer(
        "jobs", own_csv.COLUMNS, [[uploads.EXAMPLE.get(name, "") for name in own_csv.COLUMNS]]
    )
