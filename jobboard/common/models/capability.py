from django.conf import settings
from django.db import models
from django.utils import timezone


class Capability(models.Model):
    """A mailed link that acts with somebody's power; see ``capabilities``. Of its token there is
    only the hash.
    """

    class Purpose(models.TextChoices):
        INVITATION = "invitation", "Join a company"
        VERIFICATION = "verification", "Verify a company"
        ANSWER = "answer", "Say whether a job is still open"
        ALERT_START = "alert_start", "Start an alert"
        ALERT_CHANGE = "alert_change", "Change an alert"

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose)
    subject = models.CharField(max_length=100, help_text="The ID of what the link acts on.")
    content_hash = models.CharField(max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who acts with it, or asked for it.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text="The ID of what its use led to.",
    )

    class Meta:
        verbose_name_plural = "capabilities"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["purpose", "subject"], name="capability_subject")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.pk}"
