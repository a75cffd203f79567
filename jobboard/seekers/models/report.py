from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.listings.models import Listing


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
