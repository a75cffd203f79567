from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .article import Article
from .comparison import Comparison
from .role import Role


class RoleVersion(models.Model):
    """The text of a role's profile, a comparison or an article at a moment, as a snapshot in the
    starter's format.
    """

    role = models.ForeignKey(Role, models.CASCADE, null=True, related_name="versions")
    comparison = models.ForeignKey(Comparison, models.CASCADE, null=True, related_name="versions")
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="versions")
    snapshot = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="role_version_of_one_thing",
                condition=Q(role__isnull=False, comparison=None, article=None)
                | Q(role=None, comparison__isnull=False, article=None)
                | Q(role=None, comparison=None, article__isnull=False),
                violation_error_message="A version is of a role, a comparison or an article.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role or self.comparison or self.article}, {self.at:%d %b %Y %H:%M} UTC"
