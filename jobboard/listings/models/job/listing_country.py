from django.db import models

from .listing import Listing


class ListingCountry(models.Model):
    """A country that is named as one from which remote work may be done; see ``eligibility``. Where
    the work is done is said by ``ListingPlace`` alone.
    """

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="countries")
    country = models.CharField(max_length=2)
    is_of_copy = models.BooleanField(
        default=False, db_default=False, help_text="Only copies of the job name it."
    )

    class Meta:
        constraints = [models.UniqueConstraint("listing", "country", name="listing_country_unique")]
        verbose_name_plural = "listing countries"

    def __str__(self) -> str:
        return self.country
