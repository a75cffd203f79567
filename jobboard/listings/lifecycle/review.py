"""Takes a draft to a public job, and carries out what moderators decide."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from jobboard.accounts.models import User
from jobboard.listings import emails
from jobboard.listings.employers.companies import company_is_proven, speaks_for
from jobboard.listings.models import Company, Listing, Membership

from .folding import settle_copies
from .record import (
    Actor,
    EditConflictError,
    InvalidStatusError,
    Kind,
    Status,
    expiry,
    locked,
    record,
    state_sentence,
)

FEATURED_DAYS = 14  # where the editor names no other day
# How many jobs of one company, written or uploaded by people, may wait for review at once; of a
# verified one, as many as a file may have.
MAX_IN_REVIEW = 1_000
MAX_OF_VERIFIED = 5_000
MAX_HIDDEN_REASON_LENGTH = 200  # characters; the event has all of it
# Of one person, for companies that are not proven: jobs that are open or in review, and companies
# that they own. Who speaks for many shows it for one after the other.
MAX_OF_UNPROVEN = 200
MAX_UNPROVEN_COMPANIES = 10
EDITOR_DECIDED = "An editor published it."  # why it is relevant, whatever is read of it


class QueueFullError(InvalidStatusError):
    """No more jobs of the company may wait for review."""

    def __init__(self, company: Company) -> None:
        next_step = "Verify the company to submit more, or wait until some have been reviewed."
        if company_is_proven(company):
            next_step = "Submit more once some have been reviewed."
        super().__init__(
            f"{company} has {most_in_review(company):,} jobs in review, which is the maximum. "
            f"{next_step}"
        )


class AccountFullError(QueueFullError):
    """Nor more jobs of one person, for companies that are not proven."""

    def __init__(self) -> None:
        InvalidStatusError.__init__(
            self,
            f"You have {MAX_OF_UNPROVEN} jobs open or in review for companies that are not "
            "verified, which is the maximum. Verify a company, or close jobs, to submit more.",
        )


class TooManyCompaniesError(InvalidStatusError):
    """No more companies that nobody verified for one person."""

    def __init__(self, message: str = "") -> None:
        owns_too_many = (
            f"You own {MAX_UNPROVEN_COMPANIES} companies that are not verified, which is the "
            "maximum. Verify one of them to add another."
        )
        super().__init__(message or owns_too_many)


def most_in_review(company: Company) -> int:
    if company_is_proven(company):
        return MAX_OF_VERIFIED
    return MAX_IN_REVIEW


def check_room(company: Company, by: User) -> None:
    """Raises QueueFullError where no more jobs may be submitted."""
    if _room_of_person(company, by) < 1:
        raise AccountFullError
    if _room_of_company(company) < 1:
        raise QueueFullError(company)


def room_in_review(company: Company, by: User) -> int:
    """Count how many more jobs ``by`` may submit. Two requests at once may exceed the limit by
    one.
    """
    return min(_room_of_company(company), _room_of_person(company, by))


def check_new_company(by: User) -> None:
    """Raises TooManyCompaniesError."""
    owned = Company.objects.filter(memberships__user=by, memberships__part=Membership.Part.OWNER)
    if owned.filter(verified_by="").count() >= MAX_UNPROVEN_COMPANIES:
        raise TooManyCompaniesError


def _room_of_person(company: Company, by: User) -> int:
    if company_is_proven(company) and speaks_for(by, company):
        return MAX_OF_VERIFIED
    for_unproven = Q(company__verified_by="") | Q(company=company)
    posted = Listing.objects.filter(for_unproven, created_by=by)
    return MAX_OF_UNPROVEN - posted.awaiting_review().count() - posted.open().count()


def _room_of_company(company: Company) -> int:
    waiting = Listing.objects.awaiting_review().filter(company=company)
    by_people = waiting.exclude(feed__isnull=False, created_by=None)
    return most_in_review(company) - by_people.count()


def send_to_review(
    listing: Listing, by: User | None, *, answer: str = "", mails_sender: bool = True
) -> None:
    listing.status = Status.IN_REVIEW
    listing.submitted_at = timezone.now()
    listing.reason = ""
    listing.save()
    record(listing, Kind.SUBMITTED, Actor.EMPLOYER, by=by, new=answer)
    if mails_sender:
        emails.send_recruiter_email("submitted", listing)
    emails.notify_reviewers(listing)


@transaction.atomic
def submit_listing(
    *, listing: Listing, by: User, answer: str = "", mails_sender: bool = True
) -> Listing:
    """Send a draft or a returned listing to review, with what its recruiter answers to whoever
    returned it, and tell who sent it: programs are told in the answer alone. Raises QueueFullError,
    and InvalidStatusError while its company is suspended.
    """
    listing = locked(listing, Status.DRAFT, Status.RETURNED)
    if listing.company.suspended_at:
        raise InvalidStatusError(f"{listing.company} is suspended, so its jobs can’t be submitted.")
    check_room(listing.company, by)
    send_to_review(listing, by, answer=answer, mails_sender=mails_sender)
    return listing


def accept_as_relevant(listing: Listing, why: str) -> None:
    """Set, and do not save, that a person says it is AI or data work. It waits for review if it was
    kept apart.
    """
    listing.relevance = Listing.Relevance.YES
    listing.relevance_why = why
    if listing.role:
        listing.family = ""
    if listing.status == Status.IRRELEVANT:
        listing.status = Status.IN_REVIEW
        listing.submitted_at = timezone.now()


def mark_published(listing: Listing, now: datetime) -> None:
    """Set, and do not save, what makes a listing public."""
    listing.status = Status.PUBLISHED
    listing.reason = ""
    if listing.published_at is None:
        listing.published_at = now
        if not listing.feed_id:
            listing.posted_at = now.replace(microsecond=0)
    listing.expires_at = expiry(listing, now)


@transaction.atomic
def publish_listing(
    *,
    listing: Listing,
    by: User | None,
    version: int | None = None,
    actor: Actor = Actor.ADMIN,
    now=None,
) -> Listing:
    """Make a reviewed listing public and tell its recruiter.

    Raises InvalidStatusError when somebody else decided first, and EditConflictError when it is no
    longer the ``version`` that was read (None: whatever it says now).
    """
    now = now or timezone.now()
    listing = locked(listing, Status.IN_REVIEW, Status.IRRELEVANT)
    if listing.is_hidden:
        raise InvalidStatusError(f"“{listing}” is hidden. Unhide it first.")
    if version not in (None, listing.version):
        raise EditConflictError(
            f"“{listing}” was changed while you were reviewing it. Review it again."
        )
    accept_as_relevant(listing, EDITOR_DECIDED)
    mark_published(listing, now)
    if listing.expires_at <= now:
        raise InvalidStatusError(
            f"The closing date of “{listing}” has passed. Return it to the recruiter."
        )
    listing.save()
    record(listing, Kind.PUBLISHED, actor, by=by, public=True, at=now)
    settle_copies(listing)
    emails.send_recruiter_email("published", listing)
    return listing


@transaction.atomic
def settle_listing(*, listing: Listing, may_go_live: bool, now: datetime) -> Listing:
    """Put a feed's job where it belongs after it was read anew: what is our work now goes live or
    waits for review, what is not waits no more. Of what was public the feed alone decided before;
    it is hidden, so that an editor can undo it.
    """
    listing = locked(listing, Status.IN_REVIEW, Status.IRRELEVANT, Status.PUBLISHED)
    waits = listing.status in (Status.IN_REVIEW, Status.IRRELEVANT)
    if listing.relevance == Listing.Relevance.NO:
        if waits:
            listing.status = Status.IRRELEVANT
            listing.save()
        elif not listing.is_hidden:
            reason = f"Not AI or data work. {listing.relevance_why}"[:200]
            return hide_listing(listing=listing, reason=reason, by=None, actor=Actor.SYSTEM)
    elif waits and may_go_live and not listing.is_hidden:
        mark_published(listing, now)
        listing.confirmed_at = now
        listing.save()
        record(listing, Kind.PUBLISHED, Actor.FEED, public=True, at=now)
        settle_copies(listing)
    elif listing.status == Status.IRRELEVANT:
        listing.status = Status.IN_REVIEW
        listing.submitted_at = now
        listing.save()
    return listing


@transaction.atomic
def return_listing(*, listing: Listing, reason: str, by: User | None) -> Listing:
    """Give a listing back to its recruiter to be changed."""
    return _decline(listing, Status.RETURNED, Kind.RETURNED, reason, by)


@transaction.atomic
def reject_listing(*, listing: Listing, reason: str, by: User | None) -> Listing:
    """Refuse a listing for good."""
    return _decline(listing, Status.REJECTED, Kind.REJECTED, reason, by)


def _decline(listing, status, kind, reason, by) -> Listing:
    listing = locked(listing, Status.IN_REVIEW)
    listing.status = status
    listing.reason = reason
    listing.save()
    record(listing, kind, Actor.ADMIN, by=by, new=reason)
    emails.send_recruiter_email(kind.value, listing)
    return listing


@transaction.atomic
def feature_listing(*, listing: Listing, until: datetime | None, by: User) -> Listing:
    """Show a published listing among the featured ones until a moment; None ends it."""
    listing = locked(listing, Status.PUBLISHED)
    listing.featured_until = until
    listing.save()
    detail = "ended"
    if until:
        detail = f"until {until:%Y-%m-%d}"
    record(listing, Kind.FEATURED, Actor.ADMIN, by=by, new=detail)
    return listing


@transaction.atomic
def hide_listing(
    *, listing: Listing, reason: str, by: User | None, actor: Actor = Actor.ADMIN
) -> Listing:
    """Take a listing out of sight everywhere, whatever its state. Raises InvalidStatusError for one
    that is hidden already, so that the first reason stays.
    """
    listing = locked(listing)
    if listing.hidden_at is not None:
        raise InvalidStatusError(state_sentence(listing))
    listing.hidden_at = timezone.now()
    listing.hidden_reason = Truncator(reason).chars(MAX_HIDDEN_REASON_LENGTH)
    listing.save()
    record(listing, Kind.HIDDEN, actor, by=by, new=reason)
    settle_copies(listing)
    emails.send_recruiter_email("hidden", listing)
    return listing


@transaction.atomic
def show_listing(*, listing: Listing, by: User | None) -> Listing:
    """Undo ``hide_listing``."""
    listing = locked(listing)
    listing.hidden_at = None
    listing.hidden_reason = ""
    listing.save()
    record(listing, Kind.SHOWN, Actor.ADMIN, by=by)
    settle_copies(listing)
    emails.send_recruiter_email("shown", listing)
    return listing
