from django.db import models

from .salary_source import SalarySource


class SalaryTitle(models.Model):
    """A job title exactly as a survey writes it, and the role it counts for."""

    class MappedBy(models.TextChoices):
        NOBODY = "", "Not mapped"
        AUTO = "auto", "A name or alias of the role"
        EDITOR = "editor", "An editor"

    source = models.ForeignKey(SalarySource, models.CASCADE, related_name="titles", db_index=False)
    title = models.CharField(max_length=120)
    role = models.ForeignKey(
        "Role", models.SET_NULL, null=True, blank=True, related_name="salary_titles"
    )
    mapped_by = models.CharField(
        max_length=6, choices=MappedBy, blank=True, default=MappedBy.NOBODY
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source",
                "title",
                name="salary_title_unique",
                violation_error_message="This source already has this title.",
            )
        ]

    def __str__(self) -> str:
        return self.title
