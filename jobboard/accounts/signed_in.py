"""The request of somebody who is signed in, for the types of views."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from .models import User


class SignedInRequest(HttpRequest):
    """What views get that let nobody else in, such as those behind ``login_required``."""

    user: User


def user_of(request: HttpRequest) -> User:
    """Who is signed in, where nobody else gets in, as in methods of the admin."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
