from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .comparison import Comparison
from .role import Role


class RoleVersion(models.Model):
    """What a role's profile or a comparison said at a moment, as a snapshot in the starter's
    format.
    """

    role = models.ForeignKey(Role, models.CASCADE, null=True, related_name="versions")
    comparison = models.ForeignKey(Comparison, models.CASCADE, null=True, related_name="versions")
    snapshot = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="role_version_of_a_role_or_a_comparison",
                condition=Q(role__isnull=True, comparison__isnull=False)
                | Q(role__isnull=False, comparison__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role or self.comparison}, {self.at:%d %b %Y %H:%M} UTC"
