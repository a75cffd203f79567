"""Who an address belongs to."""

from allauth.account.models import EmailAddress
from django.db import transaction

from .models import User


@transaction.atomic
def user_with_proven_address(email: str) -> User:
    """The user of an address whose mail was just read; else a new one without a password.

    A password set before the address was proven may be another person's, so it no longer works.
    """
    email = email.lower()
    if (
        proven := EmailAddress.objects.filter(email=email, verified=True)
        .select_related("user")
        .first()
    ):
        return proven.user
    user = User.objects.filter(email=email).first() or User(email=email)
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    return user
