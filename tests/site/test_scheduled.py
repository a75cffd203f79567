import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, nullcontext

import pytest
from django.core import mail
from django.core.mail import send_mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from jobboard.common.locks import only_one
from jobboard.feeds import fetching
from jobboard.feeds.download import Answer
from jobboard.listings.models import Feed
from jobboard.site.scheduled import HOUR, MAILS_ARE_KEPT, Job, Scheduler
from tests.factories import FeedFactory
from tests.waiting import MOST_SECONDS, wait_until

pytestmark = pytest.mark.both_databases

EVERY_HOUR = [sys.executable, "manage.py", "run_scheduled", f"--every={HOUR}"]
SOON = 60  # seconds, on a busy machine; on an idle one it is one or two


def queue_a_mail():
    send_mail("Subject {% now %}", "Body", None, ["seeker@example.com"])


def test_run_scheduled_sends_a_queued_mail_as_it_was_written(mails):
    queue_a_mail()
    assert mails()[0].status == STATUS.queued
    assert mail.outbox == []

    call_command("run_scheduled")

    assert [sent.subject for sent in mail.outbox] == ["Subject {% now %}"]
    assert mails()[0].status == STATUS.sent


def test_run_scheduled_deletes_mails_that_are_older_than_is_kept(mails):
    queue_a_mail()
    queue_a_mail()
    old, young = mails()
    Email.objects.filter(pk=old.pk).update(created=timezone.now() - MAILS_ARE_KEPT * 1.01)

    call_command("run_scheduled")

    assert mails() == [young]


def test_a_failing_job_is_logged_and_does_not_stop_the_others(caplog):
    done = []

    def fail():
        raise ValueError("out of ink")

    Scheduler([Job("print", fail), Job("count", lambda: done.append("counted"))]).run_round()

    assert done == ["counted"]
    [record] = caplog.records
    assert (record.name, record.levelno) == ("jobboard.scheduler", logging.ERROR)
    assert "print" in record.message
    assert "out of ink" in record.exc_text


def test_due_feeds_are_fetched_in_every_round(db, monkeypatch):
    asked = []
    feed = FeedFactory()
    monkeypatch.setattr(
        fetching,
        "fetch",
        lambda url, **sent: asked.append(url) or Answer(b'{"jobs": []}', "", "", ""),
    )

    for _ in range(2):
        call_command("run_scheduled")
        Feed.objects.update(next_fetch_at=None)

    assert asked == [feed.address] * 2


def test_an_hourly_job_waits_for_its_hour(monkeypatch):
    runs = []
    clock = iter([0, 0, HOUR - 1, HOUR - 1, HOUR, HOUR])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    scheduler = Scheduler(
        [
            Job("always", lambda: runs.append("always")),
            Job("hourly", lambda: runs.append("hourly"), HOUR),
        ]
    )

    for _ in range(3):
        scheduler.run_round()

    assert runs == ["always", "hourly", "always", "always", "hourly"]


@contextmanager
def another_scheduler():
    """Hold the lock on a connection of its own."""
    at_work, stop = threading.Event(), threading.Event()

    def work():
        with only_one("scheduler"):
            at_work.set()
            stop.wait(MOST_SECONDS)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert at_work.wait(MOST_SECONDS)
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("others", "sent"),
    [(another_scheduler, 0), (nullcontext, 1)],
    ids=["another is at work", "control: alone"],
)
def test_a_second_scheduler_sends_nothing_and_says_so(others, sent, capsys):
    queue_a_mail()

    with others():
        call_command("run_scheduled")

    assert len(mail.outbox) == sent
    assert ("Another scheduler is already running" in capsys.readouterr().out) is (sent == 0)


def seconds_to_end(scheduler: subprocess.Popen) -> float:
    asked = time.monotonic()
    scheduler.send_signal(signal.SIGTERM)
    assert scheduler.wait(MOST_SECONDS) == 0
    return time.monotonic() - asked


def test_the_scheduler_ends_soon_after_a_signal(elsewhere, mails):
    queue_a_mail()
    scheduler = subprocess.Popen(EVERY_HOUR, env=elsewhere)
    wait_until(lambda: mails()[0].status == STATUS.sent or scheduler.poll() is not None)

    assert seconds_to_end(scheduler) < SOON  # of the hour until its next round
    assert mails()[0].status == STATUS.sent


def test_the_scheduler_does_not_wait_for_a_mail_server_that_hangs_when_it_is_to_end(
    elsewhere, mails, tmp_path
):
    waits_long = "from jobboard.settings import *\nEMAIL_TIMEOUT = 3600\n"
    (tmp_path / "patient_settings.py").write_text(waits_long)
    elsewhere |= {"DJANGO_SETTINGS_MODULE": "patient_settings", "PYTHONPATH": str(tmp_path)}
    queue_a_mail()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(MOST_SECONDS)
        elsewhere["EMAIL_URL"] = f"smtp://127.0.0.1:{server.getsockname()[1]}"
        scheduler = subprocess.Popen(EVERY_HOUR, env=elsewhere)
        silent, _ = server.accept()
        with silent:
            assert seconds_to_end(scheduler) < SOON

    assert mails()[0].status == STATUS.queued
