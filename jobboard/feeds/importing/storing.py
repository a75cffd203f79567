"""Writes what an import found: each step in a transaction of milliseconds, so that nobody waits
long for it. A trial takes the same steps and writes nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import chain

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When

from jobboard.accounts.models import User
from jobboard.common.locks import one_of_many
from jobboard.listings import lifecycle
from jobboard.listings.content import ListingContent, bulk_create_listings
from jobboard.listings.copies.joining import link_same_jobs
from jobboard.listings.geo.places import place_for
from jobboard.listings.models import Company, Feed, FeedRun, Listing, ListingEvent, Origin

from .missing import close_missing, open_listings

SEEN_AT_ONCE = 100  # jobs that are confirmed in one transaction
# What its feed still lists is renewed so long before it would expire.
RENEWAL_WINDOW = timedelta(days=30)
EXPIRY_FIELDS = (
    "feed",
    "closes_on",
    "last_zone",
    "expires_at",
    "confirmed_at",
    "published_at",
    "last_seen_at",
)
RUNS_KEPT = 50

Pair = tuple[Listing, ListingContent]


class Storage:
    """Writes what one run over a feed decides."""

    def __init__(self, feed: Feed, now: datetime, by: User | None = None) -> None:
        self.feed = feed
        self.now = now
        self.by = by
        self.find_place = cache(place_for)

    def new_company(self, name: str) -> Company:
        return Company.objects.create(name=name)

    def create(self, pairs: list[Pair]) -> None:
        for _, content in pairs:
            for place in content.places:  # made here if it is new, while others can write
                self.find_place(place.city, place.country, place.admin1)
        for listing, _ in pairs:
            listing.pk = None  # of an attempt before
        with one_of_many(), transaction.atomic():
            bulk_create_listings(pairs, self.find_place)
            ListingEvent.objects.bulk_create(
                chain.from_iterable(self._events(listing) for listing, _ in pairs)
            )

    def _events(self, listing: Listing) -> Iterator[ListingEvent]:
        kinds = [ListingEvent.Kind.FIRST_SEEN]
        if listing.status == Listing.Status.PUBLISHED:
            kinds.append(ListingEvent.Kind.PUBLISHED)
        for kind in kinds:
            yield lifecycle.event(listing, kind, self._actor, by=self.by, public=True, at=self.now)

    @property
    def _actor(self) -> ListingEvent.Actor:
        if self.by:
            return ListingEvent.Actor.EMPLOYER
        return ListingEvent.Actor.FEED

    def edit(self, listing: Listing, content: ListingContent, *, is_news: bool) -> Listing:
        """Returns what it is then. Raises lifecycle.InvalidStatusError and
        lifecycle.EditConflictError.
        """
        with one_of_many():
            return lifecycle.submit_change(
                listing=listing,
                content=content,
                version=listing.version,
                by=self.by,
                origin=self._origin(is_news),
            )

    def is_held(self, listing: Listing) -> bool:
        return lifecycle.open_change(listing) is not None

    def settle(self, listing: Listing, *, may_go_live: bool) -> None:
        with one_of_many():
            lifecycle.settle_listing(listing=listing, may_go_live=may_go_live, now=self.now)

    def _origin(self, is_news: bool) -> Origin:
        if not is_news:
            return Origin.READING
        if self.by:
            return Origin.FILE
        return Origin.FEED

    def note_hashes(self, pk: int, **hashes: str) -> None:
        Listing.objects.filter(pk=pk).update(**hashes)

    def relist(self, listing: Listing) -> None:
        """Raises lifecycle.InvalidStatusError."""
        with one_of_many():
            lifecycle.reopen_listing(listing=listing, now=self.now)

    def confirm(self, pks: list[int]) -> None:
        """These jobs are in the feed's answer now: they are open, and do not expire before it
        leaves them out.
        """
        for start in range(0, len(pks), SEEN_AT_ONCE):
            seen = Listing.objects.filter(pk__in=pks[start : start + SEEN_AT_ONCE])
            ending = seen.filter(
                status=Listing.Status.PUBLISHED, expires_at__lt=self.now + RENEWAL_WINDOW
            )
            self._renew(list(ending.only(*EXPIRY_FIELDS)))
            self._note_seen(pks[start : start + SEEN_AT_ONCE])

    def _renew(self, listings: list[Listing]) -> None:
        lifecycle.renew_listings(listings=listings, now=self.now)

    def _note_seen(self, pks: list[int]) -> None:
        now = Value(self.now, output_field=DateTimeField())
        is_public = When(status=Listing.Status.PUBLISHED, then=now)
        confirmed_at = Case(is_public, default=F("confirmed_at"))
        with one_of_many(), transaction.atomic():
            lifecycle.lock_jobs(pks)
            seen = Listing.objects.filter(pk__in=pks)
            seen.update(last_seen_at=self.now, confirmed_at=confirmed_at)

    def open_count(self) -> int:
        """How many of the feed's jobs are open, those of this run among them."""
        return open_listings(self.feed).count()

    def close_missing(self, expected: int) -> int:
        """Close the ``expected`` jobs that the feed leaves out; returns how many were closed."""
        return close_missing(self.feed, now=self.now)

    def link_same_jobs(self, after: datetime | None) -> None:
        link_same_jobs(self.feed, after=after)

    def save_feed(self, names: list[str]) -> None:
        self.feed.save(update_fields=names)

    def note_run(self, **values: str | int) -> None:
        note_run(self.feed, at=self.now, **values)


class Trial(Storage):
    """Refuses what ``Storage`` refuses and writes nothing.

    What only the database would refuse is not foreseen: no reader lets it through.
    """

    def __init__(self, feed: Feed, now: datetime, by: User | None = None) -> None:
        super().__init__(feed, now, by)
        self.relisted: set[int] = set()
        self.held: set[int] = set()
        self.new: list[Pair] = []
        self.opened = 0

    def new_company(self, name: str) -> Company:
        return Company(name=name)

    def create(self, pairs: list[Pair]) -> None:
        self.new += pairs
        self.opened += len(pairs)

    def edit(self, listing: Listing, content: ListingContent, *, is_news: bool) -> Listing:
        # As the steps before would have left it.
        if listing.pk in self.relisted:
            lifecycle.set_relisted(listing, self.now)
        elif listing.status == Listing.Status.PUBLISHED:
            lifecycle.set_renewed(listing, self.now)
        origin = self._origin(is_news)
        lifecycle.check_edit(listing, origin)
        if lifecycle.would_wait(listing, content, origin, self.by):
            self.held.add(listing.pk)
        return listing

    def is_held(self, listing: Listing) -> bool:
        return listing.pk in self.held

    def settle(self, listing: Listing, *, may_go_live: bool) -> None:
        pass

    def note_hashes(self, pk: int, **hashes: str) -> None:
        pass

    def relist(self, listing: Listing) -> None:
        self.relisted.add(listing.pk)
        self.opened += 1

    def _renew(self, listings: list[Listing]) -> None:
        self.opened += sum(lifecycle.set_renewed(listing, self.now) for listing in listings)

    def _note_seen(self, pks: list[int]) -> None:
        pass

    def open_count(self) -> int:
        return super().open_count() + self.opened

    def close_missing(self, expected: int) -> int:
        return expected

    def link_same_jobs(self, after: datetime | None) -> None:
        pass

    def save_feed(self, names: list[str]) -> None:
        pass

    def note_run(self, **values: str | int) -> None:
        pass


def note_run(feed: Feed, *, at: datetime, **values: str | int) -> None:
    """Save what a run brought, or why it brought nothing, of the newest RUNS_KEPT runs."""
    FeedRun.objects.create(feed=feed, at=at, **values)
    newest = feed.runs.values_list("pk", flat=True)[:RUNS_KEPT]
    feed.runs.exclude(pk__in=list(newest)).delete()


def record_failure(*, feed: Feed, failure: str, now: datetime, is_gone: bool = False) -> None:
    """Mark the feed as failing; its listings stay as they are. ``is_gone``: its host answered that
    nothing is there any more.
    """
    feed.failures += 1
    feed.times_gone = feed.times_gone + 1 if is_gone else 0
    feed.failing_since = feed.failing_since or now
    feed.problem = failure[:400]
    feed.save(update_fields=["failures", "times_gone", "failing_since", "problem"])
    note_run(feed, at=now, failure=failure[:400])
