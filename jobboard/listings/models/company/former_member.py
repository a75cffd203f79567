from django.conf import settings
from django.db import models
from django.utils import timezone

from .company import Company


class FormerMember(models.Model):
    """Somebody whom others removed: an address that they confirmed long ago no longer lets them in
    at once.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="former_members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("company", "user", name="removed_once")]

    def __str__(self) -> str:
        return f"{self.user} of {self.company}"
