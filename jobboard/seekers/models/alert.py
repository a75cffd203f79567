from django.db import models
from django.utils import timezone

MAX_QUERY_LENGTH = 1_000  # characters of a search that an alert keeps


class Alert(models.Model):
    """Somebody wants new jobs of a search by mail. No account is needed: the mailed links are the
    keys.
    """

    class Frequency(models.TextChoices):
        DAILY = "daily", "Daily"
        WEEKLY = "weekly", "Weekly"

    email = models.EmailField()
    query = models.CharField(
        max_length=MAX_QUERY_LENGTH + len("&words=1"),  # which stored searches of before got
        blank=True,
        help_text="The search, as a job list query string.",
    )
    frequency = models.CharField(max_length=6, choices=Frequency, default=Frequency.WEEKLY)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint("email", "query", name="alert_once")]

    def __str__(self) -> str:
        return f"{self.get_frequency_display()}: {self.query or 'all jobs'}"
