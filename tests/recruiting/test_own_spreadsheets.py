"""A company's own spreadsheet, with whatever columns it has: what it says is understood, listed
before it is imported, and mended row by row.
"""

import csv
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jobboard.feeds.adapters.own_csv_columns import COLUMNS as OUR_COLUMNS
from jobboard.feeds.tables.values import names_of
from jobboard.feeds.tables.workbooks import read_workbook
from jobboard.listings import lifecycle
from jobboard.listings.choices import Level
from jobboard.listings.content import get_content
from jobboard.listings.models import Feed, Listing
from jobboard.recruiting.models import ColumnChoice, ImportJob, ImportRow
from jobboard.recruiting.upload_columns import LABELS
from jobboard.recruiting.upload_findings import format_ranges
from tests.factories import ListingFactory, SkillFactory, UserFactory
from tests.feeds.tables.workbook_files import xlsx, xlsx_rows
from tests.reading import text_of
from tests.recruiting.file_uploads import (
    COLUMNS,
    address,
    counts,
    file_of,
    outcome_of,
    refused,
    row,
    said,
    upload,
)

pytestmark = pytest.mark.django_db

GERMAN = "Stellenbezeichnung;Standort;Jahresgehalt von (EUR);Jahresgehalt bis (EUR);Bewerbungslink"
GERMAN_ROWS = [
    "Datenanalyst;München;52.000;68.000;https://jobs.acme.example/1",
    "ML-Ingenieurin;Zürich;90.000;;https://jobs.acme.example/2",
]


def german(*rows: str, head: str = GERMAN) -> bytes:
    return "\r\n".join([head, *(rows or GERMAN_ROWS)]).encode("cp1252")


LINK = "https://jobs.acme.example/1"
NO_PAY = ["Title", "Location", "Link"]
NO_PAY_CHOSEN = {"column-0": "title", "column-1": "places", "column-2": "apply_url"}


def columns_page() -> str:
    return f"{address()}columns/"


def choose(client, **fields):
    return client.post(columns_page(), fields, follow=True)


# Columns


def test_columns_with_other_names_are_known_without_being_asked_about(client, acme, import_it):
    done = import_it(client, acme, german())

    assert counts(done) == (2, 0, 0, 0)
    first, second = Listing.objects.order_by("pk")
    assert (first.title, first.place_line) == ("Datenanalyst", "München")
    assert first.pay_text == "EUR 52,000 - 68,000 a year"
    assert second.apply_url == "https://jobs.acme.example/2"


def test_links_and_titles_above_the_table_are_read_as_people_write_them(client, acme, import_it):
    row = "Data Engineer,Oslo,www.acme.example/1,NOK 800k"

    import_it(client, acme, f"Our jobs in 2027\n\nTitle,Location,Link,Salary\n{row}\n".encode())

    assert Listing.objects.get().apply_url == "https://www.acme.example/1"


@pytest.mark.slow
def test_without_ids_a_job_is_known_by_its_link_or_by_title_and_place(client, acme, import_it):
    import_it(client, acme, german())
    renamed = GERMAN_ROWS[0].replace("Datenanalyst", "Senior Datenanalyst")
    assert counts(import_it(client, acme, german(renamed, GERMAN_ROWS[1]))) == (0, 1, 1, 0)
    assert Listing.objects.count() == 2

    shared = [one.rpartition("/")[0] + "/" for one in GERMAN_ROWS]
    assert counts(import_it(client, acme, german(*shared))) == (2, 0, 0, 0)
    assert counts(import_it(client, acme, german(*reversed(shared)))) == (0, 0, 2, 0)
    import_it(client, acme, german(shared[0], shared[0]))
    assert refused()[0][1:] == ["Your reference", "is the same job as in row 2"]


@pytest.fixture
def odd_columns(client, acme, check):
    """A file that was uploaded and waits for what its columns hold."""
    rows = [{"Nr": "1", "Aufgabe": "Data Engineer", "Wo": "Lisbon", "Geld": "45000"}]
    content = file_of(rows, list(rows[0]))
    check(client, acme, content)
    return content


CHOSEN = {
    "column-0": "id",
    "column-1": "title",
    "column-2": "places",
    "column-3": "salary_min",
    "apply_url": "https://jobs.acme.example/",
    "salary_currency": "€",
    "salary_period": "year",
}


def test_columns_that_are_not_known_are_asked_about_with_their_values(client, acme, odd_columns):
    page = client.get(address())

    text = text_of(page)
    assert "4 columns to match" in text
    for words in ("Aufgabe", "Data Engineer", "Geld", "45000", "Leave out"):
        assert words in text
    assert "Choose the column that holds the title of each job." in text
    assert "Choose the column that holds the location" in text


@pytest.mark.both_databases
def test_what_was_chosen_is_kept_for_the_next_file(client, acme, odd_columns, check, work):
    choose(client, **CHOSEN)
    work()
    checked = client.get(address())
    assert counts(checked) == (1, 0, 0, 0)
    assert "45,000" in text_of(checked)

    again = odd_columns.replace(b"Data Engineer", b"Analyst")
    assert counts(check(client, acme, again)) == (1, 0, 0, 0)
    assert "Change columns" in text_of(client.get(address()))
    choose(client, **CHOSEN | {"column-3": "", "apply_url": "", "apply_email": "hr@acme.example"})
    work()
    assert refused() == [
        [
            2,
            "Minimum pay",
            "is missing. Enter the pay, or use “Pay in words” to say why it isn’t stated",
        ]
    ]
    assert ColumnChoice.objects.count() == 1


def test_a_choice_that_leaves_out_what_is_needed_says_so_and_keeps_the_rest(
    client, acme, odd_columns
):
    without = CHOSEN | {"column-1": "places", "salary_period": "", "apply_url": "ftp://x"}

    page = choose(client, **without)

    text = text_of(page)
    assert "“Aufgabe” is Location." in text
    assert "Enter an address that starts with https://" in text
    assert 'value="ftp://x"' in page.content.decode()
    page = choose(client, **CHOSEN | {"column-1": "", "salary_period": ""})
    assert "Choose the column that holds the title of each job." in text_of(page)
    assert "Choose the period that the pay is for" in text_of(page)
    assert not ColumnChoice.objects.exists()


def test_a_choice_is_of_one_company_and_its_uploader(client, acme, odd_columns, work):
    eve = Client()
    eve.force_login(UserFactory())
    for page in (columns_page(), f"{address()}errors.csv"):
        assert "no longer available" in text_of(eve.get(page, follow=True))

    choose(client, **CHOSEN)
    work()
    client.post(address())
    work()
    assert "can no longer be changed" in text_of(choose(client, **CHOSEN))


def test_each_column_has_a_label_to_choose():
    assert list(LABELS) and set(LABELS) == set(OUR_COLUMNS)


# Faults


def test_every_fault_of_every_row_is_said_in_the_words_of_the_file(client, acme, check):
    bad = "; ;viel;68.000;javascript:1"
    page = check(client, acme, german(GERMAN_ROWS[0], *[bad] * 3))

    assert counts(page) == (1, 0, 0, 3)
    assert [note[1:] for note in refused() if note[0] == 4] == [
        ["Jahresgehalt von (EUR)", "is not a number like 52000 or 27.50: viel"],
        ["Stellenbezeichnung", "is empty"],
        ["Bewerbungslink", "Enter an address that starts with https://"],
        ["Standort", "is missing"],
    ]
    faults = outcome_of(page)["faults"]
    assert {(one["rows"], one["count"]) for one in faults} == {("3–5", 3)}
    assert "Jahresgehalt von (EUR)" in text_of(page)


def test_rows_with_the_same_fault_are_one_line_however_many(client, acme, check):
    rows = [row(number, level=f"wizard {number % 7}") for number in range(60)]

    page = check(client, acme, file_of(rows))

    (fault,) = outcome_of(page)["faults"]
    assert (fault["rows"], fault["count"]) == ("2–61", 60)
    assert fault["reason"] == f"must be {names_of(Level)}, not …"
    assert fault["values"] == "wizard 0, wizard 1, wizard 2, wizard 3, wizard 4 and 2 more"


def test_a_file_without_pay_is_asked_about_at_once(client, acme, check, work):
    content = file_of([{"Title": "Data Engineer", "Location": "Oslo", "Link": LINK}], NO_PAY)

    page = check(client, acme, content)

    assert "No column has the pay." in text_of(page)
    assert "No column has the pay." in text_of(choose(client, **NO_PAY_CHOSEN))
    choose(client, **NO_PAY_CHOSEN, pay_text="By collective agreement")
    work()
    assert ImportRow.objects.get().pay == "By collective agreement"


@pytest.mark.parametrize("unit", ["EUR/Monat", "€ / Monat", "Euro per month"])
def test_the_unit_of_pay_is_read_from_one_column(client, acme, import_it, unit):
    head = "Title;Location;Link;Salary from;Currency"

    import_it(client, acme, f"{head}\nData Engineer;Oslo;{LINK};5000;{unit}\n".encode())

    assert Listing.objects.get().pay_text == "EUR from 5,000 a month"


def test_rows_are_counted_in_ranges():
    assert format_ranges([9, 2, 3, 4]) == "2–4, 9"
    assert format_ranges(range(0, 100, 2)).endswith("36, 38 and 30 more")


def test_rows_with_errors_come_back_as_a_file_that_is_mended_and_uploaded(
    client, acme, check, import_it
):
    bad = "=Analyst;München;viel;68.000;https://jobs.acme.example/3"
    import_it(client, acme, german(*GERMAN_ROWS, bad))

    answer = client.get(f"{address()}errors.csv")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "Access-Control-Allow-Origin" not in answer
    text = answer.content.decode("utf-8-sig")
    header, line = csv.reader(StringIO(text), delimiter=";")
    assert header == [*GERMAN.split(";"), "What is wrong"]
    assert line[0] == "'=Analyst"
    assert line[-1] == "Jahresgehalt von (EUR): is not a number like 52000 or 27.50: viel"
    mended = text.replace(";viel;", ";60.000;").encode("utf-8-sig")
    assert counts(import_it(client, acme, mended)) == (1, 0, 0, 0)
    assert Listing.objects.filter(title="=Analyst").exists()


def test_rows_of_a_workbook_come_back_as_a_workbook(client, acme, check, import_it):
    head, good = GERMAN.split(";"), GERMAN_ROWS[0].split(";")
    bad = ["=Analyst & <Partner>", "  München", "viel", "68.000", "https://jobs.acme.example/3"]
    check(client, acme, xlsx(xlsx_rows([head, good, bad])))

    answer = client.get(f"{address()}errors.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="rows-with-errors.xlsx"'
    header, line = (row.cells for row in read_workbook(answer.content))
    assert header == [*head, "What is wrong"]
    assert line == [*bad, "Jahresgehalt von (EUR): is not a number like 52000 or 27.50: viel"]
    mended = xlsx(xlsx_rows([header, [*bad[:2], "60.000", *bad[3:], ""]]))
    assert counts(import_it(client, acme, mended)) == (1, 0, 0, 0)
    assert Listing.objects.filter(title="=Analyst & <Partner>").exists()


def test_dates_of_rows_with_errors_stay_what_the_whole_file_showed(client, acme, check):
    acme.country = "US"
    acme.save()
    rows = [row(1, closes_on="31/12/2099"), row(2, closes_on="02/03/2099", title="")]
    check(client, acme, file_of(rows))

    assert "2099-03-02" in client.get(f"{address()}errors.csv").content.decode()


@pytest.mark.both_databases
def test_what_a_database_cannot_hold_is_said_and_given_back(client, acme, check):
    rows = [row(1, title="Zał"), row(2, title="Za\x00ł")]
    content = file_of(rows).replace(b"Za\x00", b"Za\x00\xe9")

    check(client, acme, content)

    assert refused()[0][1:] == ["title", "has characters that are not UTF-8"]
    assert "Zaéł" in client.get(f"{address()}errors.csv").content.decode()


# What will be


@pytest.mark.both_databases
def test_jobs_are_listed_as_they_will_stand_with_what_becomes_of_them(
    client, acme, import_it, check
):
    SkillFactory(name="Python", slug="python")
    import_it(client, acme, file_of([row(1), row(2)]))
    columns = [*COLUMNS, "skills"]
    file = [
        row(1, salary_max="70000"),
        row(2),
        row(3, skills="Python, Alchemy", places="Büro Nirgendwo"),
    ]
    assert counts(check(client, acme, file_of(file, columns))) == (1, 1, 1, 0)

    page = client.get(address())

    kept = [
        (one.number, one.get_what_display(), one.pay, one.changes) for one in page.context["page"]
    ]
    assert kept == [
        (4, "New", "EUR 45,000–60,000 a year", ""),
        (2, "Changed", "EUR 45,000–70,000 a year", "pay"),
        (3, "Unchanged", "EUR 45,000 - 60,000 a year", ""),
    ]
    assert said() == [
        [
            4,
            "places",
            "unknown location, so a search for its city or country won’t find it: Büro Nirgendwo",
        ],
        [4, "skills", "unknown skills are left out: Alchemy"],
    ]
    assert "unknown skills are left out: Alchemy" in text_of(page)
    assert Listing.objects.count() == 2


def test_a_long_list_is_read_page_by_page(client, acme, check):
    page = check(client, acme, file_of([row(number) for number in range(51)]))

    assert len(page.context["page"]) == 50
    second = client.get(f"{address()}?page=2")
    assert [one.number for one in second.context["page"]] == [52]
    assert client.get(f"{address()}?page=nonsense").status_code == 200


def test_a_description_in_html_or_with_bullets_becomes_markdown(client, acme, import_it):
    html = "<p>You build.</p><ul><li>Python</li><li>SQL</li></ul>"
    import_it(
        client, acme, file_of([row(1, description=html), row(2, description="• Python\n• SQL")])
    )

    first, second = Listing.objects.order_by("external_id")
    assert first.description_source == "You build.\n\n- Python\n- SQL"
    assert second.description_source == "- Python\n- SQL"


def test_what_a_file_has_no_column_for_stays(client, acme, import_it):
    import_it(client, acme, file_of([row(1, level="senior")]))
    before = get_content(Listing.objects.get())

    content = (
        b"id,salary_max,salary_min,salary_currency,salary_period\njob-1,70000,45000,EUR,year\n"
    )
    assert counts(import_it(client, acme, content)) == (0, 1, 0, 0)

    after = get_content(Listing.objects.get())
    assert after.pay[0].highest == 70_000
    assert (after.title, after.description, after.level, after.places, after.apply_url) == (
        before.title,
        before.description,
        "senior",
        before.places,
        before.apply_url,
    )


def test_the_file_of_a_search_changes_nothing_of_its_own_jobs(client, acme, check):
    ListingFactory(company=acme, live=True, paid=True, title="Data Engineer")
    ListingFactory(live=True, title="Of another")

    page = check(client, acme, client.get("/jobs.csv").getvalue())

    assert counts(page) == (0, 0, 1, 1)
    assert "must be Acme or blank" in refused()[0][2]
    assert "We only take titles from it." in text_of(page)


# Jobs that are over


@pytest.mark.slow
def test_jobs_that_a_file_leaves_out_close_where_its_uploader_says_so(
    client, acme, import_it, work
):
    import_it(client, acme, file_of([row(1), row(2)]))
    for listing in Listing.objects.all():
        lifecycle.publish_listing(listing=listing, by=None)
    by_form = ListingFactory(company=acme, live=True)
    job = upload_closing(client, acme, file_of([row(1)]))
    work()

    page = client.get(address())
    assert outcome_of(page)["closed"] == 1
    assert (page.context["page"][0].title, page.context["page"][0].number) == (
        "Data Engineer 2",
        None,
    )
    assert Listing.objects.live().count() == 3
    client.post(address())
    work()

    assert set(Listing.objects.live()) == {by_form, Listing.objects.get(external_id="job-1")}
    assert outcome_of(client.get(address()))["closed"] == 1
    import_it(client, acme, file_of([row(1), row(2)]))
    assert Listing.objects.live().count() == 3
    assert job.closes_missing


def test_none_closes_while_a_row_with_errors_may_be_any_of_them(client, acme, import_it, work):
    import_it(client, acme, file_of([row(1), row(2)]))

    upload_closing(client, acme, file_of([row(1), row(2) | {"id": ""}]))
    work()

    page = client.get(address())
    assert outcome_of(page)["closed"] == 0
    assert "No job closes, because 1 row with errors could be any of them." in text_of(page)


def upload_closing(client, company, content: bytes) -> ImportJob:
    upload(client, company, content, closes_missing="on")
    return ImportJob.objects.first()


# Staff

STAFF_UPLOAD = "/admin/recruiting/importjob/upload/"


@pytest.fixture
def staff():
    admin = Client()
    admin.force_login(UserFactory(staff=True))
    return admin


def upload_as_staff(admin, content: bytes, **fields):
    file = SimpleUploadedFile("jobs.csv", content)
    return admin.post(STAFF_UPLOAD, fields | {"file": file, "publishes": "directly"}, follow=True)


def test_staff_upload_a_file_of_any_company_whose_jobs_go_live(acme, staff, work):
    upload_as_staff(staff, file_of([row(1, title="Data Engineer")]), company="ACME")
    work()
    assert counts(staff.get(address())) == (1, 0, 0, 0)
    assert not Feed.objects.exists()
    staff.post(address())
    work()

    listing = Listing.objects.get()
    assert (listing.company, listing.created_by, listing.status) == (acme, None, "published")
    assert "Go to feeds" in text_of(staff.get(address()))
    upload_as_staff(staff, file_of([row(2)]), company="Acme", closes_missing="on")
    work()
    staff.post(address())
    work()
    assert list(Listing.objects.live().values_list("external_id", flat=True)) == ["job-2"]


def test_staff_upload_a_file_in_which_each_job_names_its_company(staff, work):
    columns = [*COLUMNS, "Employer"]
    named = [row(1, Employer="Globex"), row(2, Employer=""), row(3, Employer="Initech")]
    upload_as_staff(staff, file_of(named, columns))
    work()
    assert counts(staff.get(address())) == (2, 0, 0, 1)
    assert refused() == [[3, "Employer", "is missing"]]
    staff.post(address())
    work()

    assert {str(listing.company) for listing in Listing.objects.all()} == {"Globex", "Initech"}
    assert ImportRow.objects.filter(what=ImportRow.What.NEW).count() == 2


def test_staff_are_told_of_a_company_that_is_not_here(staff):
    page = upload_as_staff(staff, file_of([row(1)]), company="Nobody")

    assert "There is no company of this name." in text_of(page)


def test_who_may_add_no_feeds_uploads_nothing_for_others(client, acme, work):
    page = upload_as_staff(client, file_of([row(1)]), company="Acme")

    assert page.request["PATH_INFO"] != STAFF_UPLOAD
    assert not ImportJob.objects.exists()
