from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone


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
