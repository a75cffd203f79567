"""allauth's pages of mailed codes, kinder to who mistypes one."""

from typing import Any

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

CODE_FOR = "code_for"  # in the session: the address whose code was wrong too often


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
