"""Signing in on the way to something else, by the account library's mailed code."""

from urllib.parse import urlencode

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from jobboard.accounts.forms import RequestCodeForm
from jobboard.accounts.people import open_account
from jobboard.common.web.limits import MINUTE, RateLimitError


def mail_code(request: HttpRequest, email: str, *, then: str) -> HttpResponse:
    """Mail a code to ``email``, and ask for it in this browser; who types it goes on at ``then``.

    An address without an account gets one, which is of no use to anybody without the code. Raises
    RateLimitError as the form counts codes.
    """
    open_account(email)
    form = RequestCodeForm({"email": email})
    if not form.is_valid():
        raise RateLimitError(MINUTE)
    LoginCodeVerificationProcess.initiate(request=request, user=form._user, email=email)
    return redirect(reverse("account_confirm_login_code") + "?" + urlencode({"next": then}))
