from django.db import models

from .listing import Listing


class ListingDailyStats(models.Model):
    """The views and clicks of a listing on one day (UTC). No personal data."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="days")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    apply_clicks = models.PositiveIntegerField(default=0)
    # Who wants to know what the job does not say. See listings/readers/asked.py.
    asked_pay = models.PositiveIntegerField(default=0, db_default=0)
    asked_visa = models.PositiveIntegerField(default=0, db_default=0)
    asked_where = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "listings_listingday"  # as earlier releases, which may run beside this one
        verbose_name_plural = "listing daily stats"
        constraints = [models.UniqueConstraint("listing", "day", name="listing_day_unique")]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.day}"
