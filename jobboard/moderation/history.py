"""Everything that happened to a job or a company, from wherever it was done, newest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

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
from .evidence import shortened

PER_PAGE = 50
LAST_PAGE = 40  # older ones are found by a closer search
MAX_FOUND = 2_000  # jobs or companies that a search is about
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
    """``about``: a job or a company; None where that is gone. ``name``: what it was called."""

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
    """What is looked for: jobs and companies by id. Both None: everything."""

    jobs: list[int] | None = None
    companies: list[int] | None = None

    @property
    def is_everything(self) -> bool:
        return self.jobs is None

    def of_admin(self) -> Q:
        """Of the rows that name what they are about by its type and ID."""
        job_type, company_type = _types()
        if self.is_everything:
            return Q(content_type__in=[job_type, company_type])
        jobs = [str(pk) for pk in self.jobs or []]
        companies = [str(pk) for pk in self.companies or []]
        of_jobs = Q(content_type=job_type, object_id__in=jobs)
        return of_jobs | Q(content_type=company_type, object_id__in=companies)


def _types() -> tuple[ContentType, ContentType]:
    types = ContentType.objects
    return types.get_for_model(Listing), types.get_for_model(Company)


def scope_of(data: dict) -> Scope:
    if data.get("job"):
        return Scope([data["job"]], [])
    if data.get("company"):
        return _of_companies(Company.objects.filter(pk=data["company"]))
    words = data.get("q", "")
    if not words:
        return Scope()
    named = Company.objects.filter(name__icontains=words)
    titled = Q(title__icontains=words)
    if words.isdecimal() and words.isascii() and len(words) <= MAX_ID_LENGTH:
        named = Company.objects.filter(Q(name__icontains=words) | Q(pk=int(words)))
        titled |= Q(pk=int(words))
    found = _of_companies(named)
    jobs = Listing.objects.filter(titled).order_by("-pk").values_list("pk", flat=True)
    return Scope([*(found.jobs or []), *jobs[:MAX_FOUND]], found.companies)


def _of_companies(named: QuerySet[Company]) -> Scope:
    companies = list(named.order_by("pk").values_list("pk", flat=True)[:MAX_FOUND])
    jobs = Listing.objects.filter(company__in=companies).order_by("-pk")
    return Scope(list(jobs.values_list("pk", flat=True)[:MAX_FOUND]), companies)


def entries(scope: Scope, number: int) -> list[Entry]:
    """The newest ``number``."""
    found = [
        *_events(scope, number),
        *_of_log(scope, number),
        *_of_former(scope, number),
        *_of_claims(scope, number),
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:number]


def _events(scope: Scope, number: int) -> Iterable[Entry]:
    loaded = ListingEvent.objects.select_related("listing__company", "listing__feed", "by")
    events = loaded.order_by("-at", "-pk")
    if not scope.is_everything:
        events = events.filter(listing__in=scope.jobs or [])
    for event in events[:number]:
        what = event.get_kind_display()
        if event.field not in what.lower():  # “Returned change”, but not “Change approved change”
            what += f" {event.field}"
        said = f"{what}: {event.change}" if event.change else what
        by = event.by.email if event.by else event.by_name or event.actor_words
        yield Entry(event.at, said, by, event.listing.title, event.listing)


def _of_log(scope: Scope, number: int) -> list[Entry]:
    log = LogEntry.objects.filter(scope.of_admin()).select_related("user")
    rows = list(log.order_by("-action_time", "-pk")[:number])
    return _told(rows, lambda row: row.action_time, lambda row: row.user.email)


def _of_former(scope: Scope, number: int) -> list[Entry]:
    rows = list(FormerAction.objects.filter(scope.of_admin())[:number])
    return _told(rows, lambda row: row.at, lambda row: row.actor_name)


def _of_claims(scope: Scope, number: int) -> list[Entry]:
    """What people said of who a company is: asked, proven, decided, undone."""
    claims = CompanyClaim.objects.defer("picture").select_related(
        "company", "by", "decided_by", "undone_by"
    )
    if not scope.is_everything:
        claims = claims.filter(company__in=scope.companies or [])
    last = Greatest("at", Coalesce("decided_at", "at"), Coalesce("undone_at", "at"))
    newest = claims.annotate(last=last).order_by("-last", "-pk")[:number]
    told = chain.from_iterable(map(_steps_of, newest))
    return list(dict.fromkeys(told))  # one that is in review again was asked for once


def _steps_of(claim: CompanyClaim) -> Iterable[Entry]:
    what = claim.get_field_display()
    if claim.value:
        what += f" “{shortened(claim.value)}”"

    def step(at: datetime, did: str, by: User | None) -> Entry:
        who = by.email if by else "Someone who has left"
        return Entry(at, f"{what}: {did}", who, claim.company.name, claim.company)

    outcome = claim.get_outcome_display().lower()
    if claim.outcome in OF_THE_SITE:
        yield replace(step(claim.at, outcome, None), by="The site")
        return
    if claim.outcome == CompanyClaim.Outcome.PROVEN:
        yield step(claim.at, outcome, claim.by)
        return
    yield step(claim.at, "asked for", claim.by)
    if claim.decided_at:
        decided_by = claim.by if claim.outcome == CompanyClaim.Outcome.REPLACED else None
        reason = f". {claim.reason}" if claim.reason else ""
        yield step(claim.decided_at, f"{outcome}{reason}", claim.decided_by or decided_by)
    if claim.undone_at:
        yield step(claim.undone_at, "decision undone", claim.undone_by)


def _told(rows: list, at: Callable, by: Callable) -> list[Entry]:
    """Of rows of the admin's log, and of those of former staff."""
    job_type, _ = _types()
    ids: dict[bool, list[str]] = {True: [], False: []}
    for row in rows:
        ids[row.content_type_id == job_type.pk].append(row.object_id)
    jobs = {str(job.pk): job for job in Listing.objects.filter(pk__in=ids[True])}
    companies = {str(one.pk): one for one in Company.objects.filter(pk__in=ids[False])}
    told = []
    for row in rows:
        is_job = row.content_type_id == job_type.pk
        about = (jobs if is_job else companies).get(row.object_id)
        message = LogEntry(
            action_flag=row.action_flag, change_message=row.change_message
        ).get_change_message()
        told.append(Entry(at(row), message, by(row), row.object_repr, about))
    return told


@may_moderate
@require_safe
def history(request) -> HttpResponse:
    form = HistoryForm(request.GET)
    form.is_valid()
    page = form.cleaned_data.get("page") or 1
    scope = scope_of(form.cleaned_data)
    found = entries(scope, page * PER_PAGE + 1)
    first = (page - 1) * PER_PAGE
    narrowed = {name: form.cleaned_data.get(name) for name in ("q", "job", "company")}
    context = {
        "form": form,
        "entries": found[first : first + PER_PAGE],
        "page": page,
        "has_next": len(found) > first + PER_PAGE and page < LAST_PAGE,
        "narrowed": {name: value for name, value in narrowed.items() if value},
        "job": Listing.objects.filter(pk=form.cleaned_data.get("job") or 0).first(),
        "company": Company.objects.filter(pk=form.cleaned_data.get("company") or 0).first(),
    }
    return render(request, "moderation/history.html", context)
