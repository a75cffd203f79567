from django.db import models

from jobboard.listings import choices
from roles.models import Skill

from .listing import Listing


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
