"""Saves what a recruiter writes: drafts and copies."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings.content import (
    ListingContent,
    get_content,
    has_same_content,
    hash_content,
    write_content,
)
from jobboard.listings.models import Company, Listing, Membership

from .record import Actor, EditConflictError, InvalidStatusError, Kind, Status, locked, record
from .review import check_new_company


@transaction.atomic
def create_company(*, company: Company, by: User) -> Company:
    """Save a new company with its first owner. Raises TooManyCompaniesError."""
    check_new_company(by)
    company.save()
    Membership.objects.create(user=by, company=company, part=Membership.Part.OWNER)
    return company


@transaction.atomic
def create_draft(
    *, company: Company, content: ListingContent, submission: UUID, by: User, external_id: str = ""
) -> Listing:
    """A draft. The same form sent twice, by a double click or after going back, gives one, with
    what it said last. ``external_id`` is what a program of the company calls the job.
    """
    try:
        with transaction.atomic():
            new = Listing(
                company=company, submission=submission, created_by=by, external_id=external_id
            )
            listing = write_content(new, content)
    except IntegrityError:
        sent_before = Listing.objects.filter(submission=submission).first()
        if sent_before is None:
            raise
        if sent_before.company_id != company.pk:  # chosen anew in the form: that is another job
            return create_draft(
                company=company,
                content=content,
                submission=uuid4(),
                by=by,
                external_id=external_id,
            )
        sent_before = locked(sent_before)
        if not has_same_content(sent_before, content):
            if sent_before.status != Status.DRAFT:
                raise EditConflictError(
                    "You’ve already submitted this form. Go to your jobs to edit the job."
                ) from None
            sent_before.version += 1
            write_content(sent_before, content)
        return sent_before
    record(listing, Kind.FIRST_SEEN, Actor.EMPLOYER, by=by, public=True)
    return listing


@transaction.atomic
def copy_listing(*, listing: Listing, by: User) -> Listing:
    """A new draft that says the same. One that was copied and not yet touched is given again, as by
    a double click.
    """
    return _copied(locked(listing), by, reposted_from=None)


@transaction.atomic
def repost_listing(*, listing: Listing, by: User) -> Listing:
    """A new draft of a listing that is over. Its page says that the job was posted before."""
    listing = locked(listing)
    if not listing.is_over:
        raise InvalidStatusError(
            f"“{listing}” is {listing.state.lower()}. "
            "You can only repost a job that is closed or expired."
        )
    return _copied(listing, by, reposted_from=listing)


def _copied(listing: Listing, by: User, reposted_from: Listing | None) -> Listing:
    content = get_content(listing)
    if content.closes_on and content.closes_on < timezone.now().date():
        content = replace(content, closes_on=None)
    untouched = Listing.objects.filter(
        company=listing.company,
        status=Status.DRAFT,
        version=1,
        created_by=by,
        reposted_from=reposted_from,
        content_hash=hash_content(content),
    )
    if copy := untouched.exclude(pk=listing.pk).first():
        return copy
    copy = Listing(company=listing.company, created_by=by, reposted_from=reposted_from)
    write_content(copy, content)
    record(copy, Kind.FIRST_SEEN, Actor.EMPLOYER, by=by, public=True)
    if reposted_from:
        first = (reposted_from.published_at or reposted_from.first_seen_at).date()
        record(
            copy,
            Kind.REPOSTED,
            Actor.EMPLOYER,
            by=by,
            public=True,
            new=f"first published {first:%-d %b %Y}",
        )
    return copy


@transaction.atomic
def discard_listing(*, listing: Listing, by: User) -> None:
    """Delete a listing that was never public."""
    listing = locked(listing, Status.DRAFT, Status.IN_REVIEW, Status.RETURNED, Status.REJECTED)
    if not listing.can_be_discarded:
        raise InvalidStatusError(
            f"“{listing}” is not a draft, so it can’t be deleted. Close it instead."
        )
    listing.delete()
