from django.db import models

from jobboard.common.text.words import plural
from jobboard.listings.choices import (
    Workplace,
)
from jobboard.listings.models.place import Place

from .listing import Listing


class ListingPlace(models.Model):
    """A place of work as the employer wrote it, and which place that is."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=120)
    region = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="The state, province or region it is in.",
    )
    workplace = models.CharField(max_length=8, blank=True, choices=Workplace)
    hybrid_days = models.PositiveSmallIntegerField("days on-site per week", null=True, blank=True)
    timezone = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="Blank where there are several, or none is known.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    from_copy = models.ForeignKey(
        Listing,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="The copy of the job that states it. Blank: the job itself.",
    )

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text

    @property
    def workplace_line(self) -> str:
        """“Hybrid, 2 days a week on-site”; '' where it is not stated."""
        if self.hybrid_days is None:
            return self.get_workplace_display()
        return f"{self.get_workplace_display()}, {plural(self.hybrid_days, 'day')} a week on-site"
