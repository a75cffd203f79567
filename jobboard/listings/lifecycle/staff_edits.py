"""An editor changes what a job says, and says so."""

from django.db import transaction

from jobboard.accounts.models import User
from jobboard.listings import emails
from jobboard.listings.content import ListingContent
from jobboard.listings.models import Listing, ListingEvent, Origin

from .record import OTHER_FACTS, PUBLIC_FACTS, Actor, Kind, locked, record
from .submitting import submit_change

BY_EDITORS = "by our editors"  # in ``field`` of the event that sums an edit up


def _get_facts(listing: Listing) -> dict[str, str]:
    facts = {name: fact(listing) for name, fact in OTHER_FACTS.items()}
    for kind, fact in PUBLIC_FACTS.items():
        facts[kind.label.removesuffix(" changed").lower()] = fact(listing)
    facts["way to apply"] = listing.apply_url or listing.apply_email
    return facts


@transaction.atomic
def edit_as_editor(
    *, listing: Listing, content: ListingContent, version: int, reason: str, by: User
) -> list[str]:
    """Change a job for its recruiter, who is told what and why. Returns the names of the fields
    that are changed; none where it says the same.

    Raises EditConflictError and InvalidStatusError as ``submit_change`` does.
    """
    before = _get_facts(locked(listing))
    edited = submit_change(
        listing=listing, content=content, version=version, by=by, origin=Origin.STAFF
    )
    after = _get_facts(Listing.objects.get(pk=edited.pk))
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return []
    explanation = f"Changed: {', '.join(changed)}."
    if reason:
        explanation += f" Reason: {reason}"
    record(edited, Kind.EDITED, Actor.ADMIN, by=by, field=BY_EDITORS, new=explanation)
    emails.send_recruiter_email("edited", edited, reason=explanation)
    return changed


def last_edit_by_editors(listing: Listing) -> ListingEvent | None:
    events = listing.events.filter(kind=Kind.EDITED, field=BY_EDITORS)
    return events.order_by("-at", "-pk").first()
