"""Jobs in a file: what would happen is shown first, good rows go in, each bad one is named by row
and reason.
"""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobboard.common.tasks import PAUSES_AFTER_DEATHS
from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.adapters.own_csv_columns import COLUMNS as OUR_COLUMNS
from jobboard.feeds.importing.importer import ImportRunningError
from jobboard.feeds.importing.storing import Storage
from jobboard.feeds.reading import Reader
from jobboard.feeds.tables.values import names_of
from jobboard.listings import lifecycle
from jobboard.listings.choices import Level, PayStatement, PlaceText
from jobboard.listings.content import ListingContent, get_content, write_content
from jobboard.listings.lifecycle import review
from jobboard.listings.models import Feed, Listing
from jobboard.recruiting import uploads
from jobboard.recruiting.models import ImportJob
from jobboard.site.worker import take_over_from_the_gone
from tests.factories import (
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
    in_days,
)
from tests.feeds.tables.workbook_files import xlsx, xlsx_rows
from tests.reading import text_of
from tests.recruiting.file_uploads import (
    COLUMNS,
    GOOD,
    UPLOAD,
    address,
    counts,
    file_of,
    refused,
    row,
    said,
    upload,
)

pytestmark = pytest.mark.django_db

# What is wrong with a row, the column that is named, and a part of the reason.
FAULTS = [
    (
        {"salary_currency": "DOLLARS"},
        "salary_currency",
        "must be a currency’s three letters or sign, such as EUR or €, not DOLLARS",
    ),
    ({"salary_currency": ""}, "salary_currency", "is missing"),
    ({"salary_min": "90000", "salary_max": "60000"}, "salary_max", "is below “salary_min”"),
    ({"salary_min": "lots"}, "salary_min", "is not a number like 52000 or 27.50: lots"),
    (
        {"salary_period": "decade"},
        "salary_period",
        "must be year, month, week, day or hour, not decade",
    ),
    ({"level": "wizard"}, "level", f"must be {names_of(Level)}, not wizard"),
    (
        {"apply_url": "http://jobs.acme.example/"},
        "apply_url",
        "Enter an address that starts with https://",
    ),
    (
        {"apply_url": "javascript:alert(1)"},
        "apply_url",
        "Enter an address that starts with https://",
    ),
    (
        {"apply_url": "https://127.0.0.1/"},
        "apply_url",
        "Enter an address with a public domain name",
    ),
    ({"apply_url": "https://user@acme.example/"}, "apply_url", "Remove the username"),
    ({"apply_url": ""}, "apply_url", "missing"),
    ({"title": ""}, "title", "is empty"),
    ({"title": "a" * 141}, "title", "has 141 characters. The maximum is 140"),
    ({"closes_on": "2020-01-31"}, "closes_on", "is in the past: 2020-01-31"),
    ({"places": ""}, "places", "is missing"),
    ({"closes_on": "31.02.2099"}, "closes_on", "31.02.2099"),
    ({"closes_on": "31/02/2099"}, "closes_on", "is not a valid date: 31/02/2099"),
    (
        dict.fromkeys(["salary_min", "salary_max", "salary_currency", "salary_period"], ""),
        "salary_min",
        "is missing. Enter the pay, or use “Pay in words” to say why it isn’t stated",
    ),
]


@pytest.mark.slow
@pytest.mark.faults("csv")
@pytest.mark.parametrize(
    ("good", "apart"),
    [(470, 17), pytest.param(970, 30, marks=pytest.mark.slow)],
    ids=["five hundred", "a thousand"],
)
def test_of_many_rows_the_good_ones_go_in_and_each_bad_one_is_named(
    client, acme, mails, check, import_it, work, good, apart
):
    count = good + 28
    bad_at = {apart * number + 7: FAULTS[number % len(FAULTS)] for number in range(28)}
    rows = [row(number, **bad_at.get(number, ({},))[0]) for number in range(count)]
    rows[0]["description"] = "You build pipelines in Zürich."  # in UTF-8, so the rest should be
    content = file_of(rows) + b'job-x,"Caf\xe9"' + b"," * 9 + b"\n" + b"job-y,too few cells\n"

    checked = check(client, acme, content)
    assert counts(checked) == (good, 0, 0, 30)
    assert Listing.objects.count() == Feed.objects.count() == 0
    client.post(address())
    work()
    done = client.get(address())

    assert counts(done) == (good, 0, 0, 30)
    found: dict[int, tuple[str, str]] = {}
    for line, column, reason in refused():
        found.setdefault(line, (column, reason))
    expected = {number + 2: fault[1:] for number, fault in bad_at.items()}
    expected |= {
        count + 2: ("title", "has characters that are not UTF-8"),
        count + 3: ("Row", "has 2 cells but there are names for 11"),
    }
    assert found.keys() == expected.keys()
    for line, (column, part) in expected.items():
        assert (found[line][0], part in found[line][1]) == (column, True), (
            line,
            found[line],
            part,
        )
    assert {
        (job.status, job.created_by.email) for job in Listing.objects.select_related("created_by")
    } == {("in_review", "ada@acme.example")}
    assert [mail.subject for mail in mails()] == [f"{good} jobs to review: company {acme.pk}"]

    before = list(Listing.objects.order_by("pk").values("pk", "version", "changed_at"))
    again = check(client, acme, content)
    assert counts(again) == (0, 0, good, 30)
    assert "There is nothing to import." in text_of(again)
    client.post(address())
    work()
    assert list(Listing.objects.order_by("pk").values("pk", "version", "changed_at")) == before


@pytest.mark.slow
def test_rows_that_may_not_wait_for_review_are_named_before_and_go_in_later(
    client, acme, check, import_it, monkeypatch
):
    monkeypatch.setattr(review, "MAX_OF_VERIFIED", 3)
    ListingFactory(in_review=True, company=acme)
    content = file_of([row(number) for number in range(4)])

    checked = check(client, acme, content)
    assert counts(checked) == (2, 0, 0, 2)
    assert "Acme has 3 jobs in review, which is the maximum." in text_of(checked)
    assert counts(import_it(client, acme, content)) == (2, 0, 0, 2)

    for listing in Listing.objects.filter(status="in_review"):
        lifecycle.publish_listing(listing=listing, by=None)
    assert counts(import_it(client, acme, content)) == (2, 0, 2, 0)


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_changed_row_changes_its_job_and_a_missing_one_ends_nothing(client, acme, import_it):
    import_it(client, acme, file_of([row(1), row(2)]))
    for listing in Listing.objects.all():
        lifecycle.publish_listing(listing=listing, by=None)

    done = import_it(client, acme, file_of([row(1, salary_max="70000")]))

    assert counts(done) == (0, 1, 0, 0)
    assert Listing.objects.live().count() == 2
    changed = Listing.objects.get(external_id="job-1")
    assert [(event.kind, event.actor) for event in changed.events.filter(public=True)][-1] == (
        "pay_changed",
        "employer",
    )
    for _ in range(3):
        import_it(client, acme, file_of([row(1, title="Another")]))
    assert Listing.objects.live().count() == 2


@pytest.mark.slow
def test_what_a_row_leaves_blank_is_read_from_its_new_title_and_text(client, acme, import_it):
    RoleFactory(name="Machine Learning Engineer")
    blank = {"title": "Wizard II", "level": ""}
    import_it(client, acme, file_of([row(1, **blank)]))
    text = "You train models in Python. We sponsor visas."
    blank |= {"title": "Senior Machine Learning Engineer", "description": text}

    import_it(client, acme, file_of([row(1, **blank)]))

    listing = Listing.objects.get()
    assert (str(listing.role), listing.level) == ("Machine Learning Engineer", "senior")
    assert (listing.visa, listing.relevance) == ("yes", "yes")


@pytest.mark.slow
def test_another_address_to_apply_at_waits_while_the_job_stays_live(client, acme, import_it):
    import_it(client, acme, file_of([row(1)]))
    lifecycle.publish_listing(listing=Listing.objects.get(), by=None)

    import_it(client, acme, file_of([row(1, apply_url="https://evil.example/")]))

    listing = Listing.objects.get()
    assert (listing.status, listing.apply_url) == ("published", row(1)["apply_url"])
    assert listing.change.content["apply_url"] == "https://evil.example/"


def test_cells_that_were_protected_against_formulas_are_read_as_they_were_meant(
    client, acme, import_it
):
    import_it(
        client, acme, file_of([row(1, title="'=SUM(A1) Engineer"), row(2, title="+1 Engineer")])
    )

    assert sorted(Listing.objects.values_list("title", flat=True)) == [
        "+1 Engineer",
        "=SUM(A1) Engineer",
    ]


def test_invisible_characters_do_not_reach_the_site(client, acme, import_it):
    import_it(client, acme, file_of([row(1, title="Data \u202eEngineer\u200b")]))

    assert Listing.objects.get().title == "Data Engineer"


def test_a_row_for_another_company_is_refused(client, acme, check):
    columns = [*COLUMNS, "company"]

    checked = check(
        client, acme, file_of([row(1, company="Globex"), row(2, company="ACME")], columns)
    )

    assert refused() == [[2, "company", "must be Acme or blank, not Globex"]]
    assert counts(checked)[0] == 1


@pytest.mark.parametrize("column", ["status", "featured_until", "owner", "created_by"])
def test_columns_that_only_others_decide_about_can_only_be_left_out(
    client, acme, check, work, column
):
    content = file_of([row(1, **{column: "published"})], [*COLUMNS, column])
    page = check(client, acme, content)
    assert "1 column to match" in text_of(page)
    fields = {f"column-{number}": name for number, name in enumerate(COLUMNS)}

    refusal = client.post(f"{address()}columns/", fields | {f"column-{len(COLUMNS)}": column})
    assert "There is a problem" in text_of(refusal) or "1 problem" in text_of(refusal)
    client.post(f"{address()}columns/", fields)
    work()
    client.post(address())
    work()

    assert Listing.objects.get().status == "in_review"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"\n\n", "The file is empty."),
        (b"<html><body>Sign in</body></html>", "The file is HTML or XML instead of CSV"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 50, "This is an old or protected Excel file."),
        (b"\x1f\x8b\x08" + b"x" * 50, "This file is compressed."),
        (b"x" * (uploads.MAX_BYTES + 1), "The maximum is 2.0 MB."),
    ],
)
def test_what_is_no_file_of_jobs_is_refused_with_a_sentence(client, acme, content, sentence):
    response = upload(client, acme, content)

    assert sentence in text_of(response)
    assert Listing.objects.count() == 0


def test_a_spreadsheet_is_imported_as_a_csv_is(client, acme, import_it, check):
    bad = row(2, level="wizard")
    rows = [COLUMNS, list(row(1).values()), [""] * len(COLUMNS), list(bad.values())]
    content = xlsx(xlsx_rows(rows))

    checked = check(client, acme, content)
    assert counts(checked) == (1, 0, 0, 1)
    assert f"must be {names_of(Level)}, not wizard" in text_of(checked)
    assert refused()[0][0] == 4  # the row that a spreadsheet shows

    import_it(client, acme, content)
    assert [job.title for job in Listing.objects.all()] == ["Data Engineer 1"]


def test_of_a_spreadsheet_the_number_of_rows_is_not_known_while_it_is_checked(client, acme, work):
    upload(client, acme, xlsx(xlsx_rows([COLUMNS, list(row(1).values())])), name="jobs.xlsx")

    page = client.get(address())

    assert "0 rows" in text_of(page)
    assert "about" not in text_of(page)
    assert '<progress id="rows-done"></progress>' in page.content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04" + b"x" * 50, "This file is not a spreadsheet that we can read."),
        (
            xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
            "The spreadsheet is too large.",
        ),
        (xlsx(xlsx_rows([["a"] * 101])), "The file has 101 columns. You can upload up to 100."),
    ],
)
def test_a_spreadsheet_without_jobs_says_so_once_it_is_opened(
    client, acme, check, content, sentence
):
    assert sentence in text_of(check(client, acme, content))
    assert Listing.objects.count() == 0


def test_the_template_names_every_column_and_its_example_is_left_out(client, acme, check):
    template = client.get(f"{UPLOAD}template.csv").content

    assert template.decode().splitlines()[0].split(",") == OUR_COLUMNS
    check(client, acme, template)
    assert refused() == [[2, "id", "is the example from the template. Delete this row"]]
    assert counts(check(client, acme, template.replace(b"example-1", b"mine-1")))[0] == 1


def test_a_file_is_imported_by_whoever_uploaded_it_and_for_their_company_alone(client, acme, check):
    check(client, acme, file_of([row(1)]))
    other = MembershipFactory(company=acme)
    eve = Client()
    eve.force_login(other.user)

    for ask in (eve.get, eve.post):
        assert "no longer available" in text_of(ask(address(), follow=True))
    assert upload(eve, MembershipFactory().company, file_of([row(1)])).context[
        "form"
    ].errors.keys() == {"company"}
    acme.memberships.filter(user__email="ada@acme.example").delete()
    assert "no longer available" in text_of(client.post(address(), follow=True))
    assert Listing.objects.count() == 0


def test_while_a_file_is_checked_its_page_says_how_far_it_is(client, acme, work):
    upload(client, acme, file_of([row(number) for number in range(3)]))
    ImportJob.objects.update(rows_done=2)

    page = client.get(address())

    assert "Checking your file" in text_of(page)
    assert "2 of 3 rows" in text_of(page)
    assert 'value="2" max="3"' in page.content.decode()


@pytest.mark.both_databases
def test_a_second_click_imports_nothing_twice(client, acme, check, work):
    check(client, acme, file_of([row(1)]))

    client.post(address())
    assert "already being imported" in text_of(client.post(address(), follow=True))
    work()

    assert Listing.objects.count() == 1
    assert "Import complete" in text_of(client.get(address()))


@pytest.mark.both_databases
def test_while_another_import_of_the_company_runs_it_waits(client, acme, check, work, monkeypatch):
    check(client, acme, file_of([row(1)]))
    client.post(address())
    really_import = uploads.import_items
    monkeypatch.setattr(uploads, "import_items", raising(ImportRunningError("busy")))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        work()
        assert "Importing your jobs" in text_of(client.get(address()))

        monkeypatch.setattr(uploads, "import_items", really_import)
        clock.shift(uploads.BUSY_PAUSE)
        work()

    assert Listing.objects.count() == 1


def test_a_file_is_not_imported_for_who_left_the_company_meanwhile(client, acme, work):
    upload(client, acme, file_of([row(1)]))
    work()
    client.post(address())
    acme.memberships.all().delete()

    work()

    job = ImportJob.objects.get()
    assert (job.state, job.problem) == ("failed", f"You can no longer post jobs for {acme}.")
    assert not Listing.objects.exists()


def test_a_fault_of_ours_is_said_and_not_waited_for(client, acme, check, work, monkeypatch):
    check(client, acme, file_of([row(1)]))
    client.post(address())
    monkeypatch.setattr(uploads, "import_items", raising(KeyError("oops")))

    work()

    assert uploads.OUR_FAULT in text_of(client.get(address()))


def raising(error: Exception):
    def fail(*args, **kwargs):
        raise error

    return fail


@pytest.mark.both_databases
def test_files_are_kept_for_a_day_and_what_became_of_them_for_a_month(client, acme, check):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        check(client, acme, file_of([row(1)]))
        clock.shift(uploads.FILES_RETENTION + timedelta(hours=1))
        uploads.delete_old_uploads()
        assert bytes(ImportJob.objects.get().content) == b""
        assert "no longer available" in text_of(client.post(address(), follow=True))

        clock.shift(uploads.ROWS_RETENTION)
        uploads.delete_old_uploads()

    assert not ImportJob.objects.exists()


@pytest.mark.parametrize("state", [ImportJob.State.CHECKING, ImportJob.State.IMPORTING])
def test_a_file_that_no_worker_came_to_within_a_day_says_so(client, acme, check, work, state):
    check(client, acme, file_of([row(1)]))
    long_ago = timezone.now() - uploads.FILES_RETENTION - timedelta(hours=1)
    ImportJob.objects.update(state=state, created_at=long_ago)
    uploads.import_upload.enqueue(import_id=str(ImportJob.objects.get().pk))

    uploads.delete_old_uploads()
    work()

    assert uploads.TOO_LATE in text_of(client.get(address()))


def test_a_file_whose_task_was_given_up_or_cancelled_says_so(client, acme, check, work):
    check(client, acme, file_of([row(1)]))
    client.post(address())
    uploads.delete_old_uploads()
    assert uploads.OUR_FAULT not in text_of(client.get(address()))  # its task waits

    DBTaskResult.objects.ready().delete()
    uploads.delete_old_uploads()

    assert uploads.OUR_FAULT in text_of(client.get(address()))


class KilledError(BaseException):
    """The process is gone: nothing catches it."""


@pytest.fixture
def killed_at(monkeypatch, work):
    """Call it to have the tasks done that are due, by a worker that is killed as it writes new jobs
    for the n-th time; the next may begin.
    """

    def work_and_die(n: int) -> None:
        left, create = iter(range(n - 1)), Storage.create

        def create_or_die(storage, pairs):
            if next(left, None) is None:
                raise KilledError
            create(storage, pairs)

        with monkeypatch.context() as patch, pytest.raises(KilledError):
            patch.setattr(Storage, "create", create_or_die)
            work()
        take_over_from_the_gone()
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())

    return work_and_die


@pytest.mark.slow
@pytest.mark.both_databases
def test_an_import_that_was_killed_counts_what_all_its_runs_did(
    client, acme, check, import_it, killed_at, work, mails
):
    import_it(client, acme, file_of([row(number) for number in range(4)]))
    public = Listing.objects.filter(external_id__in=["job-0", "job-3"])
    public.update(status="published", published_at=in_days(-20), expires_at=in_days(5))
    changed = [row(0, description="We build."), row(1, description="We build."), row(2), row(3)]
    new = [row(number) for number in range(10, 35)]
    assert counts(check(client, acme, file_of(changed + new))) == (25, 2, 2, 0)
    client.post(address())

    killed_at(3)
    work()

    assert counts(client.get(address())) == (25, 2, 2, 0)
    assert Listing.objects.count() == 29
    assert Listing.objects.get(external_id="job-3").expires_at > in_days(20)  # it was renewed
    assert [mail.purpose for mail in mails()] == ["jobs_wait", "jobs_wait"]
    assert "25 " in mails()[-1].subject


@pytest.mark.slow
def test_a_long_import_goes_on_however_often_its_worker_is_killed(
    client, acme, check, killed_at, work
):
    kills = len(PAUSES_AFTER_DEATHS) + 2
    check(client, acme, file_of([row(number) for number in range(10 * kills + 5)]))
    client.post(address())

    for _ in range(kills):
        killed_at(2)  # each writes ten jobs
    work()

    assert counts(client.get(address())) == (10 * kills + 5, 0, 0, 0)


@pytest.mark.slow
def test_an_import_that_kills_its_workers_at_the_same_job_is_ended_until_an_admin_says_go(
    client, acme, check, killed_at, work
):
    check(client, acme, file_of([row(number) for number in range(25)]))
    client.post(address())

    killed_at(2)
    for _ in PAUSES_AFTER_DEATHS:
        killed_at(1)
    uploads.delete_old_uploads()

    assert uploads.OUR_FAULT in text_of(client.get(address()))
    dead = DBTaskResult.objects.get(status="FAILED")
    assert dead.traceback == "Its worker died 5 times."

    admin = Client()
    admin.force_login(UserFactory(staff=True))
    tasks = "/admin/django_tasks_database/dbtaskresult/"
    assert "Its worker died 5 times." in text_of(admin.get(tasks))
    admin.post(tasks, {"action": "try_again", "_selected_action": [str(dead.pk)]})
    assert "Importing your jobs" in text_of(client.get(address()))
    work()
    assert counts(client.get(address())) == (25, 0, 0, 0)


# Downloaded, and uploaded again


DOWNLOAD = "/recruit/upload/jobs.csv"


@pytest.fixture
def posted(acme):
    """A live job of the form, with skills of all needs, two ranges of pay and chosen countries."""
    python, sql = SkillFactory(name="Python"), SkillFactory(name="SQL")
    content = ListingContent(
        title="Data Engineer",
        description="<p>You build pipelines, and you like it.</p>",
        description_is_html=True,
        places=(
            PlaceText("Portland, ME", "Portland", "US", "hybrid", "Maine", 2),
            PlaceText("Remote in Portugal", "", "PT", "remote"),
        ),
        eligibility="listed",
        eligible_countries=("ES", "PT"),
        pay=(
            PayStatement(Decimal(60_000), Decimal(70_000), "EUR", "year", origin="text", quote="x"),
            PayStatement(Decimal(90_000), None, "EUR", "year", kind="on_target", origin="form"),
        ),
        apply_url="https://jobs.acme.example/",
        skills=((python, "required"), (sql, "mentioned")),
    )
    listing = ListingFactory.build(live=True, company=acme, role=None)
    return write_content(listing, content)


def downloaded(client) -> list[dict]:
    return list(csv.DictReader(StringIO(client.get(DOWNLOAD).content.decode())))


def file_again(rows: list[dict]) -> bytes:
    return file_of(rows, list(rows[0]))


def test_a_file_of_who_has_proven_nothing_leaves_jobs_of_a_feed_alone(client, acme, import_it):
    feed = FeedFactory(company=acme, kind="csv")
    ids = ["g-1", f"site-job-{ListingFactory(live=True, company=acme, feed=FeedFactory()).pk}"]
    ListingFactory(live=True, company=acme, feed=feed, external_id="g-1")
    before = dict(Listing.objects.values_list("pk", "title"))

    done = import_it(client, acme, file_of([row(1) | {"id": one} for one in ids]))

    assert counts(done)[:3] == (0, 0, 0)
    assert dict(Listing.objects.values_list("pk", "title")) == before


def test_a_file_of_who_has_proven_nothing_closes_no_job_of_who_has(client, acme, work):
    feed = FeedFactory(company=acme, kind="csv", publishes=Feed.Publishes.THROUGH_REVIEW)
    ada = MembershipFactory(company=acme, proof="domain").user
    ListingFactory(live=True, company=acme, feed=feed, external_id="hers", created_by=ada)

    upload(client, acme, file_of([row(1)]), closes_missing="on")
    work()
    client.post(address())
    work()

    assert set(Listing.objects.values_list("external_id", "status")) == {
        ("hers", "published"),
        ("job-1", "in_review"),
    }


def test_a_file_of_who_has_proven_nothing_says_of_no_job_of_others_that_it_is_open(
    client, acme, work
):
    feed = FeedFactory(company=acme, kind="csv", publishes=Feed.Publishes.THROUGH_REVIEW)
    ada = MembershipFactory(company=acme, proof="domain").user
    hers = {"company": acme, "feed": feed, "external_id": "job-1", "created_by": ada}
    over = ListingFactory(live=True, expires_at=in_days(-1), confirmed_at=in_days(-25), **hers)

    upload(client, acme, file_of([row(1)]))
    work()
    client.post(address())
    work()

    listing = Listing.objects.get()
    assert (listing.confirmed_at, listing.expires_at) == (over.confirmed_at, over.expires_at)


@pytest.mark.slow
@pytest.mark.faults("csv")
@pytest.mark.both_databases
def test_a_download_uploaded_again_changes_nothing(client, acme, posted, import_it):
    acme.memberships.update(proof="domain")  # else jobs of feeds are not in it
    import_it(client, acme, file_of([row(1)]))
    ListingFactory(company=acme, status="draft", title="Draft")
    stale = {"feed": FeedFactory(company=acme), "external_id": "g-1", "title": "From a feed"}
    ListingFactory(company=acme, live=True, closes_on=in_days(-1).date(), **stale)
    before = {listing: get_content(listing) for listing in Listing.objects.all()}
    changed_at = dict(Listing.objects.values_list("pk", "changed_at"))

    done = import_it(client, acme, file_again(downloaded(client)))

    assert counts(done) == (0, 0, 4, 0)
    assert {listing: get_content(listing) for listing in Listing.objects.all()} == before
    assert dict(Listing.objects.values_list("pk", "changed_at")) == changed_at


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"title": "ML Engineer"}, "title", "ML Engineer"),
        pytest.param({"level": "senior"}, "level", "senior", marks=pytest.mark.slow),
        pytest.param({"visa": "yes"}, "visa", "yes", marks=pytest.mark.slow),
        ({"eligible_countries": "PT; FR"}, "eligible_countries", ("FR", "PT")),
        ({"eligibility": "anywhere", "eligible_countries": ""}, "eligibility", "anywhere"),
        ({"description": "Something else."}, "description", "Something else."),
    ],
)
def test_an_edited_row_of_a_download_changes_that_and_no_more(
    client, acme, posted, import_it, changes, name, value
):
    before = get_content(posted)

    done = import_it(client, acme, file_again([downloaded(client)[0] | changes]))

    assert counts(done) == (0, 1, 0, 0)
    after = get_content(Listing.objects.get())
    assert getattr(after, name) == value
    kept = {"places", "skills", "skills_from", "pay", "pay_note", "role", "apply_url"}
    assert {one: getattr(after, one) for one in kept} == {one: getattr(before, one) for one in kept}
    assert counts(import_it(client, acme, file_again(downloaded(client)))) == (0, 0, 1, 0)


@pytest.fixture
def read_job(acme):
    """A job of the form, whose values were read from its text."""
    SkillFactory(name="Python", slug="python")
    text = (
        "## Requirements\n- You know Python.\n\n"
        "We do not sponsor visas. This is a full-time position."
    )
    listing = ListingFactory(live=True, company=acme, role=None)
    item = FeedItem(
        "1",
        title="Senior Data Engineer",
        description=text,
        description_is_html=False,
        places=(PlaceText("Berlin, Germany"),),
        pay_text="EUR 60,000 a year",
        apply_url="https://jobs.acme.example/",
    )
    return write_content(listing, Reader().content(item, "Acme"))


def quotes(listing):
    return {(row.name, row.value): row.quote for row in listing.read_values.all()}


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"apply_url": "https://other.acme.example/"}, set()),
        ({"visa": "yes"}, {("Visa sponsorship", "No")}),
        pytest.param(
            {"level": "mid"}, {("Level", "Senior-level / Expert")}, marks=pytest.mark.slow
        ),
        ({"skills_required": "", "skills_nice": "Python"}, {("Python", "Required")}),
        pytest.param(
            {"employment_types": "part_time"},
            {("Employment type", "Full-time")},
            marks=pytest.mark.slow,
        ),
        (
            {"description": "## Requirements\n- You know Python.\n\nThis is a full-time position."},
            {("Visa sponsorship", "No")},
        ),
        ({"title": "Data Engineer, Senior"}, set()),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_quotes_stay_where_value_and_text_do(client, acme, read_job, import_it, changes, lost):
    before = quotes(read_job)
    assert len(before) == 4

    done = import_it(client, acme, file_again([downloaded(client)[0] | changes]))

    assert counts(done) == (0, 1, 0, 0)
    assert before.keys() - quotes(read_job).keys() == lost


@pytest.mark.slow
@pytest.mark.parametrize("written", [str.upper, str.title], ids=["upper", "title"])
@pytest.mark.both_databases
def test_our_own_ids_are_the_same_in_any_case(client, acme, posted, import_it, written):
    one = downloaded(client)[0]
    again = one | {"id": written(one["id"])}

    assert counts(import_it(client, acme, file_again([again]))) == (0, 0, 1, 0)
    edited = again | {"title": "ML Engineer"}
    assert counts(import_it(client, acme, file_again([edited]))) == (0, 1, 0, 0)
    twice = import_it(client, acme, file_again([one | edited, edited | {"id": one["id"]}]))
    assert counts(twice) == (0, 0, 1, 1)
    assert Listing.objects.count() == 1


def test_other_pay_and_places_of_a_download_leave_the_rest_of_them(client, acme, posted, import_it):
    before = get_content(posted)
    one = downloaded(client)[0]
    changes = {
        "salary_max": one["salary_max"].replace("70000", "75000"),
        "salary_min": one["salary_min"],
        "places": one["places"].replace("Portugal", "Spain"),
        "country": one["country"].replace("PT", "ES"),
        "skills_required": "Python; SQL",
        "skills": "",
    }

    import_it(client, acme, file_again([one | changes]))

    after = get_content(Listing.objects.get())
    assert (after.pay[0].highest, after.pay[1]) == (75_000, before.pay[1])
    assert (after.places[0], after.places[1].country) == (before.places[0], "ES")
    assert [need for _, need in after.skills] == ["required", "required"]
    assert (after.eligibility_text, after.eligible_countries) == ("Spain, Portugal", ("ES", "PT"))


def test_our_id_of_somebody_elses_job_is_refused(client, acme, posted, check):
    rows = downloaded(client)
    other = MembershipFactory(company__name="Other")
    client.force_login(other.user)

    check(client, other.company, file_again(rows))

    ((_, column, reason),) = refused()
    assert (column, "Enter an id of your own" in reason) == ("id", True)


def test_a_new_row_that_equals_an_open_job_is_warned_of_before_it_goes_in(client, acme, check):
    ListingFactory.create_batch(2)  # of others
    check(client, acme, file_of([row(1)]))
    assert said() == []
    listing = ListingFactory.build(live=True, company=acme, role=None)
    places = (PlaceText("Lisbon, Portugal", "Lisbon", "PT"),)
    content = ListingContent("Data Engineer 1", GOOD["description"], places=places, apply_url="x")
    listing = write_content(listing, content)

    checked = check(client, acme, file_of([row(1), row(2)]))

    assert counts(checked) == (2, 0, 0, 0)
    ((line, column, reason),) = said()
    assert (line, column) == (2, "id")
    assert f"site-job-{listing.pk}" in reason
    assert reason in text_of(checked)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"eligibility": "listed"}, "Countries that can apply"),
        ({"eligibility": "anywhere", "eligible_countries": "DE"}, "eligible_countries"),
        ({"eligible_countries": "Narnia"}, "eligible_countries"),
        ({"eligibility": "some"}, "eligibility"),
    ],
)
def test_who_may_apply_is_refused_with_a_reason_if_it_is_not_clear(
    client, acme, check, cells, column
):
    check(client, acme, file_of([row(1) | cells], [*COLUMNS, *cells]))

    assert [name for _, name, _ in refused()] == [column]


def test_who_may_apply_is_what_the_row_states(client, acme, import_it):
    states = {"places": "Remote in Portugal", "eligible_countries": "de; AT"}
    import_it(client, acme, file_of([row(1) | states], [*COLUMNS, "eligible_countries"]))

    listing = Listing.objects.get()
    assert (listing.eligibility, listing.eligibility_text) == ("listed", "Germany, Austria")
