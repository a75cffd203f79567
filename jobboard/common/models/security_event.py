from django.conf import settings
from django.db import models
from django.utils import timezone


class SecurityEvent(models.Model):
    """Something that matters when an account or the site is attacked; see ``security_events``."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "Signed in"
        SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
        TOO_MANY_ATTEMPTS = "too_many_attempts", "Too many sign-in attempts"
        SIGNED_UP = "signed_up", "Signed up"
        SESSIONS_ENDED = "sessions_ended", "Sessions ended"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        EMAIL_CHANGED = "email_changed", "Email address changed"
        FACTOR_CHANGED = "factor_changed", "Two-factor authentication changed"
        DATA_EXPORTED = "data_exported", "Data exported"
        ACCOUNT_DELETED = "account_deleted", "Account deleted"
        RIGHTS_CHANGED = "rights_changed", "Permissions changed"
        COMPANY_CHANGED = "company_changed", "Company’s identity changed"
        MEMBERS_CHANGED = "members_changed", "Company’s members changed"
        API_TOKEN_CHANGED = "api_token_changed", "API token created or revoked"
        MODERATED = "moderated", "Moderated"
        EMAIL_NOT_SENT = "email_not_sent", "Email not sent"

    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="security_events",
        help_text="Who did it or, if a sign-in failed, whose account was tried.",
    )
    network = models.CharField(max_length=43, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(
        max_length=64, blank=True, help_text="As in the log and in the answer’s X-Request-ID."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            # Asked when a code is mailed, however many events strangers have caused.
            models.Index(fields=["actor", "kind", "network"], name="event_of_actor")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"
