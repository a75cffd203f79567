"""Decides how long a public job stays open, and closes it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.locks import one_of_many
from jobboard.listings import emails
from jobboard.listings.models import Listing

from .folding import settle_copies
from .record import (
    PUBLIC_FACTS,
    Actor,
    InvalidStatusError,
    Kind,
    Status,
    expiry,
    lock_jobs,
    locked,
    record,
    state_sentence,
)

RENEWED_AT_ONCE = 25  # in one transaction, in which nobody else can write


@transaction.atomic
def close_listing(
    *, listing: Listing, outcome: str, by: User | None, actor: Actor = Actor.EMPLOYER
) -> Listing:
    """Take a published listing off the site, saying how it ended."""
    listing = locked(listing, Status.PUBLISHED)
    listing.status = Status.CLOSED
    listing.outcome = Listing.Outcome(outcome)
    listing.closed_at = timezone.now()
    listing.save()
    record(listing, Kind.CLOSED, actor, by=by, public=True, new=listing.get_outcome_display())
    settle_copies(listing)
    emails.send_recruiter_email("closed", listing)
    return listing


def _locked_live(listing: Listing) -> Listing:
    """Raises InvalidStatusError for one that the public does not see."""
    listing = locked(listing, Status.PUBLISHED)
    if not listing.is_open:
        raise InvalidStatusError(state_sentence(listing))
    return listing


@transaction.atomic
def confirm_listing(*, listing: Listing, by: User | None, closes_on: date | None = None) -> Listing:
    """Note that the employer says the job is open: its days count anew, to its last day or
    ``closes_on``.

    The second time on one day (a double click, a mail opened twice) changes nothing more.
    """
    listing = _locked_live(listing)
    now = timezone.now()
    if closes_on and closes_on != listing.closes_on:
        before = PUBLIC_FACTS[Kind.DATES_CHANGED](listing)
        listing.closes_on = closes_on
        listing.version += 1
        after = PUBLIC_FACTS[Kind.DATES_CHANGED](listing)
        record(
            listing, Kind.DATES_CHANGED, Actor.EMPLOYER, by=by, public=True, old=before, new=after
        )
    if listing.confirmed_at is None or listing.confirmed_at.date() != now.date():
        record(listing, Kind.CONFIRMED, Actor.EMPLOYER, by=by, public=True)
    listing.confirmed_at = now
    listing.expires_at = expiry(listing, now)
    listing.save()
    return listing


@transaction.atomic
def close_missing_listing(*, listing: Listing, now: datetime, by: User | None = None) -> Listing:
    """End a listing that its feed no longer lists. Why is not known, so nothing else is said."""
    listing = locked(
        listing,
        Status.PUBLISHED,
        Status.IN_REVIEW,
        Status.RETURNED,
        Status.DRAFT,
        Status.IRRELEVANT,
    )
    if listing.status != Status.PUBLISHED:
        listing.expires_at = None  # reopen_listing sends it back to review then
    listing.status = Status.CLOSED
    listing.outcome = Listing.Outcome.UNLISTED
    listing.closed_at = now
    listing.save()
    record(
        listing,
        Kind.CLOSED,
        Actor.FEED,
        by=by,
        public=True,
        at=now,
        new=listing.get_outcome_display(),
    )
    settle_copies(listing)
    return listing


def set_renewed(listing: Listing, now: datetime) -> bool:
    """Set, and do not save, until when a listing is open that its feed lists at ``now``. Returns
    whether it had expired, and is open again.
    """
    before = listing.expires_at
    listing.last_seen_at = now
    listing.expires_at = expiry(listing, now)
    return before is not None and before <= now < listing.expires_at


def renew_listings(*, listings: list[Listing], now: datetime) -> None:
    """Renew published listings that their feed still lists; expired ones are open again."""
    for start in range(0, len(listings), RENEWED_AT_ONCE):
        with one_of_many():
            _renew(listings[start : start + RENEWED_AT_ONCE], now)


@transaction.atomic
def _renew(listings: list[Listing], now: datetime) -> None:
    lock_jobs([listing.pk for listing in listings])
    renewed = []
    reopened = []
    for listing in listings:
        before = listing.expires_at
        is_open_again = set_renewed(listing, now)
        listing.changed_at = timezone.now()
        if listing.expires_at != before:
            renewed.append(listing)
        if is_open_again:
            reopened.append(listing)
            record(
                listing,
                Kind.REOPENED,
                Actor.FEED,
                public=True,
                at=now,
                new="relisted after expiring",
            )
    Listing.objects.bulk_update(renewed, ["expires_at", "changed_at"])
    for listing in reopened:
        settle_copies(listing)


def _waiting_status(listing: Listing) -> Status:
    is_other = listing.relevance == Listing.Relevance.NO
    if is_other:
        return Status.IRRELEVANT
    return Status.IN_REVIEW


def set_relisted(listing: Listing, now: datetime) -> None:
    """Set, and do not save, what opens a listing again: public, or else in review."""
    listing.outcome = ""
    listing.closed_at = None
    listing.last_seen_at = now
    if listing.expires_at:
        listing.status = Status.PUBLISHED
        listing.expires_at = expiry(listing, now)
    else:
        listing.status = _waiting_status(listing)


@transaction.atomic
def reopen_listing(*, listing: Listing, now: datetime) -> Listing:
    """Open a job again that its feed lists after ``close_missing_listing``."""
    listing = locked(listing, Status.CLOSED)
    closed = f"closed on {listing.closed_at:%-d %b %Y}"
    set_relisted(listing, now)
    listing.save()
    record(
        listing,
        Kind.REOPENED,
        Actor.FEED,
        public=True,
        at=now,
        new=f"relisted after it was {closed}",
    )
    settle_copies(listing)
    return listing
