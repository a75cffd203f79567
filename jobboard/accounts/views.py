from typing import Any

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.mfa.totp.views import activate_totp as allauth_activate_totp
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from jobboard.common.mailing import suppression
from jobboard.common.models import Email
from jobboard.common.security_events import Kind, record
from jobboard.common.text.html import clean_lines
from jobboard.common.web.http import form_view

from . import personal_data
from .personal_data import PERSONAL_DATA_CATEGORIES, AccountDeletionError
from .signing_in.reauthentication import asks_anew

NEWEST = 20

# The code to scan is a picture in a data: URL.
activate_totp = csp_update({"img-src": ["data:"]})(allauth_activate_totp)

CODE_FOR = "code_for"  # in the session: the address whose code was wrong too often


@require_safe
def admin_login(request, extra_context=None) -> HttpResponse:
    """The way into the admin is the site’s own, with its limits and second factors; Django’s form
    is never shown.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index")))
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")


def change_password(request, extra_context=None) -> HttpResponse:
    """Django’s own page counts no wrong passwords and tells nobody."""
    return redirect("account_change_password")


@require_safe
def local_emails(request) -> HttpResponse:
    """The newest mails, for a copy on its reader's own machine; no such page anywhere else."""
    is_from_here = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
    is_through_proxy = "X-Forwarded-For" in request.headers
    if not settings.EMAIL_IS_LOCAL or not is_from_here or is_through_proxy:
        raise Http404
    emails = Email.objects.all()[:NEWEST]
    context = {"mails": [(email, clean_lines(email.text)) for email in emails]}
    return render(request, "accounts/mail_here.html", context)


@require_safe
@login_required
def my_data(request) -> HttpResponse:
    return render(request, "accounts/my_data.html", {"data_categories": PERSONAL_DATA_CATEGORIES})


@require_safe
@login_required
@asks_anew
def my_data_json(request) -> HttpResponse:
    record(Kind.DATA_EXPORTED, actor=request.user)
    response = JsonResponse(
        personal_data.export_personal_data(request.user), json_dumps_params={"indent": 1}
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@asks_anew
def delete_me(request) -> HttpResponse:
    """Shows what is deleted and what stays, and deletes the account."""
    if request.method == "POST":
        try:
            personal_data.delete_account(user=request.user)
        except AccountDeletionError as reason:
            messages.error(request, str(reason))
        else:
            logout(request)
            messages.success(request, "Your account has been deleted.")
            return redirect("insights:home")
    context = {
        "data_categories": PERSONAL_DATA_CATEGORIES,
        "reasons": personal_data.deletion_blockers(request.user),
    }
    return render(request, "accounts/delete_me.html", context)


@csrf_exempt  # mail programs post here with one click (RFC 8058); the address itself is the key
@form_view
@never_cache
def stop_emails(request, token) -> HttpResponse:
    """The page that emails link to which somebody else may have caused. One button stops them, as
    often as it is pressed; another one takes that back.
    """
    mailbox = suppression.mailbox_hash_in(token)
    if mailbox is None:
        raise Http404("The link is incomplete. Open it again from the email.")
    if request.method == "POST" and request.POST.get("do") == "allow":
        suppression.allow_again(mailbox)
    elif request.method == "POST":
        suppression.stop(mailbox)
    context = {"is_stopped": suppression.has_stopped(mailbox), "did": request.method == "POST"}
    return render(request, "accounts/stop_emails.html", context)


# --- Mailed codes: the pages of allauth, kinder to who mistypes one -------------------------------


class RequestCodeView(RequestLoginCodeView):
    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"email": self.request.session.get(CODE_FOR, "")}


class ConfirmCodeView(ConfirmLoginCodeView):
    """An empty code is no failed one. After too many the address need not be typed again."""

    def form_invalid(self, form) -> HttpResponse:
        if not self.request.POST.get("code", "").strip():
            return self.render_to_response(self.get_context_data(form=form))
        if not self._process.state["initiated_by_user"]:
            return super().form_invalid(form)
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        self.request.session[CODE_FOR] = self._process.state.get("email", "")
        messages.error(
            self.request, "The code was wrong too often, so it no longer works. Get a new one."
        )
        return redirect(self.passthrough_next_url(reverse("account_request_login_code")))
