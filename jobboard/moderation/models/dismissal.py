from django.conf import settings
from django.db import models
from django.utils import timezone


class Dismissal(models.Model):
    """An entry of the inbox that needs no work, such as an email that failed for good."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("kind", "key", name="dismissed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
