"""Numbers for Prometheus: the times of requests, added up over the web processes of this machine,
and the present state of the database and the disk.
"""

import hmac
import os
import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db import Error
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily as Gauge
from prometheus_client.multiprocess import MultiProcessCollector

from jobboard.common.cache import problem_of_redis
from jobboard.common.models import Email
from jobboard.common.storage import replica
from jobboard.common.tasks import QUEUES
from jobboard.listings.models import Feed
from jobboard.search.index import reading

from . import background
from .data.scheduled_backups import newest_backup_at
from .models import Worker

PUBLIC = "public"  # the value of METRICS with which everybody may read them


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not may_read(request):
        raise Http404
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    else:
        registry = REGISTRY
    state_registry = CollectorRegistry()
    state_registry.register(State())
    text = generate_latest(registry) + generate_latest(state_registry)
    response = HttpResponse(text, content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def may_read(request: HttpRequest) -> bool:
    if settings.METRICS == PUBLIC:
        return True
    expected = f"Bearer {settings.METRICS}".encode()
    header = request.headers.get("Authorization", "").encode()
    return bool(settings.METRICS) and hmac.compare_digest(header, expected)


def begin_anew() -> None:
    """Before web processes start: numbers of earlier ones are no longer added."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)


class State:
    """The numbers that are read at each request of the page."""

    def collect(self) -> Iterator[Gauge]:
        yield from tasks()
        yield from emails()
        yield feeds()
        yield _gauge("workers", "Workers seen lately", Worker.objects.alive().count())
        yield _gauge("search_changes_behind", "Jobs the index lacks", reading.changes_behind())
        yield _gauge("cache_up", "Whether Redis answers, if it is used", not problem_of_redis())
        if replica.is_configured():
            yield replica_behind()
        yield _gauge("disk_free_bytes", "Free space in DATA_DIR", background.free_space().free)
        if made_at := newest_backup_at():
            age = (timezone.now() - made_at).total_seconds()
            yield _gauge("backup_age_seconds", "Age of the newest scheduled backup", age)


def tasks() -> Iterator[Gauge]:
    waiting = Gauge("rolebook_tasks_due", "Tasks whose time has come", labels=["queue"])
    oldest = Gauge("rolebook_task_oldest_seconds", "For how long one is due", labels=["queue"])
    for queue in QUEUES:
        due = DBTaskResult.objects.ready().filter(queue_name=queue)
        waiting.add_metric([queue], due.count())
        oldest.add_metric([queue], background.oldest_due(due).total_seconds())
    yield waiting
    yield oldest


def emails() -> Iterator[Gauge]:
    counted = Email.objects.aggregate(
        waiting=Count("pk", filter=Q(state=Email.State.WAITING)),
        failed=Count("pk", filter=Q(state=Email.State.FAILED)),
        since=Min("created_at", filter=Q(state=Email.State.WAITING)),
    )
    states = Gauge("rolebook_emails", "Emails by state", labels=["state"])
    for state in ["waiting", "failed"]:
        states.add_metric([state], counted[state])
    yield states
    now = timezone.now()
    age = (now - (counted["since"] or now)).total_seconds()
    yield _gauge("email_oldest_seconds", "For how long an email has been waiting", age)


def feeds() -> Gauge:
    counted = Feed.objects.filter(ended_at=None).aggregate(
        failing=Count("pk", filter=Q(failing_since__isnull=False)),
        working=Count("pk", filter=Q(failing_since__isnull=True)),
    )
    states = Gauge("rolebook_feeds", "Feeds by state", labels=["state"])
    for state, number in counted.items():
        states.add_metric([state], number)
    return states


def replica_behind() -> Gauge:
    """Measure how far the replica is behind; without a value if it does not answer, or follows
    nobody.
    """
    try:
        seconds = replica.seconds_behind()
    except Error:
        seconds = None
    behind = Gauge("rolebook_replica_behind_seconds", "How far the replica is behind")
    if seconds is not None:
        behind.add_metric([], seconds)
    return behind


def _gauge(name: str, meaning: str, value: float) -> Gauge:
    return Gauge(f"rolebook_{name}", meaning, value=value)
