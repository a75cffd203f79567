from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse


class SecondFactorForStaff:
    """On a site on https, a password alone opens no page of the admin: staff set up a second factor first."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request):
        if request.path.startswith(self.admin) and settings.SITE_IS_HTTPS and request.user.is_staff:
            if not is_mfa_enabled(request.user):
                messages.warning(request, "The admin needs a second factor. Set one up, then go on.")
                return redirect("mfa_index")
        return self.get_response(request)
