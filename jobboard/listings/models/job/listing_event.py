from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from .listing import Listing

PART = "; "  # between the amounts of pay in ``old`` and ``new``


class ListingEvent(models.Model):
    """An event of a listing. Written in the transaction of the change, never altered."""

    class Kind(models.TextChoices):
        FIRST_SEEN = "first_seen", "First seen"
        SUBMITTED = "submitted", "Submitted for review"
        PUBLISHED = "published", "Published"
        CONFIRMED = "confirmed", "Confirmed open"
        EDITED = "edited", "Edited"
        PAY_CHANGED = "pay_changed", "Pay changed"
        PLACE_CHANGED = "place_changed", "Location changed"
        DATES_CHANGED = "dates_changed", "Closing date changed"
        APPLY_CHANGED = "apply_changed", "Application method changed"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Reopened"
        REPOSTED = "reposted", "Reposted"
        HIDDEN = "hidden", "Hidden"
        SHOWN = "shown", "Unhidden"
        RETURNED = "returned", "Returned"
        REJECTED = "rejected", "Rejected"
        FEATURED = "featured", "Featured"
        JOINED = "joined", "Joined to another job"
        SPLIT = "split", "Split from another job"
        REPORTS_DISMISSED = "dismissed", "Reports dismissed"
        HELD = "held", "Change submitted for review"
        APPROVED = "approved", "Change approved"
        WITHDRAWN = "withdrawn", "Change withdrawn"
        SEEN = "seen", "Edits seen"
        UNDONE = "undone", "Decision undone"

    class Actor(models.TextChoices):
        EMPLOYER = "employer", "the employer"
        ADMIN = "admin", "an editor"
        FEED = "feed", "the employer's feed"
        SYSTEM = "system", "the site"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=13, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    field = models.CharField(max_length=40, blank=True)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    public = models.BooleanField(default=False)
    actor = models.CharField(max_length=8, choices=Actor)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undo = models.JSONField(
        null=True,
        editable=False,
        help_text="Of a decision: what was there before, so that it can be undone.",
    )

    by_name = models.CharField(
        max_length=254,
        blank=True,
        default="",
        db_default="",
        help_text="Of an editor whose account is gone.",
    )

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["at"], name="event_at"),
            # For the latest decisions, however many events feeds bring.
            models.Index(fields=["actor", "at"], name="event_of_actor_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"

    @property
    def actor_words(self) -> str:
        """Says who did it. A feed without an address is a file that editors uploaded."""
        feed = self.listing.feed
        if self.actor == self.Actor.FEED and feed and not feed.address:
            return "a file that our editors uploaded"
        return self.get_actor_display()

    @property
    def change(self) -> str:
        """The change in words. Of several amounts of pay, only those that are new or gone."""
        if self.kind != self.Kind.PAY_CHANGED:
            if self.old:
                return f"from {self.old} to {self.new}"
            return self.new
        before = self.old.split(PART)
        after = self.new.split(PART)
        removed = PART.join(part for part in before if part not in after)
        added = PART.join(part for part in after if part not in before)
        if removed and added:
            return f"from {removed} to {added}"
        if added:
            return f"{added} added"
        return f"{removed} removed"


def keep_name_of_editor(instance: Any, **kwargs: Any) -> None:
    """Connected to what tells that an account will be deleted: what an editor decided stays with
    their address, what a recruiter did without it.
    """
    decided = ListingEvent.objects.filter(by=instance, actor=ListingEvent.Actor.ADMIN)
    decided.update(by_name=instance.email)
