from typing import Self

from django.db import models
from django.db.models.functions import Lower

from jobboard.common.models import OldSlug, SluggedModel


class SkillQuerySet(models.QuerySet["Skill"]):
    def current(self) -> Self:
        """Skills that were not merged into another one."""
        return self.filter(merged_into=None)


class Skill(SluggedModel):
    """Something a person can know (skill) or work with (tool). Slugs by hand where slugify fails:
    cpp, csharp.
    """

    class Kind(models.TextChoices):
        SKILL = "skill", "Skill"
        TOOL = "tool", "Tool"

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=5, choices=Kind)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged"
    )

    old_slug_kind = OldSlug.Kind.SKILL
    objects = SkillQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="skill_name_unique",
                violation_error_message="A skill with this name already exists.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        super().save(*args, **kwargs)
        self.roles.all().mark_changed()  # their profiles show its name
