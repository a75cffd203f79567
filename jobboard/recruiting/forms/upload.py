"""A file of jobs: of a company by its people, or of any company by staff."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from jobboard.common.text.html import clean_text
from jobboard.listings.employers.companies import find_company
from jobboard.listings.models import Company, Feed
from jobboard.recruiting import uploads
from jobboard.recruiting.upload_rows import MAX_ROWS


class FileForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text=(
            "Excel (.xlsx), LibreOffice (.ods) or CSV, "
            f"up to {MAX_ROWS:,} jobs and 2 MB. The first sheet is read."
        ),
    )
    closes_missing = forms.BooleanField(
        label="Close jobs from earlier files that are not in this file",
        required=False,
        help_text="You’ll see which ones before anything is saved.",
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > uploads.MAX_BYTES:
            raise ValidationError(
                f"The file is {filesizeformat(file.size)}. "
                f"The maximum is {filesizeformat(uploads.MAX_BYTES)}."
            )
        return file

    @property
    def content(self) -> bytes:
        return self.cleaned_data["file"].read()

    @property
    def values(self) -> dict[str, Any]:
        """Further facts about the file."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class UploadForm(FileForm):
    company = forms.ModelChoiceField(Company.objects.none(), empty_label=None)

    field_order = ["company", "file", "closes_missing"]

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"] = forms.ModelChoiceField(
            Company.objects.of_user(user).public(), empty_label=None
        )


class StaffUploadForm(FileForm):
    company = forms.CharField(
        label="Company",
        max_length=Company._meta.get_field("name").max_length,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Its name. Leave blank for a file in which each job names its company.",
    )
    publishes = forms.ChoiceField(
        label="Publish",
        choices=Feed.Publishes.choices,
        initial=Feed.Publishes.THROUGH_REVIEW,
        help_text=Feed._meta.get_field("publishes").help_text,
    )

    field_order = ["company", "file", "publishes", "closes_missing"]

    def clean_company(self) -> Company | None:
        name = clean_text(self.cleaned_data["company"])
        found = find_company(name) if name else None
        if name and found is None:
            raise ValidationError(
                "There is no company of this name. Add it first, "
                "or leave this blank and name it in a column of the file."
            )
        if found and found.suspended_at:
            raise ValidationError(f"{found} is suspended, so its jobs would not be shown.")
        return found
