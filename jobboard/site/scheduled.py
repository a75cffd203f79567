"""What time brings. To add a job, add a line to JOBS: a job is repeatable, and short or able to go
on next time.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from post_office.utils import cleanup_expired_mails

from jobboard.common.mail import send_queued_mail
from jobboard.common.security_events import delete_old_events
from jobboard.feeds.fetching import fetch_due_feeds
from jobboard.recruiting.first_post import delete_old_drafts
from jobboard.recruiting.still_open import ask_recruiters
from jobboard.search.index import following
from jobboard.seekers.alerts import delete_old_alerts, send_alerts

logger = logging.getLogger("jobboard.scheduler")

MINUTE = 60
HOUR = 60 * MINUTE
MAILS_ARE_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Job:
    name: str
    run: Callable[[], object]
    every: int = 0
    """Least seconds between two runs of one scheduler; 0: in every round."""
    on_each_machine: bool = False
    """Done by every scheduler; the others are done by the one whose turn it is."""


def delete_old_mails() -> None:
    """Mails older than MAILS_ARE_KEPT: each has left, or was given up after its last retry."""
    cleanup_expired_mails(timezone.now() - MAILS_ARE_KEPT)


def delete_expired_sessions() -> None:
    """With what is known of the devices that they were on."""
    call_command("clearsessions")
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def analyze_database() -> None:
    """Let SQLite analyse its tables, or it picks indexes blindly; PostgreSQL does so itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")  # rows of each index
            cursor.execute("ANALYZE")


JOBS = [
    Job("send alerts", send_alerts, every=5 * MINUTE),
    Job("send queued email", send_queued_mail),
    Job("fetch feeds", fetch_due_feeds),
    Job("ask recruiters to confirm jobs", ask_recruiters, every=10 * MINUTE),
    Job("update the search index", following.update, on_each_machine=True),
    Job("compare the search index", following.compare, every=10 * MINUTE, on_each_machine=True),
    Job("delete old drafts", delete_old_drafts, every=HOUR),
    Job("delete old alerts", delete_old_alerts, every=HOUR),
    Job("delete old emails", delete_old_mails, every=HOUR),
    Job("delete expired sessions", delete_expired_sessions, every=HOUR),
    Job("delete old security events", delete_old_events, every=HOUR),
    Job("analyze the database", analyze_database, every=HOUR),
]


@dataclass
class Scheduler:
    jobs: list[Job] = field(default_factory=lambda: JOBS)
    last_runs: dict[str, float] = field(default_factory=dict)

    def run_round(self, *, is_our_turn: bool = True) -> None:
        """Run each job that is due. One that fails is logged and does not hold up the others."""
        for job in self.jobs:
            if not (is_our_turn or job.on_each_machine):
                continue
            now = time.monotonic()
            if job.name in self.last_runs and now - self.last_runs[job.name] < job.every:
                continue
            self.last_runs[job.name] = now
            try:
                job.run()
            except Exception:
                logger.exception("The scheduled job “%s” failed", job.name)
