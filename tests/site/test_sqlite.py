"""Several write to one SQLite file: each waits its turn, and connections stay open."""

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from jobboard.listings.models import Company
from tests.factories import CompanyFactory
from tests.waiting import MOST_SECONDS

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


def test_six_that_write_at_once_all_have_their_turn(counted):
    with somebody_writes():
        writers = [Writer() for _ in range(WRITERS)]
        assert all(writer.is_ready.wait(MOST_SECONDS) for writer in writers)
    for writer in writers:
        writer.join()

    assert [problem for writer in writers for problem in writer.problems] == []
    assert Company.objects.get().about == str(WRITERS * TRANSACTIONS)


def test_control_without_patience_all_are_refused(counted, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)

    with somebody_writes():
        writers = [Writer() for _ in range(WRITERS)]
        assert all(writer.has_failed.wait(MOST_SECONDS) for writer in writers)
    for writer in writers:
        writer.join()

    assert {writer.problems[0] for writer in writers} == {"database is locked"}


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


def test_a_connection_stays_open_when_its_request_is_done(counted, elsewhere, tmp_path):
    elsewhere |= {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    done = subprocess.run(
        [sys.executable, "-c", REQUEST], env=elsewhere, capture_output=True, text=True
    )

    assert done.stdout.split() == ["200", "True"], done.stderr
