"""Checks what staff may do at the moment they do it."""

from django.core.exceptions import PermissionDenied

from .models import User


def ask_again(user: User, permission: str) -> None:
    """Raises PermissionDenied if ``user`` has lost it since the request began: what a request knows
    of its user may be older than the lock that it waited for.
    """
    now = User.objects.filter(pk=user.pk, is_active=True, is_staff=True).first()
    if now is None or not now.has_perm(permission):
        raise PermissionDenied
