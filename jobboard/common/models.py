"""Models several apps share: slugs that redirect, names compared in one form, emails and security
events.
"""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from .text.words import fold


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


class FormerAction(models.Model):
    """An action in the admin by somebody whose account is gone: the admin's own log goes with
    it.
    """

    at = models.DateTimeField()
    actor_name = models.CharField(max_length=254)
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.TextField(blank=True)
    object_repr = models.CharField(max_length=200)
    action_flag = models.PositiveSmallIntegerField()
    change_message = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.object_repr}, {self.at:%Y-%m-%d %H:%M}"


class OldSlug(models.Model):
    """A slug that something had before; its old address redirects to the new one."""

    class Kind(models.TextChoices):
        ROLE = "role"
        COMPANY = "company"
        ARTICLE = "article"
        SKILL = "skill"

    kind = models.CharField(max_length=10, choices=Kind)
    slug = models.SlugField(max_length=120)
    target = models.PositiveBigIntegerField()

    class Meta:
        db_table = "roles_oldslug"  # where it was first, so that a site keeps its redirects
        constraints = [models.UniqueConstraint("kind", "slug", name="old_slug_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


class SluggedModel(models.Model):
    """Remembers the slug it was loaded with, so that a change leaves a redirect behind."""

    old_slug_kind: OldSlug.Kind
    slug: models.SlugField

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values) -> Self:  # type: ignore[override]  # as in Django 5.2
        instance = super().from_db(db, field_names, values)
        instance._loaded_slug = instance.__dict__.get("slug")
        return instance

    def save(self, *args, **kwargs) -> None:
        super().save(*args, **kwargs)
        loaded = getattr(self, "_loaded_slug", None)
        self._loaded_slug = self.slug
        if loaded and loaded != self.slug:
            OldSlug.objects.update_or_create(
                kind=self.old_slug_kind, slug=loaded, defaults={"target": self.pk}
            )

    @classmethod
    def at_old_slug(cls, slug) -> Self | None:
        """The object that was once found at ``slug``, or None."""
        old = OldSlug.objects.filter(kind=cls.old_slug_kind, slug=slug).first()
        if old is None:
            return None
        return cls._default_manager.filter(pk=old.target).first()


class FoldedNameModel(models.Model):
    folded = models.CharField(
        "name", max_length=120, unique=True, help_text="Stored in lowercase without accents."
    )

    class Meta:
        abstract = True
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.folded

    def clean(self) -> None:
        self.folded = fold(self.folded)

    def check_is_free(self, others: models.QuerySet[Any]) -> None:
        """Raises ValidationError where one of ``others`` has this very name: texts that name it
        would be read as both.
        """
        other = others.filter(name__iexact=self.folded).first()
        if other:
            kind = other._meta.verbose_name
            raise ValidationError({"folded": f"{other} is a {kind} of its own."})

    def save(self, *args, **kwargs) -> None:
        self.folded = fold(self.folded)
        super().save(*args, **kwargs)


class Email(models.Model):
    """An email to one person. Its text goes once it was sent: it may hold a code or a key."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    message_id = models.CharField(max_length=255, unique=True)
    to = models.CharField(max_length=320, db_index=True)
    subject = models.CharField(max_length=998)  # the longest line of an email
    text = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    about = models.JSONField(
        default=list, null=True, blank=True, help_text="IDs of the companies its reader acts for."
    )
    counts_for = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="A hash of the mailbox and the budget it is part of.",
    )
    caused_from = models.CharField(
        max_length=12,
        blank=True,
        default="",
        db_default="",
        help_text="A hash of the network whose request caused it.",
    )
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    worth_until = models.DateTimeField(
        "useful until", null=True, blank=True, help_text="Not sent after this time."
    )
    problem = models.CharField("last problem", max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(state="waiting"), name="email_waiting"
            ),
            models.Index(fields=["counts_for", "created_at"], name="email_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose or 'Email'} {self.pk}"

    def note_sent(self) -> None:
        self.state = Email.State.SENT
        self.sent_at = timezone.now()
        self.tries += 1
        self.next_try_at = None
        if not settings.EMAIL_IS_LOCAL:
            self.text = ""
        self._save_outcome()

    def note_failure(self, problem: str, *, next_try_at: datetime) -> None:
        self.tries += 1
        self.next_try_at = next_try_at
        self._save_outcome(problem)

    def give_up(self, problem: str) -> None:
        """It will not be sent, unless an admin says so. What it told of can be told again.

        What is of use for some minutes only holds a code, which is not kept.
        """
        if self.worth_until:
            self.text = ""
        self.state = Email.State.FAILED
        self.tries += 1
        self.next_try_at = None
        self._save_outcome(problem)

    def _save_outcome(self, problem: str = "") -> None:
        self.problem = problem.replace("\0", "")[:500]  # a server may say anything
        self.save(update_fields=["state", "tries", "next_try_at", "problem", "sent_at", "text"])


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
