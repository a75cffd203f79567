"""What a recruiter writes: drafts, edits and copies."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings.content import (
    ListingContent,
    content_of,
    hash_of,
    says_the_same,
    write_content,
)
from jobboard.listings.models import Company, Listing, Membership

from .folding import settle_copies
from .record import (
    PUBLIC_FACTS,
    Actor,
    EditConflict,
    Kind,
    Status,
    WrongState,
    expiry,
    locked,
    record,
    state_sentence,
)
from .review import send_to_review


@transaction.atomic
def create_company(*, company: Company, by: User) -> Company:
    """Save a new company with its first owner."""
    company.save()
    Membership.objects.create(user=by, company=company, part=Membership.Part.OWNER)
    return company


@transaction.atomic
def create_draft(
    *, company: Company, content: ListingContent, submission: UUID, by: User
) -> Listing:
    """A draft. The same form sent twice, by a double click or after going back, gives one, with
    what it said last.
    """
    try:
        with transaction.atomic():
            listing = write_content(
                Listing(company=company, submission=submission, created_by=by), content
            )
    except IntegrityError:
        sent_before = Listing.objects.filter(submission=submission).first()
        if sent_before is None:
            raise
        if sent_before.company_id != company.pk:  # chosen anew in the form: that is another job
            return create_draft(company=company, content=content, submission=uuid4(), by=by)
        sent_before = locked(sent_before)
        if not says_the_same(sent_before, content):
            if sent_before.status != Status.DRAFT:
                raise EditConflict(
                    "You’ve already submitted this form. Go to your jobs to edit the job."
                ) from None
            sent_before.version += 1
            write_content(sent_before, content)
        return sent_before
    record(listing, Kind.FIRST_SEEN, Actor.EMPLOYER, by=by, public=True)
    return listing


def _workplaces(listing: Listing) -> str:
    """How one works; by location where there are several."""
    rows = list(listing.places.all())
    lines = {row.workplace_line for row in rows}
    if len(lines) < 2:
        return "".join(lines)
    return "; ".join(f"{row.text}: {row.workplace_line or 'not stated'}" for row in rows)


# What else may have changed. Only whoever reviews the job again wants to know it.
OTHER_FACTS: dict[str, Callable[[Listing], str]] = {
    "title": lambda listing: listing.title,
    "description": lambda listing: listing.description_source,
    "role": lambda listing: str(listing.role or ""),
    "level": lambda listing: listing.level_line,
    "employment": lambda listing: ", ".join(kind.label for kind in listing.types),
    "on-site or remote": lambda listing: _workplaces(listing),
    "can work from": lambda listing: listing.eligibility_text or listing.get_eligibility_display(),
    "visa": lambda listing: listing.get_visa_display(),
    "pay note": lambda listing: listing.pay_note,
    "skills": lambda listing: ", ".join(listing.skills.values_list("skill__name", flat=True)),
}


EDITED_BY_FEEDS = (
    Status.DRAFT,
    Status.IN_REVIEW,
    Status.RETURNED,
    Status.PUBLISHED,
    Status.IRRELEVANT,
)


def check_edit(listing: Listing, actor: Actor) -> None:
    """Raises WrongState for one that is over or was rejected; a feed may edit an expired one."""
    if actor == Actor.EMPLOYER:
        is_editable = listing.is_editable
    else:
        is_editable = listing.status in EDITED_BY_FEEDS
    if not is_editable:
        raise WrongState(state_sentence(listing))


def edit_listing(
    *,
    listing: Listing,
    content: ListingContent,
    version: int,
    by: User | None,
    actor: Actor = Actor.EMPLOYER,
) -> Listing:
    """Change what a listing says. On a live one the changes publish at once and the public ones
    become events; what only the site reads better (``actor`` SYSTEM) is recorded, and not shown as
    the employer's change.

    Changing where applications go takes a live listing back to review. Raises EditConflict when
    ``version`` is not the listing's, and WrongState for one that is over or was rejected.
    """
    content.prepared()  # before others have to wait
    with transaction.atomic():
        return _edit_locked(locked(listing), content, version, by, actor)


def _edit_locked(
    listing: Listing, content: ListingContent, version: int, by: User | None, actor: Actor
) -> Listing:
    check_edit(listing, actor)
    if listing.version != version:
        raise EditConflict("Someone else changed this job after you opened it.")
    before = {kind: fact(listing) for kind, fact in PUBLIC_FACTS.items()}
    was_public = listing.published_at is not None and actor == Actor.EMPLOYER
    other = {field: fact(listing) for field, fact in OTHER_FACTS.items()} if was_public else {}
    apply_before = _way_to_apply(listing)
    listing.version += 1
    if actor == Actor.EMPLOYER:
        listing.read_hash = ""  # what it says is no longer what was read from its feed
    write_content(listing, content)
    for field, old in other.items():
        if old != (new := OTHER_FACTS[field](listing)):
            record(listing, Kind.EDITED, actor, by=by, field=field, old=old, new=new)
    if listing.status != Status.PUBLISHED:
        return listing
    _record_public(listing, before, actor, by)
    listing.expires_at = expiry(listing, timezone.now())
    listing.save()
    if actor == Actor.EMPLOYER and apply_before != _way_to_apply(listing):
        record(
            listing, Kind.APPLY_CHANGED, actor, by=by, old=apply_before, new=_way_to_apply(listing)
        )
        send_to_review(listing, by)
    settle_copies(listing)
    return listing


def _record_public(
    listing: Listing, before: dict[Kind, str], actor: Actor, by: User | None
) -> None:
    """Record each public fact that is not what it was ``before``."""
    public = actor != Actor.SYSTEM
    for kind, fact in PUBLIC_FACTS.items():
        old, new = before[kind], fact(listing)
        if old != new:
            record(listing, kind, actor, by=by, public=public, old=old, new=new)


def _way_to_apply(listing: Listing) -> str:
    return listing.apply_url or listing.apply_email


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
        raise WrongState(
            f"“{listing}” is {listing.state.lower()}. "
            "You can only repost a job that is closed or expired."
        )
    return _copied(listing, by, reposted_from=listing)


def _copied(listing: Listing, by: User, reposted_from: Listing | None) -> Listing:
    content = content_of(listing)
    if content.closes_on and content.closes_on < timezone.now().date():
        content = replace(content, closes_on=None)
    untouched = Listing.objects.filter(
        company=listing.company,
        status=Status.DRAFT,
        version=1,
        created_by=by,
        reposted_from=reposted_from,
        content_hash=hash_of(content),
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
        raise WrongState(f"“{listing}” is not a draft, so it can’t be deleted. Close it instead.")
    listing.delete()
