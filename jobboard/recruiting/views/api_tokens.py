"""Owners make and revoke the tokens of their company's programs here."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jobboard.accounts.signing_in.reauthentication import asks_anew
from jobboard.common.web.http import form_view, found_or_404
from jobboard.listings.employers.companies import lock_company
from jobboard.listings.models import Company
from jobboard.recruiting import api_tokens as tokens
from jobboard.recruiting.company_actions import CompanyActionError
from jobboard.recruiting.forms.api_token import ApiTokenForm

from .company import owned_company

# In the session until the next page: the text of the token that was made.
SESSION_KEY = "made_token"


@form_view
@never_cache
@login_required
def api_tokens(request, pk) -> HttpResponse:
    """Owners only; others get 404 before the password prompt."""
    owned_company(request, pk)
    return _page_of_owner(request, pk)


@asks_anew
def _page_of_owner(request, pk) -> HttpResponse:
    company = owned_company(request, pk)
    form = ApiTokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            request.session[SESSION_KEY] = {
                "company": pk,
                "text": _make_token(request, pk, form),
            }
            return redirect("recruiting:api_tokens", pk)
        except CompanyActionError as problem:
            form.add_error(None, str(problem))
    context = {
        "company": company,
        "form": form,
        "tokens": company.api_tokens.select_related("made_by"),
        "text": _text_to_show_once(request, pk),
    }
    return render(request, "recruiting/api_tokens.html", context)


def _make_token(request, pk: int, form: ApiTokenForm) -> str:
    with transaction.atomic():
        company = _lock_owned_company(request, pk)
        _, text = tokens.make(company=company, by=request.user, **form.cleaned_data)
        return text


def _text_to_show_once(request, pk: int) -> str:
    """Return the text of the token that was just made, once: a reload shows it no more."""
    made = request.session.get(SESSION_KEY)
    if request.method != "GET" or made is None or made["company"] != pk:
        return ""
    del request.session[SESSION_KEY]
    return made["text"]


def _lock_owned_company(request, pk: int) -> Company:
    """Lock the company, so that whoever asks stays its owner until the transaction ends."""
    found_or_404(lock_company, pk)
    return owned_company(request, pk)


@require_POST
@login_required
def revoke_token(request, pk, token_id: int) -> HttpResponse:
    """Revoke a token, without asking for a password first: what stops a leak should not wait."""
    with transaction.atomic():
        company = _lock_owned_company(request, pk)
        found = get_object_or_404(company.api_tokens.select_related("company"), pk=token_id)
        tokens.revoke(found, by=request.user)
    return redirect("recruiting:api_tokens", pk)
