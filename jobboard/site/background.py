"""Says how the work in the background is doing: for the admin, `/healthz/ready` and `check
--deploy`.
"""

import os
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from jobboard.common.models import Email
from jobboard.common.text.words import plural
from jobboard.listings.emails import GATHERED_FOR
from jobboard.listings.models import JobNotice
from jobboard.search.index import reading
from roles.models import FxRate

from .data.scheduled_backups import newest_backup_at
from .models import Worker

LATE = timedelta(minutes=10)
EMAIL_IS_LATE = timedelta(minutes=2)
BACKUP_IS_LATE = timedelta(hours=36)
RATES_ARE_OLD = timedelta(days=400)
MIN_FREE_BYTES = 500_000_000
MIN_FREE_SHARE = 0.03
FAILED_LATELY = timedelta(days=1)
NO_EMAIL_SERVER = "emails are only written to files, because EMAIL_URL is not set"


class DiskUsage(NamedTuple):
    """Disk usage in bytes."""

    free: int
    total: int


def workers() -> str:
    if Worker.objects.alive().exists():
        return "ok"
    last = Worker.objects.order_by("-seen_at").first()
    if last is None:
        return "no worker is running"
    return f"no worker has run for {_age(last.seen_at)}"


def tasks() -> str:
    """Whether tasks are begun when they are due."""
    oldest = oldest_due(DBTaskResult.objects.ready())
    if oldest > LATE:
        return f"a task has been waiting for {_age(timezone.now() - oldest)}"
    return "ok"


def oldest_due(ready: QuerySet[DBTaskResult]) -> timedelta:
    """Say for how long one of these tasks has been due; nothing if none is."""
    now = timezone.now()
    at_once = ready.filter(run_after=get_date_max()).aggregate(since=Min("enqueued_at"))["since"]
    later = ready.exclude(run_after=get_date_max()).annotate(
        since=Greatest(F("enqueued_at"), F("run_after"))
    )
    oldest = [at_once, later.aggregate(oldest=Min("since"))["oldest"]]
    return now - min((moment for moment in oldest if moment), default=now)


def email() -> str:
    if settings.SITE_IS_HTTPS and settings.EMAIL_GOES_TO_FILES:
        return NO_EMAIL_SERVER
    now = timezone.now()
    waiting = Email.objects.filter(state=Email.State.WAITING)
    # Those that gather decisions wait for that.
    gathering = Q(email__created_at__gt=now - GATHERED_FOR - EMAIL_IS_LATE, told_at=None)
    waiting = waiting.exclude(pk__in=JobNotice.objects.filter(gathering).values("email"))
    oldest = waiting.order_by("created_at").first()
    if oldest and now - oldest.created_at > EMAIL_IS_LATE and not _is_alone(oldest):
        return (
            f"{plural(waiting.count(), 'email')} waiting, the oldest for {_age(oldest.created_at)}"
        )
    return "ok"


def _is_alone(email: Email) -> bool:
    """A mailbox that is full for now: its email was tried, and others arrived since."""
    later = Email.objects.filter(sent_at__gt=email.created_at)
    return email.tries > 0 and later.exists()


def disk() -> str:
    """SQLite and the index need room to write; PostgreSQL's own disk is its own affair."""
    space = free_space()
    if space.free < MIN_FREE_BYTES or space.free < MIN_FREE_SHARE * space.total:
        return f"{space.free // 1_000_000:,} MB are free"
    return "ok"


def free_space() -> DiskUsage:
    space = os.statvfs(settings.DATA_DIR)
    return DiskUsage(space.f_frsize * space.f_bavail, space.f_frsize * space.f_blocks)


def backup() -> str:
    """The state of the scheduled backups, if there are any."""
    made_at = newest_backup_at()
    if made_at and timezone.now() - made_at > BACKUP_IS_LATE:
        return f"the last backup was made {_age(made_at)} ago"
    return "ok"


def search() -> str:
    """Describe the state of the search index for the admin, if there is to be one."""
    if settings.SEARCH_FOLDER is None:
        return "ok"
    return reading.state()


def exchange_rates() -> str:
    """Describe the exchange rates for the admin: the pay of jobs is compared by them, and most
    sources renew them each year.
    """
    newest = FxRate.objects.exclude(currency="USD").aggregate(date=Max("date"))["date"]
    if newest and timezone.now().date() - newest > RATES_ARE_OLD:
        return f"the newest exchange rates are of {newest:%-d %b %Y}: import newer ones"
    return "ok"


def failures() -> str:
    """Describe for the admin the tasks and emails that were given up lately, for somebody to look
    at.
    """
    since = timezone.now() - FAILED_LATELY
    failed_tasks = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__gt=since
    ).count()
    failed_emails = Email.objects.filter(state=Email.State.FAILED, created_at__gt=since).count()
    if failed_tasks or failed_emails:
        return (
            f"{plural(failed_tasks, 'task')} and {plural(failed_emails, 'email')} "
            "failed in the last day"
        )
    return "ok"


@register(Tags.security, deploy=True)
def email_leaves_the_site(**_) -> list[CheckMessage]:
    if settings.SITE_IS_HTTPS and settings.EMAIL_GOES_TO_FILES:
        hint = "Set EMAIL_URL, for example to smtp+tls://user:password@mail.example:587."
        return [Warning(f"Nobody can sign in: {NO_EMAIL_SERVER}.", hint=hint, id="site.W001")]
    return []


def _age(since: datetime) -> str:
    minutes = round((timezone.now() - since).total_seconds() / 60)
    if minutes < 120:
        return plural(minutes, "minute")
    return plural(round(minutes / 60), "hour")
