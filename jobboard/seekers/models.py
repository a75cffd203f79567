"""What people who look for work leave here."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.listings.models import Listing


class Report(models.Model):
    """Somebody says that something is wrong with a listing. Nothing is kept about who."""

    class Reason(models.TextChoices):
        GONE = "gone", "The job is filled or gone"
        FALSE = "false", "Pay, place or another fact is wrong"
        SCAM = "scam", "It asks for money or looks like fraud"
        UNFAIR = "unfair", "It discriminates or is against the law"
        DUPLICATE = "duplicate", "The same job is here twice"
        OTHER = "other", "Something else"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=9, choices=Reason)
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    reference = models.CharField(max_length=12, unique=True, help_text="What its writer can name in a mail to us.")
    handled_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at"]

    def __str__(self):
        return f"{self.reference}: {self.get_reason_display()}"
