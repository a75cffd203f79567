from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

LEASE = timedelta(seconds=20)  # a worker not seen for so long is gone


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        # One seen in the future wrote that before the clock was put back.
        return self.filter(seen_at__gt=Now() - LEASE, seen_at__lt=Now() + LEASE)


class Worker(models.Model):
    """A process that works on tasks. One that was not seen for a while is gone, however it ended:
    others take over what it had begun. ``seen_at`` is told by the clock of the database: those of
    two machines may differ by more than LEASE.
    """

    id = models.CharField(max_length=64, primary_key=True)
    queues = models.CharField(max_length=100)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["started_at"]

    def __str__(self) -> str:
        return self.id
