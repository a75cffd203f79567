"""The first post: what somebody without an account typed, and how it becomes a job in review."""

import hashlib
import json
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.forms import Field, MultipleChoiceField
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from jobboard.accounts.models import User
from jobboard.common.batches import delete_in_batches
from jobboard.common.forms import MAX_GROWTH_BEFORE_CLEANING
from jobboard.common.hosts.domains import host_of
from jobboard.listings import lifecycle
from jobboard.listings.content import content_preview, prepared
from jobboard.listings.employers.companies import find_company
from jobboard.listings.models import Company, JoinRequest, Listing, Membership, PostDraft
from jobboard.recruiting import proofs
from jobboard.recruiting.company_actions import (
    CompanyActionError,
    Part,
    ask_to_join,
    let_in,
    mail_join_answer,
)
from jobboard.recruiting.forms.first_post import FirstPostForm
from jobboard.recruiting.forms.job import ListingForm

from .post_drafts import NotCompleteError, make_form, make_job, post_draft

DRAFTS_RETENTION = timedelta(days=30)
MAX_CHOICES = 20  # of the types of employment, all
MAX_LENGTH_OF_OTHERS = 100  # characters of choices, amounts and dates


def pick_typed(form: ListingForm, data: MultiValueDict[str, str]) -> dict[str, list[str]]:
    """The values that a browser sent for the fields of ``form``, those of added rows too. Leaves
    out all other fields, and the rest of values that are longer than any form takes.
    """
    typed = {}
    for name, field in form.fields.items():
        if name in data:
            typed[name] = _cut_values(field, data.getlist(name))
    return typed


def _cut_values(field: Field, values: list[str]) -> list[str]:
    max_values = 1  # the last one counts
    if isinstance(field, MultipleChoiceField):
        max_values = MAX_CHOICES
    max_length = getattr(field, "max_length", None) or MAX_LENGTH_OF_OTHERS
    return [value[: MAX_GROWTH_BEFORE_CLEANING * max_length] for value in values[-max_values:]]


def fingerprint(data: dict[str, list[str]]) -> str:
    """Differs if anything typed differs: two tabs of a browser may show different versions."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]


def build_preview(form: FirstPostForm) -> Listing:
    """The job for its page, not saved. Raises NotCompleteError."""
    if not form.is_valid():
        raise NotCompleteError
    return content_preview(_get_company(form), form.content())


def _get_company(form: FirstPostForm) -> Company:
    """The existing one of this name, else a new one as the form describes it, not saved."""
    name = form.cleaned_data["company_name"]
    website = form.cleaned_data["company_website"]
    company = find_company(name)
    return company or Company(name=name, website=website, domain=host_of(website))


def names_a_new_company(data: dict[str, list[str]], by: User) -> bool:
    """Whether ``send`` would create a company."""
    form = make_form(data, sender=by.email)
    return form.is_valid() and _get_company(form).pk is None


@transaction.atomic
def send(*, data: dict[str, list[str]], by: User) -> tuple[Company, Listing | None]:
    """Create the company and its job in review; idempotent. The job stays a draft if the company
    has as many in review as it may.

    Somebody who names an existing company joins it if their own address proves its domain. Anybody
    else only asks to join, and there is no job until the answer. Raises NotCompleteError, and
    CompanyActionError for a suspended company; then it changes nothing.
    """
    form = make_form(data, sender=by.email)
    if not form.is_valid():
        raise NotCompleteError
    content = prepared(form.content())
    with transaction.atomic():
        draft = _get_locked_draft(form.cleaned_data["submission"], data, by)
        if draft.listing:
            return draft.listing.company, draft.listing
        company = _get_company(form)
        if not company.pk:
            lifecycle.create_company(company=company, by=by)
        if company.suspended_at:
            raise CompanyActionError(f"{company} is suspended, so nobody can post jobs for it.")
        if proofs.may_join(company=company, user=by):
            return company, make_job(draft, company, content, by)
        domain = host_of(form.cleaned_data["company_website"])
        ask_to_join(company=company, user=by, draft=draft, domain=domain)
    return company, None


def _get_locked_draft(submission: UUID, data: dict[str, Any], by: User) -> PostDraft:
    """The row of this form and person. It is locked: a second click waits for the first."""
    draft, _ = PostDraft.objects.get_or_create(
        token_hash=hashlib.sha256(f"{by.pk} {submission}".encode()).hexdigest(),
        defaults={"email": by.email, "data": data},
    )
    draft = PostDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.listing is None and draft.data != data:  # sent again, changed
        draft.data = data
        draft.save(update_fields=["data"])
    return draft


def delete_old_drafts() -> None:
    """Old drafts whose author nobody let in, and those that became jobs."""
    outdated = PostDraft.objects.filter(updated_at__lt=timezone.now() - DRAFTS_RETENTION)
    delete_in_batches(outdated)


@transaction.atomic
def accept_join_request(*, request: JoinRequest, by: User) -> Membership:
    """Let somebody in, and send the job they came with for review. An editor's word is a proof;
    a member's is none. Raises CompanyActionError for a suspended company.
    """
    if request.company.suspended_at:
        raise CompanyActionError(f"{request.company} is suspended, so nobody can join it.")
    draft = request.draft
    membership = let_in(request.company, request.user, Part.EDITOR, by=by)
    if not request.company.members.filter(pk=by.pk).exists():
        proofs.take_word_for(membership, by)
    mail_join_answer(request, is_in=True)
    if draft:
        # Its last day may be over. Whoever wrote it is signed in now and posts anew.
        with suppress(NotCompleteError):
            post_draft(draft=draft, company=request.company, by=request.user)
    return membership
