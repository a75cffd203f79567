"""The history of a job or a company, from all tables that record something, newest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobboard.accounts.models import User
from jobboard.common.forms import CleanCharField
from jobboard.common.models import FormerAction
from jobboard.listings.models import Company, CompanyClaim, Listing, ListingEvent

from .access import may_moderate
from .evidence import shorten_claim

PER_PAGE = 50
LAST_PAGE = 40  # for older entries, people search for one job or company
MAX_MATCHES = 2_000  # jobs or companies of a search
MAX_ID_LENGTH = 18  # digits
OF_THE_SITE = (CompanyClaim.Outcome.DROPPED, CompanyClaim.Outcome.TOLD)


def _id_field() -> forms.IntegerField:
    return forms.IntegerField(
        required=False, min_value=1, max_value=10**MAX_ID_LENGTH, widget=forms.HiddenInput
    )


class HistoryForm(forms.Form):
    q = CleanCharField(required=False, max_length=140, label="Company, job title or ID")
    job = _id_field()
    company = _id_field()
    page = forms.IntegerField(
        required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput
    )


@dataclass(frozen=True)
class Entry:
    """One line of the history. ``about`` is the job or company, None if it was deleted; ``name`` is
    what it was called.
    """

    at: datetime
    what: str
    by: str
    name: str
    about: Listing | Company | None

    @property
    def is_job(self) -> bool:
        return isinstance(self.about, Listing)


@dataclass(frozen=True)
class Scope:
    """The ids of the jobs and companies whose history is shown. Both are None for all of them."""

    jobs: list[int] | None = None
    companies: list[int] | None = None

    @property
    def is_everything(self) -> bool:
        return self.jobs is None

    def for_log(self) -> Q:
        """The condition for tables that hold a content type and an id as text."""
        job_type, company_type = _types()
        if self.is_everything:
            return Q(content_type__in=[job_type, company_type])
        jobs = Q(content_type=job_type, object_id__in=list(map(str, self.jobs or [])))
        companies = Q(content_type=company_type, object_id__in=list(map(str, self.companies or [])))
        return jobs | companies


def _types() -> tuple[ContentType, ContentType]:
    types = ContentType.objects
    return types.get_for_model(Listing), types.get_for_model(Company)


def get_scope(data: dict) -> Scope:
    if data.get("job"):
        return Scope([data["job"]], [])
    if data.get("company"):
        companies = _first_ids(Company.objects.filter(pk=data["company"]))
        return Scope(_jobs_of_companies(companies), companies)
    query = data.get("q", "")
    if not query:
        return Scope()
    has_name = Q(name__icontains=query)
    has_title = Q(title__icontains=query)
    if query.isdecimal() and query.isascii() and len(query) <= MAX_ID_LENGTH:
        has_name |= Q(pk=int(query))
        has_title |= Q(pk=int(query))
    companies = _first_ids(Company.objects.filter(has_name).order_by("pk"))
    jobs = _first_ids(Listing.objects.filter(has_title).order_by("-pk"))
    return Scope([*_jobs_of_companies(companies), *jobs], companies)


def _jobs_of_companies(companies: list[int]) -> list[int]:
    return _first_ids(Listing.objects.filter(company__in=companies).order_by("-pk"))


def _first_ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:MAX_MATCHES])


def get_entries(scope: Scope, number: int) -> list[Entry]:
    """The newest ``number``."""
    entries = [
        *_entries_of_events(scope, number),
        *_entries_of_log(scope, number),
        *_entries_of_former_staff(scope, number),
        *_entries_of_claims(scope, number),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:number]


def _entries_of_events(scope: Scope, number: int) -> Iterable[Entry]:
    loaded = ListingEvent.objects.select_related("listing__company", "listing__feed", "by")
    events = loaded.order_by("-at", "-pk")
    if not scope.is_everything:
        events = events.filter(listing__in=scope.jobs or [])
    for event in events[:number]:
        text = event.get_kind_display()
        if event.field not in text.lower():  # “Returned change”, but not “Change approved change”
            text += f" {event.field}"
        if event.change:
            text += f": {event.change}"
        by = event.by_name or event.actor_words
        if event.by:
            by = event.by.email
        yield Entry(event.at, text, by, event.listing.title, event.listing)


def _entries_of_log(scope: Scope, number: int) -> list[Entry]:
    log = LogEntry.objects.filter(scope.for_log()).select_related("user")
    rows = list(log.order_by("-action_time", "-pk")[:number])
    return _entries_of_rows(rows, lambda row: row.action_time, lambda row: row.user.email)


def _entries_of_former_staff(scope: Scope, number: int) -> list[Entry]:
    rows = list(FormerAction.objects.filter(scope.for_log())[:number])
    return _entries_of_rows(rows, lambda row: row.at, lambda row: row.actor_name)


def _entries_of_claims(scope: Scope, number: int) -> list[Entry]:
    """The steps of claims who a company is: asked for, proven, decided, undone."""
    claims = CompanyClaim.objects.defer("picture").select_related(
        "company", "by", "decided_by", "undone_by"
    )
    if not scope.is_everything:
        claims = claims.filter(company__in=scope.companies or [])
    last = Greatest("at", Coalesce("decided_at", "at"), Coalesce("undone_at", "at"))
    newest = claims.annotate(last=last).order_by("-last", "-pk")[:number]
    steps = chain.from_iterable(map(_steps_of_claim, newest))
    # A claim whose decision was undone is there twice, but was asked for once.
    return list(dict.fromkeys(steps))


def _steps_of_claim(claim: CompanyClaim) -> Iterable[Entry]:
    subject = claim.get_field_display()
    if claim.value:
        subject += f" “{shorten_claim(claim.value)}”"

    def step(at: datetime, action: str, by: str) -> Entry:
        return Entry(at, f"{subject}: {action}", by, claim.company.name, claim.company)

    outcome = claim.get_outcome_display().lower()
    if claim.outcome in OF_THE_SITE:
        yield step(claim.at, outcome, "The site")
        return
    if claim.outcome == CompanyClaim.Outcome.PROVEN:
        yield step(claim.at, outcome, _get_email(claim.by))
        return
    yield step(claim.at, "asked for", _get_email(claim.by))
    if claim.decided_at:
        if claim.reason:
            outcome += f". {claim.reason}"
        decided_by = claim.decided_by
        if decided_by is None and claim.outcome == CompanyClaim.Outcome.REPLACED:
            decided_by = claim.by
        yield step(claim.decided_at, outcome, _get_email(decided_by))
    if claim.undone_at:
        yield step(claim.undone_at, "decision undone", _get_email(claim.undone_by))


def _get_email(user: User | None) -> str:
    if user:
        return user.email
    return "Someone who has left"


def _entries_of_rows(rows: list, at: Callable, by: Callable) -> list[Entry]:
    """The entries of the admin's log, or of the log of former staff."""
    job_type, company_type = _types()
    ids: dict[int, list[str]] = {job_type.pk: [], company_type.pk: []}
    for row in rows:
        ids[row.content_type_id].append(row.object_id)
    # By text, as the logs hold ids; one that was written after its object was deleted holds none.
    jobs = {str(job.pk): job for job in Listing.objects.filter(pk__in=ids[job_type.pk])}
    companies = {
        str(company.pk): company for company in Company.objects.filter(pk__in=ids[company_type.pk])
    }
    entries = []
    for row in rows:
        about: Listing | Company | None
        if row.content_type_id == job_type.pk:
            about = jobs.get(row.object_id)
        else:
            about = companies.get(row.object_id)
        log_entry = LogEntry(action_flag=row.action_flag, change_message=row.change_message)
        text = log_entry.get_change_message()
        entries.append(Entry(at(row), text, by(row), row.object_repr, about))
    return entries


@may_moderate
@require_safe
def history(request) -> HttpResponse:
    form = HistoryForm(request.GET)
    form.is_valid()
    page = form.cleaned_data.get("page") or 1
    first = (page - 1) * PER_PAGE
    entries = get_entries(get_scope(form.cleaned_data), page * PER_PAGE + 1)
    narrowed = {}
    for name in ("q", "job", "company"):
        if value := form.cleaned_data.get(name):
            narrowed[name] = value
    context = {
        "form": form,
        "entries": entries[first : first + PER_PAGE],
        "page": page,
        "has_next": len(entries) > first + PER_PAGE and page < LAST_PAGE,
        "narrowed": narrowed,
        "job": Listing.objects.filter(pk=form.cleaned_data.get("job") or 0).first(),
        "company": Company.objects.filter(pk=form.cleaned_data.get("company") or 0).first(),
    }
    return render(request, "moderation/history.html", context)
