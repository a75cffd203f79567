"""The addresses where programs of a company post, change and close its jobs, each with a token of
the company.

What holds for the form holds here: the same checks, the same review, the same locks.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Path, Status
from ninja.errors import HttpError
from ninja.security import HttpBearer

from jobboard.common.web.limits import HOUR, MINUTE, check_rate_limit
from jobboard.listings import lifecycle
from jobboard.listings.content import ListingContent, prepared
from jobboard.listings.employers.companies import lock_company
from jobboard.listings.models import Company, Listing, Origin
from jobboard.listings.querysets import ListingQuerySet
from jobboard.recruiting import api_tokens
from jobboard.recruiting.models import ApiToken

from . import company_schemas as schemas
from . import notes
from .api import ERROR_RESPONSES, NOT_KNOWN, Reply, api, page_of, refused
from .company_jobs import (
    NotUsableError,
    company_job,
    form_of,
    job_of,
    submission_of,
    unknown_fields,
)
from .forms import ClosingForm, CompanyJobsForm
from .parameters import parameters_of
from .schemas import Problem

MAX_REQUESTS_PER_MINUTE = 120  # requests with one token
MAX_WRITES_PER_HOUR = 1_000
# What one network may try without a token that works.
MAX_FAILURES_PER_MINUTE = 30
# A job that others change at the same moment is read again so often.
TRIES = 3
JobId = Annotated[int, Path(ge=1, examples=[42])]
State = Listing.Status
ONLY_READS = "This token can only read jobs. Create one that can also post them."
BUSY = "This job is being changed by somebody else. Try again."


# --- Who asks -------------------------------------------------------------------------------------


class CompanyToken(HttpBearer):
    """A token of the company. No cookie counts here, so no other site can act for somebody."""

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        token = super().__call__(request)
        if token is None:
            check_rate_limit(
                request,
                "api token",
                max_count=MAX_FAILURES_PER_MINUTE,
                seconds=MINUTE,
                is_shared=True,
            )
        return token

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        api_token = api_tokens.find(token.strip())
        if api_token is None:
            return None
        who = f"token {api_token.pk}"
        check_rate_limit(
            request,
            "company api",
            max_count=MAX_REQUESTS_PER_MINUTE,
            seconds=MINUTE,
            who=who,
            is_shared=True,
        )
        if api_token.company.suspended_at:
            raise HttpError(403, f"{api_token.company} is suspended. Contact us.")
        if request.method not in ("GET", "HEAD"):
            if api_token.scope != ApiToken.Scope.WRITE:
                raise HttpError(403, ONLY_READS)
            check_rate_limit(
                request, "company api, write", max_count=MAX_WRITES_PER_HOUR, seconds=HOUR, who=who
            )
        api_tokens.note_use(api_token)
        return api_token


TOKEN = CompanyToken()


def lock_for(request) -> Company:
    """The token’s company, locked; the token works until the transaction ends."""
    company = lock_company(request.auth.company_id)
    token = ApiToken.objects.select_related("company", "made_by").get(pk=request.auth.pk)
    if company.suspended_at or not api_tokens.is_good(token):
        raise HttpError(401, NOT_KNOWN)
    return company


def jobs_of(token: ApiToken) -> ListingQuerySet:
    """The jobs of the token's company that whoever made it may edit."""
    return Listing.objects.editable_by(token.made_by).filter(company=token.company)


def own_job(request, job_id: int) -> Listing:
    """Raises 404 for a job of another company, and for a job from a feed unless the token's maker
    has proven to act for the company.
    """
    job = jobs_of(request.auth).filter(pk=job_id).select_related("company", "role").first()
    if job is None:
        raise HttpError(404, "Your company has no job with this ID.")
    return job


# --- Saving ---------------------------------------------------------------------------------------


def report_invalid_job(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 422 for an invalid job, and 409 for what the state of the job does not allow."""

    @wraps(view)
    def answer(request, *args, **kwargs) -> Reply:
        try:
            return view(request, *args, **kwargs)
        except NotUsableError as problem:
            fields = ", ".join(problem.errors)
            return Status(422, {"detail": f"Invalid fields: {fields}.", "errors": problem.errors})
        except (lifecycle.InvalidStatusError, lifecycle.EditConflictError) as problem:
            return Status(409, {"detail": str(problem)})

    return answer


def save(
    request,
    find: Callable[[], Listing | None],
    payload: schemas.JobIn,
    *,
    external_id: str = "",
) -> tuple[Listing, bool]:
    """Store what was sent; returns the job, and whether it is new.

    The check takes a while, so it comes before the lock. By then ``find`` may find another job, or
    a changed one: then it is checked again.
    """
    for _ in range(TRIES):
        before = find()
        if before:
            lifecycle.check_edit(before, Origin.API)
        content = prepared(form_of(payload, before).content())
        with transaction.atomic():
            company = lock_for(request)
            current = find()
            if _version(current) != _version(before):
                continue
            if current is None:
                return _create(request, company, content, external_id), True
            return _change(request, current, content, payload), False
    raise HttpError(409, BUSY)


def _version(listing: Listing | None) -> tuple[int, int] | None:
    if listing:
        return (listing.pk, listing.version)
    return None


def _create(request, company: Company, content: ListingContent, external_id: str) -> Listing:
    listing = lifecycle.create_draft(
        company=company,
        content=content,
        submission=submission_of(company, external_id),
        by=request.auth.made_by,
        external_id=external_id,
    )
    return lifecycle.submit_listing(listing=listing, by=request.auth.made_by, mails_sender=False)


def _change(request, listing: Listing, content: ListingContent, payload: schemas.JobIn) -> Listing:
    """Change nothing where the content is the same. A returned job goes back to review."""
    by = request.auth.made_by
    latest = replace(lifecycle.latest_content(listing), read_values=())
    is_changed = replace(content, read_values=()) != latest
    if is_changed:
        listing = lifecycle.submit_change(
            listing=listing,
            content=content,
            version=listing.version,
            by=by,
            origin=Origin.API,
        )
    is_posted = isinstance(payload, schemas.NewJobIn) and listing.status == State.DRAFT
    if is_posted or (is_changed and listing.status == State.RETURNED):
        listing = lifecycle.submit_listing(listing=listing, by=by, mails_sender=False)
    return listing


def shown(listing: Listing) -> dict[str, Any]:
    """The listing as it is stored now."""
    stored = Listing.objects.for_data().defer(None).select_related("change").get(pk=listing.pk)
    return company_job(stored)


def saved(request, listing: Listing, payload: schemas.JobIn) -> dict[str, Any]:
    return shown(listing) | {"ignored": unknown_fields(request.body, payload)}


# --- The addresses --------------------------------------------------------------------------------

COMPANY_ERROR_RESPONSES = {401: Problem, 403: Problem, **ERROR_RESPONSES}
WRITE_REFUSALS = {400: Problem, 409: Problem, 413: Problem, **COMPANY_ERROR_RESPONSES}


@api.get(
    "/company/jobs",
    auth=TOKEN,
    url_name="company_jobs",
    summary="List your company’s jobs",
    response={200: schemas.CompanyJobs, **COMPANY_ERROR_RESPONSES},
    openapi_extra={"parameters": parameters_of(CompanyJobsForm, notes=notes.COMPANY_JOBS)},
)
def company_jobs(request) -> Reply:
    """Every job of the token’s company, in whatever state, the newest first. Jobs of feeds are
    listed once whoever made the token has verified the company.
    """
    form = CompanyJobsForm(request.GET)
    if not form.is_valid():
        return refused(form)
    jobs = jobs_of(request.auth).for_data().defer(None).select_related("change")
    if form.cleaned_data["external_id"]:
        jobs = jobs.filter(external_id=form.cleaned_data["external_id"])
    return page_of(request, jobs.order_by("-pk"), company_job, form)


@api.post(
    "/company/jobs",
    auth=TOKEN,
    url_name="company_jobs",
    summary="Post a job, or update it",
    response={200: schemas.SavedJob, 201: schemas.SavedJob, **WRITE_REFUSALS},
)
@report_invalid_job
def post_job(request, payload: schemas.NewJobIn) -> Reply:
    """With a new external_id, posts a job and submits it for review, as our form does (201). With
    one that your company has used, updates that job (200): fields that are left out, null or empty
    keep their values, and the same request twice changes nothing. A closed, expired or rejected job
    cannot be updated (409).
    """
    company = request.auth.company
    external_id = payload.external_id

    def find() -> Listing | None:
        job = job_of(company, external_id)
        if job:
            return own_job(request, job.pk)
        return None

    listing, is_new = save(request, find, payload, external_id=external_id)
    status = 200
    if is_new:
        status = 201
    return Status(status, saved(request, listing, payload))


@api.get(
    "/company/jobs/{int:job_id}",
    auth=TOKEN,
    url_name="company_job",
    summary="Get one of your jobs",
    response={200: schemas.CompanyJob, **COMPANY_ERROR_RESPONSES},
)
def get_job(request, job_id: JobId) -> Reply:
    return shown(own_job(request, job_id))


@api.patch(
    "/company/jobs/{int:job_id}",
    auth=TOKEN,
    url_name="company_job",
    summary="Change one of your jobs",
    response={200: schemas.SavedJob, **WRITE_REFUSALS},
)
@report_invalid_job
def change_job(request, job_id: JobId, payload: schemas.ChangedJobIn) -> Reply:
    """Changes the fields that you send; null or an empty list clears one. Harmless
    changes of a live job go live. Others are reviewed first, as in our form, and `change` says so;
    the approved text stays live until then. A returned job is submitted again.
    """
    if payload.version not in (None, own_job(request, job_id).version):
        raise lifecycle.EditConflictError("The job has changed since you read it. Read it again.")
    listing, _ = save(request, lambda: own_job(request, job_id), payload)
    return saved(request, listing, payload)


@api.delete(
    "/company/jobs/{int:job_id}",
    auth=TOKEN,
    url_name="company_job",
    summary="Close one of your jobs",
    response={200: schemas.CompanyJob, 204: None, **WRITE_REFUSALS},
    openapi_extra={"parameters": parameters_of(ClosingForm, notes=notes.CLOSING)},
)
@report_invalid_job
def close_job(request, job_id: JobId) -> Reply:
    """Closes a job that is or was public; its page says so (200). One that never was is deleted
    (204). A job that is closed already stays as it is.
    """
    form = ClosingForm(request.GET)
    if not form.is_valid():
        return refused(form)
    with transaction.atomic():
        lock_for(request)
        listing = own_job(request, job_id)
        by = request.auth.made_by
        if listing.can_be_discarded:
            lifecycle.discard_listing(listing=listing, by=by)
            return Status(204, None)
        if listing.status != State.CLOSED:
            outcome = form.cleaned_data["outcome"]
            lifecycle.close_listing(listing=listing, outcome=outcome, by=by)
    return shown(listing)
