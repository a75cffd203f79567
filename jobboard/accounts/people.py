"""Accounts by their email address."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from jobboard.common.batches import delete_in_batches
from jobboard.common.mail import address_changed
from jobboard.common.models import FormerAction

from .models import User

UNCONFIRMED_RETENTION = timedelta(days=30)


def take_mail_along(user: User, from_email_address: EmailAddress | None, **kwargs) -> None:
    """Connected to the signal of each address that was changed by its owner."""
    if from_email_address:
        address_changed(from_email_address.email, user.email)


@transaction.atomic
def open_account(email: str) -> None:
    """An account without a password for an address that has none. It waits to be confirmed."""
    email = email.lower()
    user, is_new = User.objects.get_or_create(
        email=email, defaults={"password": make_password(None)}
    )
    if is_new:
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)


def keep_what_staff_did(instance: User, **kwargs) -> None:
    """Connected to the signal that an account will be deleted: Django's log of the admin would be
    deleted with it.
    """
    entries = (
        LogEntry.objects.filter(user=instance)
        .exclude(content_type=None)
        .select_related("content_type")
    )
    FormerAction.objects.bulk_create(
        FormerAction(
            at=entry.action_time,
            actor_name=instance.email,
            content_type=entry.content_type,
            object_id=entry.object_id or "",
            object_repr=entry.object_repr,
            action_flag=entry.action_flag,
            change_message=entry.change_message,
        )
        for entry in entries
    )


def has_proven(email: str) -> bool:
    """Whether the address is that of an account whose owner reads it. Anybody may have opened one
    that is not confirmed; one that an admin made needs no confirmation.
    """
    email = email.lower()
    not_confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), email=email, verified=False)
    users = User.objects.filter(email=email, is_active=True)
    return users.filter(~Exists(not_confirmed)).exists()


def delete_unconfirmed_accounts() -> None:
    """Delete accounts of people who signed up, never confirmed their address and never signed in.
    Accounts that an admin made have no address to confirm.
    """
    old = User.objects.filter(
        date_joined__lt=timezone.now() - UNCONFIRMED_RETENTION,
        last_login=None,
        is_staff=False,
        emailaddress__verified=False,
    ).exclude(emailaddress__verified=True)
    delete_in_batches(old)
