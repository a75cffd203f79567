"""Limits are exact, however many ask at once, and counting waits for no other write."""

import os
import subprocess
import sys
import threading
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.core.cache.backends import db
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobboard.common import cache as cache_module
from jobboard.common.cache import FILE, FILE_TABLE, HERE, DatabaseCache
from jobboard.common.web import limits
from jobboard.common.web.limits import (
    AS_MANY_NETWORKS,
    HOUR,
    MINUTE,
    RateLimitError,
    check_rate_limit,
    client_network,
)

TABLE = "cache_under_test"
MANY = 40


@pytest.fixture
def counting(transactional_db, monkeypatch):
    """The site's cache, in a table of the database under test."""
    call_command("createcachetable", TABLE, verbosity=0)
    cache = DatabaseCache(TABLE, {"OPTIONS": {"MAX_ENTRIES": 100}})
    monkeypatch.setattr(cache_module, "caches", dict.fromkeys(["default", HERE], cache))
    yield cache
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def in_a_thread(work) -> threading.Thread:
    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.both_databases
def test_of_forty_at_once_ten_pass_where_ten_may(counting):
    request, passed, refused = RequestFactory().get("/"), [], []

    def ask():
        try:
            check_rate_limit(request, "ask", max_count=10, seconds=HOUR)
        except RateLimitError:
            refused.append(1)
        else:
            passed.append(1)

    for thread in [in_a_thread(ask) for _ in range(MANY)]:
        thread.join()

    assert (len(passed), len(refused)) == (10, MANY - 10)


def count_while_another_does(cache) -> list[int]:
    """The numbers that two get, of whom the second begins while the first is between its steps."""
    numbers, others = [], []

    def another(execute, sql, params, many, context):
        if sql.startswith("SELECT value") and not others:
            others.append(in_a_thread(lambda: numbers.append(cache.count("key", 60))))
            if not connection.in_atomic_block:
                others[0].join()  # nothing holds it back
        return execute(sql, params, many, context)

    with connection.execute_wrapper(another):
        numbers.append(cache.count("key", 60))
    others[0].join()
    return sorted(numbers)


@pytest.mark.both_databases
def test_two_at_once_get_two_numbers(counting):
    assert count_while_another_does(counting) == [1, 2]


@pytest.mark.both_databases
def test_control_without_a_transaction_two_at_once_get_one_number(counting, monkeypatch):
    no_transaction = SimpleNamespace(atomic=lambda using: nullcontext())
    monkeypatch.setattr(cache_module, "transaction", no_transaction)

    assert count_while_another_does(counting) == [2, 2]


@pytest.mark.both_databases
def test_a_count_is_kept_for_its_window_and_not_for_the_caches_default(counting):
    counting.count("hourly", HOUR)
    counting.count("hourly", HOUR)

    with connection.cursor() as cursor:
        cursor.execute("SELECT expires FROM cache_under_test")
        [[expires]] = cursor.fetchall()

    assert counting.count("hourly", HOUR) == 3
    half_an_hour_on = timezone.now() + timedelta(minutes=30)
    assert str(expires) > str(half_an_hour_on)


@pytest.mark.both_databases
def test_many_visitors_do_not_fill_the_table(counting):
    for number in range(150):
        counting.count(f"visitor-{number}", HOUR)

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache_under_test")
        assert cursor.fetchone()[0] <= 101


@pytest.mark.both_databases
def test_a_flood_of_short_counters_makes_no_long_one_forget(counting):
    for number in range(60):
        counting.count(f"a-blocked-one-{number}", HOUR)
    for number in range(200):
        counting.count(f"short-{number}", MINUTE)

    assert [counting.count(f"a-blocked-one-{number}", HOUR) for number in range(60)] == [2] * 60


@pytest.mark.both_databases
def test_what_has_ended_makes_room_first(counting, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    for number in range(90):
        counting.count(f"short-{number}", MINUTE)
    time_machine.shift(timedelta(seconds=90))

    for number in range(100):
        counting.count(f"live-{number}", MINUTE)

    assert [counting.count(f"live-{number}", MINUTE) for number in range(100)] == [2] * 100


def test_a_key_that_cannot_be_written_is_not_taken_for_one_that_somebody_holds(
    counting, monkeypatch
):
    assert counting.add("held", 1)
    assert not counting.add("held", 1)

    # As Django's own answers on a full disk.
    monkeypatch.setattr(db.DatabaseCache, "_base_set", lambda *args, **kwargs: False)

    assert not counting.add("held", 1)
    with pytest.raises(OperationalError):
        counting.add("free", 1)


def test_who_has_many_networks_of_ipv6_has_not_as_many_limits(rf, clock):
    passed = 0
    with pytest.raises(RateLimitError):
        for number in range(1_000):
            check_rate_limit(
                rf.get("/", REMOTE_ADDR=f"2001:db8:1:{number:x}::5"), "a", max_count=3, seconds=HOUR
            )
            passed += 1

    assert passed == 3 * AS_MANY_NETWORKS
    check_rate_limit(rf.get("/", REMOTE_ADDR="2001:db8:2::5"), "a", max_count=3, seconds=HOUR)


COUNT = """
import django
django.setup()
from jobboard.common.cache import count
print(count("a", 60), count("a", 60), count("b", 60))
"""


@pytest.mark.slow
@pytest.mark.parametrize("where", ["cache", "default"], ids=["as it is", "control: one file"])
def test_counting_goes_on_while_the_database_is_written(elsewhere, tmp_path, where):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    moved = (
        "from jobboard.settings import *\n"
        "for database in DATABASES.values():\n"
        "    database['OPTIONS']['timeout'] = 0\n"
    )
    if where == "default":
        moved += "DATABASES['cache']['NAME'] = DATABASES['default']['NAME']\n"
    (tmp_path / "settings_of_test.py").write_text(moved)
    elsewhere |= {"DJANGO_SETTINGS_MODULE": "settings_of_test", "PYTHONPATH": f"{tmp_path}:."}
    elsewhere |= {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    subprocess.run([sys.executable, "-c", COUNT], env=elsewhere, check=True)  # makes the table
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        done = subprocess.run(
            [sys.executable, "-c", COUNT], env=elsewhere, capture_output=True, text=True
        )
        cursor.execute("ROLLBACK")

    if where == "default":
        assert "database is locked" in done.stderr
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {FILE_TABLE}")
    else:
        assert done.stdout.split() == ["3", "4", "2"]


def test_where_no_cache_answers_there_is_no_limit(rf, monkeypatch, caplog):
    class Broken:
        def add(self, *args):
            raise ConnectionError("nobody listens")

    monkeypatch.setattr(cache_module, "caches", dict.fromkeys(["default", HERE], Broken()))

    for _ in range(3):
        check_rate_limit(rf.get("/"), "ask", max_count=1, seconds=HOUR)

    assert "rate limits are off" in caplog.text


SETTINGS = """
import django
django.setup()
from django.core.cache import caches
from django.db import router
named = [caches[name].cache_model_class for name in ("default", "here")]
print([(model._meta.db_table, router.db_for_write(model)) for model in named])
"""


@pytest.mark.slow
@pytest.mark.pure
@pytest.mark.parametrize(
    ("url", "of_all"),
    [("sqlite:///x", (FILE_TABLE, FILE)), ("postgres://a@localhost/a", ("cache", "default"))],
)
def test_who_reads_is_counted_in_a_file_of_this_machine(tmp_path, url, of_all):
    """On both databases; who sends forms, in what all machines share."""
    environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    environment |= {"DJANGO_SETTINGS_MODULE": "jobboard.settings"}

    done = subprocess.run(
        [sys.executable, "-c", SETTINGS], env=environment, capture_output=True, text=True
    )

    assert done.stdout.strip() == str([of_all, (FILE_TABLE, FILE)]), done.stderr


@pytest.mark.pure
@pytest.mark.parametrize(
    ("method", "where"), [("get", HERE), ("head", HERE), ("post", "default"), ("put", "default")]
)
def test_only_who_reads_is_counted_by_this_machine_alone(rf, monkeypatch, method, where):
    counted = []
    monkeypatch.setattr(limits, "count", lambda key, seconds, cache: counted.append(cache) or 1)

    check_rate_limit(getattr(rf, method)("/"), "ask", max_count=1, seconds=HOUR)

    assert counted == [where]


def test_how_many_there_are_is_looked_at_for_one_new_key_of_many(counting, monkeypatch):
    monkeypatch.setattr(counting, "_max_entries", 1_000)
    with CaptureQueriesContext(connection) as captured:
        for number in range(35):
            counting.count(f"visitor-{number}", HOUR)

    assert sum("COUNT(" in query["sql"] for query in captured) == 3


def test_another_cache_counts_by_itself(rf):
    assert not isinstance(caches["default"], db.DatabaseCache)
    check_rate_limit(rf.get("/"), "ask", max_count=2, seconds=HOUR)
    check_rate_limit(rf.get("/"), "ask", max_count=2, seconds=HOUR)

    with pytest.raises(RateLimitError):
        check_rate_limit(rf.get("/"), "ask", max_count=2, seconds=HOUR)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
    ],
)
def test_a_visitor_is_known_by_what_our_own_proxies_say(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})

    assert client_network(request) == expected
