from django.db import models

from jobboard.listings import choices
from jobboard.listings.choices import Workplace
from roles.models import Skill

from .listing import Listing
from .place import Place


class ListingPlace(models.Model):
    """A place of work as the employer wrote it, and which place that is."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=120)
    workplace = models.CharField(max_length=8, blank=True, choices=Workplace)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class ListingCountry(models.Model):
    """A country the work can be done from: of its places, or named as eligible."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="countries")
    country = models.CharField(max_length=2)

    class Meta:
        constraints = [models.UniqueConstraint("listing", "country", name="listing_country_unique")]
        verbose_name_plural = "listing countries"

    def __str__(self) -> str:
        return self.country


class ListingSkill(models.Model):
    """A skill that a listing names."""

    Need = choices.Need

    class Origin(models.TextChoices):
        STATED = "stated", "Stated by the employer"
        EXTRACTED = "extracted", "Found in the text"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="listing_skills")
    need = models.CharField(max_length=9, choices=Need)
    origin = models.CharField(max_length=9, choices=Origin, default=Origin.STATED)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "listing",
                "skill",
                name="listing_names_a_skill_once",
                violation_error_message="This skill is listed twice.",
            )
        ]

    def __str__(self) -> str:
        return str(self.skill)
