from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .company import Company


class CompanyMerge(models.Model):
    """A company that was merged into another, and what was moved, so that it can be undone."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="merges")
    into = models.ForeignKey(Company, models.CASCADE, related_name="+")
    moved = models.JSONField(help_text="IDs of what was moved, and the members that were in both.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "company", condition=Q(undone_at=None), name="merged_into_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.company} into {self.into}"
