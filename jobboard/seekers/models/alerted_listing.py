from django.db import models

from jobboard.common.models import Email
from jobboard.listings.models import Listing

from .alert import Alert


class AlertedListing(models.Model):
    """A job that an alert has told of: it does not a second time, unless the email could not be
    sent.
    """

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="sent")
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="+")
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "seekers_alertsent"  # as earlier releases, which may run beside this one
        constraints = [models.UniqueConstraint("alert", "listing", name="alert_tells_once")]

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.listing_id}"
