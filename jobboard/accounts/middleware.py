from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes alone are none


class SecondFactorForStaff:
    """On a site on https, a password alone opens no page of the admin: staff have a second factor,
    and used it.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request) -> HttpResponse:
        if request.path.startswith(self.admin) and settings.SITE_IS_HTTPS and request.user.is_staff:
            if not is_mfa_enabled(request.user, types=FACTORS):
                messages.warning(request, "Set up two-factor authentication to use the admin.")
                return redirect("mfa_index")
            if not any(
                record["method"] == "mfa"
                for record in get_authentication_records(request, request.user)
            ):
                return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
        return self.get_response(request)
