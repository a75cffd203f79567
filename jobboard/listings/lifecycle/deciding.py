"""Carries out what editors decide about a new job, or about a change of a public one, and takes it
back. The pages of moderation, the admin and commands all call this.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings import emails
from jobboard.listings.content import ListingContent, whole_content, write_content
from jobboard.listings.last_day import is_past
from jobboard.listings.lifecycle.stored_content import FORMAT, Json, from_json, to_json
from jobboard.listings.models import ApprovedContent, Listing, ListingChange, ListingEvent, Origin

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
)
from .review import hide_listing, publish_listing, reject_listing, return_listing, show_listing
from .submitting import CHANGE, open_change, proposed, write_now


class Decision(models.TextChoices):
    APPROVE = "publish", "Approve"
    RETURN = "return", "Return for changes"
    REJECT = "reject", "Reject"
    HIDE = "hide", "Hide"
    SHOW = "show", "Unhide"
    SEEN = "seen", "Mark as seen"
    DISMISS = "dismiss", "Dismiss reports"
    UNDO = "undo", "Undo"


NEEDS_REASON = (Decision.RETURN, Decision.REJECT, Decision.HIDE)
# What of a listing a decision about a new job changes, and taking it back restores.
STATE = (
    "status",
    "reason",
    "relevance",
    "relevance_why",
    "family",
    "submitted_at",
    "published_at",
    "posted_at",
    "expires_at",
    "hidden_at",
    "hidden_reason",
)


class NothingToUndoError(InvalidStatusError):
    """Nobody decided anything, or the job has changed since."""


@transaction.atomic
def decide(
    *,
    listing: Listing,
    decision: Decision,
    by: User | None,
    version: int | None = None,
    reason: str = "",
    content: ListingContent | None = None,
    now: datetime | None = None,
) -> Listing:
    """Decide about a job in review, or about the waiting change of a public one. ``content``,
    beside APPROVE, is what the editor made of it.

    Raises InvalidStatusError when somebody else decided first, and EditConflictError when it is no
    longer the ``version`` that was read (None: whatever it says now).
    """
    listing = locked(listing)
    if version not in (None, listing.version):
        raise EditConflictError(
            f"“{listing}” was changed while you were reviewing it. Review it again."
        )
    if decision in NEEDS_REASON and not reason:
        raise ValueError(f"{decision.label} needs a reason.")
    if decision == Decision.UNDO:
        return _undo(listing, by)
    change = open_change(listing)
    # What was returned is compared with what comes back.
    keeps_text = bool(change or content) or decision == Decision.RETURN
    before = _get_state(listing, change, keeps_text=keeps_text)
    if change and decision in _OF_CHANGES:
        decided = _OF_CHANGES[decision](listing, change, by, reason, content)
    else:
        decided = _of_job(listing, decision, by, reason, content, now)
    _note_what_undo_restores(decided, before)
    return decided


def _of_job(
    listing: Listing,
    decision: Decision,
    by: User | None,
    reason: str,
    content: ListingContent | None,
    now: datetime | None,
) -> Listing:
    match decision:
        case Decision.APPROVE:
            return _approve(listing, by, content, now)
        case Decision.RETURN:
            return return_listing(listing=listing, reason=reason, by=by)
        case Decision.REJECT:
            return reject_listing(listing=listing, reason=reason, by=by)
        case Decision.HIDE:
            return hide_listing(listing=listing, reason=reason, by=by)
        case Decision.SHOW:
            return show_listing(listing=listing, by=by)
    if decision == Decision.DISMISS:  # what becomes of the reports, their own app knows
        record(listing, Kind.REPORTS_DISMISSED, Actor.ADMIN, by=by)
    else:
        _mark_seen(listing, by)
    return listing


def _approve(
    listing: Listing, by: User | None, content: ListingContent | None, now: datetime | None
) -> Listing:
    """Approve the job; of a public job without a change, only the edit."""
    if content is not None:
        listing = write_now(listing, content, by, Origin.STAFF)
    if content is None or listing.status != Status.PUBLISHED:
        return publish_listing(listing=listing, by=by, now=now)
    ApprovedContent.objects.filter(listing=listing).delete()
    record(listing, Kind.APPROVED, Actor.ADMIN, by=by)
    return listing


def _mark_seen(listing: Listing, by: User | None) -> None:
    """Mark what the job says now as approved."""
    edited, _ = ApprovedContent.objects.filter(listing=listing).delete()
    if not edited:
        raise InvalidStatusError(f"No edit of “{listing}” waits to be seen.")
    record(listing, Kind.SEEN, Actor.ADMIN, by=by)


# --- A change -------------------------------------------------------------------------------------


def _approve_change(
    listing: Listing,
    change: ListingChange,
    by: User | None,
    reason: str,
    content: ListingContent | None,
) -> Listing:
    if listing.is_hidden:
        raise InvalidStatusError(f"“{listing}” is hidden. Unhide it first.")
    origin = Origin.STAFF
    if content is None:
        origin = Origin(change.origin)
        content = proposed(change, whole_content(listing)).content
    if is_past(content.closes_on, listing.last_zone, timezone.now()):
        raise InvalidStatusError(
            f"The closing date of “{listing}” has passed. Return it to the recruiter."
        )
    change.delete()
    ApprovedContent.objects.filter(listing=listing).delete()
    listing = write_now(listing, content, change.by, origin)
    record(listing, Kind.APPROVED, Actor.ADMIN, by=by, field=CHANGE)
    emails.send_recruiter_email("change_published", listing)
    return listing


def _return_change(
    listing: Listing,
    change: ListingChange,
    by: User | None,
    reason: str,
    content: ListingContent | None,
) -> Listing:
    if change.returned_at:
        raise InvalidStatusError(f"The change of “{listing}” was returned already.")
    change.returned_at = timezone.now()
    change.reason = reason
    change.save(update_fields=["returned_at", "reason"])
    listing.version += 1
    listing.save(update_fields=["version"])
    record(listing, Kind.RETURNED, Actor.ADMIN, by=by, field=CHANGE, new=reason)
    emails.send_recruiter_email("change_returned", listing, reason=reason)
    return listing


def _reject_change(
    listing: Listing,
    change: ListingChange,
    by: User | None,
    reason: str,
    content: ListingContent | None,
) -> Listing:
    change.delete()
    listing.version += 1
    listing.save(update_fields=["version"])
    record(listing, Kind.REJECTED, Actor.ADMIN, by=by, field=CHANGE, new=reason)
    emails.send_recruiter_email("change_rejected", listing, reason=reason)
    return listing


OfChange = Callable[
    [Listing, ListingChange, User | None, str, ListingContent | None],
    Listing,
]
_OF_CHANGES: dict[Decision, OfChange] = {
    Decision.APPROVE: _approve_change,
    Decision.RETURN: _return_change,
    Decision.REJECT: _reject_change,
}


# --- Taking it back -------------------------------------------------------------------------------


def _get_state(listing: Listing, change: ListingChange | None, *, keeps_text: bool) -> Json:
    """Return what a decision changes, as JSON, because its event keeps it."""
    stored: Json = {
        "format": FORMAT,
        "state": {name: _written(getattr(listing, name)) for name in STATE},
        "content": None,
        "approved": None,
        "is_listed": True,
        "change": None,
    }
    if keeps_text:
        stored["content"] = to_json(whole_content(listing))
    approved = ApprovedContent.objects.filter(listing=listing).first()
    if approved:
        stored["approved"] = approved.content
        stored["is_listed"] = approved.is_listed
    if change:
        stored["change"] = _change_to_json(change)
    return stored


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _read(written: str | None) -> datetime | None:
    if written:
        return datetime.fromisoformat(written)
    return None


def _change_to_json(change: ListingChange) -> Json:
    names = ("format", "base_version", "base", "content", "risks", "origin", "reason")
    stored: Json = {name: getattr(change, name) for name in names}
    stored["submitted_at"] = _written(change.submitted_at)
    stored["returned_at"] = _written(change.returned_at)
    stored["by"] = change.by_id
    return stored


def _note_what_undo_restores(listing: Listing, before: Json) -> None:
    last = listing.events.filter(actor=Actor.ADMIN).order_by("-pk").first()
    if last is None:
        return
    after = {"version": listing.version, "status": listing.status, "is_hidden": listing.is_hidden}
    ListingEvent.objects.filter(pk=last.pk).update(undo=before | {"after": after})


def last_decision(listing: Listing) -> ListingEvent | None:
    """The one that can be taken back now: nothing was decided, and nothing of the job changed,
    since.
    """
    decisions = listing.events.filter(models.Q(kind=Kind.UNDONE) | ~models.Q(undo=None))
    last = decisions.select_related("by").order_by("-pk").first()
    if last is None or last.undo is None:
        return None
    after = last.undo["after"]
    now = {"version": listing.version, "status": listing.status, "is_hidden": listing.is_hidden}
    if after == now:
        return last
    return None


def _undo(listing: Listing, by: User | None) -> Listing:
    last = last_decision(listing)
    if last is None or last.undo is None:
        raise NothingToUndoError(f"The last decision about “{listing}” can no longer be undone.")
    before = last.undo
    if before["content"]:
        write_content(listing, from_json(before["content"], before["format"]))
    for name, stored in before["state"].items():
        value = stored
        if name.endswith("_at"):
            value = _read(stored)
        setattr(listing, name, value)
    if listing.status == Status.PUBLISHED:
        listing.expires_at = expiry(listing, timezone.now())
    listing.version += 1
    listing.save()
    _restore_approved(listing, before)
    _restore_change(listing, before["change"])
    record(listing, Kind.UNDONE, Actor.ADMIN, by=by, new=last.get_kind_display())
    settle_copies(listing)
    emails.to_who_was_told(listing, since=last.at)
    return listing


def _restore_approved(listing: Listing, before: Json) -> None:
    ApprovedContent.objects.filter(listing=listing).delete()
    if before["approved"]:
        ApprovedContent.objects.create(
            listing=listing,
            format=before["format"],
            content=before["approved"],
            is_listed=before.get("is_listed", True),
        )


def _restore_change(listing: Listing, stored: Json | None) -> None:
    ListingChange.objects.filter(listing=listing).delete()
    if stored is None:
        return
    values = dict(stored)
    by = User.objects.filter(pk=values.pop("by")).first()
    for name in ("submitted_at", "returned_at"):
        values[name] = _read(values[name])
    ListingChange.objects.create(listing=listing, by=by, **values)
