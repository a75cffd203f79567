from django.db import models


class RolePoint(models.Model):
    """One labelled statement of a profile."""

    class Kind(models.TextChoices):
        RESPONSIBILITY = "responsibility", "Responsibility"
        EDUCATION = "education", "Education"
        CERTIFICATION = "certification", "Certification"
        INDUSTRY = "industry", "Industry"
        TIP = "tip", "Tip"
        SOURCE = "source", "Source"

    role = models.ForeignKey("Role", models.CASCADE, related_name="points")
    kind = models.CharField(max_length=14, choices=Kind)
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=120)
    text = models.TextField()
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label
