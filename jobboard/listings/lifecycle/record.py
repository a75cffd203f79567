"""Shared by every step of a listing: its lock, its events, and how long it is live."""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from jobboard.common import security_events
from jobboard.listings.last_day import end_of_last_day
from jobboard.listings.models import Listing, ListingEvent
from jobboard.listings.models.job import PART
from jobboard.listings.pay.base import base_pay, describe_pay, is_base

# A listing is live for so long after it was published or last confirmed, unless the employer's last
# day comes first.
LIVE_DAYS = 60

Kind = ListingEvent.Kind
SecurityKind = security_events.Kind
Actor = ListingEvent.Actor
Status = Listing.Status


class InvalidStatusError(Exception):
    """The listing is not in a state that allows this; somebody else may have decided first."""


class EditConflictError(Exception):
    """The listing was changed since the form was opened."""


def end_of_day(day) -> datetime:
    """The moment ``day`` is over, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def expiry(listing: Listing, now: datetime) -> datetime:
    """LIVE_DAYS after it was last known to be open, or the end of the employer's last day where the
    work is, whichever is first; a whole second. It is known to be open when it is published or
    confirmed, and by each answer of a feed that lists it.
    """
    moments = [listing.confirmed_at, listing.published_at]
    if listing.feed_id:
        moments.append(listing.last_seen_at)
    start = max(filter(None, moments), default=None)
    limit = (start or now).replace(microsecond=0) + timedelta(days=LIVE_DAYS)
    if listing.closes_on is None:
        return limit
    return min(limit, end_of_last_day(listing.closes_on, listing.last_zone))


def event(listing: Listing, kind: Kind, actor: Actor, **values) -> ListingEvent:
    return ListingEvent(listing=listing, kind=kind, actor=actor, **values)


def record(listing: Listing, kind: Kind, actor: Actor, **values) -> None:
    event(listing, kind, actor, **values).save()
    if actor == Actor.ADMIN:
        security_events.record(
            SecurityKind.MODERATED,
            actor=values.get("by"),
            subject=f"job {listing.pk}, {listing.title}",
            detail=f"{kind.label}: {values.get('new', '')}".removesuffix(": "),
        )


def state_sentence(listing: Listing) -> str:
    if listing.status == Status.DRAFT and not listing.is_hidden:
        return f"“{listing}” is a draft."
    return f"“{listing}” is already {listing.state.lower()}."


class _JobsMovedError(Exception):
    """Copies were joined or split while their rows were waited for."""


def lock_jobs(pks: Collection[int]) -> None:
    """Lock these rows until the transaction ends, with all rows that are one job with them, and
    those linked to any: always in the order of their ids, so that no two actions wait for each
    other. SQLite has one writer at a time.
    """
    while connection.features.has_select_for_update:
        rows = _rows_of_jobs(pks)
        with suppress(_JobsMovedError), transaction.atomic():
            list(Listing.objects.filter(pk__in=rows).order_by("pk").select_for_update(of=("self",)))
            if _rows_of_jobs(pks) != rows:
                raise _JobsMovedError  # lets go of what is locked here, and starts anew
            return


def _rows_of_jobs(pks: Collection[int]) -> set[int]:
    listings = Listing.objects.order_by()
    job = Coalesce("folded_into", "pk")
    jobs = set(listings.filter(pk__in=pks).values_list(job, flat=True))
    rows = set(
        listings.filter(Q(pk__in=jobs) | Q(folded_into__in=jobs)).values_list("pk", flat=True)
    )
    return rows | set(listings.filter(same_as__in=rows).values_list("pk", flat=True))


def locked(listing: Listing, *states: Status) -> Listing:
    """The row, locked until the transaction ends as ``lock_jobs`` does. Raises InvalidStatusError
    outside ``states``.
    """
    lock_jobs([listing.pk])
    rows = Listing.objects.select_for_update(of=("self",)).select_related("company")
    listing = rows.get(pk=listing.pk)
    if states and listing.status not in states:
        raise InvalidStatusError(state_sentence(listing))
    return listing


def pay_in_words(listing: Listing) -> str:
    """Describe base pay first, then what else is stated for the job's own places."""
    statements = listing.statements
    parts = []
    if base_pay(statements):
        parts.append(listing.pay_text)
    for statement in statements:
        if not statement.is_elsewhere and not is_base(statement):
            parts.append(describe_pay(statement))
    return PART.join(parts) or "pay not stated"


def _closing_date(listing: Listing) -> str:
    if listing.closes_on is None:
        return "no closing date"
    return f"{listing.closes_on:%-d %b %Y}"


# The changes that its page reports, each with the way it words the new value.
PUBLIC_FACTS: dict[Kind, Callable[[Listing], str]] = {
    Kind.PAY_CHANGED: pay_in_words,
    Kind.PLACE_CHANGED: lambda listing: listing.place_line,
    Kind.DATES_CHANGED: _closing_date,
}


def _workplaces(listing: Listing) -> str:
    """Say how people work; by location if there are several ways."""
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
    "client": lambda listing: listing.client_line,
    "pay note": lambda listing: listing.pay_note,
    "skills": lambda listing: ", ".join(listing.skills.values_list("skill__name", flat=True)),
}
