from django.db import models
from django.utils import timezone


class PostDraft(models.Model):
    """A first post that was sent: it is a job, or waits until its sender may act for the company.

    ``token_hash`` is of its sender and form, so that it is sent once, and becomes the listing's
    ``submission``. ``data`` is what the form sent. Kept for DRAFTS_RETENTION.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    data = models.JSONField()
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    listing = models.ForeignKey("Listing", models.CASCADE, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"Draft of {self.updated_at:%Y-%m-%d %H:%M}"
