from django.db import models
from django.utils import timezone

from .listing import Listing


class ApprovedContent(models.Model):
    """The content of a job as it was last approved, while it says something else in public that
    nobody has looked at: every further change is compared with this.
    """

    listing = models.OneToOneField(Listing, models.CASCADE, related_name="approved")
    format = models.PositiveSmallIntegerField()
    content = models.JSONField()
    edited_at = models.DateTimeField(default=timezone.now, db_index=True)
    is_listed = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Whether an editor is to look at it. What only a trusted feed changed is kept to "
        "be compared with, so that a row of small rises of pay is seen.",
    )

    class Meta:
        verbose_name_plural = "approved content"

    def __str__(self) -> str:
        return f"Approved content of {self.listing_id}"
