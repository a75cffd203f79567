"""One machine under writes: its web processes are killed, and its disk is full."""

import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests import migrated
from tests.engines import Postgres, open_folder
from tests.faults.nodes import Node, seconds_until
from tests.load import Load, Writer, lost, make_tokens
from tests.reliability import IS_WHOLE
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.pure]

KILLS = 20 if IS_WHOLE else 4
IN_FAULTS_ALONE = pytest.mark.skipif(not IS_WHOLE, reason="make faults does it on PostgreSQL too")


@pytest.fixture
def postgres():
    with open_folder() as folder:
        server = Postgres(folder / "postgres")
        try:
            server.make()
            yield server
        finally:
            server.kill()


@pytest.fixture(scope="module")
def released(tmp_path_factory, pytestconfig) -> Path:
    """The folder of a new site on SQLite: to make one takes many seconds, a copy none."""
    folder = tmp_path_factory.mktemp("released") / "site"
    node = Node(folder, {})
    migrated.copy_to(folder / "db.sqlite3", pytestconfig)
    node.site.run("release")
    return folder


@pytest.fixture
def start(released):
    """Call it for a machine that runs, released and ready."""
    started = []

    def begin(folder: Path, **settings: str) -> Node:
        shutil.copytree(released, folder, dirs_exist_ok=True)
        node = Node(folder, settings)
        started.append(node)
        if "DATABASE_URL" in settings:
            node.site.run("release")
        node.start("web", "index", "worker")
        node.wait_until_ready()
        return node

    yield begin
    for node in started:
        node.kill()


def rows_of(file: Path):
    """What a query says of SQLite's file."""

    def run_sql(command: str) -> list[tuple]:
        with closing(sqlite3.connect(file)) as connection:
            return connection.execute(command).fetchall()

    return run_sql


@pytest.mark.faults("killed web")
@pytest.mark.parametrize("database", ["SQLite", pytest.param("PostgreSQL", marks=IN_FAULTS_ALONE)])
def test_killed_web_processes_lose_no_write(database, request, start, tmp_path, note_figure):
    folder, settings = tmp_path / "site", {"WEB_CONCURRENCY": "2"}
    run_sql = rows_of(folder / "db.sqlite3")
    if database == "PostgreSQL":
        postgres = request.getfixturevalue("postgres")
        settings["DATABASE_URL"], run_sql = postgres.url, postgres.sql
    node = start(folder, **settings)
    tokens = make_tokens(node.site, companies=4)
    writers = [Writer(node.door, 20 + number, mine) for number, mine in enumerate(tokens)]

    with Load(*writers) as load:
        for kill in range(KILLS):
            processes = sorted(node.web_processes())
            os.kill(processes[kill % len(processes)], signal.SIGKILL)
            load.wait_for_more(2)

    assert lost(load.acknowledged, run_sql) == set()
    wait_until(lambda: node.ready()["search"] == "ok")
    count = len(load.acknowledged)
    note_figure("killed web", f"{database}: {KILLS} kills, {count} writes acknowledged, 0 lost")


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A disk of its own at ``folder``."""
    if os.getuid() != 0:
        pytest.skip("Only root may mount a disk")
    folder.mkdir()
    size = f"size={megabytes}m"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("This machine mounts no disks")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Until not one byte more can be written."""
    file = folder / "filling"
    with file.open("wb", buffering=0) as filling:
        for size in [1_000_000, 4_096, 1]:
            try:
                while True:
                    filling.write(b"x" * size)
            except OSError:
                continue
    return file


@pytest.mark.faults("full disk")
def test_reading_goes_on_while_the_disk_is_full(start, tmp_path, note_figure):
    folder = tmp_path / "site"
    with small_disk(folder, megabytes=400):
        node = start(folder)
        tokens = make_tokens(node.site, companies=1)
        pages = ["/", "/jobs/?q=engineer", "/roles/", "/salaries/", "/api/v1/listings?page_size=3"]
        writer = Writer(node.door, 20, tokens[0])
        assert writer.post().status == 201

        filling = fill(folder)

        statuses = {page: node.status(page) for page in [*pages, "/jobs/?q=data", "/jobs.csv"]}
        refused = writer.post()
        assert statuses == dict.fromkeys(statuses, 200)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "30")
        assert b"tell whether your change was saved" in refused.body
        assert "are free" in node.ready()["disk"]
        filling.unlink()
        seconds = seconds_until(lambda: writer.post().status == 201)
        assert rows_of(folder / "db.sqlite3")("PRAGMA integrity_check") == [("ok",)]
        assert lost(set(writer.acknowledged), rows_of(folder / "db.sqlite3")) == set()
        node.kill()
    note_figure(
        "full disk",
        f"{len(statuses)} of {len(statuses)} pages 200, posts 503; sound, and posts are taken "
        f"{seconds:.2f} s after there is room",
    )
