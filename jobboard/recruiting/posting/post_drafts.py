"""Turns what somebody typed before they were a member into a job of their company."""

from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.utils.datastructures import MultiValueDict

from jobboard.accounts.models import User
from jobboard.listings import lifecycle
from jobboard.listings.content import ListingContent
from jobboard.listings.models import Company, Listing, PostDraft
from jobboard.recruiting.forms.first_post import FirstPostForm


class NotCompleteError(Exception):
    """The draft no longer passes the form's checks: a last day may be over by now."""


def make_form(data: dict[str, list[str]], sender: str = "") -> FirstPostForm:
    return FirstPostForm(MultiValueDict(data), sender=sender)


@transaction.atomic
def post_draft(*, draft: PostDraft, company: Company, by: User) -> Listing:
    """Make the draft a job of ``company`` in review, or a draft there if no more may wait. Raises
    NotCompleteError.
    """
    form = make_form(draft.data, sender=by.email)
    if not form.is_valid():
        raise NotCompleteError
    return make_job(draft, company, form.content(), by)


def make_job(draft: PostDraft, company: Company, content: ListingContent, by: User) -> Listing:
    """Make a job of ``draft``, whose ``content`` passed the form's checks."""
    submission = uuid5(NAMESPACE_OID, draft.token_hash)
    listing = lifecycle.create_draft(company=company, content=content, submission=submission, by=by)
    draft.listing = listing
    draft.save()
    try:
        return lifecycle.submit_listing(listing=listing, by=by)
    except lifecycle.QueueFullError:
        return listing
