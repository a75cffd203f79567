from django.conf import settings
from django.db import models
from django.utils import timezone

from .said import MAX_CHARACTERS, You


class KeptYou(models.Model):
    """Somebody's answers about themselves that they want kept with their account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="kept_you", primary_key=True
    )
    said = models.CharField(max_length=MAX_CHARACTERS, help_text="As the cookie has it.")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "kept answers about oneself"
        verbose_name_plural = "kept answers about oneself"

    def __str__(self) -> str:
        return self.said

    @property
    def you(self) -> You:
        return You.from_cookie(self.said)
