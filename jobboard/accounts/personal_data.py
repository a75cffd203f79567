"""The kinds of data that the site keeps about a person. Each app adds its own; the pages, the
export and deletion all read this list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet

from jobboard.common.mailing.suppression import is_stopped
from jobboard.common.models import Email
from jobboard.common.security_events import Kind, record

from .models import User


@dataclass(frozen=True)
class PersonalDataCategory:
    """One kind of data: its ``name`` and, in a sentence, why and how long it is kept,
    ``retention``.

    ``export`` gives it as JSON can hold it. ``purge`` deletes what does not go with the user's own
    row. ``blocks`` says, in a sentence, what somebody has to do before their account can go; '' for
    nothing.
    """

    name: str
    retention: str
    export: Callable[[User], Any]
    purge: Callable[[User], Any] = lambda user: None
    blocks: Callable[[User], str] = lambda user: ""


def _get_emails(user: User) -> QuerySet[Email]:
    return Email.objects.filter(to__iexact=user.email)


def _block_staff(user: User) -> str:
    if not user.is_staff:
        return ""
    return "You are a staff user. Ask another admin to remove your staff access first."


PERSONAL_DATA_CATEGORIES = [
    PersonalDataCategory(
        "Account",
        "Your email address, whether it is confirmed, "
        "and when you created your account and last signed in. "
        "Your password as a hash that cannot be reversed. Kept until you delete your account, "
        "or for 30 days if you never confirm your email address.",
        lambda user: {
            "email": user.email,
            "opened": user.date_joined,
            "last_signed_in": user.last_login,
        },
        blocks=_block_staff,
    ),
    PersonalDataCategory(
        "Two-factor authentication",
        "Your authenticator app secret, passkey public keys and recovery codes. "
        "Kept until you remove them.",
        lambda user: [
            {"type": factor.type, "added": factor.created_at}
            for factor in Authenticator.objects.filter(user=user)
        ],
    ),
    PersonalDataCategory(
        "Devices",
        "For each signed-in device: when you signed in, its IP address and its browser name, so "
        "you can spot devices you don’t recognise. Kept until you sign out or the session "
        "ends: 7 days after you last used the site, or 14 days after you signed in.",
        lambda user: list(
            UserSession.objects.filter(user=user).values("created_at", "ip", "user_agent")
        ),
    ),
    PersonalDataCategory(
        "Security events",
        "Sign-ins and attempts to sign in to your account, and changes to its security, each with "
        "the network it came from. Kept for 90 days. If you delete your account, they stay without "
        "a link to you.",
        lambda user: list(user.security_events.values("at", "kind", "network", "detail")),
    ),
    PersonalDataCategory(
        "Emails to you",
        "When we emailed you and the subject. Kept for 30 days. "
        "We delete the text once the email is sent.",
        lambda user: list(_get_emails(user).values("created_at", "subject")),
        purge=lambda user: _get_emails(user).delete(),
    ),
    PersonalDataCategory(
        "Emails you stopped",
        "Whether you stopped the emails that other people can cause by entering your address. We "
        "keep only a hash of it, also after you delete your account, so that they stay stopped.",
        lambda user: is_stopped(user.email),
    ),
]


def export_personal_data(user: User) -> dict[str, Any]:
    return {category.name: category.export(user) for category in PERSONAL_DATA_CATEGORIES}


def deletion_blockers(user: User) -> list[str]:
    reasons = [category.blocks(user) for category in PERSONAL_DATA_CATEGORIES]
    return [reason for reason in reasons if reason]


class AccountDeletionError(Exception):
    """Something has to be done before the account can go; says what."""


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Raises AccountDeletionError. What was public stays, without the person."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if reasons := deletion_blockers(user):
        raise AccountDeletionError(" ".join(reasons))
    record(Kind.ACCOUNT_DELETED, actor=user, subject=f"user {user.pk}")
    for category in PERSONAL_DATA_CATEGORIES:
        category.purge(user)
    user.delete()
