from django.conf import settings
from django.db import models
from django.utils import timezone

from .listing import Listing


class Origin(models.TextChoices):
    """The ways by which a job's text came."""

    FORM = "form", "the form"
    FILE = "file", "an uploaded file"
    API = "api", "the API"
    FEED = "feed", "the employer’s feed"
    STAFF = "staff", "an editor"
    READING = "reading", "the site, which read its text anew"


class ListingChange(models.Model):
    """A pending edit of a public job; the public sees the old text until it is approved. A job has
    one at a time: whoever edits again goes on from it. Decisions about it are events.

    ``base`` is what the listing said when the change was made, so that what became of the listing
    since can be told from what the change changes. Both hold a ListingContent: see
    ``listings/lifecycle/stored_content.py``.
    """

    listing = models.OneToOneField(Listing, models.CASCADE, related_name="change")
    format = models.PositiveSmallIntegerField()
    base_version = models.PositiveIntegerField(help_text="Of the job, when it was last submitted.")
    base = models.JSONField()
    content = models.JSONField()
    risks = models.JSONField(default=list, help_text="Why it waits: weight and words.")
    origin = models.CharField(max_length=7, choices=Origin)
    submitted_at = models.DateTimeField(default=timezone.now, db_index=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was returned.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    @property
    def awaits_editor(self) -> bool:
        """Whether an editor is to decide about it; a returned change waits for its recruiter."""
        return self.returned_at is None

    def __str__(self) -> str:
        return f"Change of {self.listing_id}, {self.submitted_at:%Y-%m-%d %H:%M}"
