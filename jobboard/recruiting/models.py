from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from jobboard.feeds.tables.days import DAY_FIRST, MONTH_FIRST
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


class ImportRow(models.Model):
    """A row of an uploaded file and what happens, or happened, to it; kept as long as the
    upload.
    """

    class What(models.IntegerChoices):
        """Outcomes of a row, in the order in which they are listed."""

        NEW = 1, "New"
        CHANGED = 2, "Changed"
        CLOSES = 3, "Closes"
        SAME = 4, "Unchanged"
        WRONG = 5, "Has errors"

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="found_rows")
    number = models.PositiveIntegerField(
        null=True, blank=True, help_text="Beside the row in a spreadsheet; none for what closes."
    )
    what = models.PositiveSmallIntegerField(choices=What)
    title = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=400, blank=True)
    pay = models.CharField(max_length=300, blank=True)
    changes = models.CharField(max_length=200, blank=True)
    notes = models.JSONField(default=list, help_text="Column and sentence of each.")
    cells = models.JSONField(
        null=True, blank=True, help_text="As they are in the file, of a row with errors."
    )

    class Meta:
        ordering = ["what", "number", "pk"]
        indexes = [models.Index(fields=["job", "what", "number"], name="row_of_an_import")]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.get_what_display()}"


class ColumnChoice(models.Model):
    """The columns somebody chose for a company's file, for the next file with the same headers."""

    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text="Blank for files in which each job names its company.",
    )
    headers = models.CharField(max_length=32, help_text="A digest of them.")
    fields = models.JSONField(help_text="Of each header, its column of ours.")
    for_all = models.JSONField(default=dict, help_text="Values that hold for all rows.")
    day_order = models.CharField(
        max_length=3,
        blank=True,
        default="",
        db_default="",
        choices=[(DAY_FIRST, "Day first"), (MONTH_FIRST, "Month first")],
        help_text="Of dates that may be two days.",
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "headers"], name="one_choice_of_columns"),
            models.UniqueConstraint(
                fields=["headers"],
                condition=models.Q(company=None),
                name="one_choice_of_columns_of_many",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company or 'many companies'}, {self.changed_at:%Y-%m-%d}"


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
        if self.expires_at > timezone.now():
            return "Active"
        return "Expired"

    @property
    def is_active(self) -> bool:
        return self.state == "Active"
