"""Where admins decide about jobs and companies: the queue, one job, suspending a company."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jobboard.browse.views import read_values_of
from jobboard.feeds.aliases import in_progress
from jobboard.feeds.parsing.texts.extras import read_extras
from jobboard.listings import companies, lifecycle, models
from jobboard.listings.companies import AlreadyDoneError
from jobboard.listings.content import content_of
from jobboard.listings.detail import listing_context
from jobboard.listings.differences import Difference, differences
from jobboard.listings.lifecycle import Decision, EditConflict, WrongState
from jobboard.listings.models import ApprovedContent, Company, Listing, ListingEvent
from jobboard.listings.rights import CHANGE_COMPANIES, MODERATE, with_right
from jobboard.listings.risk import risks_of
from jobboard.listings.stored_content import from_json
from jobboard.listings.trust.said import Risk
from jobboard.seekers.models import Report
from jobboard.seekers.reports import handle_reports, reported_jobs, reports_of

from .access import may_moderate, teachable_roles

QUEUE_SHOWN = 200
MOST_OF_COMPANY = 20  # of those; nobody hides the jobs of others behind their own
Kind = ListingEvent.Kind
USUAL_REASONS = [
    "Say what the job pays, or why you don’t state it.",
    "Say where the job is based and which countries people can work from.",
    "Describe what the person will do and what they need. The description is too short.",
    "This is not a job in AI, machine learning or data.",
    "The application link does not lead to this job. Replace it with the right link.",
]


# --- The queue ------------------------------------------------------------------------------------


@dataclass
class Entry:
    """A job that waits for a decision."""

    listing: Listing
    risks: list[Risk]
    report_count: int

    @property
    def weight(self) -> int:
        return sum(risk.weight for risk in self.risks)

    @property
    def is_changed(self) -> bool:
        """Whether it was public before, and it is a change that waits."""
        return self.listing.published_at is not None

    @property
    def since(self) -> datetime:
        if change := self.listing.waiting_change:
            return change.submitted_at
        return self.listing.submitted_at or self.listing.published_at or self.listing.first_seen_at


def _waiting(visible: QuerySet[Listing]) -> list[Listing]:
    of_company = Window(RowNumber(), partition_by="company", order_by=["submitted_at", "id"])
    first_of_each = visible.awaiting_review().annotate(place_in_company=of_company)  # type: ignore[attr-defined]
    new = list(first_of_each.filter(place_in_company__lte=MOST_OF_COMPANY)[:QUEUE_SHOWN])
    changed = visible.with_held_change().select_related("company", "role", "change")  # type: ignore[attr-defined]
    return [*new, *changed[:QUEUE_SHOWN]]


def waiting_count() -> int:
    """New jobs, and changes of public ones."""
    listings = Listing.objects
    return listings.awaiting_review().count() + listings.with_held_change().count()


def entries(only: str = "") -> list[Entry]:
    """Reported ones first, then by risk, then by age. ``only``: "waiting" or "reported".
    QUEUE_SHOWN of each, and of what waits the oldest MOST_OF_COMPANY of each company.
    """
    reports = reported_jobs()
    visible = Listing.objects.filter(hidden_at=None, company__suspended_at=None).select_related(
        "company", "role"
    )
    reported = (
        [] if only == "waiting" else list(visible.filter(pk__in=sorted(reports)[:QUEUE_SHOWN]))
    )
    waiting = [] if only == "reported" else _waiting(visible)
    listings = {listing.pk: listing for listing in [*reported, *waiting]}
    risks = risks_of(listings.values())
    for pk, listing in listings.items():
        risks[pk] = [*risks_of_waiting(listing), *risks[pk]]
    found = [Entry(listing, risks[pk], reports.get(pk, 0)) for pk, listing in listings.items()]
    return sorted(
        found,
        key=lambda entry: (entry.report_count == 0, -entry.weight, entry.since, entry.listing.pk),
    )


def risks_of_waiting(listing: Listing) -> list[Risk]:
    """Of the change that waits, as it was scored."""
    change = listing.waiting_change
    return [Risk(**risk) for risk in change.risks] if change else []


@may_moderate
@require_safe
def queue(request) -> HttpResponse:
    only = request.GET.get("only", "")
    waiting = waiting_count()
    reported = len(reported_jobs())
    context = {
        "entries": entries(only),
        "only": only,
        "tabs": [
            ("", "All", waiting + reported),
            ("waiting", "Waiting", waiting),
            ("reported", "Reported", reported),
        ],
        "most": QUEUE_SHOWN,
        "role_names": teachable_roles(request.user),
        "in_progress": in_progress(),
    }
    return render(request, "moderation/queue.html", context)


def to_the_next(request) -> HttpResponse:
    """To the first job of the queue, or to the queue, which says that it is empty."""
    first = next(iter(entries()), None)
    return (
        redirect("moderation_review", first.listing.pk) if first else redirect("moderation_queue")
    )


# --- One job --------------------------------------------------------------------------------------


DONE = {
    Decision.APPROVE: "is now live",
    Decision.RETURN: "has been returned to the recruiter",
    Decision.REJECT: "has been rejected",
    Decision.HIDE: "is now hidden",
    Decision.SHOW: "is no longer hidden",
    Decision.SEEN: "was marked as seen",
    Decision.UNDO: "is as it was before the last decision",
}
LEAD_ON = (Decision.APPROVE, Decision.RETURN, Decision.REJECT, Decision.SEEN, "dismiss")


class ReviewForm(forms.Form):
    """What a moderator decides. ``do`` names the action; what it needs beside is checked here."""

    BESIDE = ["feature", "unfeature", "dismiss"]

    do = forms.ChoiceField(choices=[*Decision.choices, *((name, name) for name in BESIDE)])
    usual = forms.ChoiceField(choices=[(text, text) for text in USUAL_REASONS], required=False)
    reason = forms.CharField(max_length=1000, required=False)
    until = forms.DateField(required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, *args, listing, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["reason"] = data.get("reason") or data.get("usual") or self._reported_reason()
        if data.get("do") in lifecycle.NEEDS_REASON and not data["reason"]:
            self.add_error("reason", "Enter a reason.")
        if data.get("do") == "feature" and "until" not in self.errors:
            if not data.get("until") or data["until"] < timezone.now().date():
                self.add_error("until", "Enter a date in the future.")
        return data

    def _reported_reason(self) -> str:
        """Hiding a reported job needs no more words than its first report has."""
        report = reports_of(self.listing).first() if self.cleaned_data.get("do") == "hide" else None
        return f"Reported: {report.get_reason_display()}" if report else ""

    def carry_out(self, by) -> str:
        """Do what was decided; returns what to say. Raises what the actions raise."""
        data, listing = self.cleaned_data, self.listing
        match data["do"]:
            case "feature":
                lifecycle.feature_listing(
                    listing=listing, until=lifecycle.end_of_day(data["until"]), by=by
                )
                return f"is featured until {data['until']:%-d %B %Y}"
            case "unfeature":
                lifecycle.feature_listing(listing=listing, until=None, by=by)
                return "is no longer featured"
            case "dismiss":
                handle_reports(listing=listing, by=by)
                return "was kept and its reports were dismissed"
        decision = Decision(data["do"])
        lifecycle.decide(
            listing=listing,
            decision=decision,
            by=by,
            version=data["version"],
            reason=data["reason"],
        )
        if decision == Decision.HIDE:
            handle_reports(listing=listing, by=by)
        return DONE[decision]


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk) -> HttpResponse:
    listing = get_object_or_404(Listing.objects.for_page().with_where(), pk=pk)
    form = ReviewForm(request.POST or None, listing=listing)
    if request.method == "POST" and form.is_valid():
        try:
            with with_right(request.user, MODERATE, jobs=[pk]):
                done = form.carry_out(request.user)
            messages.success(request, f"“{listing}” {done}.")
        except EditConflict as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(request.path)
        except WrongState as problem:
            messages.error(request, str(problem))
        if form.cleaned_data["do"] in LEAD_ON:
            return to_the_next(request)
        return HttpResponseRedirect(request.path)
    context = listing_context(listing) | {
        "form": form,
        "role_names": teachable_roles(request.user),
        "read_values": read_values_of(listing),
        "extras": read_extras(listing.description_html),
        "usual_reasons": USUAL_REASONS,
        "risks": [*risks_of_waiting(listing), *risks_of([listing], compare_texts=True)[pk]],
        "changes": changes_since_approval(listing),
        "change": listing.waiting_change,
        "conflicts": conflicts_of(listing),
        "is_edited": ApprovedContent.objects.filter(listing=listing).exists(),
        "last_decision": lifecycle.last_decision(listing),
        "can_decide": (
            listing.status == Listing.Status.IN_REVIEW or listing.waiting_change is not None
        ),
        "reports": reports_of(listing),
        "past": history_of(listing.company),
        "history": listing.company.listings.exclude(pk=pk).order_by("-changed_at")[:8],
        "waiting_count": waiting_count(),
        "feature_until": (
            models.last_day_before(listing.featured_until)
            or timezone.now().date() + timedelta(days=lifecycle.FEATURED_DAYS)
        ),
    }
    return render(request, "moderation/review.html", context)


def history_of(company: Company) -> dict[str, int]:
    """How many of its jobs ended in which way, and how often they were reported."""
    ended = {
        "Published": ~Q(published_at=None),
        "Returned": Q(events__kind=Kind.RETURNED),
        "Rejected": Q(status=Listing.Status.REJECTED),
        "Hidden": ~Q(hidden_at=None),
    }
    counts = {
        name: Count("pk", filter=condition, distinct=True) for name, condition in ended.items()
    }
    return company.listings.aggregate(**counts) | {
        "Reports": Report.objects.filter(listing__company=company).count()
    }


def changes_since_approval(listing: Listing) -> list[Difference]:
    """Between what was approved last, and what it says or is to say."""
    now = content_of(listing)
    change = lifecycle.open_change(listing)
    after = lifecycle.proposed(change, now).content if change else now
    approved = ApprovedContent.objects.filter(listing=listing).first()
    before = from_json(approved.content, approved.format) if approved else now
    return differences(before, after)


def conflicts_of(listing: Listing) -> tuple[str, ...]:
    """What the change that waits says, and what was said otherwise since."""
    change = listing.waiting_change
    return lifecycle.proposed(change, content_of(listing)).conflicts if change else ()


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
            "Live jobs": (
                jobs.filter(
                    status="published", hidden_at=None, expires_at__gt=timezone.now()
                ).count()
            ),
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
    except AlreadyDoneError as problem:
        messages.error(request, str(problem))
        return
    done = "Suspended" if do == "suspend" else "Reinstated"
    LogEntry.objects.log_actions(request.user.pk, [company], CHANGE, f"{done}: {reason}")
    messages.success(request, f"{company}: {done.lower()}.")
