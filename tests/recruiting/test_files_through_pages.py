"""Files as programs save them, through the pages: uploaded, their columns matched where they are
asked about, looked at, confirmed, and what then stands; and the same file once more.
"""

import csv
from datetime import date
from io import StringIO

import pytest

from jobboard.listings.models import Listing
from jobboard.recruiting.models import ImportJob
from tests.feeds.tables.files_of_programs import FILES, GERMAN, as_text
from tests.reading import text_of
from tests.recruiting.file_uploads import address, counts, upload

pytestmark = pytest.mark.django_db

# The columns of a well-known scraper of job boards.
SCRAPED = (
    "id,site,job_url,job_url_direct,title,company,location,date_posted,job_type,interval,"
    "min_amount,max_amount,currency,is_remote,emails,description\n"
    "in-7f3a,indeed,https://board.example/7f3a,https://careers.acme.example/1,Data Engineer,Acme,"
    '"Zürich, ZH, CH",2026-11-20,fulltime,yearly,45000.0,55000.0,EUR,False,,'
    '"**You build** pipelines in Zürich.\n\n* Python\n* SQL"\n'
).encode()
CHOSEN = {
    "id": "id",
    "title": "title",
    "job_url_direct": "apply_url",
    "company": "company",
    "location": "places",
    "date_posted": "posted_on",
    "job_type": "employment_types",
    "interval": "salary_period",
    "min_amount": "salary_min",
    "max_amount": "salary_max",
    "currency": "salary_currency",
    "description": "description",
}


@pytest.fixture
def push(client, acme, work):
    """A file through all pages; what the last one counts."""

    def push_file(content: bytes, chosen: dict[str, str] | None = None):
        upload(client, acme, content)
        work()
        job = ImportJob.objects.first()
        if job.state == ImportJob.State.COLUMNS:
            headers = job.columns["headers"]
            fields = {f"column-{at}": (chosen or {})[one] for at, one in enumerate(headers)}
            client.post(f"{address()}columns/", fields)
            work()
        preview = client.get(address())
        before = counts(preview)
        assert "Import jobs" in text_of(preview) or before[:2] == (0, 0)
        client.post(address())
        work()
        done = client.get(address())
        assert counts(done) == before
        return before

    return push_file


@pytest.mark.slow
@pytest.mark.parametrize("program", FILES)
def test_a_job_of_any_program_comes_through_all_pages(push, program):
    assert push(FILES[program]) == (1, 0, 0, 0)

    job = Listing.objects.get()
    assert (job.title, job.place_line, job.level) == ("Data Engineer", "Zürich · Genève", "entry")
    assert job.pay_text == "EUR 45,000 - 55,000 a year"
    assert job.closes_on == date(2099, 12, 31)
    assert "Zürich" in job.description_html
    assert push(FILES[program]) == (0, 0, 1, 0)


def test_a_scrapers_columns_are_matched_once(push):
    chosen = dict.fromkeys(SCRAPED.decode().split("\n", 1)[0].split(","), "") | CHOSEN

    assert push(SCRAPED, chosen) == (1, 0, 0, 0)

    job = Listing.objects.get()
    assert (job.title, job.pay_text) == ("Data Engineer", "EUR 45,000 - 55,000 a year")
    assert job.apply_url == "https://careers.acme.example/1"
    assert "<li>Python</li>" in job.description_html
    assert push(SCRAPED) == (0, 0, 1, 0)  # without being asked again


def test_what_we_export_comes_back_unchanged(client, push):
    push(FILES["Excel workbook"])

    export = client.get("/recruit/upload/jobs.csv").content

    assert len(list(csv.reader(StringIO(export.decode())))) == 2
    assert push(export) == (0, 0, 1, 0)


@pytest.mark.slow
@pytest.mark.sqlite_alone  # test_upload.py takes a thousand through both
def test_five_thousand_rows_come_through_all_pages(push):
    rows = [[f"{number}", f"Data Engineer {number}", *GERMAN[2:]] for number in range(5_000)]

    assert push(as_text(rows, ";").encode("cp1252")) == (5_000, 0, 0, 0)
    assert Listing.objects.count() == 5_000
