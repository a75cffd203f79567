from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

MAX_REASON_LENGTH = 1_000  # characters


class UsualReason(models.Model):
    """A reason that moderators give again and again, to choose instead of typing it."""

    text = models.TextField(
        unique=True,
        validators=[MaxLengthValidator(MAX_REASON_LENGTH)],
        help_text="Say what to do. Recruiters read it.",
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Reasons with a lower number are listed first."
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


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
