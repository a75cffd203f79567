from django.db import models
from django.utils import timezone


class ScheduledTask(models.Model):
    """The next time an entry of ``schedule.SCHEDULE`` is due."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
