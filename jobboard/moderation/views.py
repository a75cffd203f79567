"""Staff decide here: the inbox, the page of one job, suspending a company."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jobboard.browse.views import get_read_values
from jobboard.common.admin import MAX_ID_LENGTH
from jobboard.common.text.words import plural
from jobboard.common.web.http import Pager
from jobboard.feeds.aliases import in_progress
from jobboard.feeds.parsing.texts.extras import read_extras
from jobboard.listings import lifecycle
from jobboard.listings.detail import listing_context
from jobboard.listings.employers import companies
from jobboard.listings.employers.companies import AlreadyDoneError
from jobboard.listings.last_day import last_day_before
from jobboard.listings.lifecycle import EditConflictError, InvalidStatusError
from jobboard.listings.models import ApprovedContent, Company, Listing
from jobboard.listings.querysets import ListingQuerySet
from jobboard.listings.rights import CHANGE_COMPANIES, MODERATE, with_right
from jobboard.listings.trust.scoring import risks_with_change
from jobboard.search.live.jobs import LiveJobs
from jobboard.seekers.models import Report
from jobboard.seekers.reports import get_reports, handle_reports_of_company

from . import bulk, evidence
from .access import may_moderate, teachable_roles
from .claims import undoable_claim
from .decisions import (
    OUT_OF_DATE_MESSAGE,
    SETTLING_DECISIONS,
    ReviewForm,
    decisions_about,
    undoable_by,
)
from .inbox import A_LONG_PAGE, A_PAGE, Inbox
from .kinds import AlreadyAnsweredError, kinds_for
from .models import UsualReason

MAX_PROBLEMS_SHOWN = 5  # of a bulk action
MAX_OTHER_JOBS = 8  # of the company


# --- The inbox ------------------------------------------------------------------------------------


def get_inbox(request, kind: str) -> Inbox:
    """Return the inbox, limited to ``kind`` if given. Raises PermissionDenied for users who may act
    on nothing, and Http404 for a list that is not theirs.
    """
    if not kinds_for(request.user):
        raise PermissionDenied
    try:
        return Inbox(request.user, kind)
    except LookupError as problem:
        raise Http404(str(problem)) from None


def inbox_url(kind: str, **params: Any) -> str:
    return _with_query(reverse("moderation_inbox"), kind=kind, **params)


def _with_query(path: str, **params: Any) -> str:
    """Add those of ``params`` that are set to ``path``."""
    query = urlencode({name: value for name, value in params.items() if value})
    if query:
        return f"{path}?{query}"
    return path


@admin.site.admin_view
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request) -> HttpResponse:
    kind = request.GET.get("kind", "")
    user_inbox = get_inbox(request, kind)
    if request.method == "POST":
        _act_on_entries(request, user_inbox)
        return redirect(inbox_url(kind))
    is_long = request.GET.get("show") == str(A_LONG_PAGE)
    per_page = A_PAGE
    params = {}
    if is_long:
        per_page = A_LONG_PAGE
        params["show"] = A_LONG_PAGE
    pages = user_inbox.pages(per_page)
    try:
        page = pages.page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404(
            f"There is no such page. The list has {plural(pages.num_pages, 'page')}."
        ) from None
    entries = user_inbox.entries(page.object_list)
    context = {
        "inbox": user_inbox,
        "entries": entries,
        "can_approve": any(entry.can_be_approved for entry in entries),
        "pager": Pager(page, lambda number: inbox_url(kind, **params, page=number)),
        "tabs": _tabs(user_inbox),
        "long_page": A_LONG_PAGE,
        "long_url": inbox_url(kind, show=A_LONG_PAGE),
        "is_cut": not is_long and user_inbox.number > A_PAGE,
        "role_names": teachable_roles(request.user),
        "in_progress": in_progress(),
        "undoable": undoable_by(request.user),
        "undoable_claim": undoable_claim(request.user),
    }
    return render(request, "moderation/inbox.html", context)


def _tabs(user_inbox: Inbox) -> list[dict[str, Any]]:
    """Build a tab for all, and one for each kind that has entries or is the current one."""
    current = user_inbox.kind
    tabs = [_tab("All", user_inbox.total, "", current)]
    for count in user_inbox.counts:
        name = count.kind.name
        if count.number or name == current:
            tabs.append(_tab(count.kind.label, count.number, name, current))
    return tabs


def _tab(label: str, number: int, kind: str, current: str) -> dict[str, Any]:
    return {"label": label, "number": number, "url": inbox_url(kind), "is_on": kind == current}


def _act_on_entries(request, user_inbox: Inbox) -> None:
    act = request.POST.get("act", "")
    if act == "approve":
        _approve_selected(request, user_inbox)
        return
    name, _, rest = act.partition("/")
    key, _, do = rest.partition("/")
    kind = user_inbox.kinds.get(name)
    if kind is None or not do:
        messages.error(request, "This page was out of date. Press the button again.")
        return
    try:
        messages.success(request, kind.act(key, do, request.user))
    except AlreadyAnsweredError as problem:
        messages.error(request, str(problem))


def _approve_selected(request, user_inbox: Inbox) -> None:
    if not any(kind.is_job for kind in user_inbox.kinds.values()):
        raise PermissionDenied
    selected = _selected_jobs(request.POST.getlist("job"))
    if not selected:
        messages.error(request, "Select at least one job.")
        return
    outcome = bulk.approve_some(selected, by=request.user)
    if outcome.count:
        messages.success(request, f"{plural(outcome.count, 'job')} published.")
    if outcome.remaining:
        messages.success(
            request,
            f"{plural(len(outcome.remaining), 'more job')} will be published within a minute. "
            "What changes before that stays in the inbox.",
        )
    for problem in outcome.problems[:MAX_PROBLEMS_SHOWN]:
        messages.warning(request, problem)
    if len(outcome.problems) > MAX_PROBLEMS_SHOWN:
        others = len(outcome.problems) - MAX_PROBLEMS_SHOWN
        messages.warning(request, f"{plural(others, 'other job')} could not be published either.")


def _selected_jobs(values: list[str]) -> list[bulk.JobVersion]:
    """Read the selected jobs. Each value is the id of a job and the version of it that was
    listed.
    """
    selected = []
    for value in values[:A_LONG_PAGE]:
        pk, _, version = value.partition("-")
        if _is_number(pk) and _is_number(version):
            selected.append((int(pk), int(version)))
    return selected


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < MAX_ID_LENGTH


# --- One job --------------------------------------------------------------------------------------


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk: int) -> HttpResponse:
    user_inbox = get_inbox(request, request.GET.get("kind", ""))
    listing = get_object_or_404(Listing.objects.for_page().with_location_data(), pk=pk)
    form = ReviewForm(request.POST or None, listing=listing)
    if form.is_bound and form.is_out_of_date:
        messages.error(request, OUT_OF_DATE_MESSAGE)
    elif request.method == "POST" and form.is_valid():
        following = user_inbox.job_after(pk)
        try:
            with with_right(request.user, MODERATE, jobs=[pk]):
                result = form.carry_out(request.user)
            messages.success(request, f"“{listing}” {result}.")
        except (EditConflictError, InvalidStatusError) as problem:
            # The form stays as it was typed, beside the job as others have changed it.
            messages.error(request, str(problem))
            listing = get_object_or_404(Listing.objects.for_page().with_location_data(), pk=pk)
        else:
            if form.cleaned_data["do"] in SETTLING_DECISIONS:
                return redirect(job_url(following, user_inbox.kind))
            return redirect(job_url(pk, user_inbox.kind))
    context = _review_context(request, listing, form, user_inbox)
    return render(request, "moderation/review.html", context)


def job_url(pk: int | None, kind: str) -> str:
    """The page of the job, or the inbox if there is none."""
    if pk is None:
        return inbox_url(kind)
    return _with_query(reverse("moderation_review", args=[pk]), kind=kind)


def next_url(listing: Listing, kind: str) -> str:
    return _with_query(reverse("moderation_next"), after=listing.pk, kind=kind)


@may_moderate
@require_safe
def next_job(request) -> HttpResponse:
    """Redirect to the job after another one, without deciding about that."""
    user_inbox = get_inbox(request, request.GET.get("kind", ""))
    after = request.GET.get("after", "")
    pk = None
    if _is_number(after):
        pk = int(after)
    return redirect(job_url(user_inbox.job_after(pk), user_inbox.kind))


def _review_context(
    request, listing: Listing, form: ReviewForm, user_inbox: Inbox
) -> dict[str, Any]:
    live_jobs = LiveJobs()
    risks = risks_with_change([listing], compare_texts=True, facts_of=live_jobs.facts_of_roles)
    change = listing.waiting_change
    seen = 0
    newest = decisions_about(listing).first()
    if newest:
        seen = newest.pk
    return listing_context(listing, live_jobs.facts_of_role(listing.public_role)) | {
        "form": form,
        "inbox": user_inbox,
        "inbox_url": inbox_url(user_inbox.kind),
        "next_url": next_url(listing, user_inbox.kind),
        "seen": seen,
        "apply_link": _safe_link(listing.apply_url),
        "poster": evidence.get_poster(listing),
        "risks": risks[listing.pk],
        "changes": evidence.get_changes(listing),
        "conflicts": evidence.get_conflicts(listing),
        "change": change,
        "is_edited": ApprovedContent.objects.filter(listing=listing, is_listed=True).exists(),
        "can_decide": listing.status == Listing.Status.IN_REVIEW or change is not None,
        "last_decision": lifecycle.last_decision(listing),
        "undoable": undoable_by(request.user),
        "thread": evidence.get_thread(listing.events.select_related("by")),
        "reports": get_reports(listing),
        "company_history": evidence.count_past_jobs(listing.company),
        "history": _other_jobs(listing),
        "usual_reasons": UsualReason.objects.all(),
        "role_names": teachable_roles(request.user),
        "read_values": get_read_values(listing),
        "extras": read_extras(listing.description_html),
        "feature_until": _feature_until(listing),
    }


def _feature_until(listing: Listing) -> date:
    """The day that the form starts with."""
    usual_day = timezone.now().date() + timedelta(days=lifecycle.FEATURED_DAYS)
    return last_day_before(listing.featured_until) or usual_day


def _other_jobs(listing: Listing) -> ListingQuerySet:
    """The newest of its company."""
    others = listing.company.listings.exclude(pk=listing.pk).order_by("-pk")
    return others.defer("description_source", "description_html")[:MAX_OTHER_JOBS]


def _safe_link(address: str) -> str:
    """Return the link; '' unless a browser would open a page: ``javascript:`` would run as code."""
    if address.startswith(("https://", "http://")):
        return address
    return ""


# --- A company ------------------------------------------------------------------------------------


class SuspendForm(forms.Form):
    """Asks for the action in ``do``: if its button only toggled, two people who press it at once
    would undo each other's work.
    """

    do = forms.ChoiceField(
        choices=[("suspend", "suspend"), ("reinstate", "reinstate")],
        error_messages={"required": "This page was out of date. Press the button again."},
    )
    reason = forms.CharField(max_length=300, error_messages={"required": "Enter a reason."})


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request, pk) -> HttpResponse:
    """Show what is affected, then suspend a company with all its jobs, or reinstate it."""
    if not request.user.has_perm(CHANGE_COMPANIES):
        raise PermissionDenied
    company = get_object_or_404(Company, pk=pk)
    form = SuspendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _suspend_or_reinstate(request, company, **form.cleaned_data)
        return redirect("admin:listings_company_change", company.pk)
    jobs = company.listings
    context = {
        "company": company,
        "form": form,
        "affected": {
            "Live jobs": companies.live_unless_suspended(company).count(),
            "In review": jobs.filter(status="in_review").count(),
            "Drafts and returned jobs": jobs.filter(status__in=["draft", "returned"]).count(),
            "Members": company.memberships.count(),
            "Open reports": (
                Report.objects.filter(listing__company=company, handled_at=None).count()
            ),
        },
    }
    return render(request, "moderation/suspend.html", context)


def _suspend_or_reinstate(request, company: Company, *, do: str, reason: str) -> None:
    try:
        with with_right(request.user, CHANGE_COMPANIES, company=company):
            if do == "suspend":
                companies.suspend(company=company, reason=reason, by=request.user)
                handle_reports_of_company(company, request.user)
            else:
                companies.reinstate(company=company, reason=reason, by=request.user)
    except AlreadyDoneError as problem:
        messages.error(request, str(problem))
        return
    state = "reinstated"
    if do == "suspend":
        state = "suspended"
    LogEntry.objects.log_actions(request.user.pk, [company], CHANGE, f"{state.title()}: {reason}")
    messages.success(request, f"“{company}” is {state}.")
