"""“Connect your careers page”: an address is tried, its jobs are shown, one button connects it.

Whoever may post jobs for a company, owners and editors, may connect and disconnect its boards: both
do with jobs what members do one by one.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from jobboard.accounts.signed_in import SignedInRequest
from jobboard.common.web.http import form_view
from jobboard.feeds import trials
from jobboard.feeds.boards import connecting
from jobboard.feeds.boards.connecting import NotConnectableError
from jobboard.listings.models import Company, Feed, FeedTrial
from jobboard.recruiting import company_actions
from jobboard.recruiting.careers import get_boards, may_disconnect
from jobboard.recruiting.forms.careers import CareersForm

from .company import locked_company, own_company


def _why_not_you(request: SignedInRequest, company: Company) -> str:
    """Why this member may not decide where the company's jobs come from; '' if they may."""
    if company_actions.may_edit(request.user, company):
        return ""
    return connecting.UNPROVEN


@form_view
@login_required
def careers(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form and the connected boards; for a company that is not verified, what to do first."""
    company = own_company(request, pk)
    reason = connecting.why_not(company) or _why_not_you(request, company)
    initial = {"address": request.GET.get("address", "")[:500]}
    form = CareersForm(request.POST or None, initial=initial)
    if request.method == "POST" and not reason and form.is_valid():
        trial = trials.begin(pasted=form.cleaned_data["address"], company=company, by=request.user)
        return redirect("recruiting:careers_trial", pk, trial.pk)
    context = {
        "company": company,
        "form": form,
        "why_not": reason,
        "boards": get_boards(company),
        "feed_requests": company.feed_requests.all(),
    }
    return render(request, "recruiting/careers.html", context)


@form_view
@login_required
def trial(request: SignedInRequest, pk: int, trial: UUID) -> HttpResponse:
    """The jobs at the address, while they are fetched and after, and a button to connect it."""
    company = own_company(request, pk)
    feed_trial = trials.of_person(trial, request.user, company)
    if feed_trial is None:
        raise Http404("This preview is kept for a day. Enter the web address again.")
    if request.method == "POST" and feed_trial.state == FeedTrial.State.READ:
        return _connect(request, company, feed_trial)
    context = {
        "company": company,
        "trial": feed_trial,
        **trials.shown_jobs(feed_trial),
        "feed": trials.find_feed(feed_trial),
        "waits_first": trials.publishes_for(company) == Feed.Publishes.THROUGH_REVIEW,
    }
    return render(request, "recruiting/careers_trial.html", context)


def _connect(request: SignedInRequest, company: Company, trial: FeedTrial) -> HttpResponse:
    try:
        with transaction.atomic():
            if reason := _why_not_you(request, locked_company(request, company.pk)):
                raise NotConnectableError(reason)
            connected = connecting.connect(trial, by=request.user)
    except NotConnectableError as refused:
        messages.error(request, str(refused))
        return redirect("recruiting:careers_trial", company.pk, trial.pk)
    if isinstance(connected, Feed):
        messages.success(request, "Connected. The jobs come in within a few minutes.")
    else:
        messages.success(
            request,
            f"We’ve asked an editor to check that the board belongs to {company}. "
            f"We’ll email {connected.by.email} the answer.",
        )
    return redirect("recruiting:careers", company.pk)


@require_POST
@login_required
def disconnect(request: SignedInRequest, pk: int, feed: int) -> HttpResponse:
    keeps_jobs = request.POST.get("jobs") == "keep"
    with transaction.atomic():
        company = locked_company(request, pk)
        if reason := _why_not_you(request, company):
            messages.error(request, reason)
            return redirect("recruiting:careers", pk)
        board = get_object_or_404(company.feeds.select_related("company"), pk=feed)
        if not may_disconnect(board):
            raise Http404
        if board.ended_at is None:
            connecting.disconnect(board, company, by=request.user, keeps_jobs=keeps_jobs)
    if keeps_jobs:
        messages.success(request, "Disconnected. Its jobs stay open until they expire.")
    else:
        messages.success(request, "Disconnected. Its jobs close in a moment.")
    return redirect("recruiting:careers", pk)


@require_POST
@login_required
def withdraw(request: SignedInRequest, pk: int, feed_request: int) -> HttpResponse:
    with transaction.atomic():
        company = locked_company(request, pk)
        if reason := _why_not_you(request, company):
            messages.error(request, reason)
            return redirect("recruiting:careers", pk)
        get_object_or_404(company.feed_requests, pk=feed_request).delete()
    messages.success(request, "Your request has been withdrawn.")
    return redirect("recruiting:careers", pk)
