"""What can happen to a listing. Views, the admin, commands and tests all call these, so events and
mails never differ.

Mails are rows of the queue's table, written in the transaction of the change: they leave if, and
only if, it commits.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.words import amount_range

from . import emails
from .content import ListingContent, content_of, hash_of, says_the_same, write_content
from .models import Company, Listing, ListingEvent, Membership

# so long is a listing live after it was published or last confirmed, or until the employer's last
# day
LIVE_DAYS = 60
Kind, Actor, Status = ListingEvent.Kind, ListingEvent.Actor, Listing.Status


class WrongState(Exception):
    """The listing is not in a state that allows this; somebody else may have decided first."""


class EditConflict(Exception):
    """The listing was changed since the form was opened."""


def end_of_day(day) -> datetime:
    """The moment ``day`` is over, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def expiry(listing: Listing, now: datetime) -> datetime:
    """LIVE_DAYS after it was last known to be open, or the end of the employer's last day (UTC),
    whichever is first; a whole second. It is known to be open when it is published or confirmed,
    and by each answer of a feed that lists it.
    """
    seen = listing.last_seen_at if listing.feed_id else None
    start = max(filter(None, (seen, listing.confirmed_at, listing.published_at)), default=None)
    limit = (start or now).replace(microsecond=0) + timedelta(days=LIVE_DAYS)
    return min(limit, end_of_day(listing.closes_on)) if listing.closes_on else limit


def event(listing: Listing, kind: Kind, actor: Actor, **values) -> ListingEvent:
    return ListingEvent(listing=listing, kind=kind, actor=actor, **values)


def record(listing: Listing, kind: Kind, actor: Actor, **values) -> None:
    event(listing, kind, actor, **values).save()


def _is_now(listing: Listing) -> str:
    state = (
        "a draft"
        if listing.status == Status.DRAFT and not listing.is_hidden
        else listing.state.lower()
    )
    return f"“{listing}” is now {state}."


def _locked(listing: Listing, *states: Status) -> Listing:
    """The row as it is now, locked until the transaction ends. Raises WrongState outside
    ``states``.
    """
    listing = (
        Listing.objects.select_for_update(of=("self",)).select_related("company").get(pk=listing.pk)
    )
    if states and listing.status not in states:
        raise WrongState(_is_now(listing))
    return listing


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
        sent_before = _locked(sent_before)
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


# What its page says has changed, and what only who reviews it again wants to know: the field and
# how it reads.
PUBLIC_FACTS: dict[Kind, Callable[[Listing], str]] = {
    Kind.PAY_CHANGED: lambda listing: pay_text(listing),
    Kind.PLACE_CHANGED: lambda listing: listing.place_line,
    Kind.DATES_CHANGED: lambda listing: (
        f"{listing.closes_on:%-d %b %Y}" if listing.closes_on else "no closing date"
    ),
}
OTHER_FACTS: dict[str, Callable[[Listing], str]] = {
    "title": lambda listing: listing.title,
    "description": lambda listing: listing.description_source,
    "role": lambda listing: str(listing.role or ""),
    "level": lambda listing: listing.get_level_display(),
    "employment": lambda listing: ", ".join(kind.label for kind in listing.types),
    "on-site or remote": lambda listing: listing.get_workplace_display(),
    "days on-site": lambda listing: str(listing.hybrid_days or ""),
    "can work from": lambda listing: listing.eligibility_text or listing.get_eligibility_display(),
    "visa": lambda listing: listing.get_visa_display(),
    "pay note": lambda listing: listing.pay_note,
    "skills": lambda listing: ", ".join(listing.skills.values_list("skill__name", flat=True)),
}


def pay_text(listing: Listing) -> str:
    if not listing.has_pay:
        return "pay not stated"
    amounts = amount_range(listing.salary_min, listing.salary_max)
    return f"{listing.salary_currency} {amounts} {listing.get_salary_period_display()}"


@transaction.atomic
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
    listing = _locked(listing, Status.DRAFT, Status.IN_REVIEW, Status.RETURNED, Status.PUBLISHED)
    if actor == Actor.EMPLOYER and not listing.is_editable:
        raise WrongState(_is_now(listing))
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
    for kind, fact in PUBLIC_FACTS.items():
        if before[kind] != fact(listing):
            public = actor != Actor.SYSTEM
            record(listing, kind, actor, by=by, public=public, old=before[kind], new=fact(listing))
    listing.expires_at = expiry(listing, timezone.now())
    listing.save()
    if actor == Actor.EMPLOYER and apply_before != _way_to_apply(listing):
        record(
            listing, Kind.APPLY_CHANGED, actor, by=by, old=apply_before, new=_way_to_apply(listing)
        )
        _to_review(listing, by)
    return listing


def _way_to_apply(listing: Listing) -> str:
    return listing.apply_url or listing.apply_email


def _to_review(listing: Listing, by: User | None) -> None:
    listing.status, listing.submitted_at, listing.reason = Status.IN_REVIEW, timezone.now(), ""
    listing.save()
    record(listing, Kind.SUBMITTED, Actor.EMPLOYER, by=by)
    emails.to_recruiter("submitted", listing)
    emails.to_reviewers(listing)


@transaction.atomic
def submit_listing(*, listing: Listing, by: User) -> Listing:
    """Send a draft or a returned listing to review."""
    listing = _locked(listing, Status.DRAFT, Status.RETURNED)
    _to_review(listing, by)
    return listing


def go_live(listing: Listing, now: datetime) -> None:
    """Set, and do not save, what makes a listing public."""
    listing.status, listing.reason = Status.PUBLISHED, ""
    if listing.published_at is None:
        listing.published_at = now
        listing.posted_at = listing.posted_at if listing.feed_id else now.replace(microsecond=0)
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

    Raises WrongState when somebody else decided first, and EditConflict when it is no longer the
    ``version`` that was read (None: whatever it says now).
    """
    now = now or timezone.now()
    listing = _locked(listing, Status.IN_REVIEW)
    if listing.is_hidden:
        raise WrongState(f"“{listing}” is hidden. Unhide it first.")
    if version not in (None, listing.version):
        raise EditConflict(f"“{listing}” was changed while you were reviewing it. Review it again.")
    go_live(listing, now)
    if listing.expires_at <= now:
        raise WrongState(f"The closing date of “{listing}” has passed. Return it to the recruiter.")
    listing.save()
    record(listing, Kind.PUBLISHED, actor, by=by, public=True, at=now)
    emails.to_recruiter("published", listing)
    return listing


@transaction.atomic
def return_listing(*, listing: Listing, reason: str, by: User) -> Listing:
    """Give a listing back to its recruiter to be changed."""
    return _decline(listing, Status.RETURNED, Kind.RETURNED, reason, by)


@transaction.atomic
def reject_listing(*, listing: Listing, reason: str, by: User) -> Listing:
    """Refuse a listing for good."""
    return _decline(listing, Status.REJECTED, Kind.REJECTED, reason, by)


def _decline(listing, status, kind, reason, by):
    listing = _locked(listing, Status.IN_REVIEW)
    listing.status, listing.reason = status, reason
    listing.save()
    record(listing, kind, Actor.ADMIN, by=by, new=reason)
    emails.to_recruiter(kind.value, listing)
    return listing


@transaction.atomic
def close_listing(
    *, listing: Listing, outcome: str, by: User | None, actor: Actor = Actor.EMPLOYER
) -> Listing:
    """Take a published listing off the site, saying how it ended."""
    listing = _locked(listing, Status.PUBLISHED)
    listing.status, listing.outcome, listing.closed_at = (
        Status.CLOSED,
        Listing.Outcome(outcome),
        timezone.now(),
    )
    listing.save()
    record(listing, Kind.CLOSED, actor, by=by, public=True, new=listing.get_outcome_display())
    emails.to_recruiter("closed", listing)
    return listing


def _locked_live(listing: Listing) -> Listing:
    """Raises WrongState for one that the public does not see."""
    listing = _locked(listing, Status.PUBLISHED)
    if not listing.is_live:
        raise WrongState(_is_now(listing))
    return listing


@transaction.atomic
def confirm_listing(*, listing: Listing, by: User | None, closes_on: date | None = None) -> Listing:
    """Its employer says that it is still open: its days count anew, up to its last day, or to
    ``closes_on`` instead.

    The second time on one day (a double click, a mail opened twice) changes nothing more.
    """
    listing, now = _locked_live(listing), timezone.now()
    if closes_on and closes_on != listing.closes_on:
        before = PUBLIC_FACTS[Kind.DATES_CHANGED](listing)
        listing.closes_on, listing.version = closes_on, listing.version + 1
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
def copy_listing(*, listing: Listing, by: User) -> Listing:
    """A new draft that says the same. One that was copied and not yet touched is given again, as by
    a double click.
    """
    return _copied(_locked(listing), by, reposted_from=None)


@transaction.atomic
def repost_listing(*, listing: Listing, by: User) -> Listing:
    """A new draft of a listing that is over, with dates of its own; its page says that the job was
    posted before.
    """
    listing = _locked(listing)
    if not listing.is_over:
        raise WrongState(
            f"“{listing}” is {listing.state.lower()}. You can only repost a job that is closed or"
            " expired."
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
    listing = _locked(listing, Status.DRAFT, Status.IN_REVIEW, Status.RETURNED, Status.REJECTED)
    if not listing.can_be_discarded:
        raise WrongState(f"“{listing}” is not a draft, so it can’t be deleted. Close it instead.")
    listing.delete()


@transaction.atomic
def unlist_listing(*, listing: Listing, now: datetime, by: User | None = None) -> Listing:
    """End a listing that its feed no longer lists. Why is not known, so nothing else is said."""
    listing = _locked(listing, Status.PUBLISHED, Status.IN_REVIEW, Status.RETURNED, Status.DRAFT)
    if listing.status != Status.PUBLISHED:
        listing.expires_at = None  # relist_listing sends it back to review then
    listing.status, listing.outcome, listing.closed_at = (
        Status.CLOSED,
        Listing.Outcome.UNLISTED,
        now,
    )
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
    return listing


@transaction.atomic
def renew_listings(*, listings: list[Listing], now: datetime) -> None:
    """Give published listings that their feed still lists their days anew; one that had expired is
    open again.
    """
    renewed = []
    for listing in listings:
        listing.last_seen_at, before = now, listing.expires_at
        listing.expires_at, listing.changed_at = expiry(listing, now), timezone.now()
        if listing.expires_at != before:
            renewed.append(listing)
        if before <= now < listing.expires_at:
            record(
                listing,
                Kind.REOPENED,
                Actor.FEED,
                public=True,
                at=now,
                new="relisted after expiring",
            )
    Listing.objects.bulk_update(renewed, ["expires_at", "changed_at"])


@transaction.atomic
def relist_listing(*, listing: Listing, now: datetime) -> Listing:
    """Open again what its feed lists again after ``unlist_listing``: public if it was, else back in
    review.
    """
    listing = _locked(listing, Status.CLOSED)
    closed = f"closed on {listing.closed_at:%-d %b %Y}"
    listing.outcome, listing.closed_at, listing.last_seen_at = "", None, now
    listing.status = Status.PUBLISHED if listing.expires_at else Status.IN_REVIEW
    listing.expires_at = expiry(listing, now) if listing.expires_at else None
    listing.save()
    record(
        listing,
        Kind.REOPENED,
        Actor.FEED,
        public=True,
        at=now,
        new=f"relisted after it was {closed}",
    )
    return listing


@transaction.atomic
def feature_listing(*, listing: Listing, until: datetime | None, by: User) -> Listing:
    """Show a published listing among the featured ones until a moment; None ends it."""
    listing = _locked(listing, Status.PUBLISHED)
    listing.featured_until = until
    listing.save()
    record(
        listing,
        Kind.FEATURED,
        Actor.ADMIN,
        by=by,
        new=f"until {until:%Y-%m-%d}" if until else "ended",
    )
    return listing


@transaction.atomic
def hide_listing(*, listing: Listing, reason: str, by: User) -> Listing:
    """Take a listing out of sight everywhere, whatever its state."""
    listing = _locked(listing)
    listing.hidden_at, listing.hidden_reason = timezone.now(), reason
    listing.save()
    record(listing, Kind.HIDDEN, Actor.ADMIN, by=by, new=reason)
    return listing


@transaction.atomic
def show_listing(*, listing: Listing, by: User) -> Listing:
    """Undo ``hide_listing``."""
    listing = _locked(listing)
    listing.hidden_at, listing.hidden_reason = None, ""
    listing.save()
    record(listing, Kind.SHOWN, Actor.ADMIN, by=by)
    return listing
