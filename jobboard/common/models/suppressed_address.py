from django.db import models
from django.utils import timezone


class SuppressedAddress(models.Model):
    """An address that gets fewer emails; see ``suppression``."""

    class Kind(models.TextChoices):
        BOUNCED = "bounced", "No such mailbox"
        STOPPED = "stopped", "Stopped by its owner"

    kind = models.CharField(
        max_length=7, choices=Kind, default=Kind.BOUNCED, db_default=Kind.BOUNCED
    )
    address_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "suppressed addresses"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                "address_hash",
                "kind",
                name="suppressed_once",
                violation_error_message="This address is already suppressed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address_hash[:12]}…"
