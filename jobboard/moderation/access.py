"""Checks what an editor may do here."""

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from jobboard.feeds.aliases import can_teach
from jobboard.listings.rights import MODERATE
from roles.models import Role


def may_moderate(view) -> Callable[..., HttpResponse]:
    """Allow a view to staff who may change listings."""

    def checked(request, *args, **kwargs) -> HttpResponse:
        if not request.user.has_perm(MODERATE):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(checked)


def teachable_roles(user) -> list[str]:
    """Names of the roles that ``user`` may give another name."""
    if not can_teach(user):
        return []
    return list(Role.objects.order_by("name").values_list("name", flat=True))
