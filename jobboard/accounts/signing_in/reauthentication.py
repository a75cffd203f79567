"""An open session alone must not take over an account, or read all of its data.

allauth asks for the password or a factor anew. Who has neither signs in again by a mailed code.
"""

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
)
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

# Addresses of allauth that change how somebody signs in.
SENSITIVE = {
    "account_email",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}

# Pages of the admin on which accounts, groups, factors and sessions are changed. Nothing that was
# posted is kept meanwhile, as allauth would: it may be a password.
OF_ACCOUNTS = (
    "admin:account_emailaddress_",
    "admin:accounts_user_",
    "admin:auth_",
    "admin:mfa_authenticator_",
    "admin:usersessions_usersession_",
)


def asks_anew(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view ask signed-in people for their password again."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if has_to_sign_in_again(request):
            return sign_in_again(request)
        if get_reauthentication_flows(request.user) and not did_recently_reauthenticate(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return checked


def has_to_sign_in_again(request: HttpRequest) -> bool:
    """Whether nothing else could be asked for, and the last sign-in was a while ago."""
    if get_reauthentication_flows(request.user):
        return False
    records = get_authentication_records(request, request.user)
    last = max([record["at"] for record in records], default=0)
    return time.time() - last > app_settings.REAUTHENTICATION_TIMEOUT


def signed_in_lately(request: HttpRequest) -> bool:
    """Or confirmed that it is them."""
    records = get_authentication_records(request, request.user)
    times = [record["at"] for record in records] + [request.session.get("began", 0)]
    return time.time() - max(times) < app_settings.REAUTHENTICATION_TIMEOUT


def confirm_first(request: HttpRequest) -> HttpResponse:
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        return sign_in_again(request)
    messages.info(request, "Confirm it’s you, then make the change.")
    return redirect(f"{methods[0]['url']}?{urlencode({'next': request.get_full_path()})}")


def sign_in_again(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, "Sign in again to continue. We’ll email you a code.")
    return redirect_to_login(request.get_full_path(), reverse("account_request_login_code"))


class AskAnew:
    """Middleware: asks people without a password or a factor, whom allauth does not ask, and staff
    on the admin's pages of accounts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        is_of_accounts = name.startswith(OF_ACCOUNTS) and not _only_lists(request, name)
        if not (name in SENSITIVE or is_of_accounts) or not request.user.is_authenticated:
            return None
        if name in SENSITIVE and has_to_sign_in_again(request):
            return sign_in_again(request)
        if is_of_accounts and request.user.is_staff and not signed_in_lately(request):
            return confirm_first(request)
        return None


def _only_lists(request: HttpRequest, name: str) -> bool:
    return name.endswith("_changelist") and request.method != "POST"
