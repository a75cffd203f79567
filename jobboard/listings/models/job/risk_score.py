from django.db import models
from django.utils import timezone

from .listing import Listing


class RiskScore(models.Model):
    """The risks found of a job that waits for a moderator, so that long lists are sorted by it
    without reading every job. It is of one ``version``: a job that was edited since has none.
    """

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="risk_score"
    )
    version = models.PositiveIntegerField()
    weight = models.PositiveSmallIntegerField()
    risks = models.JSONField(help_text="Pairs of a weight and a sentence.")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.weight}"
