"""How long somebody's write waits while work in the background goes on.

    python benchmarks/write_waits.py [JOBS] [FOLDER]

Another process changes one row again and again, beside each kind of work that the site does by
itself, and waits for its turn however long that takes. On SQLite a transaction that writes keeps
all others waiting; the longest is shown in CPU time, too, which other load does not stretch.
Everything is made in a throw-away folder, or in FOLDER, where a second run finds the jobs again.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from select import select
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAUSE = 0.05  # seconds between two writes: no longer wait goes unseen
MAX_SECONDS = 120  # that a write waits; longer than any work takes
BAR = 100  # milliseconds that nobody should wait for longer
ALERTS = 300
EMAILS = 1_000
ROWS = 2_000  # of an imported file
OLD_ROWS = 20_000  # of each kind that clean-up deletes
WORDS = ["python", "machine learning", "sql spark", "kubernetes", "nlp", "senior engineer"]


def write_until_told() -> None:
    """Write every PAUSE until standard input ends; print for how many milliseconds each write had
    to wait before it could begin.
    """
    import django
    from django.db import connection, transaction

    django.setup()
    from jobboard.listings.models import Company

    connection.settings_dict["OPTIONS"]["timeout"] = MAX_SECONDS
    company = Company.objects.order_by("pk")[:1].get()
    print("ready", flush=True)
    while not select([sys.stdin], [], [], PAUSE)[0]:
        start = time.perf_counter()
        with transaction.atomic():
            wait = time.perf_counter() - start
            Company.objects.filter(pk=company.pk).update(country=company.country)
        print(wait * 1000, flush=True)


class LongestTransaction:
    """The CPU milliseconds of the longest transaction of this process that may have written."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection, self.milliseconds = connection, 0.0
        self.begin, self.commit = connection._start_transaction_under_autocommit, connection.commit

    def __enter__(self) -> "LongestTransaction":
        self.connection._start_transaction_under_autocommit = self._begin
        self.connection.commit = self._commit
        self.connection.execute_wrappers.append(self._execute)
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.execute_wrappers.remove(self._execute)
        del self.connection._start_transaction_under_autocommit, self.connection.commit

    def _begin(self) -> None:
        self.begin()
        self.began_at = time.process_time()

    def _commit(self) -> None:
        self.commit()
        self._note(self.began_at)

    def _execute(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        began_at = time.process_time()
        result = execute(sql, params, many, context)
        if not sql.startswith("SELECT") and not self.connection.in_atomic_block:
            self._note(began_at)
        return result

    def _note(self, began_at: float) -> None:
        self.milliseconds = max(self.milliseconds, (time.process_time() - began_at) * 1000)


def measure(name: str, work: Callable[[], object]) -> None:
    writer = subprocess.Popen(
        [sys.executable, __file__, "--write"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdin and writer.stdout  # noqa: S101 for the type checker
    writer.stdout.readline()
    clock, cpu = time.perf_counter(), time.process_time()
    with LongestTransaction() as longest:
        work()
    seconds, cpu = time.perf_counter() - clock, time.process_time() - cpu
    printed, _ = writer.communicate()
    waits = sorted(map(float, printed.split()))
    middle = waits[len(waits) // 2] if waits else 0
    too_long = sum(wait > BAR for wait in waits)
    figures = f"{len(waits):8}{middle:8.1f}{max(waits, default=0):10,.0f}{too_long:8}"
    print(f"{name:30}{figures}{longest.milliseconds:14,.0f}{seconds:8.1f}{cpu:8.1f}", flush=True)


# --- What is done meanwhile -----------------------------------------------------------------------


def make_due_alerts(count: int = ALERTS) -> None:
    from django.utils import timezone

    from jobboard.seekers.models import Alert

    Alert.objects.all().delete()
    confirmed_at = timezone.now() - timedelta(days=2)
    Alert.objects.bulk_create(
        Alert(
            email=f"person{number}@example.com",
            query=f"q={WORDS[number % len(WORDS)].replace(' ', '+')}",
            frequency=Alert.Frequency.DAILY,
            confirmed_at=confirmed_at,
        )
        for number in range(count)
    )


def upload(count: int = ROWS) -> bytes:
    """A file as a recruiter uploads it, of 1 MB or so."""
    from benchmarks.import_listings import jobs

    text = StringIO()
    writer = csv.DictWriter(text, ["id", "title", "description", "places", "apply_url", "pay_text"])
    writer.writeheader()
    for row in jobs(count):
        del row["company"], row["posted_on"]
        description = row["description"].replace("\n", " ")[:500]
        writer.writerow(row | {"description": description, "pay_text": "By agreement"})
    return text.getvalue().encode()


def queue_emails() -> None:
    from jobboard.common.mail import queue_email
    from jobboard.common.tasks import SOON

    for number in range(EMAILS):
        to = f"person{number}@example.com"
        queue_email(to=to, subject="Jobs", text="New jobs", purpose="x", priority=SOON)


def send_emails() -> None:
    """To nowhere: a mail server would only add pauses."""
    from jobboard.common.tasks import MAIL
    from jobboard.site.worker import work_on_next

    while work_on_next(MAIL, "benchmark"):
        pass


def make_old_rows() -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from jobboard.listings.models import PostDraft
    from jobboard.seekers.models import Alert, AlertRun

    long_ago = timezone.now() - timedelta(days=400)
    Session.objects.bulk_create(
        Session(session_key=f"old{number:08}", session_data="x" * 400, expire_date=long_ago)
        for number in range(OLD_ROWS)
    )
    Alert.objects.bulk_create(
        Alert(email=f"nobody{number}@example.com", query="q=python", created_at=long_ago)
        for number in range(OLD_ROWS)
    )
    alert, _ = Alert.objects.get_or_create(
        email="old@example.com", query="", defaults={"confirmed_at": long_ago}
    )
    AlertRun.objects.bulk_create(
        AlertRun(alert=alert, period=long_ago.date() - timedelta(days=number), at=long_ago)
        for number in range(OLD_ROWS)
    )
    PostDraft.objects.bulk_create(
        PostDraft(
            token_hash=f"{number:064}",
            email=f"nobody{number}@example.com",
            data={"title": ["x" * 1000]},
            updated_at=long_ago,
        )
        for number in range(OLD_ROWS // 10)
    )


def main(folder: str, count: int) -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.EMAIL_TRANSPORT = "django.core.mail.backends.dummy.EmailBackend"
    from django_tasks_db.models import DBTaskResult

    from benchmarks.import_listings import run, write
    from benchmarks.search import prepare
    from jobboard.accounts.models import User
    from jobboard.common.batches import delete_in_batches
    from jobboard.common.models import Email
    from jobboard.common.storage.statistics import analyze
    from jobboard.listings.copies.joining import join_lately_changed
    from jobboard.listings.models import Company, Feed
    from jobboard.recruiting import uploads
    from jobboard.recruiting.posting.first_post import delete_old_drafts
    from jobboard.search.index import writing
    from jobboard.seekers.alerts import delete_old_alerts, send_alerts
    from jobboard.site.data.backups import write_backup
    from jobboard.site.schedule import delete_expired_sessions

    prepare(count)
    company, _ = Company.objects.get_or_create(slug="uploads", defaults={"name": "Uploads"})
    user, _ = User.objects.get_or_create(email="uploads@example.com")
    board, _ = Feed.objects.get_or_create(company=None, kind=Feed.Kind.CSV)
    delete_in_batches(board.listings.all())  # of a run before
    writing.update()
    path = Path(folder, "jobs.csv")
    job = uploads.begin(upload(), company=company, by=user)
    write(path, ROWS)
    print(f"{'':30}{'':8}{'median':>8}{'longest':>10}{'':8}{'longest':>14}{'took':>8}{'CPU':>8}")
    heads = f"{'writes':>8}{'ms':>8}{'ms':>10}{f'> {BAR}':>8}{'hold, CPU ms':>14}"
    print(f"{'waits beside':30}{heads}{'s':>8}{'s':>8}")
    measure("nothing", lambda: time.sleep(30))
    make_due_alerts()
    measure(f"{ALERTS} alerts by words", send_alerts)
    measure(
        f"the trial of {ROWS:,} rows",
        lambda: uploads.dry_run_import(job, lambda rows: None),
    )
    measure(f"the import of {ROWS:,} jobs", lambda: run(path, board))
    measure("the same jobs again", lambda: run(path, board))
    write(path, ROWS, changed_every=1)
    measure(f"the import of {ROWS:,} changes", lambda: run(path, board))
    measure("joining copies", join_lately_changed)
    queue_emails()
    measure(f"{EMAILS:,} emails", send_emails)
    measure("deleting old emails", lambda: delete_in_batches(Email.objects.all()))
    measure("deleting old tasks", lambda: delete_in_batches(DBTaskResult.objects.all()))
    make_old_rows()
    measure("deleting old alerts", delete_old_alerts)
    measure("deleting old drafts", delete_old_drafts)
    measure("deleting old sessions", delete_expired_sessions)
    measure("a backup", lambda: write_backup(Path(folder, "backup.zip")))
    measure("ANALYZE", analyze)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobboard.settings")
    if sys.argv[1:] == ["--write"]:
        write_until_told()
        sys.exit()
    with tempfile.TemporaryDirectory() as folder:
        data = sys.argv[2] if len(sys.argv) > 2 else folder
        os.environ |= {"DATA_DIR": data, "SECRET_KEY": "benchmark"}
        main(folder, int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
