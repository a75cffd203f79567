"""Works on the tasks in the database, and on those of the schedule.

django-tasks-db queues tasks but loses those whose worker died. So each worker says every few
seconds that it is alive, and takes over what those began who no longer do. A task therefore runs
at least once, and sometimes twice.

Each queue has a thread of its own. Nothing is locked while a task runs.
"""

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import Error, close_old_connections
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobboard.common.mailing import mail_server
from jobboard.common.tasks import (
    PAUSES_AFTER_DEATHS,
    QUEUES,
    TryAgainError,
    as_claimed,
    pause_after,
    running,
)
from jobboard.common.text.words import plural

from .models import Worker
from .schedule import enqueue_due, is_scheduled

HEARTBEAT = 3  # seconds
GONE_WORKERS_RETENTION = timedelta(days=1)
IDLE = 0.5  # seconds between two looks at an empty queue
AFTER_AN_ERROR = 2.0  # seconds, when the database does not answer
DIED = " (died)"  # behind the name of a worker that did, among those of a task
CANDIDATES = 10  # of which others may take some at the same moment

logger = logging.getLogger("jobboard.worker")


class BackgroundWorker:
    """Works until ``stop`` is set, then finishes its current tasks if that takes ``patience``
    seconds at most. The rest is given back.
    """

    def __init__(self, queues: Sequence[str] = QUEUES) -> None:
        self.id = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.queues = list(queues)
        self.stop = threading.Event()

    def run(self, patience: float) -> None:
        threads = []
        for queue in self.queues:
            threads.append(threading.Thread(target=self._work_on, args=[queue], daemon=True))
        self._beat()
        for thread in threads:
            thread.start()
        while not self.stop.wait(HEARTBEAT):
            self._beat()
        deadline = time.monotonic() + patience
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
        self._sign_off()

    def run_once(self) -> None:
        """Work on everything that is due now, schedule included, and return."""
        self._be_seen()
        enqueue_due()
        while any(work_on_next(queue, self.id) for queue in self.queues):
            self._be_seen()
        mail_server.hang_up()
        self._sign_off()

    def _beat(self) -> None:
        """Say that this worker is alive, and do what any one worker has to."""
        try:
            self._be_seen()
            take_over_from_the_gone()
            enqueue_due()
        except Error as error:
            logger.error("The database did not answer: %s", error)
        except Exception:
            logger.exception("The schedule could not be followed")
        close_old_connections()

    def _be_seen(self) -> None:
        Worker.objects.update_or_create(
            pk=self.id,
            defaults={"queues": ", ".join(self.queues), "seen_at": Now()},
        )

    def _work_on(self, queue: str) -> None:
        unnoted: Exception | None = None
        while not self.stop.is_set():
            try:
                if unnoted:
                    self._note_failure_on(queue, unnoted)
                is_idle = not work_on_next(queue, self.id)
                unnoted = None
            except Error as error:
                logger.error("The database did not answer: %s", error)
                is_idle = True
                unnoted = error
            except Exception as error:  # a thread that ended would leave its queue to nobody
                logger.exception("The work on the queue %s was interrupted", queue)
                is_idle = True
                unnoted = error
            close_old_connections()
            if is_idle:
                mail_server.hang_up()
                self.stop.wait(AFTER_AN_ERROR if unnoted else IDLE)

    def _note_failure_on(self, queue: str, error: Exception) -> None:
        """A task whose outcome could not be noted would stay "running" as long as we live. Only
        its own thread may ask, between two tasks.
        """
        for result in self._get_running():
            if result.queue_name == queue:
                _fail(result, error)

    def _get_running(self) -> list[DBTaskResult]:
        running_tasks = DBTaskResult.objects.running()
        return [result for result in running_tasks if result.worker_ids[-1:] == [self.id]]

    def _sign_off(self) -> None:
        """Tasks that still run end with the process; another worker begins them anew."""
        try:
            for result in self._get_running():
                _give_back(result)
            Worker.objects.filter(pk=self.id).delete()
        except Error as error:
            logger.error("The database did not answer: %s", error)


def work_on_next(queue: str, worker_id: str) -> bool:
    """Run the task of ``queue`` whose turn it is. False: none was due."""
    result = _claim(queue, worker_id)
    if result is None:
        return False
    try:
        with running(result):
            value = result.task.call(*result.args_kwargs["args"], **result.args_kwargs["kwargs"])
    except TryAgainError as later:
        # It has a limit of its own, so what went before is no sign that it ends its workers.
        result.worker_ids = [worker_id]
        _postpone(result, later, later.at)
    except Exception as error:
        _fail(result, error)
    else:
        result.set_successful(value)
    return True


def _claim(queue: str, worker_id: str) -> DBTaskResult | None:
    """Looking takes no lock; the one UPDATE decides who of several workers has the task."""
    for result in DBTaskResult.objects.ready().filter(queue_name=queue)[:CANDIDATES]:
        result.started_at = timezone.now()
        result.worker_ids = [*result.worker_ids, worker_id]
        is_ours = DBTaskResult.objects.filter(pk=result.pk, status=TaskResultStatus.READY).update(
            status=TaskResultStatus.RUNNING,
            started_at=result.started_at,
            worker_ids=result.worker_ids,
        )
        if is_ours:
            return result
    return None


def _fail(result: DBTaskResult, error: Exception) -> None:
    """Try again after a pause; a task of the schedule comes again by itself."""
    logger.error("The task %s failed", result.task_path, exc_info=error)
    pause = pause_after(len(result.worker_ids) - _count_deaths(result))
    if pause is None or is_scheduled(result.task_path):
        if as_claimed(result).exists():
            result.set_failed(error)
        return
    _postpone(result, error, timezone.now() + pause)


def _postpone(result: DBTaskResult, error: Exception, at) -> None:
    as_claimed(result).update(
        status=TaskResultStatus.READY,
        run_after=at,
        worker_ids=result.worker_ids,
        exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
        traceback=str(error),
    )


def take_over_from_the_gone() -> None:
    """Tasks that were begun by workers that are not alive wait again."""
    # In this order: a worker that begins a task after the first query is alive in the second.
    begun = list(DBTaskResult.objects.running())
    alive = set(Worker.objects.alive().values_list("pk", flat=True))
    for result in begun:
        if result.worker_ids[-1] not in alive:
            _note_death(result)
    Worker.objects.filter(seen_at__lt=Now() - GONE_WORKERS_RETENTION).delete()


def _note_death(result: DBTaskResult) -> None:
    """Begin it anew after a pause, unless too many died over it."""
    *before, dead_worker = result.worker_ids
    result.worker_ids = [*before, dead_worker + DIED]
    deaths = _count_deaths(result)
    problem = f"Its worker died {plural(deaths, 'time')}."
    logger.warning("The task %s: %s", result.task_path, problem)
    values = {"worker_ids": result.worker_ids, "exception_class_path": "", "traceback": problem}
    now = timezone.now()
    if deaths > len(PAUSES_AFTER_DEATHS):
        as_claimed(result).update(status=TaskResultStatus.FAILED, finished_at=now, **values)
        return
    run_after = now + PAUSES_AFTER_DEATHS[deaths - 1]
    as_claimed(result).update(status=TaskResultStatus.READY, run_after=run_after, **values)


def _count_deaths(result: DBTaskResult) -> int:
    """The number of workers that died over it. The other attempts ended with an error."""
    return sum(worker.endswith(DIED) for worker in result.worker_ids)


def _give_back(result: DBTaskResult) -> None:
    """Give a task back whose worker is stopped, which says nothing of the task."""
    as_claimed(result).update(
        status=TaskResultStatus.READY,
        run_after=timezone.now(),
        worker_ids=result.worker_ids[:-1],
    )
