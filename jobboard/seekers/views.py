"""Pages of seekers: alerts by mail, saved jobs, reports. None of it needs an account."""

import re
from contextlib import suppress
from itertools import chain

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from jobboard.accounts.models import User
from jobboard.common.capabilities import AlreadyUsedError
from jobboard.common.mailing.mail_budget import get_network
from jobboard.common.models import Capability
from jobboard.common.text.html import clean_text
from jobboard.common.text.words import COMMON_CURRENCIES
from jobboard.common.web.files import csv_answer
from jobboard.common.web.http import form_view, found_or_404
from jobboard.listings.detail import public_listing
from jobboard.listings.models import Listing
from jobboard.search.find import count
from jobboard.search.results.page import ListingSearch

from . import alerts, reports, saved
from .forms import AlertForm, FrequencyForm, LinksForm, ReportForm, SavedForm
from .models import MAX_QUERY_LENGTH, Alert, SavedListing

# --- Reports --------------------------------------------------------------------------------------


@form_view
def report(request, pk) -> HttpResponse:
    """Say that something is wrong with a job; the answer has a reference to name in a mail."""
    listing = found_or_404(public_listing, pk)
    initial = {"reason": request.GET.get("reason"), "email": _get_email(request.user)}
    form = ReportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        reference = "RECEIVED"
        if not data["website"]:
            reference = reports.report_listing(
                listing=listing, reason=data["reason"], text=data["text"], email=data["email"]
            ).reference
        return redirect(reverse("seekers:report", args=[pk]) + f"?sent={reference}")
    reference = clean_text(request.GET.get("sent", ""))[:12]
    context = {
        "listing": listing,
        "form": form,
        "reference": reference,
        "is_answered": reports.is_answered(listing, reference),
    }
    return render(request, "seekers/report.html", context)


# --- Alerts ---------------------------------------------------------------------------------------


def _get_email(user: User | AnonymousUser) -> str:
    if user.is_authenticated:
        return user.email
    return ""


@form_view
def alert_new(request) -> HttpResponse:
    """New jobs of the search in this page's address, by mail."""
    search = ListingSearch(request.GET)
    initial = {**FrequencyForm().initial, "email": _get_email(request.user)}
    form = AlertForm(request.POST or None, initial=initial)
    if request.method == "POST" and len(alerts.canonical(search)) > MAX_QUERY_LENGTH:
        form.add_error(None, "Your search is too long for an alert. Remove some filters or words.")
    if request.method == "POST" and form.is_valid() and not search.form.errors:
        email = form.cleaned_data["email"].lower()
        alerts.create_alert(
            email=email, query=alerts.canonical(search), frequency=form.cleaned_data["frequency"]
        )
        return render(request, "seekers/alert_sent.html", {"email": email, "search": search})
    context = {"form": form, "search": search}
    if not search.form.errors:
        context |= {
            "open_now": count(search.criteria),
            "a_week": alerts.estimate_weekly_jobs(search),
        }
    return render(request, "seekers/alert_new.html", context)


@form_view
def alert_list(request) -> HttpResponse:
    """Show one's alerts with an account; without one, send their links by mail."""
    if request.user.is_authenticated:
        rows = []
        for own_alert in Alert.objects.filter(email=request.user.email):
            search = alerts.get_search(own_alert.query)
            rows.append((own_alert, search, alerts.get_token(own_alert)))
        return render(request, "seekers/alerts.html", {"rows": rows})
    form = LinksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        alerts.mail_links_later.enqueue(
            alert_ids=alerts.get_ids(email), network=get_network(request)
        )
        return render(request, "seekers/alerts.html", {"sent_to": email})
    return render(request, "seekers/alerts.html", {"form": form})


@form_view
@never_cache
def alert(request, token) -> HttpResponse:
    """The page of an alert that the mailed links lead to; looking changes nothing.

    Each link shows the alert and ends it. Who is signed in with its address, or has a link that
    was mailed for it, also starts and changes it.
    """
    capability = alerts.find_capability(token)
    current = alerts.alert_to_change(capability) if capability else alerts.find_alert(token)
    if current is None:
        raise Http404(alerts.why_not(token))
    if capability and capability.used_at is not None:
        capability = None
    is_own = request.user.is_authenticated and request.user.email == current.email
    may_change = capability is not None or is_own
    data = None
    if "frequency" in request.POST:
        data = request.POST
    form = FrequencyForm(data, initial={"frequency": current.frequency})
    if request.method == "POST":
        if may_change:
            _change_alert(request, current, form, capability)
        else:
            _mail_link(request, current)
        return redirect("seekers:alert", alerts.get_token(current))
    context = {
        "alert": current,
        "search": alerts.get_search(current.query),
        "form": form,
        "may_change": may_change,
        "token": alerts.get_token(current),
    }
    return render(request, "seekers/alert.html", context)


def _change_alert(
    request, current: Alert, form: FrequencyForm, capability: Capability | None
) -> None:
    with suppress(AlreadyUsedError):  # a double click
        if current.confirmed_at is None:
            alerts.confirm_alert(alert=current, capability=capability)
            messages.success(
                request, "Your alert is active. Every alert email has a link to change or stop it."
            )
        elif form.is_valid():
            frequency = form.cleaned_data["frequency"]
            alerts.change_alert(alert=current, frequency=frequency, capability=capability)
            messages.success(request, "Your changes have been saved.")


def _mail_link(request, current: Alert) -> None:
    alerts.mail_link(alert=current)
    messages.success(request, f"We’ve sent a link to {current.email}. It works once.")


@csrf_exempt  # mail programs post here with one click (RFC 8058); the address itself is the key
@require_POST
def alert_end(request, token) -> HttpResponse:
    """End an alert; the second time answers the same."""
    if current := alerts.find_alert(token):
        current.delete()
    return render(request, "seekers/alert_ended.html")


# --- Saved ----------------------------------------------------------------------------------------


def ids_in(query, name: str) -> list[int]:
    """The ids among the values; others are left out."""
    values = query.getlist(name)[: saved.MAX_SAVED_JOBS]
    return [int(value) for value in values if re.fullmatch("[0-9]{1,18}", value)]


@require_safe
def saved_list(request) -> HttpResponse:
    """The jobs of this page's address, which can be shared; with an account and no address, one's
    own.
    """
    ids = ids_in(request.GET, "listing")
    saved_jobs = _saved_jobs(request.user, ids)
    live: dict[int, Listing] = {}
    for job in saved_jobs:
        if job.listing and job.listing.is_live:
            live[job.listing.pk] = job.listing
    selected_ids = ids_in(request.GET, "side")
    beside = [live[pk] for pk in selected_ids if pk in live] or list(live.values())
    currency = request.GET.get("currency", "")
    if currency in COMMON_CURRENCIES:
        saved.put_in_currency(saved_jobs, currency)
    context = {
        "saved_jobs": saved_jobs,
        "is_own": request.user.is_authenticated and not ids,
        "ids": ids,
        "marks": SavedListing.Mark.choices,
        "beside": beside[: saved.SIDE_BY_SIDE],
        "table": saved.side_by_side(beside[: saved.SIDE_BY_SIDE]),
        "may_choose": len(live) > saved.SIDE_BY_SIDE,
        "query": urlencode({"listing": ids}, doseq=True),
        "currency": currency,
        "currencies": COMMON_CURRENCIES,
    }
    return render(request, "seekers/saved.html", context)


@require_safe
def saved_csv(request) -> HttpResponse:
    saved_jobs = _saved_jobs(request.user, ids_in(request.GET, "listing"))
    return csv_answer("saved-jobs", saved.COLUMNS, saved.export_rows(saved_jobs, settings.SITE_URL))


def _saved_jobs(user: User | AnonymousUser, ids: list[int]) -> list[saved.SavedJob]:
    """The jobs of an address; with an account and no ids in the address, one's own."""
    if user.is_authenticated and not ids:
        return saved.of_user(user)
    return saved.of_ids(ids)


@require_POST
@login_required
def save(request) -> HttpResponse:
    """Save the jobs that ``listing`` names with the account, or remove those of ``remove``."""
    removed_ids = ids_in(request.POST, "remove")
    if removed_ids:
        if not saved.remove_listings(user=request.user, pks=removed_ids):
            messages.error(request, "This job has a note or status. You can remove it here.")
            return redirect("seekers:saved")
        messages.success(request, "Removed from your saved jobs.")
    else:
        listings = saved.public(ids_in(request.POST, "listing"))
        live = [listing for listing in listings.values() if listing.is_live]
        number = saved.save_listings(user=request.user, listings=live)
        text = "Already saved."
        if number:
            text = "Saved."
        messages.success(request, text)
    back = request.POST.get("back", "")
    is_here = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    if is_here and back.startswith("/jobs/"):
        return redirect(back)
    return redirect("seekers:saved")


@require_POST
@login_required
def change_saved(request, pk) -> HttpResponse:
    """Change the mark and the note of a saved job, or remove it."""
    row = get_object_or_404(SavedListing, pk=pk, user=request.user)
    if request.POST.get("do") == "remove":
        row.delete()
        messages.success(request, f"“{row}” has been removed from your saved jobs.")
        return redirect("seekers:saved")
    form = SavedForm(request.POST, instance=row)
    if form.is_valid():
        form.save()
        messages.success(request, "Your changes have been saved.")
    else:
        messages.error(request, " ".join(map(str, chain.from_iterable(form.errors.values()))))
    return redirect(reverse("seekers:saved") + f"#saved-{pk}")
