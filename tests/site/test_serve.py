import json
import re
import signal
import socket
import subprocess
import urllib.request

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from jobboard.site.management.commands import serve
from jobboard.site.running import web_server
from tests.real_site import RealSite, free_port
from tests.waiting import MAX_SECONDS, wait_until

brings_its_own_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="it brings its own SQLite, and ran with it already"
)


def status_of(url: str) -> int | None:
    try:
        with urllib.request.urlopen(url, timeout=MAX_SECONDS) as response:  # noqa: S310 (an address of this test)
            return response.status
    except OSError:
        return None


def search_state(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready") as response:
        return json.load(response)["search"]


def wait_until_ready(site: RealSite, process: subprocess.Popen, port: int):
    def is_ready_or_gone() -> bool:
        is_ready = status_of(f"http://127.0.0.1:{port}/healthz/ready") == 200
        return is_ready or process.poll() is not None

    wait_until(is_ready_or_gone)
    assert process.poll() is None, f"The site did not start: {site.output}"


def output_of_a_run(tmp_path, port: int) -> str:
    """Of a site that is started, and asked to end as soon as it is ready and has its index."""
    (tmp_path / "output").unlink(missing_ok=True)
    site = RealSite(tmp_path, PORT=str(port))
    process = site.start("serve")
    wait_until_ready(site, process, port)
    wait_until(lambda: search_state(port) == "ok")
    process.send_signal(signal.SIGTERM)
    assert process.wait(MAX_SECONDS) == 0
    assert status_of(f"http://127.0.0.1:{port}/healthz/live") is None
    return site.output


@pytest.mark.slow
def test_serve_prepares_the_site_says_passwords_once_and_runs_its_processes(
    starter_with_samples, monkeypatch, capsys, settings, tmp_path
):
    settings.PORT, settings.STATIC_ROOT = free_port(), tmp_path
    runs = []
    monkeypatch.setattr(serve, "run_until_stopped", runs.append)
    monkeypatch.setattr(serve.connections, "close_all", lambda: None)

    call_command("serve")
    first = capsys.readouterr().out
    call_command("serve")
    second = capsys.readouterr().out

    names = ["web server", "worker", "index writer"]
    assert [[child.name for child in children] for children in runs] == [names] * 2
    assert "/admin/listings/feed/find-employers/" in first
    assert len(re.findall(r"@example.com  password: \S{15}", first)) == 2
    assert "password:" not in second.replace("To set a new password:", "")
    assert "make password EMAIL=admin@example.com" in second


@pytest.mark.slow
@brings_its_own_sqlite
def test_serve_starts_a_site_from_nothing_ends_it_and_keeps_its_passwords(tmp_path):
    port = free_port()

    first, second = output_of_a_run(tmp_path, port), output_of_a_run(tmp_path, port)

    assert f"http://localhost:{port}/" in first
    assert len(re.findall(r"@example.com  password: \S{15}", first)) == 2
    assert "password:" not in second.replace("To set a new password:", "")
    for output in (first, second):
        assert "make password EMAIL=admin@example.com" in output


def test_serve_refuses_a_taken_port_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(
            CommandError,
            match=f"Port {port} is not available .Address already in use.. Stop the program",
        ):
            web_server.check_port_available("127.0.0.1", port)

    web_server.check_port_available("127.0.0.1", port)
