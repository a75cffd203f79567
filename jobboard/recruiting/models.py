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


class ApiToken(models.Model):
    """Lets programs of a company post its jobs, with the power of the owner who made it and only
    while they are one. Of the token itself there is only the hash.
    """

    class Scope(models.TextChoices):
        READ = "read", "Read jobs"
        WRITE = "write", "Read, post, edit and close jobs"

    company = models.ForeignKey(Company, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    scope = models.CharField(max_length=5, choices=Scope)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    ends_with = models.CharField(max_length=4, help_text="Its last characters, to know it by.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ends_with})"

    @property
    def state(self) -> str:
        if self.revoked_at:
            return "Revoked"
        return "Active" if self.expires_at > timezone.now() else "Expired"

    @property
    def is_active(self) -> bool:
        return self.state == "Active"
