"""Work that leaves the request, through Django's Tasks API.

A task is a function with ``@task(queue_name=…)``, called with ``.enqueue(listing_id=…)`` in the
transaction of the change that asks for it. Its arguments are ids by keyword. It may be run again
after a crash, so a second run must change nothing. What fails is tried again by ``PAUSES``.
``site/worker.py`` does the work.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

# Each queue has a thread of its own in every worker, so none waits for another. settings.TASKS
# lists them too.
MAIL = "mail"
DEFAULT = "default"
SLOW = "slow"  # waits for other machines, or computes for minutes
QUEUES = [MAIL, DEFAULT, SLOW]

# Of two tasks in one queue, the one with the higher number is next.
SOMEBODY_WAITS = 100
SOON = 50
WHEN_THERE_IS_TIME = 0

# The waits before the second, third, … attempt: two days in all.
PAUSES = [
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=20),
]


class TryAgainError(Exception):
    """What a task raises that could not do its work now and knows when to try again."""

    def __init__(self, at: datetime, reason: str) -> None:
        super().__init__(reason)
        self.at = at


def pause_after(attempts: int) -> timedelta | None:
    """The wait after so many attempts; None: it was the last one."""
    if attempts > len(PAUSES):
        return None
    return PAUSES[attempts - 1]


def unfinished(task: Task) -> list[dict]:
    """The arguments of each call that still waits or runs."""
    results = DBTaskResult.objects.filter(
        task_path=task.module_path,
        status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
    )
    return [arguments["kwargs"] for arguments in results.values_list("args_kwargs", flat=True)]


def enqueue_once(task: Task, **arguments: Any) -> None:
    """Enqueue, or bring forward the same call that waits already; nothing while it runs."""
    same = DBTaskResult.objects.filter(task_path=task.module_path, args_kwargs__kwargs=arguments)
    with transaction.atomic():
        waiting = same.filter(status=TaskResultStatus.READY)
        if waiting.update(run_after=timezone.now(), priority=task.priority):
            return
        if not same.filter(status=TaskResultStatus.RUNNING).exists():
            task.enqueue(**arguments)
