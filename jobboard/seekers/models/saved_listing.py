from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.listings.models import Listing


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
