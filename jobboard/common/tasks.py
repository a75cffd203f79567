"""Work that leaves the request, through Django's Tasks API.

A task is a function with ``@task(queue_name=…)``, called with ``.enqueue(listing_id=…)`` in the
transaction of the change that asks for it. Its arguments are ids by keyword. It may be run again
after a crash, so a second run must change nothing. What fails is tried again by ``PAUSES``, and
what its worker died over by ``PAUSES_AFTER_DEATHS``. ``site/worker.py`` does the work.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
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
# The waits after a worker died over a task, besides the lease. It may have been the task that ended
# it, and would end the next one. So after one death more it is begun no more.
PAUSES_AFTER_DEATHS = [
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
]
_running: ContextVar[DBTaskResult[..., Any] | None] = ContextVar("running", default=None)


class TryAgainError(Exception):
    """Raised by a task that could not do its work now and knows when to try again."""

    def __init__(self, at: datetime, reason: str) -> None:
        super().__init__(reason)
        self.at = at


def pause_after(attempts: int) -> timedelta | None:
    """The wait after so many attempts; None: it was the last one."""
    if attempts > len(PAUSES):
        return None
    return PAUSES[attempts - 1]


@contextmanager
def running(result: DBTaskResult[..., Any]) -> Iterator[None]:
    """While the worker runs a task in this thread."""
    token = _running.set(result)
    try:
        yield
    finally:
        _running.reset(token)


def note_progress(how_far: int) -> None:
    """Called by a long task after each part that the next attempt need not do again. A task that
    gets further than before did not cause the deaths of its workers, so they no longer count.
    """
    result = _running.get()
    if result is None or how_far <= (result.return_value or 0):
        return
    result.return_value = how_far
    result.worker_ids = result.worker_ids[-1:]
    as_claimed(result).update(return_value=how_far, worker_ids=result.worker_ids)


def as_claimed(result: DBTaskResult[..., Any]) -> QuerySet[DBTaskResult[..., Any]]:
    """The task, unless somebody else has taken it over since."""
    return DBTaskResult.objects.filter(
        pk=result.pk, status=TaskResultStatus.RUNNING, started_at=result.started_at
    )


def unfinished(task: Task[..., Any]) -> list[dict[str, Any]]:
    """The arguments of each call that still waits or runs."""
    results = DBTaskResult.objects.filter(
        task_path=task.module_path,
        status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
    )
    return _arguments(results)


def given_up(task: Task[..., Any], *, since: datetime) -> list[dict[str, Any]]:
    """The arguments of each call that failed for good, or was cancelled."""
    results = DBTaskResult.objects.filter(
        task_path=task.module_path, status=TaskResultStatus.FAILED, finished_at__gt=since
    )
    return _arguments(results)


def _arguments(results: QuerySet[DBTaskResult[..., Any]]) -> list[dict[str, Any]]:
    return [arguments["kwargs"] for arguments in results.values_list("args_kwargs", flat=True)]


def enqueue_once(task: Task[..., Any], **arguments: Any) -> None:
    """Enqueue, or bring forward the same call that waits already; nothing while it runs."""
    same = DBTaskResult.objects.filter(task_path=task.module_path, args_kwargs__kwargs=arguments)
    with transaction.atomic():
        waiting = same.filter(status=TaskResultStatus.READY)
        if waiting.update(run_after=timezone.now(), priority=task.priority):
            return
        if not same.filter(status=TaskResultStatus.RUNNING).exists():
            task.enqueue(**arguments)
