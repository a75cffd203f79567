from django.db import models


class RoleOccupation(models.Model):
    """The official occupation that is nearest to a role."""

    class Match(models.TextChoices):
        EXACT = "exact", "Exact"
        NEAREST = "nearest", "Nearest"

    role = models.ForeignKey("Role", models.CASCADE, related_name="occupations")
    soc = models.CharField("occupation code", max_length=7)
    match = models.CharField(max_length=7, choices=Match)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "role",
                "soc",
                name="role_occupation_unique",
                violation_error_message="This occupation is listed twice.",
            )
        ]

    def __str__(self) -> str:
        return self.soc
