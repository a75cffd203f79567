from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from jobboard.listings.models import Company, Feed


class ImportJob(models.Model):
    """A file of jobs that somebody uploaded: checked in the background, then imported when they
    say so. The file itself is kept until it is imported, a day at most.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        COLUMNS = "columns", "Columns to be matched"
        CHECKED = "checked", "Checked"
        IMPORTING = "importing", "Being imported"
        DONE = "done", "Imported"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text="Blank for a file in which each job names its company, which staff may upload.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    content = models.BinaryField(help_text="The file, compressed with zlib.")
    state = models.CharField(max_length=9, choices=State, default=State.CHECKING)
    is_by_staff = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Uploaded in the admin: its jobs come in as those of a feed do.",
    )
    publishes = models.CharField(
        max_length=10,
        blank=True,
        db_default="",
        choices=Feed.Publishes,
        help_text="What an admin chose for the jobs.",
    )
    closes_missing = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Jobs of earlier files that are not in this one are closed.",
    )
    separator = models.CharField(
        max_length=1, default=",", db_default=",", help_text="Of cells, in a text file."
    )
    is_workbook = models.BooleanField(
        default=False, db_default=False, help_text="Rows with errors are given back as one, too."
    )
    columns = models.JSONField(
        null=True, blank=True, help_text="What the columns are called and hold."
    )
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
        return f"{self.company or 'many companies'}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def upload_url(self) -> str:
        """The address where the next file is chosen."""
        if self.is_by_staff:
            return reverse("admin:recruiting_importjob_upload")
        return reverse("recruiting:upload")

    @property
    def home_url(self) -> str:
        if self.is_by_staff:
            return reverse("admin:listings_feed_changelist")
        return reverse("recruiting:dashboard")

    @property
    def home_name(self) -> str:
        if self.is_by_staff:
            return "Feeds"
        return "Your jobs"
