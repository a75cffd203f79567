from django.db import models
from django.utils import timezone

from jobboard.common.models import Email

from .listing import Listing


class JobNotice(models.Model):
    """A note that an email tells of one job, so that many decisions of some minutes make one
    email.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", "Live"
        RETURNED = "returned", "Changes needed"
        REJECTED = "rejected", "Not published"
        HIDDEN = "hidden", "Hidden"
        SHOWN = "shown", "No longer hidden"
        CLOSED = "closed", "Closed"
        EDITED = "edited", "Edited by our editors"
        CHANGE_PUBLISHED = "change_published", "Changes that are live"
        CHANGE_RETURNED = "change_returned", "Changes returned to you"
        CHANGE_REJECTED = "change_rejected", "Changes not published"
        UNDONE = "undone", "Decisions that we took back"

    email = models.ForeignKey(Email, models.CASCADE, related_name="job_notices")
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16, choices=Kind)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(
        null=True, help_text="When its email was written. Later decisions go in another one."
    )
    undone_at = models.DateTimeField(
        null=True, help_text="When its decision was taken back, before its email was written."
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.listing}"
