"""Who works in the background, and what is due by the clock."""

from django.db import models
from django.utils import timezone


class Worker(models.Model):
    """A process that works on tasks. One that was not seen for a while is gone, however it ended:
    others take over what it had begun.
    """

    id = models.CharField(max_length=64, primary_key=True)
    queues = models.CharField(max_length=100)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["started_at"]

    def __str__(self) -> str:
        return self.id


class ScheduledTask(models.Model):
    """When an entry of ``schedule.SCHEDULE`` is due next."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
