"""The one way by which a job's text changes, from wherever: what is harmless is public at once, the
rest waits while the public reads what was approved.
"""

from dataclasses import asdict, replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings import emails
from jobboard.listings.content import (
    ListingContent,
    cleaned,
    prepared,
    whole_content,
    write_content,
)
from jobboard.listings.employers.companies import company_is_proven, speaks_for
from jobboard.listings.lifecycle.differences import differences
from jobboard.listings.lifecycle.rebasing import Rebased, changed_parts, rebased
from jobboard.listings.lifecycle.stored_content import FORMAT, from_json, to_json
from jobboard.listings.models import (
    ApprovedContent,
    Listing,
    ListingChange,
    ListingEvent,
    Origin,
)
from jobboard.listings.trust.changes import holds
from jobboard.listings.trust.risk import feed_is_trusted, risks_of_edit
from jobboard.listings.trust.text_risks import Risk

from .folding import settle_copies
from .record import (
    OTHER_FACTS,
    PUBLIC_FACTS,
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

ACTORS = {
    Origin.FORM: Actor.EMPLOYER,
    Origin.FILE: Actor.EMPLOYER,
    Origin.API: Actor.EMPLOYER,
    Origin.FEED: Actor.FEED,
    Origin.STAFF: Actor.ADMIN,
    Origin.READING: Actor.SYSTEM,
}
CHANGE = "change"  # in ``field`` of the event of a decision about a change
# Nobody looks at these once more: an editor decides, and the site changed no word of anybody.
# What became of the last change that somebody looked at, or is to look at.
TURNED_DOWN = (Kind.HELD, Kind.WITHDRAWN, Kind.REJECTED, Kind.RETURNED)
TAKEN = (Kind.APPROVED, Kind.PUBLISHED)
UNSCORED = (Origin.STAFF, Origin.READING)
EDITED_BY_FEEDS = (
    Status.DRAFT,
    Status.IN_REVIEW,
    Status.RETURNED,
    Status.PUBLISHED,
    Status.IRRELEVANT,
)


def check_edit(listing: Listing, origin: Origin) -> None:
    """Raises InvalidStatusError for one that is over or was rejected; a feed may edit an expired
    one.
    """
    if ACTORS[origin] == Actor.EMPLOYER:
        is_editable = listing.is_editable
    else:
        is_editable = listing.status in EDITED_BY_FEEDS
    if not is_editable:
        raise InvalidStatusError(state_sentence(listing))


def submit_change(
    *,
    listing: Listing,
    content: ListingContent,
    version: int,
    by: User | None,
    origin: Origin,
) -> Listing:
    """Change what a job says. What is not public yet changes at once. Of a public job a harmless
    change is public at once, and listed as edited; another one is held in its ListingChange, and a
    person who edits again replaces that. An earlier closing date never waits.

    Raises EditConflictError when ``version`` is not the listing's, and InvalidStatusError for one
    that is over or was rejected.
    """
    content = prepared(content)
    with transaction.atomic():
        return _submit_locked(locked(listing), content, version, by, origin)


def _submit_locked(
    listing: Listing, content: ListingContent, version: int, by: User | None, origin: Origin
) -> Listing:
    check_edit(listing, origin)
    if listing.version != version:
        raise EditConflictError("Someone else changed this job after you opened it.")
    if listing.status != Status.PUBLISHED:
        return write_now(listing, content, by, origin)
    return _change_public(listing, cleaned(content), by, origin)


def _change_public(
    listing: Listing, content: ListingContent, by: User | None, origin: Origin
) -> Listing:
    origin = _scored_as(listing, origin, by)
    now = whole_content(listing)
    waiting = open_change(listing)
    if waiting and origin == Origin.FEED and waiting.origin != Origin.FEED:
        # A person's change stays a change of what the feed says from now on.
        return _change_under(listing, waiting, now, content, by)
    if origin in UNSCORED:
        _carry_into_approved(listing, now, content, origin)
        return write_now(listing, content, by, origin)
    if waiting and waiting.returned_at is None and proposed(waiting, now).content == content:
        return listing  # sent again
    risks = _risks(listing, now, content)
    if not holds(risks, is_trusted=is_trusted(listing, origin, by)):
        if waiting:
            _end_change(waiting, by, ACTORS[origin])
        _keep_approved(listing, now, content, origin)
        return write_now(listing, content, by, origin)
    if _ends_sooner(now, content):
        listing = write_now(listing, replace(now, closes_on=content.closes_on), by, origin)
        now = whole_content(listing)
    return _hold(listing, now, content, risks, by, origin)


def would_wait(listing: Listing, content: ListingContent, origin: Origin, by: User | None) -> bool:
    """Whether ``submit_change`` would hold it."""
    origin = _scored_as(listing, origin, by)
    if listing.status != Status.PUBLISHED or origin in UNSCORED:
        return False
    risks = _risks(listing, whole_content(listing), cleaned(content))
    return holds(risks, is_trusted=is_trusted(listing, origin, by))


def _scored_as(listing: Listing, origin: Origin, by: User | None) -> Origin:
    """Choose what a content is scored as. What is read anew of a text that was held or turned down
    would carry it past the editors: it is scored like the text itself.
    """
    if origin != Origin.READING:
        return origin
    last = listing.events.filter(kind__in=[*TURNED_DOWN, *TAKEN]).order_by("-pk").first()
    if last is None or last.kind in TAKEN:
        return origin
    if by:
        return Origin.FILE
    return Origin.FEED


def _change_under(
    listing: Listing,
    waiting: ListingChange,
    now: ListingContent,
    content: ListingContent,
    by: User | None,
) -> Listing:
    """A feed's update while a person's change waits: public if it is harmless, else the change
    says what both say.
    """
    risks = _risks(listing, now, content)
    if not holds(risks, is_trusted=is_trusted(listing, Origin.FEED, None)):
        _keep_approved(listing, now, content, Origin.FEED)
        return write_now(listing, content, by, Origin.FEED)
    both = rebased(now, content, proposed(waiting, now).content).content
    risks += [Risk(**risk) for risk in waiting.risks]
    distinct = list(dict.fromkeys(risks))
    return _hold(listing, now, both, distinct, waiting.by, Origin(waiting.origin))


def is_trusted(listing: Listing, origin: Origin, by: User | None) -> bool:
    """Whether only a heavy risk holds what it says: of a proven company by who speaks for it, and
    of a feed that an editor follows on a known hiring system.
    """
    if origin == Origin.FEED:
        return feed_is_trusted(listing)
    return company_is_proven(listing.company) and speaks_for(by, listing.company)


def _risks(listing: Listing, now: ListingContent, content: ListingContent) -> list[Risk]:
    """Compared with what was approved last, so that no row of small edits goes unseen."""
    before = now
    approved = ApprovedContent.objects.filter(listing=listing).first()
    if approved:
        before = from_json(approved.content, approved.format)
    return risks_of_edit(listing, before, content)


def _carry_into_approved(
    listing: Listing, now: ListingContent, content: ListingContent, origin: Origin
) -> None:
    """Approve what an editor writes, with all they saw; what the site reads better of a text, it
    would have read of the approved one too.
    """
    rows = ApprovedContent.objects.filter(listing=listing)
    approved = rows.first()
    if approved is None:
        return
    if origin == Origin.STAFF:
        rows.delete()
        return
    before = from_json(approved.content, approved.format)
    rows.update(content=to_json(rebased(now, before, content).content), format=FORMAT)


def _ends_sooner(now: ListingContent, content: ListingContent) -> bool:
    if content.closes_on is None:
        return False
    return now.closes_on is None or content.closes_on < now.closes_on


def _keep_approved(
    listing: Listing, now: ListingContent, content: ListingContent, origin: Origin
) -> None:
    """While the job says something else than was approved. What a trusted feed edits harmlessly is
    nothing that anybody goes through; the pay before it is kept, since small rises add up.
    """
    is_listed = not (origin == Origin.FEED and is_trusted(listing, origin, None))
    is_worth_keeping = is_listed or now.pay != content.pay
    if not is_worth_keeping or not differences(now, content):
        return
    approved, _ = ApprovedContent.objects.get_or_create(
        listing=listing,
        defaults={"format": FORMAT, "content": to_json(now), "is_listed": is_listed},
    )
    if not differences(from_json(approved.content, approved.format), content):
        approved.delete()
        return
    approved.edited_at = timezone.now()
    approved.is_listed = approved.is_listed or is_listed
    approved.save(update_fields=["edited_at", "is_listed"])


def _hold(
    listing: Listing,
    now: ListingContent,
    content: ListingContent,
    risks: list[Risk],
    by: User | None,
    origin: Origin,
) -> Listing:
    listing.version += 1
    listing.save(update_fields=["version"])
    waits_already = ListingChange.objects.filter(listing=listing, returned_at=None).exists()
    ListingChange.objects.update_or_create(
        listing=listing,
        defaults={
            "format": FORMAT,
            "base_version": listing.version,
            "base": to_json(now),
            "content": to_json(content),
            "risks": [asdict(risk) for risk in risks],
            "origin": origin,
            "submitted_at": timezone.now(),
            "returned_at": None,
            "reason": "",
            "by": by,
        },
    )
    names = ", ".join(changed_parts(now, content))
    record(listing, Kind.HELD, ACTORS[origin], by=by, new=names)
    if origin == Origin.FORM and not waits_already:
        emails.notify_reviewers(listing)
    return listing


def write_now(
    listing: Listing, content: ListingContent, by: User | None, origin: Origin
) -> Listing:
    """Store what the locked job says from now on. Of a public one the public facts that changed
    become events; what only the site reads better is recorded, and not shown as the employer's.
    """
    actor = ACTORS[origin]
    before = {kind: fact(listing) for kind, fact in PUBLIC_FACTS.items()}
    was_public = listing.published_at is not None and actor in (Actor.EMPLOYER, Actor.ADMIN)
    other = {}
    if was_public:
        other = {field: fact(listing) for field, fact in OTHER_FACTS.items()}
    apply_before = way_to_apply(listing)
    listing.version += 1
    if actor in (Actor.EMPLOYER, Actor.ADMIN):
        listing.read_hash = ""  # what it says is no longer what was read from its feed
    write_content(listing, content)
    for field, old in other.items():
        if old != (new := OTHER_FACTS[field](listing)):
            record(listing, Kind.EDITED, actor, by=by, field=field, old=old, new=new)
    if listing.status != Status.PUBLISHED:
        return listing
    for kind, fact in PUBLIC_FACTS.items():
        old = before[kind]
        new = fact(listing)
        if old != new:
            public = actor != Actor.SYSTEM
            record(listing, kind, actor, by=by, public=public, old=old, new=new)
    if was_public and apply_before != (now := way_to_apply(listing)):
        record(listing, Kind.APPLY_CHANGED, actor, by=by, old=apply_before, new=now)
    listing.expires_at = expiry(listing, timezone.now())
    listing.save()
    settle_copies(listing)
    return listing


def way_to_apply(listing: Listing) -> str:
    return listing.apply_url or listing.apply_email


# --- The change that waits ------------------------------------------------------------------------


def open_change(listing: Listing) -> ListingChange | None:
    """Return the change that waits for an editor, or was returned to its recruiter."""
    if listing.status != Status.PUBLISHED:
        return None
    return ListingChange.objects.filter(listing=listing).select_related("by").first()


def proposed(change: ListingChange, now: ListingContent) -> Rebased:
    """Return what the job would say with the change, if what it says ``now`` is no longer what the
    change was made of. Raises UnknownFormatError.
    """
    base = from_json(change.base, change.format)
    return rebased(base, now, from_json(change.content, change.format))


def refused_change(listing: Listing) -> ListingEvent | None:
    """Return the event that says that an editor rejected the last change, and why."""
    of_changes = Q(kind__in=[Kind.HELD, Kind.APPROVED, Kind.UNDONE])
    rejected = Q(kind=Kind.REJECTED, field=CHANGE)
    last = listing.events.filter(of_changes | rejected).order_by("-pk").first()
    if last and last.kind == Kind.REJECTED:
        return last
    return None


def latest_content(listing: Listing) -> ListingContent:
    """Return what was said last, where an edit starts: with the change that waits, else what the
    job says.
    """
    now = whole_content(listing)
    change = open_change(listing)
    if change:
        return proposed(change, now).content
    return now


@transaction.atomic
def withdraw_change(*, listing: Listing, by: User) -> Listing:
    """Raises InvalidStatusError where none waits."""
    listing = locked(listing)
    change = open_change(listing)
    if change is None:
        raise InvalidStatusError(f"No change of “{listing}” is waiting.")
    _end_change(change, by, Actor.EMPLOYER)
    listing.version += 1  # a form opened on the change would bring it back
    listing.save(update_fields=["version"])
    return listing


def _end_change(change: ListingChange, by: User | None, actor: Actor) -> None:
    record(change.listing, Kind.WITHDRAWN, actor, by=by)
    change.delete()
