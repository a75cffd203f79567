import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.core.management import CommandError
from django.db import connection

from jobboard.site.management.commands import serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status_of(url: str) -> int | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 (an address of this test)
            return response.status
    except OSError:
        return None


def start(tmp_path, port: int) -> subprocess.Popen:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "jobboard.settings",
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'db.sqlite3'}",
        "PORT": str(port),
    }
    with (tmp_path / "output").open("w") as output:
        command = [sys.executable, "manage.py", "serve"]
        return subprocess.Popen(command, env=environment, stdout=output, stderr=output)


def wait_until_ready(site: subprocess.Popen, port: int):
    give_up_at = time.monotonic() + 120
    while site.poll() is None and time.monotonic() < give_up_at:
        if status_of(f"http://127.0.0.1:{port}/healthz/ready") == 200:
            return
        time.sleep(0.2)
    pytest.fail("The site did not start.")


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="it brings its own SQLite, and ran with it already"
)
def test_serve_starts_a_site_from_nothing_and_ends_it_and_keeps_its_passwords(tmp_path):
    port = free_port()
    outputs = []
    for _ in range(2):
        site = start(tmp_path, port)
        wait_until_ready(site, port)
        site.send_signal(signal.SIGTERM)
        assert site.wait(60) == 0
        assert status_of(f"http://127.0.0.1:{port}/healthz/live") is None
        outputs.append((tmp_path / "output").read_text())

    first, second = outputs
    assert f"http://localhost:{port}/" in first
    assert len(re.findall(r"@example.com  password: \S{15}", first)) == 2
    assert "password:" not in second.replace("To set a new password:", "")
    assert all("make password EMAIL=admin@example.com" in output for output in outputs)


def test_serve_refuses_a_taken_port_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(
            CommandError,
            match=f"Port {port} is not available .Address already in use.. Stop the program",
        ):
            serve.refuse_taken_port("127.0.0.1", port)

    serve.refuse_taken_port("127.0.0.1", port)


def test_when_one_process_ends_the_other_is_ended_too(monkeypatch, tmp_path):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    pid = tmp_path / "pid"
    going_on = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    failing = (
        f"import os, time\nwhile not os.path.exists({str(pid)!r}): time.sleep(0.1)\n"
        "raise SystemExit(3)"
    )

    with pytest.raises(
        CommandError, match=r"because the scheduler \(exit code 3\) exited unexpectedly"
    ):
        serve.run_until_stopped({"web server": ["-c", going_on], "scheduler": ["-c", failing]})

    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
