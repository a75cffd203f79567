"""Behind a real pgbouncer, which gives each transaction another session of PostgreSQL."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from jobboard.accounts.models import User
from jobboard.common.locks import advisory_lock
from jobboard.listings.models import Listing
from scripts.with_postgres import HOST, somebody
from tests.conftest import ALL
from tests.factories import PASSWORD, ListingFactory, MembershipFactory
from tests.real_site import free_port
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.both_databases,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="it pools PostgreSQL"),
]
PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
SETTINGS = """
[databases]
{NAME} = host={HOST} port={PORT} user={USER} password={PASSWORD}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
logfile = {folder}/log
"""


@pytest.fixture
def pooled(tmp_path, monkeypatch):
    """The site's database, reached through pgbouncer."""
    if PROGRAM is None:
        assert not ALL, "pgbouncer is not installed (on Debian: sudo apt install pgbouncer)."
        pytest.skip("pgbouncer is not installed")
    port = free_port()
    server = start_pgbouncer(tmp_path, port, connection.settings_dict)
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", HOST)
    monkeypatch.setitem(connection.settings_dict, "PORT", str(port))
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    yield connection.settings_dict
    connection.close()
    server.kill()
    server.wait()


def start_pgbouncer(folder: Path, port: int, database: dict) -> subprocess.Popen:
    """PostgreSQL refuses root, and so does it."""
    who = somebody()
    file = folder / "pgbouncer.ini"
    file.write_text(SETTINGS.format(port=port, folder=folder, **database))
    if who:
        os.chown(folder, who["user"], who["group"])
        os.chown(file, who["user"], who["group"])
    for parent in [folder, *folder.parents]:
        if (
            who
            and parent.stat().st_uid == os.getuid()
            and parent.name.startswith(("pytest-", "popen-"))
        ):
            parent.chmod(0o711)
    server = subprocess.Popen([PROGRAM, str(file)], stderr=subprocess.DEVNULL, **who)
    wait_until(lambda: server.poll() is not None or answers(port, database))
    assert server.poll() is None, (folder / "log").read_text()
    return server


def answers(port: int, database: dict) -> bool:
    names = {"dbname": database["NAME"], "user": database["USER"]}
    try:
        psycopg.connect(host=HOST, port=port, **names).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.faults("pgbouncer")
def test_one_process_holds_a_lock_however_many_sessions_there_are(pooled):
    with advisory_lock("feed-1") as ours:
        Listing.objects.count()  # another transaction, on whichever session is free
        with advisory_lock("feed-1") as another:
            assert (ours, another) == (True, False)
    with advisory_lock("feed-1") as ours:
        assert ours


def test_control_a_lock_of_a_session_is_held_by_whoever_gets_that_session(pooled):
    held = []
    for _ in range(2):
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(1)")
            held.append(cursor.fetchone()[0])
        other.close()

    assert held == [True, True]


def test_control_options_at_the_start_are_refused(pooled):
    other = connection.copy()
    other.settings_dict["OPTIONS"] = {"options": "-c statement_timeout=10000"}

    with pytest.raises(OperationalError, match="unsupported startup parameter"):
        other.ensure_connection()


@pytest.mark.faults("pgbouncer")
def test_people_read_sign_in_and_change_things(pooled):
    member = MembershipFactory()
    user = member.user
    ListingFactory(company=member.company)
    browser = Client()

    pages = ["/", "/jobs/", "/companies/", "/healthz/ready", "/api/v1/listings", "/jobs.csv"]
    assert {page: browser.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    signed_in = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert signed_in.status_code == 302
    assert browser.get(reverse("recruiting:dashboard")).status_code == 200
    assert [found.pk for found in User.objects.iterator(1)] == [user.pk]


def test_of_two_servers_the_one_that_answers_is_used(monkeypatch):
    port = connection.settings_dict["PORT"]
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", f"{HOST},{HOST}")
    monkeypatch.setitem(connection.settings_dict, "PORT", f"{free_port()},{port}")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"target_session_attrs": "read-write"})

    assert User.objects.count() == 0
    connection.close()
