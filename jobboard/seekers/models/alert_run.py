from django.db import models
from django.utils import timezone

from .alert import Alert


class AlertRun(models.Model):
    """One run of an alert in its period: created once, in the transaction that queues its mail."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="runs")
    period = models.DateField(help_text="The day, or the Monday of that week.")
    count = models.PositiveIntegerField("jobs", default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-period"]
        constraints = [models.UniqueConstraint("alert", "period", name="alert_runs_once_a_period")]

    def __str__(self) -> str:
        return f"{self.alert}, {self.period}"
