"""Checks what an editor may do here."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from jobboard.accounts.models import User
from jobboard.feeds.aliases import can_teach
from jobboard.listings.rights import MODERATE
from roles.models import Role


def may_moderate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Allow a view to staff who may change listings."""

    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MODERATE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(checked)


def teachable_roles(user: User) -> list[str]:
    """Names of the roles that ``user`` may give another name."""
    if not can_teach(user):
        return []
    return list(Role.objects.order_by("name").values_list("name", flat=True))
