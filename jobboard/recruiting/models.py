from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.listings.models import Company


class ImportJob(models.Model):
    """A file of jobs that somebody uploaded: checked in the background, then imported when they
    say so. The file itself is kept until it is imported, a day at most.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked"
        IMPORTING = "importing", "Being imported"
        DONE = "done", "Imported"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    content = models.BinaryField(help_text="The file, compressed with zlib.")
    state = models.CharField(max_length=9, choices=State, default=State.CHECKING)
    rows = models.PositiveIntegerField(help_text="About how many rows the file has.")
    rows_done = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(
        null=True, blank=True, help_text="When the import was begun first."
    )
    outcome = models.JSONField(null=True, blank=True)
    problem = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.company}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_at_work(self) -> bool:
        return self.state in {ImportJob.State.CHECKING, ImportJob.State.IMPORTING}


class DomainCheck(models.Model):
    """Somebody asked to have a company's domain looked at for what proves that they act for it."""

    class How(models.TextChoices):
        DNS = "dns", "a DNS record"
        SITE = "site", "a line on the website"

    company = models.ForeignKey(Company, models.CASCADE, related_name="domain_checks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    how = models.CharField(max_length=4, choices=How)
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("company", "user", "how", name="checked_once_a_way")]

    def __str__(self) -> str:
        return f"{self.company} by {self.get_how_display()}"

    @property
    def is_running(self) -> bool:
        return self.finished_at is None
