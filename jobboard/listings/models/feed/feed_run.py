from django.db import models

from .feed import Feed


class FeedRun(models.Model):
    """One fetch of a feed: what it brought, or why it brought nothing."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    failure = models.CharField(max_length=400, blank=True)
    created = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(
        "fields left out",
        default=0,
        db_default=0,
        help_text="They could not be read; their jobs came in.",
    )
    notes = models.TextField(
        blank=True, help_text="Skipped and rejected items and fields left out, one per line."
    )

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.feed}, {self.at:%Y-%m-%d %H:%M}"
