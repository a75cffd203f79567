import gc
import os
import shutil
import socket
from collections import Counter
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Func, TextField
from django.test import TransactionTestCase
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from jobboard.common.models import Email
from jobboard.common.tasks import QUEUES
from jobboard.listings import emails
from jobboard.search import change_log, find
from jobboard.search.index import reading, writing
from jobboard.search.index.queries import Snapshot
from jobboard.search.models import LoggedChange
from jobboard.site.worker import work_on_next

from . import shipped_rows
from .emptying import empty_database

staff_groups = import_module("jobboard.moderation.migrations.0001_staff_groups")
usual_reasons = import_module("jobboard.moderation.migrations.0002_inbox")

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("JOBBOARD_SHARED_DATA", ROOT.parent / "shared" / "data"))
# The first is the same browser without its window, and needs less than half the time.
BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
ALL = os.environ.get("REQUIRE_ALL") == "1"
VALUES_RUN = 3  # of a test that uses the database, where it has more
SLOW = "Slow ones run with REQUIRE_ALL=1"
ALIKE = "What PostgreSQL answers as SQLite does runs on it with REQUIRE_ALL=1"
INDEX_ON_POSTGRESQL = "Tests of the search index run on PostgreSQL with REQUIRE_ALL=1"
NO_CHROMIUM = (
    "Chromium is not installed (on Debian: sudo apt install chromium-headless-shell, or chromium)"
)

pytest_plugins = ["tests.one_database", "tests.reliability"]
if ALL:
    pytest_plugins.append("schemathesis")
else:  # its tests are slow, and slow to load even if they do not run
    collect_ignore = ["api/test_schema.py"]

# By default after every 700 objects: a twentieth of the run went into collecting garbage.
gc.set_threshold(20_000)

TransactionTestCase._fixture_teardown = empty_database

# The same examples in every run, and no clock: a busy machine is not a fault.
hypothesis_settings.register_profile(
    "tests",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60 if ALL else 25,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("tests")


def pytest_unconfigure():
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


def pytest_collection_modifyitems(config, items):
    """Of a test with many values three are run: a test that fails for one row of a table mostly
    fails for the first ones too. All are run where some files are asked for by name, or everything,
    which on PostgreSQL is what may differ there.
    """
    if config.args != config.getini("testpaths"):
        return
    runs: Counter[str] = Counter()
    chosen, others = [], []
    for item in items:
        test = item.nodeid.partition("[")[0]
        is_one_of_many = "db" in item.fixturenames or item.get_closest_marker("django_db")
        is_left_out = is_one_of_many and runs[test] >= VALUES_RUN and not has_all_values(item)
        (others if is_left_out else chosen).append(item)
        runs[test] += 1
    items[:] = chosen
    config.hook.pytest_deselected(items=others)


def has_all_values(item) -> bool:
    may_differ = connection.vendor == "sqlite" or item.get_closest_marker("both_databases")
    return ALL and may_differ


def pytest_runtest_setup(item):
    if item.get_closest_marker("slow") and not ALL:
        pytest.skip(SLOW)
    if item.get_closest_marker("browser") and CHROMIUM is None:
        if ALL:
            pytest.fail(NO_CHROMIUM, pytrace=False)
        pytest.skip(NO_CHROMIUM)


def pytest_terminal_summary(terminalreporter):
    if not ALL:
        terminalreporter.write_line(
            "Left out: tests of a third of a second or more, such as walks over every page, pair of"
            " roles, salary, sample and odd text, and updates from earlier releases; in a run of"
            " everything also the values of a test after the third. They run with REQUIRE_ALL=1, as"
            " .ci/run does."
        )
        if terminalreporter.config.option.markexpr == "both_databases":
            terminalreporter.write_line(f"Left out: {ALIKE}, as .ci/run does.")
        if connection.vendor == "postgresql":
            terminalreporter.write_line(f"Left out: {INDEX_ON_POSTGRESQL}, as .ci/run does.")
    elif connection.vendor == "postgresql":
        terminalreporter.write_line(
            "Left out: of tests that PostgreSQL answers as SQLite does, the values after the third."
        )
    if CHROMIUM is None:
        terminalreporter.write_line(f"Left out: the browser tests. {NO_CHROMIUM}.")
    if not SHARED_DATA.is_dir():
        terminalreporter.write_line(f"Left out: the tests on real data. {SHARED_DATA} is absent.")


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine_is_reached():
    with pytest.MonkeyPatch.context() as patch:
        for name in ["connect", "connect_ex"]:
            patch.setattr(socket.socket, name, _refusing_strangers(getattr(socket.socket, name)))
        yield


def _refusing_strangers(connect):
    def connect_to_this_machine(self, address):
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            self.close()
            raise RuntimeError(
                f"A test tried to reach {address[0]}: tests reach this machine only."
            )
        return connect(self, address)

    return connect_to_this_machine


@pytest.fixture(autouse=True, scope="session")
def _mail_goes_to_the_queue(django_test_environment):
    """Django's test environment takes the site's mail backend away; the tests want it back."""
    settings.EMAIL_BACKEND = "jobboard.common.mail.QueueBackend"


@pytest.fixture(autouse=True)
def _cache_is_empty():
    cache.clear()


@pytest.fixture(scope="session")
def kept_rows(django_db_setup, django_db_blocker):
    """What ``shipped_rows.fill`` copies; only for fixtures that serve more than one test."""
    with django_db_blocker.unblock():
        if not shipped_rows.are_kept():
            shipped_rows.keep()


@pytest.fixture
def groups(db):
    """The groups of staff and the usual reasons, as the migrations make them: tests with
    transactions of their own empty their tables.
    """
    staff_groups.make_groups(apps)
    usual_reasons.fill(apps)


@pytest.fixture
def starter(kept_rows, db):
    """Roles, skills, comparisons, articles and figures, as we ship them."""
    shipped_rows.fill(shipped_rows.CONTENT)


@pytest.fixture
def starter_with_samples(kept_rows, db):
    """What we ship, and the sample companies with their jobs."""
    shipped_rows.fill(shipped_rows.WITH_SAMPLES)


@pytest.fixture
def index(settings, tmp_path, monkeypatch, db):
    """A search index of its own for the test. In place of the process that writes it, each search
    takes in what changed before it answers; it also follows the test's transaction.
    """
    if connection.vendor == "postgresql" and not ALL:
        pytest.skip(INDEX_ON_POSTGRESQL)
    settings.SEARCH_FOLDER = tmp_path / "search"
    if connection.vendor == "postgresql":
        monkeypatch.setattr(change_log, "_seen_now", _seen_before_this_transaction)
    writing.rebuild()
    monkeypatch.setattr(find, "snapshot", SnapshotUpToDate())


@pytest.fixture
def committed_index(transactional_db, settings, tmp_path):
    """An index of what is committed, which nobody writes but ``writing.update()``."""
    if connection.vendor == "postgresql" and not ALL:
        pytest.skip(INDEX_ON_POSTGRESQL)
    settings.SEARCH_FOLDER = tmp_path / "search"
    writing.rebuild()


def _seen_before_this_transaction() -> Func:
    """PostgreSQL counts a transaction that still goes on as seen by itself, once a later one has
    ended elsewhere; a test is one, and goes on changing.
    """
    oldest = "pg_snapshot_xmin(pg_current_snapshot())::text"
    return Func(template=f"{oldest} || ':' || {oldest} || ':'", output_field=TextField())


class SnapshotUpToDate:
    """Call it for the index once it knows all that changed: to open it for nothing takes ten times
    as long as to ask.
    """

    newest: int | None = None
    """Of PostgreSQL, where changes of the transaction that is a test are new each time, the last
    one that was taken in. SQLite gives numbers of what was rolled back again.
    """

    def __call__(self) -> Snapshot:
        index = reading.snapshot()  # if there is none, the database answers
        unseen = LoggedChange.objects.filter(change_log.unseen(index.position))
        newest = unseen.order_by("-pk").values_list("pk", flat=True).first()
        is_known = connection.vendor == "postgresql" and newest == self.newest
        if (newest and not is_known) or change_log.is_lost(index.position):
            writing.update()
            self.newest = newest
        return reading.snapshot()


@pytest.fixture
def analyze(db):
    """Call it once many rows are there. PostgreSQL counts them by itself within a minute, but not
    those of a transaction that goes on, as a test does, and searches them as if there were few.
    """

    def count_rows() -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    return count_rows


@pytest.fixture
def clock(time_machine):
    """It stands still until the test moves it."""
    time_machine.move_to(timezone.now(), tick=False)
    return time_machine


@pytest.fixture
def mails(db):
    """Call it for the emails, newest last."""
    return lambda: list(Email.objects.order_by("pk"))


@pytest.fixture
def work(db, monkeypatch):
    """Call it to have the tasks done that are due; the clock's are those of ``worker --once``.
    Emails about decisions wait for no more of them.
    """
    monkeypatch.setattr(emails, "GATHERED_FOR", timedelta())

    def until_nothing_is_due():
        while any(work_on_next(queue, "the test") for queue in QUEUES):
            pass

    return until_nothing_is_due


@pytest.fixture
def elsewhere(transactional_db):
    """The environment in which another process works on the database under test."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "jobboard.settings"}


@pytest.fixture(scope="session")
def chromium():
    """The path of the browser; for tests marked ``browser``."""
    return CHROMIUM


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real data that is not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"{SHARED_DATA} is absent")
    return SHARED_DATA
