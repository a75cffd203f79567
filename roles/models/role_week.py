from django.db import models


class RoleWeek(models.Model):
    """Figures of the open jobs of a role at one moment of a week. Kept for good, so small.

    A role that another one replaces leaves it the weeks that this one lacks; the rest ends with it.
    """

    role = models.ForeignKey("Role", models.CASCADE, related_name="weeks", db_index=False)
    week = models.DateField(help_text="The Monday on which it begins, in UTC.")
    counted_at = models.DateTimeField()
    open_jobs = models.PositiveIntegerField()
    samples = models.PositiveIntegerField(help_text="How many of the jobs are invented.")
    naming_skills = models.PositiveIntegerField(help_text="How many of the jobs list skills.")
    skills = models.JSONField(
        default=dict, help_text="By the slug that a skill had then, how many jobs list it."
    )
    pay = models.JSONField(
        default=list,
        help_text="Midpoints of ranges per year, a spread for each currency, most jobs first.",
    )

    class Meta:
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["role", "week"], name="one_count_of_a_role_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.role}, week of {self.week}"
