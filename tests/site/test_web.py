"""The web server as ``deploy/`` runs it: with a socket that stays open while it is started anew."""

import signal
import socket
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from django.db import connection

from tests.real_site import RealSite
from tests.waiting import MAX_SECONDS, wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="it brings its own SQLite"),
]


WEB = [sys.executable, "manage.py", "web"]


class Visitor(threading.Thread):
    """Asks for a page again and again."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.is_done, self.answered, self.failures = url, False, 0, []

    def run(self) -> None:
        while not self.is_done:
            try:
                urllib.request.urlopen(self.url, timeout=MAX_SECONDS).close()  # noqa: S310
                self.answered += 1
            except OSError as error:
                self.failures.append(error)

    def wait_for_more(self) -> None:
        before = self.answered + len(self.failures)
        wait_until(lambda: self.answered + len(self.failures) > before + 2)


def web_processes(master) -> set[str]:
    return set(Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split())


@pytest.mark.faults("rolling")
def test_neither_a_reload_nor_a_restart_loses_a_request(tmp_path, note_figure):
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/healthz/live"
        site = RealSite(tmp_path, WEB_CONCURRENCY="1")
        web = site.start_behind(listener, WEB)
        visitors = [Visitor(url) for _ in range(2)]
        for visitor in visitors:
            visitor.start()
        visitors[0].wait_for_more()

        before = web_processes(web)
        web.send_signal(signal.SIGHUP)
        wait_until(lambda: web_processes(web) and not before & web_processes(web))
        visitors[0].wait_for_more()

        web.send_signal(signal.SIGTERM)
        assert web.wait(MAX_SECONDS) == 0
        web = site.start_behind(listener, WEB)
        visitors[0].wait_for_more()

        for visitor in visitors:
            visitor.is_done = True
        for visitor in visitors:
            visitor.join(MAX_SECONDS)
        web.send_signal(signal.SIGTERM)
        assert web.wait(MAX_SECONDS) == 0
    assert [visitor.failures for visitor in visitors] == [[], []]
    answered = sum(visitor.answered for visitor in visitors)
    note_figure("rolling", f"0 of {answered} failed while one was reloaded and restarted")
