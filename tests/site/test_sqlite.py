"""Several write to one SQLite file: each waits its turn, and connections stay open."""

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from jobboard.common.storage import statistics
from jobboard.listings.models import Company
from tests.factories import CompanyFactory, ListingFactory
from tests.waiting import MAX_SECONDS

pytestmark = pytest.mark.faults

WRITERS, TRANSACTIONS = 6, 80


@pytest.fixture
def counted(transactional_db):
    """A row in which writers count."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    return CompanyFactory(about="0")


@contextmanager
def somebody_writes():
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


class Writer(threading.Thread):
    def __init__(self) -> None:
        super().__init__()
        self.written, self.problems = 0, []
        self.is_ready, self.has_failed = threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        connection.ensure_connection()
        self.is_ready.set()
        for _ in range(TRANSACTIONS):
            try:
                self.write()
            except OperationalError as error:
                self.problems.append(str(error))
                self.has_failed.set()
        connection.close()

    def write(self) -> None:
        with transaction.atomic():
            company = Company.objects.get()
            company.about = str(int(company.about) + 1)
            company.save()
        self.written += 1


@pytest.mark.slow
@pytest.mark.faults("sqlite writers")
def test_six_that_write_at_once_all_have_their_turn(counted, note_figure):
    with somebody_writes():
        writers = [Writer() for _ in range(WRITERS)]
        assert all(writer.is_ready.wait(MAX_SECONDS) for writer in writers)
    for writer in writers:
        writer.join()

    assert [problem for writer in writers for problem in writer.problems] == []
    assert Company.objects.get().about == str(WRITERS * TRANSACTIONS)
    note_figure("sqlite writers", f"0 errors in {WRITERS * TRANSACTIONS} transactions")


@pytest.mark.faults("sqlite writers")
def test_control_without_patience_all_are_refused(counted, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)

    with somebody_writes():
        writers = [Writer() for _ in range(WRITERS)]
        assert all(writer.has_failed.wait(MAX_SECONDS) for writer in writers)
    for writer in writers:
        writer.join()

    assert {writer.problems[0] for writer in writers} == {"database is locked"}


def test_the_log_of_a_large_import_does_not_stay_large(counted):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_size_limit")
        assert cursor.fetchone() == (50_000_000,)


REQUEST = """
import django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory

environ = RequestFactory().get("/healthz/ready", HTTP_HOST="localhost").environ
response = WSGIHandler()(environ, lambda status, headers: None)
response.close()
print(response.status_code, connection.connection is not None)
"""


@pytest.mark.slow
def test_a_connection_stays_open_when_its_request_is_done(counted, elsewhere, tmp_path):
    elsewhere |= {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    done = subprocess.run(
        [sys.executable, "-c", REQUEST], env=elsewhere, capture_output=True, text=True
    )

    assert done.stdout.split() == ["200", "True"], done.stderr


# --- Statistics -----------------------------------------------------------------------------------

START = """
import jobboard.wsgi
from django.db import connection, connections

connection.cursor().execute("SELECT COUNT(*) FROM listings_listing")
print(connection.connection is not None)
"""


def rows_known() -> int:
    """How many jobs there are, as the planner of SQLite believes; 0 where it knows nothing."""
    with connection.cursor() as cursor:
        return statistics.counted(cursor)


def forget_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # makes the table
        cursor.execute("DELETE FROM sqlite_stat1")


def start_a_web_process(elsewhere, tmp_path) -> None:
    elsewhere |= {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    done = subprocess.run(
        [sys.executable, "-c", START], env=elsewhere, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True"], done.stderr


@pytest.mark.slow
def test_a_web_process_counts_the_rows_of_a_database_that_commands_filled(
    counted, elsewhere, tmp_path
):
    ListingFactory.create_batch(12, live=True)
    forget_statistics()

    start_a_web_process(elsewhere, tmp_path)

    assert rows_known() == 12


def test_they_are_counted_again_once_there_are_ten_times_as_many(counted):
    ListingFactory(pk=1)
    statistics.analyze()
    for number in range(2, 11):
        ListingFactory(pk=number)
    statistics.analyze_if_grown()
    assert rows_known() == 1

    ListingFactory(pk=11)
    statistics.analyze_if_grown()

    assert rows_known() == 11


@pytest.mark.slow
@pytest.mark.parametrize("away", ["/not-there/db.sqlite3", "/dev/null"])
def test_a_web_process_begins_also_where_the_database_is_away(elsewhere, counted, tmp_path, away):
    elsewhere |= {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    elsewhere["DATABASE_URL"] = (
        f"sqlite:///{tmp_path}/{away}" if " " in away else "sqlite:///" + away
    )

    done = subprocess.run(
        [sys.executable, "-c", "import jobboard.wsgi; print('begun')"],
        env=elsewhere,
        capture_output=True,
        text=True,
    )

    assert done.stdout.split() == ["begun"], done.stderr
