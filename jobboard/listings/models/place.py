from operator import attrgetter

from django.db import models, transaction

from jobboard.common.text.words import fold

from .job import Listing


class Place(models.Model):
    """A city, region or country: from the gazetteer, or as a recruiter named it."""

    class Kind(models.TextChoices):
        CITY = "city"
        REGION = "region"
        COUNTRY = "country"

    geoname_id = models.PositiveIntegerField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120, db_index=True, editable=False)
    admin1 = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, db_index=True)
    timezone = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=7, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind",
                "folded",
                "admin1",
                "country",
                name="place_unique",
                violation_error_message="This location already exists.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.country}"

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        self.folded = fold(self.name)
        searched = ("folded", "kind", "country", "admin1")
        before = Place.objects.filter(pk=self.pk).values_list(*searched).first()
        super().save(*args, **kwargs)
        if before and before != attrgetter(*searched)(self):
            Listing.objects.filter(places__place=self).mark_changed()
