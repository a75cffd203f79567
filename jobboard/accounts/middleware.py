import time
from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds


@dataclass(frozen=True)
class SessionLength:
    """Says how many seconds a session lasts, and how many without a request."""

    idle: int
    in_all: int


OF_PEOPLE = SessionLength(idle=7 * DAY, in_all=14 * DAY)
OF_STAFF = SessionLength(idle=HOUR, in_all=12 * HOUR)
# A request is noted only after a part of the idle time, so that few of them write.
NOTED_PARTS = 12


def begin_session(request: HttpRequest, **kwargs) -> None:
    """Connected to the signal of each sign-in."""
    request.session.set_expiry(None)  # what was kept of somebody signed out is kept for less
    request.session["began"] = request.session["seen"] = int(time.time())


class EndOldSessions:
    """Signs out whoever was away for long, or signed in long ago; staff sooner."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Visitors without a session are not looked up: their pages depend on no cookie.
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session and request.user.is_authenticated and not self._goes_on(request):
            logout(request)
            messages.info(request, "You’ve been signed out for your security. Sign in again.")
        return self.get_response(request)

    def _goes_on(self, request: HttpRequest) -> bool:
        length = OF_STAFF if request.user.is_staff else OF_PEOPLE
        now = int(time.time())
        began = request.session.setdefault("began", now)  # sessions of older releases lack both
        seen = request.session.setdefault("seen", now)
        if now - began > length.in_all or now - seen > length.idle:
            return False
        if now - seen > length.idle // NOTED_PARTS:
            request.session["seen"] = now
        return True


FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes alone are none


class RequireStaffMFAMiddleware:
    """Requires a second factor of staff on a site on https: a password alone opens no page of the
    admin.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request) -> HttpResponse:
        if request.path.startswith(self.admin) and settings.SITE_IS_HTTPS and request.user.is_staff:
            if not is_mfa_enabled(request.user, types=FACTORS):
                messages.warning(request, "Set up two-factor authentication to use the admin.")
                return redirect("mfa_index")
            records = get_authentication_records(request, request.user)
            if "mfa" not in [record["method"] for record in records]:
                return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
        return self.get_response(request)
