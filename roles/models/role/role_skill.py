from django.db import models

from roles.models.skill import Skill


class RoleSkill(models.Model):
    """A skill or tool in a role's profile."""

    class Importance(models.TextChoices):
        CORE = "core", "Core"
        USEFUL = "useful", "Useful"

    role = models.ForeignKey("Role", models.CASCADE, related_name="role_skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="role_skills")
    importance = models.CharField(max_length=6, choices=Importance, default=Importance.CORE)
    note = models.TextField(
        blank=True, help_text="Why the role needs this skill, or what it is used for."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                "role",
                "skill",
                name="role_names_a_skill_once",
                violation_error_message="This skill is listed twice.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.skill}"
