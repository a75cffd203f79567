from django.conf import settings
from django.db import models
from django.utils import timezone

from .listing import Listing


class ListingEvent(models.Model):
    """What happened to a listing. Written in the transaction of the change, never altered."""

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

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"


class ListingDay(models.Model):
    """What a listing brought on one day (UTC). No personal data."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="days")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    apply_clicks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("listing", "day", name="listing_day_unique")]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.day}"
