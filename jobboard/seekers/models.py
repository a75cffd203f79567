"""The data that people who look for work leave here."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.common.models import Email
from jobboard.listings.models import Listing

MAX_QUERY_LENGTH = 1_000  # characters of a search that an alert keeps


class Report(models.Model):
    """Somebody says that something is wrong with a listing. Nothing is kept about who, but an
    address that they gave to hear what became of it, until they did.
    """

    class Reason(models.TextChoices):
        GONE = "gone", "The job is filled or no longer exists"
        FALSE = "false", "Pay, location or other details are wrong"
        SCAM = "scam", "It asks for money or looks like a scam"
        UNFAIR = "unfair", "It is discriminatory or illegal"
        DUPLICATE = "duplicate", "It is a duplicate of another job"
        MISREAD = "misread", "This site read the job wrongly"
        OTHER = "other", "Something else"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=9, choices=Reason)
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    reference = models.CharField(
        max_length=12,
        unique=True,
        help_text="Reference that the reporter can quote when they contact us.",
    )
    email = models.EmailField(
        blank=True,
        default="",
        db_default="",
        help_text="Who wants to hear what became of it. Deleted once they were told.",
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.reference}: {self.get_reason_display()}"


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


class AlertSent(models.Model):
    """A job that an alert has told of: it does not a second time, unless the email could not be
    sent.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="sent")
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="+")
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("alert", "listing", name="alert_tells_once")]

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.listing_id}"


class SavedListing(models.Model):
    """A job somebody keeps, with what came of it. Title and company are copied: they stay when the
    job goes.
    """

    class Mark(models.TextChoices):
        APPLIED = "applied", "Applied"
        INTERVIEW = "interview", "Interview"
        REJECTED = "rejected", "Rejected"
        NO_ANSWER = "no_answer", "No response"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_listings"
    )
    listing = models.ForeignKey(Listing, models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=140)
    company = models.CharField(max_length=120)
    mark = models.CharField(max_length=9, blank=True, choices=Mark)
    note = models.CharField(max_length=500, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [models.UniqueConstraint("user", "listing", name="saved_once")]

    def __str__(self) -> str:
        return self.title
