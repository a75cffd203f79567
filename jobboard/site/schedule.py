"""Scheduled work. To add some, add a line to SCHEDULE: its function is safe to repeat and to cut
off, and short; it returns True where some work is left, and is then called again soon.

Each entry is enqueued once per period, whatever the number of workers, and not while it still waits
or runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from jobboard.accounts.people import delete_unconfirmed_accounts
from jobboard.common.batches import delete_in_batches
from jobboard.common.capabilities import delete_old_capabilities
from jobboard.common.mail import delete_old_emails, give_up_those_without_a_task
from jobboard.common.security_events import delete_old_events
from jobboard.common.storage.statistics import analyze
from jobboard.common.tasks import DEFAULT, SLOW, WHEN_THERE_IS_TIME, unfinished
from jobboard.feeds.careers_pages import enqueue_checks
from jobboard.feeds.fetching import enqueue_due_feeds
from jobboard.feeds.trials import delete_old_trials
from jobboard.feeds.whereabouts import read_texts_anew
from jobboard.insights.history import save_week
from jobboard.listings.copies.joining import join_lately_changed
from jobboard.listings.employers.badges import drop_worthless_badges, tell_of_dropped_badges
from jobboard.listings.employers.undo_claims import delete_old_pictures
from jobboard.listings.pay.yearly import refresh_yearly_pay
from jobboard.listings.trust.scoring import delete_old_scores, score_waiting
from jobboard.recruiting.api_tokens import delete_old_tokens
from jobboard.recruiting.company_actions import delete_old_invitations
from jobboard.recruiting.posting.first_post import delete_old_drafts
from jobboard.recruiting.posting.still_open import ask_recruiters
from jobboard.recruiting.uploads import delete_old_uploads
from jobboard.seekers.alerts import delete_old_alerts, send_alerts

from .data.scheduled_backups import make_scheduled_backup
from .models import ScheduledTask

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECONDS_OF_ALERTS = 5
DONE_TASKS_RETENTION = timedelta(days=1)
FAILED_TASKS_RETENTION = timedelta(days=30)


def send_some_alerts() -> bool:
    """Ten thousand alerts take minutes, in which other tasks have their turns."""
    return send_alerts(seconds=SECONDS_OF_ALERTS)


def delete_expired_sessions() -> None:
    """Delete expired sessions like ``clearsessions``, some at a time, with what is known of the
    devices that they were on.
    """
    delete_in_batches(Session.objects.filter(expire_date__lt=timezone.now()))
    current = Session.objects.values("session_key")
    delete_in_batches(UserSession.objects.exclude(session_key__in=current))


def delete_old_tasks() -> None:
    now = timezone.now()
    done = DBTaskResult.objects.successful().filter(finished_at__lt=now - DONE_TASKS_RETENTION)
    failed = DBTaskResult.objects.failed().filter(finished_at__lt=now - FAILED_TASKS_RETENTION)
    delete_in_batches(done)
    delete_in_batches(failed)


def refresh_old_yearly_pay() -> None:
    """Rates become too old without anybody changing them."""
    refresh_yearly_pay()


@dataclass(frozen=True)
class Entry:
    name: str
    run: Callable[[], bool | None]
    every: timedelta
    queue: str = DEFAULT


SCHEDULE = [
    Entry("send alerts", send_some_alerts, every=5 * MINUTE),
    Entry("fetch feeds", enqueue_due_feeds, every=MINUTE),
    Entry("score jobs that wait for review", score_waiting, every=MINUTE),
    Entry("join copies of jobs", join_lately_changed, every=10 * MINUTE),
    Entry("ask recruiters to confirm jobs", ask_recruiters, every=10 * MINUTE),
    Entry("delete old drafts", delete_old_drafts, every=HOUR),
    Entry("delete old alerts", delete_old_alerts, every=HOUR),
    Entry("give up emails without a task", give_up_those_without_a_task, every=HOUR),
    Entry("delete old emails", delete_old_emails, every=HOUR),
    Entry("delete old trials of feeds", delete_old_trials, every=HOUR),
    Entry("delete old uploads", delete_old_uploads, every=HOUR),
    Entry("delete old API tokens", delete_old_tokens, every=DAY),
    Entry("delete old invitations", delete_old_invitations, every=HOUR),
    Entry("delete old capabilities", delete_old_capabilities, every=HOUR),
    Entry("delete expired sessions", delete_expired_sessions, every=HOUR),
    Entry("delete old security events", delete_old_events, every=HOUR),
    Entry("delete old scores", delete_old_scores, every=HOUR),
    Entry("delete pictures of decided logos", delete_old_pictures, every=HOUR),
    Entry("delete unconfirmed accounts", delete_unconfirmed_accounts, every=HOUR),
    Entry("delete old tasks", delete_old_tasks, every=HOUR),
    Entry("analyze the database", analyze, every=HOUR),
    Entry("keep the week of each role", save_week, every=HOUR),
    Entry("tell of dropped badges", tell_of_dropped_badges, every=HOUR),
    Entry("look for boards on websites", enqueue_checks, every=HOUR),
    Entry("drop worthless badges", drop_worthless_badges, every=DAY, queue=SLOW),
    Entry("read texts anew", read_texts_anew, every=HOUR, queue=SLOW),
    Entry("refresh yearly pay", refresh_old_yearly_pay, every=DAY, queue=SLOW),
    Entry("back up", make_scheduled_backup, every=HOUR, queue=SLOW),
]


@task(priority=WHEN_THERE_IS_TIME)
def run_entry(name: str) -> None:
    [entry] = [entry for entry in SCHEDULE if entry.name == name]
    is_some_left = entry.run()
    if is_some_left:
        run_entry.using(queue_name=entry.queue).enqueue(name=name)


def is_scheduled(task_path: str) -> bool:
    return task_path == run_entry.module_path


def enqueue_due() -> None:
    """Enqueue what is due; the row of each entry decides which worker does."""
    now = timezone.now()
    next_at = dict(ScheduledTask.objects.values_list("name", "next_at"))
    for entry in SCHEDULE:
        if entry.name not in next_at:
            ScheduledTask.objects.get_or_create(name=entry.name, defaults={"next_at": now})
        elif now < next_at[entry.name] <= now + entry.every:
            continue  # later than that is what a clock wrote that was wrong
        _enqueue(entry, now)


def _enqueue(entry: Entry, now) -> None:
    waits = Q(next_at__gt=now, next_at__lte=now + entry.every)
    due = ScheduledTask.objects.filter(~waits, name=entry.name)
    with transaction.atomic():
        is_ours = due.update(next_at=now + entry.every)
        if is_ours and {"name": entry.name} not in unfinished(run_entry):
            run_entry.using(queue_name=entry.queue).enqueue(name=entry.name)
