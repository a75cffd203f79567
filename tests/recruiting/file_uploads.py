"""Files of jobs as recruiters upload them, and what the pages say of the last one."""

import csv
from io import StringIO

from django.core.files.uploadedfile import SimpleUploadedFile

from jobboard.recruiting.models import ImportJob, ImportRow

UPLOAD = "/recruit/upload/"
COLUMNS = [
    "id",
    "title",
    "apply_url",
    "places",
    "level",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "closes_on",
    "description",
]
GOOD = {
    "title": "Data Engineer",
    "apply_url": "https://jobs.acme.example/",
    "places": "Lisbon, Portugal",
    "level": "mid",
    "salary_min": "45000",
    "salary_max": "60000",
    "salary_currency": "EUR",
    "salary_period": "year",
    "closes_on": "2099-12-31",
    "description": "You build pipelines, and you like it.",
}


def row(number: int, **changes) -> dict:
    return {"id": f"job-{number}", **GOOD, "title": f"Data Engineer {number}"} | changes


def file_of(rows: list[dict], columns=COLUMNS) -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogateescape")


def upload(client, company, content: bytes, name="jobs.csv", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(UPLOAD, {"company": company.pk, "file": file} | fields, follow=True)


def address() -> str:
    """The page of the last upload."""
    return f"{UPLOAD}{ImportJob.objects.first().pk}/"


def outcome_of(response) -> dict:
    return response.context["job"].outcome


def counts(response) -> tuple[int, int, int, int]:
    """New, changed, unchanged and refused."""
    outcome = outcome_of(response)
    return outcome["created"], outcome["updated"], outcome["unchanged"], outcome["wrong"]


def refused() -> list[list]:
    """Of the last upload: row, column and reason of each fault."""
    rows = ImportJob.objects.first().found_rows.filter(what=ImportRow.What.WRONG)
    return [[row.number, *note] for row in rows for note in row.notes]


def said() -> list[list]:
    """Of the last upload: row, column and sentence to look at."""
    rows = ImportJob.objects.first().found_rows.exclude(what=ImportRow.What.WRONG)
    return [[row.number, *note] for row in rows for note in row.notes]
