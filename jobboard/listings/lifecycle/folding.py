"""Several rows that are one job: joined, split again, and kept right as they open and end.

The row that people see is the job; the others are its copies. A copy keeps its own source, text,
state and events, so a split gives back what was.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.locks import one_of_many
from jobboard.listings.copies.lines import gather_places
from jobboard.listings.models import Listing, ListingEvent, ListingPlace

from .record import Actor, InvalidStatusError, Kind, event, lock_jobs, locked, record


@transaction.atomic
def join_listings(
    *, job: Listing, copies: Iterable[Listing], by: User | None = None
) -> list[Listing]:
    """Make ``copies`` part of ``job``, with what is part of them; returns those that were joined.

    Raises InvalidStatusError when they are of different companies, or ``job`` is itself a copy.
    """
    copies = list(copies)
    lock_jobs([job.pk, *(copy.pk for copy in copies)])
    job = locked(job)
    if job.folded_into_id:
        raise InvalidStatusError(f"“{job}” is itself part of another job.")
    new = [copy for copy in copies if copy.pk != job.pk and copy.folded_into_id != job.pk]
    if any(copy.company_id != job.company_id for copy in new):
        raise InvalidStatusError("Only jobs of the same company can be joined.")
    if not new:
        return []
    pks = [copy.pk for copy in new]
    joined = Listing.objects.filter(pk__in=pks)
    joined.update(folded_into=job, changed_at=timezone.now())  # a link is kept for a split
    if by:
        joined.update(same_as_from=Listing.SameAsFrom.EDITOR)
    _point_to(job, pks, by)
    _feature_until([job, *new])
    for copy in new:
        record(copy, Kind.JOINED, _actor(by), by=by, new=f"job {job.pk}")
    gather_places(job)
    return new


@transaction.atomic
def split_listing(*, copy: Listing, by: User | None = None) -> Listing:
    """Make ``copy`` a job of its own again, linked to what it was linked to before. What an editor
    split stays apart. Raises InvalidStatusError when it is no copy.
    """
    copy = locked(copy)
    job = copy.folded_into
    if job is None:
        raise InvalidStatusError(f"“{copy}” is not part of another job.")
    copy.folded_into = None
    copy.same_as = _linked_before(copy)
    if by:
        copy.same_as_from = Listing.SameAsFrom.EDITOR
    copy.save()
    record(copy, Kind.SPLIT, _actor(by), by=by, old=f"job {job.pk}")
    gather_places(locked(job))
    return copy


def _linked_before(copy: Listing) -> Listing | None:
    """Return what the link of a copy leads to now."""
    first = copy.same_as
    if first and first.folded_into_id:
        first = first.folded_into
    if first == copy:
        return None
    return first


def _actor(by: User | None) -> Actor:
    if by:
        return Actor.ADMIN
    return Actor.SYSTEM


def _feature_until(rows: Sequence[Listing]) -> None:
    """The first of the rows is featured as long as any of them was to be."""
    dates = [row.featured_until for row in rows if row.featured_until]
    if dates:
        Listing.objects.filter(pk=rows[0].pk).update(featured_until=max(dates))


def _point_to(job: Listing, pks: Sequence[int], by: User | None = None) -> None:
    """Make what was part of, or linked to, the rows ``pks`` part of, or linked to, ``job`` now: by
    an editor's decision, if one made it.
    """
    now = timezone.now()
    moved = Listing.objects.filter(folded_into__in=pks)
    if by:
        moved.update(same_as_from=Listing.SameAsFrom.EDITOR)
    moved.update(folded_into=job, changed_at=now)
    linked = Listing.objects.filter(same_as__in=pks).exclude(pk=job.pk)
    linked.update(same_as=job, changed_at=now)


@transaction.atomic
def settle_copies(listing: Listing) -> None:
    """After ``listing`` opened, ended or moved: the job it belongs to has the places of its open
    copies. Where the job itself ended and a copy is open, the oldest open copy is the job from now
    on. A job that an editor hid stays hidden with all its copies.
    """
    if listing.folded_into_id is None and not listing.folded.exists():
        return
    job = locked(Listing(pk=listing.folded_into_id or listing.pk))
    if job.is_hidden:
        return
    copies = job.folded.select_related("company").order_by("first_seen_at", "pk")
    heir = next((copy for copy in copies if copy.is_open), None)
    if heir and not job.is_open:
        _hand_over(job, heir)
    else:
        gather_places(job)


def _hand_over(job: Listing, heir: Listing) -> None:
    """The page of ``job`` leads to ``heir``, which takes its copies and its place."""
    decided_by = heir.same_as_from
    heir.folded_into = heir.same_as = None
    heir.same_as_from = job.same_as_from
    heir.save()
    _feature_until([heir, job])
    Listing.objects.filter(pk=job.pk).update(
        folded_into=heir,
        same_as=None,
        same_as_from=decided_by,
        featured_until=None,
        changed_at=timezone.now(),
    )
    _point_to(heir, [job.pk])
    job.folded_into = heir
    ListingEvent.objects.bulk_create(
        [
            event(heir, Kind.SPLIT, Actor.SYSTEM, old=f"job {job.pk}"),
            event(job, Kind.JOINED, Actor.SYSTEM, new=f"job {heir.pk}"),
        ]
    )
    gather_places(job)
    gather_places(heir)


def settle_ended() -> int:
    """Settle the jobs that ended, by the clock too, while a copy is open, and those that show the
    place of a copy that ended. Returns how many.
    """
    open_now = Listing.objects.open()
    of_open = open_now.exclude(folded_into=None).values("folded_into")
    ended = Listing.objects.filter(pk__in=of_open).exclude(pk__in=open_now.values("pk"))
    outdated = ListingPlace.objects.exclude(from_copy=None).exclude(from_copy__in=open_now)
    shows_ended = Listing.objects.filter(pk__in=outdated.values("listing"))
    jobs = (ended | shows_ended).filter(hidden_at=None, company__suspended_at=None)
    for job in jobs.order_by("pk"):
        with one_of_many():
            settle_copies(job)
    return len(jobs)
