"""Where staff decide: the inbox, the page of one job, suspending a company."""

from datetime import timedelta
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
from jobboard.listings import lifecycle, models
from jobboard.listings.detail import listing_context
from jobboard.listings.employers import companies
from jobboard.listings.employers.companies import AlreadyDoneError
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
from .decisions import OUT_OF_DATE, SETTLE, ReviewForm, decisions_about, undoable_by
from .inbox import A_LONG_PAGE, A_PAGE, Inbox
from .kinds import AlreadyAnsweredError, kinds_for
from .models import UsualReason

SAID_AT_MOST = 5  # problems of a bulk action, each in a sentence
OTHER_JOBS = 8  # of the company


# --- The inbox ------------------------------------------------------------------------------------


def inbox_of(request, kind: str) -> Inbox:
    """Raises PermissionDenied for who may act on nothing, and Http404 for a list that is not
    theirs.
    """
    if not kinds_for(request.user):
        raise PermissionDenied
    try:
        return Inbox(request.user, kind)
    except LookupError as problem:
        raise Http404(str(problem)) from None


def inbox_url(kind: str, **more: Any) -> str:
    asked = ({"kind": kind} if kind else {}) | more
    query = f"?{urlencode(asked)}" if asked else ""
    return reverse("moderation_inbox") + query


@admin.site.admin_view
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request) -> HttpResponse:
    kind = request.GET.get("kind", "")
    found = inbox_of(request, kind)
    if request.method == "POST":
        _act_on_entries(request, found)
        return redirect(inbox_url(kind))
    is_long = request.GET.get("show") == str(A_LONG_PAGE)
    pages = found.pages(A_LONG_PAGE if is_long else A_PAGE)
    try:
        page = pages.page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404(
            f"There is no such page. The list has {plural(pages.num_pages, 'page')}."
        ) from None
    more = {"show": A_LONG_PAGE} if is_long else {}
    entries = found.entries(page.object_list)
    context = {
        "inbox": found,
        "entries": entries,
        "can_approve": any(entry.can_be_approved for entry in entries),
        "pager": Pager(page, lambda number: inbox_url(kind, **more, page=number)),
        "tabs": _tabs(found),
        "long_page": A_LONG_PAGE,
        "long_url": inbox_url(kind, show=A_LONG_PAGE),
        "is_cut": not is_long and found.number > A_PAGE,
        "role_names": teachable_roles(request.user),
        "in_progress": in_progress(),
        "undoable": undoable_by(request.user),
        "undoable_claim": undoable_claim(request.user),
    }
    return render(request, "moderation/inbox.html", context)


def _tabs(found: Inbox) -> list[dict[str, Any]]:
    """Of the kinds that have entries, and the one that is shown."""
    tabs = [{"label": "All", "number": found.total, "url": inbox_url(""), "is_on": not found.kind}]
    for count in found.counts:
        name = count.kind.name
        if not count.number and name != found.kind:
            continue
        tabs.append(
            {
                "label": count.kind.label,
                "number": count.number,
                "url": inbox_url(name),
                "is_on": name == found.kind,
            }
        )
    return tabs


def _act_on_entries(request, found: Inbox) -> None:
    act = request.POST.get("act", "")
    if act == "approve":
        _approve_selected(request, found)
        return
    name, _, rest = act.partition("/")
    key, _, do = rest.partition("/")
    kind = found.kinds.get(name)
    if kind is None or not do:
        messages.error(request, "This page was out of date. Press the button again.")
        return
    try:
        messages.success(request, kind.act(key, do, request.user))
    except AlreadyAnsweredError as problem:
        messages.error(request, str(problem))


def _approve_selected(request, found: Inbox) -> None:
    if not any(kind.is_job for kind in found.kinds.values()):
        raise PermissionDenied
    selected = _seen_jobs(request.POST.getlist("job"))
    if not selected:
        messages.error(request, "Select at least one job.")
        return
    outcome = bulk.approve_some(selected, by=request.user)
    if outcome.count:
        messages.success(request, f"{plural(outcome.count, 'job')} published.")
    if outcome.left:
        messages.success(
            request,
            f"{plural(len(outcome.left), 'more job')} will be published within a minute. "
            "What changes before that stays in the inbox.",
        )
    for problem in outcome.problems[:SAID_AT_MOST]:
        messages.warning(request, problem)
    if len(outcome.problems) > SAID_AT_MOST:
        others = len(outcome.problems) - SAID_AT_MOST
        messages.warning(request, f"{plural(others, 'other job')} could not be published either.")


def _seen_jobs(values: list[str]) -> list[bulk.Seen]:
    """Each value names a job and the version of it that was listed."""
    seen = []
    for value in values[:A_LONG_PAGE]:
        pk, _, version = value.partition("-")
        if all(part.isdecimal() and len(part) < MAX_ID_LENGTH for part in (pk, version)):
            seen.append((int(pk), int(version)))
    return seen


# --- One job --------------------------------------------------------------------------------------


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk: int) -> HttpResponse:
    found = inbox_of(request, request.GET.get("kind", ""))
    listing = get_object_or_404(Listing.objects.for_page().with_where(), pk=pk)
    form = ReviewForm(request.POST or None, listing=listing)
    if form.is_bound and form.is_out_of_date:
        messages.error(request, OUT_OF_DATE)
    elif request.method == "POST" and form.is_valid():
        following = found.job_after(pk)
        try:
            with with_right(request.user, MODERATE, jobs=[pk]):
                done = form.carry_out(request.user)
            messages.success(request, f"“{listing}” {done}.")
        except (EditConflictError, InvalidStatusError) as problem:
            # What was typed stays, beside what others have done.
            messages.error(request, str(problem))
            listing = get_object_or_404(Listing.objects.for_page().with_where(), pk=pk)
        else:
            if form.cleaned_data["do"] in SETTLE:
                return redirect(job_url(following, found.kind))
            return redirect(job_url(pk, found.kind))
    return render(request, "moderation/review.html", _review_context(request, listing, form, found))


def job_url(pk: int | None, kind: str) -> str:
    """Where a job is decided, or the inbox where there is none."""
    if pk is None:
        return inbox_url(kind)
    query = f"?{urlencode({'kind': kind})}" if kind else ""
    return reverse("moderation_review", args=[pk]) + query


def next_url(listing: Listing, kind: str) -> str:
    asked = {"after": listing.pk} | ({"kind": kind} if kind else {})
    return f"{reverse('moderation_next')}?{urlencode(asked)}"


@may_moderate
@require_safe
def next_job(request) -> HttpResponse:
    """To the job that comes after another one, which stays as it is."""
    found = inbox_of(request, request.GET.get("kind", ""))
    after = request.GET.get("after", "")
    is_id = after.isdecimal() and len(after) < MAX_ID_LENGTH
    return redirect(job_url(found.job_after(int(after) if is_id else None), found.kind))


def _review_context(request, listing: Listing, form: ReviewForm, found: Inbox) -> dict[str, Any]:
    events = list(listing.events.select_related("by"))
    newest = decisions_about(listing).first()
    return listing_context(listing, LiveJobs().facts_of_role(listing.public_role)) | {
        "form": form,
        "inbox": found,
        "inbox_url": inbox_url(found.kind),
        "next_url": next_url(listing, found.kind),
        "seen": newest.pk if newest else 0,
        "apply_link": _safe_link(listing.apply_url),
        "poster": evidence.poster_of(listing),
        "risks": risks_with_change(
            [listing], compare_texts=True, facts_of=LiveJobs().facts_of_roles
        )[listing.pk],
        "changes": evidence.changes_of(listing),
        "conflicts": evidence.conflicts_of(listing),
        "change": listing.waiting_change,
        "is_edited": ApprovedContent.objects.filter(listing=listing, is_listed=True).exists(),
        "can_decide": (
            listing.status == Listing.Status.IN_REVIEW or listing.waiting_change is not None
        ),
        "last_decision": lifecycle.last_decision(listing),
        "undoable": undoable_by(request.user),
        "thread": evidence.thread_of(events),
        "reports": get_reports(listing),
        "past": evidence.past_of(listing.company),
        "history": _other_jobs(listing),
        "usual_reasons": UsualReason.objects.all(),
        "role_names": teachable_roles(request.user),
        "read_values": get_read_values(listing),
        "extras": read_extras(listing.description_html),
        "feature_until": (
            models.last_day_before(listing.featured_until)
            or timezone.now().date() + timedelta(days=lifecycle.FEATURED_DAYS)
        ),
    }


def _other_jobs(listing: Listing) -> ListingQuerySet:
    """The newest of its company."""
    others = listing.company.listings.exclude(pk=listing.pk).order_by("-pk")
    return others.defer("description_source", "description_html")[:OTHER_JOBS]


def _safe_link(address: str) -> str:
    """'' of what a browser would do anything else with than open a page."""
    if address.startswith(("https://", "http://")):
        return address
    return ""


# --- A company ------------------------------------------------------------------------------------


class SuspendForm(forms.Form):
    """``do`` is what its button said: two who press it at once do not undo each other's work."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in ("suspend", "reinstate")],
        error_messages={"required": "This page was out of date. Press the button again."},
    )
    reason = forms.CharField(max_length=300, error_messages={"required": "Enter a reason."})


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request, pk) -> HttpResponse:
    """Suspend a company with all its jobs, or let it back, after showing the numbers."""
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
        "radius": {
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
    act = companies.suspend if do == "suspend" else companies.reinstate
    try:
        with with_right(request.user, CHANGE_COMPANIES, company=company):
            act(company=company, reason=reason, by=request.user)
            if do == "suspend":
                handle_reports_of_company(company, request.user)
    except AlreadyDoneError as problem:
        messages.error(request, str(problem))
        return
    done = "suspended" if do == "suspend" else "reinstated"
    LogEntry.objects.log_actions(request.user.pk, [company], CHANGE, f"{done.title()}: {reason}")
    messages.success(request, f"“{company}” is {done}.")
