from django.db import models

from jobboard.common.models import FoldedNameModel

from .role import Role


class RoleAlias(FoldedNameModel):
    """Another title of a role, matched in job titles and survey titles."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="aliases")

    class Meta(FoldedNameModel.Meta):
        verbose_name_plural = "role aliases"

    def clean(self) -> None:
        super().clean()
        self.check_is_free(Role.objects.exclude(pk=self.role_id))
