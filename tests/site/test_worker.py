import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
import time_machine
from django.core import mail as outbox
from django.core.mail import send_mail
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobboard.common.mail import queue_email
from jobboard.common.models import Email
from jobboard.common.tasks import (
    DEFAULT,
    PAUSES,
    PAUSES_AFTER_DEATHS,
    SOON,
    TryAgainError,
    note_progress,
    running,
    unfinished,
)
from jobboard.common.text.words import plural
from jobboard.feeds import fetching
from jobboard.feeds.download import Response
from jobboard.seekers.models import Alert, AlertedListing, AlertRun
from jobboard.site import schedule, worker
from jobboard.site.models import ScheduledTask, Worker
from jobboard.site.schedule import HOUR, Entry, enqueue_due, run_entry
from jobboard.site.worker import BackgroundWorker
from tests.factories import FeedFactory, ListingFactory, in_days
from tests.reliability import IS_WHOLE
from tests.waiting import MAX_SECONDS, wait_until

pytestmark = pytest.mark.faults

READY, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING
FAILED, SUCCESSFUL = TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL
WORKER = [sys.executable, "manage.py", "worker"]
SOON_IN_SECONDS = 60  # on a busy machine; on an idle one it is one or two
done: list[int] = []


@task()
def note(number: int) -> None:
    done.append(number)


@task()
def fail() -> None:
    raise ValueError("out of ink")


@task()
def wait() -> None:
    raise TryAgainError(timezone.now() + timedelta(minutes=1), "no ink yet")


meanwhile: list[Callable[[], None]] = []


@task()
def last() -> None:
    """What others do meanwhile."""
    meanwhile.pop()()


@pytest.fixture(autouse=True)
def _nothing_is_done():
    done.clear()


def the_task() -> DBTaskResult:
    return DBTaskResult.objects.get()


# --- Tasks ----------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_task_is_done_with_its_arguments(work, db):
    note.enqueue(number=7)

    work()

    assert done == [7]
    assert the_task().status == SUCCESSFUL


def test_a_task_of_a_change_that_is_taken_back_is_not_done(work, db):
    with transaction.atomic():
        note.enqueue(number=7)
        transaction.set_rollback(True)

    work()

    assert done == []


@pytest.mark.both_databases
def test_what_fails_is_tried_again_for_two_days_and_then_left_to_an_admin(work, db, caplog):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        start = timezone.now()
        fail.enqueue()
        for pause in PAUSES:
            work()
            assert (the_task().status, the_task().run_after) == (READY, timezone.now() + pause)
            work()  # too early: nothing is done
            clock.shift(pause)
        work()

    assert timezone.now() - start < timedelta(days=2, hours=1)
    assert (the_task().status, len(the_task().worker_ids)) == (FAILED, len(PAUSES) + 1)
    assert "out of ink" in the_task().traceback
    assert "out of ink" in caplog.text


def test_a_task_that_fails_does_not_hold_up_others(work, db):
    fail.enqueue()
    note.enqueue(number=1)

    work()

    assert done == [1]


# --- Workers that die -----------------------------------------------------------------------------


def begun_by(worker_id: str) -> None:
    note.enqueue(number=1)
    DBTaskResult.objects.update(status=RUNNING, started_at=timezone.now(), worker_ids=[worker_id])


@pytest.mark.parametrize(
    ("seconds_ago", "taken_over"),
    [(30, True), (-3600, True), (1, False)],
    ids=["gone", "seen by a clock that was put back", "control: alive"],
)
@pytest.mark.both_databases
def test_others_take_over_what_a_dead_worker_began(work, db, seconds_ago, taken_over):
    seen_at = timezone.now() - timedelta(seconds=seconds_ago)
    Worker.objects.create(id="one", queues="default", seen_at=seen_at)
    begun_by("one")

    worker.take_over_from_the_gone()
    with time_machine.travel(timezone.now() + PAUSES_AFTER_DEATHS[0]):
        work()

    assert done == [1] * taken_over


@pytest.mark.both_databases
def test_a_machine_whose_clock_is_wrong_ends_nobody(work, db):
    worker.BackgroundWorker()._be_seen()
    begun_by(Worker.objects.get().pk)

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        worker.take_over_from_the_gone()

    assert the_task().status == RUNNING


def die_over_it(name: str = "gone") -> None:
    """A worker begins the task that waits, and is killed."""
    begun = worker._claim(DEFAULT, name)
    assert begun is not None
    worker.take_over_from_the_gone()


def test_a_task_that_ends_each_worker_waits_longer_each_time_and_then_is_dead(work, db):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        note.enqueue(number=1)
        for deaths, pause in enumerate(PAUSES_AFTER_DEATHS, start=1):
            die_over_it()
            assert (the_task().status, the_task().run_after) == (READY, timezone.now() + pause)
            assert the_task().traceback == f"Its worker died {plural(deaths, 'time')}."
            work()  # too early: nobody begins it
            clock.shift(pause)
        die_over_it()
        work()

    assert (done, the_task().status) == ([], FAILED)
    assert the_task().traceback == "Its worker died 5 times."


def test_deaths_are_no_errors_and_errors_no_deaths(work, db):
    """Each has its own pauses, so that an error after many kills is not the end."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fail.enqueue()
        for pause in PAUSES_AFTER_DEATHS:
            die_over_it()
            clock.shift(pause)
        for pause in PAUSES:
            work()
            assert (the_task().status, the_task().run_after) == (READY, timezone.now() + pause)
            clock.shift(pause)
        work()

    assert the_task().status == FAILED
    assert "out of ink" in the_task().traceback


def test_a_task_that_waited_often_survives_the_death_of_its_worker(work, db):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        wait.enqueue()
        for _ in range(2 * len(PAUSES_AFTER_DEATHS)):
            die_over_it()
            clock.shift(PAUSES_AFTER_DEATHS[0])
            work()
            clock.shift(timedelta(minutes=1))

    assert the_task().status == READY


@pytest.mark.both_databases
def test_a_long_task_that_comes_further_each_time_goes_on_however_often_its_worker_dies(db):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        note.enqueue(number=1)
        for kill in range(20):
            begun = worker._claim(DEFAULT, f"worker {kill}")
            with running(begun):
                note_progress(kill + 1)
            worker.take_over_from_the_gone()
            assert the_task().status == READY
            clock.shift(PAUSES_AFTER_DEATHS[0])
        # Where it always comes as far and no further, it is the task that ends them.
        for pause in PAUSES_AFTER_DEATHS:
            assert the_task().status == READY
            clock.shift(pause)
            with running(worker._claim(DEFAULT, "one more")):
                note_progress(20)
            worker.take_over_from_the_gone()

    assert the_task().status == FAILED


@pytest.mark.both_databases
def test_who_lost_a_task_cannot_tell_of_its_progress(db):
    note.enqueue(number=1)
    slow = worker._claim(DEFAULT, "slow")
    worker.take_over_from_the_gone()

    with running(slow):
        note_progress(7)

    assert (the_task().status, the_task().return_value) == (READY, None)


def test_a_worker_that_is_stopped_in_its_task_did_not_die_of_it(db):
    one = BackgroundWorker([DEFAULT])
    note.enqueue(number=1)
    worker._claim(DEFAULT, one.id)

    one._sign_off()

    assert (the_task().status, the_task().worker_ids) == (READY, [])


@pytest.mark.both_databases
def test_of_two_workers_that_see_the_same_task_one_has_it(db, monkeypatch):
    note.enqueue(number=1)
    seen_before = list(DBTaskResult.objects.ready())

    class Seen:
        def filter(self, **_):
            return seen_before

    assert worker.work_on_next(DEFAULT, "one")
    monkeypatch.setattr(type(DBTaskResult.objects.all()), "ready", lambda self: Seen())
    monkeypatch.setattr(DBTaskResult.objects, "ready", Seen)
    assert not worker.work_on_next(DEFAULT, "two")

    assert done == [1]


@pytest.mark.both_databases
def test_a_task_whose_outcome_could_not_be_noted_is_done_again(db, monkeypatch):
    """The worker lives on, so nobody else takes it over."""
    note.enqueue(number=1)
    one, looks = BackgroundWorker([DEFAULT]), iter([True, True])
    note_outcome, away = DBTaskResult.set_successful, iter([OperationalError("away")])

    def set_successful(result, value):
        if error := next(away, None):
            raise error
        note_outcome(result, value)

    def is_idle():
        if not next(looks, False):
            one.stop.set()

    monkeypatch.setattr(DBTaskResult, "set_successful", set_successful)
    monkeypatch.setattr(worker.mail_server, "hang_up", is_idle)
    monkeypatch.setattr(worker, "AFTER_AN_ERROR", 0)
    monkeypatch.setattr(worker, "pause_after", lambda attempts: timedelta(0))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)

    one._work_on(DEFAULT)

    assert done == [1, 1]
    assert the_task().status == SUCCESSFUL


def test_a_task_whose_outcome_can_never_be_noted_waits_between_two_attempts(db, monkeypatch):
    """Such as one that returns what is no JSON."""
    note.enqueue(number=1)
    one, looks = BackgroundWorker([DEFAULT]), iter([True, True, True])
    monkeypatch.setattr(DBTaskResult, "set_successful", lambda result, value: 1 / 0)
    monkeypatch.setattr(worker.mail_server, "hang_up", lambda: next(looks, False) or one.stop.set())
    monkeypatch.setattr(worker, "AFTER_AN_ERROR", 0)
    monkeypatch.setattr(worker, "IDLE", 0)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)

    one._work_on(DEFAULT)

    assert done == [1]
    assert (the_task().status, the_task().traceback) == (READY, "division by zero")
    assert the_task().run_after > timezone.now()


def test_a_queue_is_worked_on_after_any_error(monkeypatch):
    answers = iter([ValueError("odd"), OperationalError("away")])
    one = BackgroundWorker([DEFAULT])
    noted = []

    def next_one(queue, worker_id):
        if error := next(answers, None):
            raise error
        one.stop.set()

    monkeypatch.setattr(worker, "work_on_next", next_one)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "AFTER_AN_ERROR", 0)
    monkeypatch.setattr(
        BackgroundWorker, "_note_failure_on", lambda _, queue, error: noted.append(str(error))
    )

    one._work_on(DEFAULT)

    assert noted == ["odd", "away"]


@pytest.mark.both_databases
def test_who_was_too_slow_and_fails_changes_nothing_of_what_others_did(db):
    last.enqueue()
    meanwhile.append(
        lambda: DBTaskResult.objects.update(status=SUCCESSFUL, started_at=timezone.now()) / 0
    )

    worker.work_on_next(DEFAULT, "one")

    assert the_task().status == SUCCESSFUL


@pytest.mark.both_databases
def test_worker_once_is_seen_by_others(entries, db):
    entries()
    last.enqueue()

    def others_look():
        worker.take_over_from_the_gone()
        done.append(the_task().status)

    meanwhile.append(others_look)

    BackgroundWorker([DEFAULT]).run_once()

    assert done == [RUNNING]
    assert not Worker.objects.exists()


# --- The schedule ---------------------------------------------------------------------------------


@pytest.fixture
def entries(monkeypatch):
    """Call it with the entries of the schedule."""
    return lambda *entries: monkeypatch.setattr(schedule, "SCHEDULE", list(entries))


@pytest.mark.both_databases
def test_an_entry_is_done_once_a_period(work, entries, db):
    entries(Entry("count", lambda: done.append(1), every=HOUR))

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(4):  # at 0, 30, 60 and 90 minutes
            enqueue_due()
            work()
            clock.shift(HOUR / 2)

    assert done == [1, 1]


def test_an_entry_does_not_wait_for_a_date_that_a_wrong_clock_wrote(entries, db):
    entries(Entry("count", lambda: None, every=HOUR))
    ScheduledTask.objects.create(name="count", next_at=in_days(400))

    enqueue_due()

    assert unfinished(run_entry) == [{"name": "count"}]


def test_an_entry_that_still_waits_is_not_enqueued_again(entries, db):
    entries(Entry("count", lambda: None, every=HOUR))

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            enqueue_due()
            clock.shift(HOUR)

    assert unfinished(run_entry) == [{"name": "count"}]


def test_an_entry_with_work_left_is_called_again_soon(work, entries, db):
    left = iter([True, True, False])
    entries(Entry("slices", lambda: done.append(1) or next(left), every=HOUR))

    enqueue_due()
    work()

    assert done == [1, 1, 1]


def test_a_failing_entry_is_logged_comes_again_in_its_time_and_stops_no_other(
    work, entries, db, caplog
):
    def print_it():
        raise ValueError("out of ink")

    entries(
        Entry("print", print_it, every=HOUR), Entry("count", lambda: done.append(1), every=HOUR)
    )

    enqueue_due()
    work()

    assert done == [1]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "out of ink" in caplog.text
    assert DBTaskResult.objects.get(status=FAILED).args_kwargs["kwargs"] == {"name": "print"}
    assert unfinished(run_entry) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("row_is_shared", "times"), [(True, 1), (False, 2)], ids=["one row", "control: a row each"]
)
@pytest.mark.both_databases
def test_two_workers_at_the_same_moment_enqueue_an_entry_once(entries, row_is_shared, times):
    entries(Entry("count", lambda: None, every=HOUR))
    ScheduledTask.objects.create(name="count")
    ready = threading.Barrier(2)

    def look_and_enqueue():
        [entry] = schedule.SCHEDULE
        now = timezone.now()
        ready.wait(MAX_SECONDS)
        if not row_is_shared:
            run_entry.enqueue(name=entry.name)
        else:
            schedule._enqueue(entry, now)
        connection.close()

    threads = [threading.Thread(target=look_and_enqueue) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(unfinished(run_entry)) == times


def test_a_feed_that_is_due_is_fetched(entries, db, monkeypatch):
    entries(Entry("fetch feeds", fetching.enqueue_due_feeds, every=HOUR))
    asked = []
    feed = FeedFactory()
    monkeypatch.setattr(
        fetching,
        "fetch",
        lambda url, **sent: asked.append(url) or Response(b'{"jobs": []}', "", "", ""),
    )

    call_command("worker", "--once")
    call_command("worker", "--once")

    assert asked == [feed.address]


@pytest.mark.both_databases
def test_done_tasks_are_deleted_after_a_day_and_failed_ones_after_a_month(work, db, caplog):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        note.enqueue(number=1)
        run_entry.enqueue(name="there is no such entry")
        work()
        clock.shift(timedelta(days=2))
        schedule.delete_old_tasks()
        assert [result.status for result in DBTaskResult.objects.all()] == [FAILED]

        clock.shift(timedelta(days=30))
        schedule.delete_old_tasks()

    assert not DBTaskResult.objects.exists()


# --- Processes ------------------------------------------------------------------------------------


def queue_a_mail(number: int = 0) -> None:
    send_mail("Subject {% now %}", "Body", None, [f"person{number}@example.com"])


def test_worker_once_does_what_is_due_and_ends(mails, entries):
    entries(Entry("count", lambda: done.append(1), every=HOUR))
    queue_a_mail()

    call_command("worker", "--once")

    assert [sent.subject for sent in outbox.outbox] == ["Subject {% now %}"]
    assert mails()[0].state == Email.State.SENT
    assert done == [1]


def seconds_to_end(process: subprocess.Popen) -> float:
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(MAX_SECONDS) == 0
    return time.monotonic() - asked


@pytest.mark.slow
def test_a_worker_ends_soon_after_a_signal(elsewhere, mails):
    queue_a_mail()
    process = subprocess.Popen(WORKER, env=elsewhere)
    wait_until(lambda: mails()[0].state == Email.State.SENT or process.poll() is not None)

    assert seconds_to_end(process) < SOON_IN_SECONDS
    assert mails()[0].state == Email.State.SENT
    assert not Worker.objects.exists()


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_worker_that_is_stopped_gives_back_what_it_could_not_finish(elsewhere, mails, tmp_path):
    waits_long = "from jobboard.settings import *\nEMAIL_TIMEOUT = 3600\n"
    (tmp_path / "patient_settings.py").write_text(waits_long)
    elsewhere |= {"DJANGO_SETTINGS_MODULE": "patient_settings", "PYTHONPATH": str(tmp_path)}
    queue_a_mail()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(MAX_SECONDS)
        elsewhere["EMAIL_URL"] = f"smtp://127.0.0.1:{server.getsockname()[1]}"
        process = subprocess.Popen([*WORKER, "--queue", "mail"], env=elsewhere)
        silent, _ = server.accept()
        with silent:
            assert seconds_to_end(process) < SOON_IN_SECONDS

    assert mails()[0].state == Email.State.WAITING
    assert DBTaskResult.objects.ready().filter(queue_name="mail").count() == 1


class Mailbox(ThreadingTCPServer):
    """An SMTP server that says yes; ``taken`` lists (recipient, Message-ID). To the addresses in
    ``silent_for`` it never answers.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, silent_for: tuple[str, ...] = ()):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken: list[tuple[str, str]] = []
        self.silent_for = silent_for
        self.url = f"smtp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Conversation(StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"RCPT" and any(name.encode() in line for name in self.server.silent_for):
                self.rfile.readline()  # until the client hangs up
                return
            if command == b"DATA":
                self.say("354 go on")
                message = message_from_bytes(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.server.taken.append((message["To"], message["Message-ID"]))
            self.say("221 bye" if command == b"QUIT" else "250 ok")
            if command == b"QUIT":
                return


@pytest.mark.faults("killed worker")
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.sqlite_alone), 3])
@pytest.mark.both_databases
def test_kills_lose_no_email_and_repeat_one_each_at_most(elsewhere, workers, note_figure):
    count, alerts, kills = (1000, 150, 20) if IS_WHOLE else (120, 20, 3)
    ListingFactory(live=True, published_at=in_days(-1))
    for number in range(alerts):
        email = f"seeker{number}@example.com"
        Alert.objects.create(email=email, frequency="daily", confirmed_at=in_days(-8))
    for number in range(count - alerts):
        email = f"person{number}@example.com"
        queue_email(to=email, subject="Hi", text="Hi", purpose="x", priority=SOON)
    with Mailbox() as mailbox:
        elsewhere["EMAIL_URL"] = mailbox.url

        def start():
            return subprocess.Popen(WORKER, env=elsewhere)

        processes = [start() for _ in range(workers)]
        for kill in range(1, kills + 1):
            enough = kill * count // (kills + 2)
            wait_until(lambda enough=enough: len(mailbox.taken) >= enough, every=0.005)
            victim = processes.pop(0)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            assert len(dict(mailbox.taken)) < count  # there was something to lose
            processes.append(start())
        wait_until(lambda: Email.objects.filter(state="sent").count() == count)
        for process in processes:
            process.kill()
            process.wait()

    ids = dict(mailbox.taken)
    assert len(ids) == count
    assert set(mailbox.taken) == set(ids.items())  # repeated ones have their one Message-ID
    repeated = len(mailbox.taken) - count
    assert repeated <= kills
    note_figure(
        "killed worker",
        f"{connection.vendor}, {workers} at once: {kills} kills, 0 of {count} lost, "
        f"{repeated} repeated",
    )
    # At midnight they have another run, which finds nothing new.
    ran = AlertRun.objects.values("alert").distinct().count()
    assert (ran, AlertedListing.objects.count()) == (alerts, alerts)


@pytest.mark.faults("sign-in code")
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_a_server_that_hangs_for_others_holds_up_a_code_for_one_time_out(
    elsewhere, settings, note_figure
):
    for number in range(50):
        queue_email(
            to=f"hangs{number}@example.com", subject="Hi", text="Hi", purpose="x", priority=0
        )
    with Mailbox(silent_for=("hangs",)) as mailbox:
        elsewhere["EMAIL_URL"] = mailbox.url
        process = subprocess.Popen([*WORKER, "--queue", "mail"], env=elsewhere)
        wait_until(lambda: DBTaskResult.objects.running().exists())
        asked = time.monotonic()
        send_mail("Your code", "1234", None, ["ada@example.com"])
        wait_until(lambda: mailbox.taken, every=0.05)
        seconds = time.monotonic() - asked
        process.kill()
        process.wait()

    assert [to for to, _ in mailbox.taken] == ["ada@example.com"]
    note_figure(
        "sign-in code", f"{connection.vendor}: {seconds:.1f} s while SMTP hangs for 50 others"
    )
    assert seconds < settings.EMAIL_TIMEOUT + 2 + SOON_IN_SECONDS / 10
