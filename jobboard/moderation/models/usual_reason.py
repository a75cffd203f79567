from django.core.validators import MaxLengthValidator
from django.db import models

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
