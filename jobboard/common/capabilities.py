"""Mailed links that act with somebody's power: random, for one purpose, used once, short-lived.

Links that only stop something are signed instead, and work as long as there is something to stop.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from .batches import delete_in_batches
from .models import Capability
from .text.words import plural

SPENT_RETENTION = timedelta(days=30)  # so that whoever opens one again is told what happened
Purpose = Capability.Purpose

LIVES = {
    Purpose.INVITATION: timedelta(days=30),
    Purpose.VERIFICATION: timedelta(days=3),
    Purpose.ANSWER: timedelta(days=30),
    Purpose.ALERT_START: timedelta(days=7),
    Purpose.ALERT_CHANGE: timedelta(days=1),
}


class AlreadyUsedError(Exception):
    """Somebody else used the same link first."""


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def grant(
    purpose: Purpose,
    subject: str,
    *,
    content: str = "",
    user: AbstractBaseUser | None = None,
    is_personal: bool = False,
) -> str:
    """A new token, which is in the mail alone. Earlier tokens for the same subject stop working.

    ``content`` is what the link is about, as its reader was told. ``user`` is who acts through it,
    or asked for it. ``is_personal``: others have tokens of their own for the same, which stay.
    """
    revoke(purpose, subject, of=user if is_personal else None)
    token = secrets.token_urlsafe(32)
    Capability.objects.create(
        token_hash=hash_of(token),
        purpose=purpose,
        subject=subject,
        content_hash=hash_of(content),
        user_id=user.pk if user else None,
        expires_at=timezone.now() + LIVES[purpose],
    )
    return token


def find(token: str, *purposes: Purpose) -> Capability | None:
    """The capability of ``token``, used or not; None where it is expired, revoked or of another
    purpose.
    """
    good = Capability.objects.filter(
        token_hash=hash_of(token),
        purpose__in=purposes,
        expires_at__gt=timezone.now(),
        revoked_at=None,
    )
    return good.select_related("user").first()


def why_not(token: str, *purposes: Purpose) -> str:
    """A sentence for whoever opens a link that ``find`` does not find."""
    past = Capability.objects.filter(token_hash=hash_of(token), purpose__in=purposes).first()
    if past is None:
        return "The link is incomplete or too old. Open it again from the newest email."
    if past.revoked_at:
        return "A newer email has replaced this link. Open the link in the newest one."
    days = LIVES[Purpose(past.purpose)].days
    return f"This link has expired. It worked for {plural(days, 'day')}."


def is_about(capability: Capability, content: str) -> bool:
    """Whether the content is still what it was when the link was mailed."""
    return capability.content_hash == hash_of(content)


def use(capability: Capability, *, outcome: str = "") -> None:
    """Mark the link as used, in the transaction of what it does. ``outcome`` is the ID of what that
    led to, for whoever opens the link again. Raises AlreadyUsedError.
    """
    now = timezone.now()
    unused = Capability.objects.filter(
        pk=capability.pk, used_at=None, revoked_at=None, expires_at__gt=now
    )
    if not unused.update(used_at=now, outcome=outcome):
        raise AlreadyUsedError


def revoke(purpose: Purpose, subject: str, *, of: AbstractBaseUser | None = None) -> None:
    """Revoke the unused links of one person, or of everybody."""
    unused = Capability.objects.filter(
        purpose=purpose, subject=subject, used_at=None, revoked_at=None
    )
    if of is not None:
        unused = unused.filter(user_id=of.pk)
    unused.update(revoked_at=timezone.now())


def delete_old_capabilities() -> None:
    delete_in_batches(Capability.objects.filter(expires_at__lt=timezone.now() - SPENT_RETENTION))
