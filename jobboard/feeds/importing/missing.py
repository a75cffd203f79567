"""Listings that their feed no longer lists."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.locks import one_of_many
from jobboard.listings import lifecycle
from jobboard.listings.models import Feed, Listing
from jobboard.listings.querysets import ListingQuerySet

MAX_MISSING_PERCENT = (
    30  # per cent of a feed's open listings; when more vanish at once, an admin decides
)


def open_listings(feed: Feed) -> ListingQuerySet:
    """The open listings that the feed answers for: what a person uploaded beside it, it does not
    know.
    """
    return Listing.objects.of_feed(feed).filter(created_by=None).not_over()


def missing_listings(feed: Feed) -> ListingQuerySet:
    """Open listings that the answer of ``last_success_at`` lacks; while the next one is stored,
    missing from both.

    When the newest answer listed no job at all, these are all.
    """
    if feed.failing_since and not feed.last_count:
        return open_listings(feed)
    if feed.last_success_at is None:
        return Listing.objects.none()
    return open_listings(feed).filter(last_seen_at__lt=feed.last_success_at)


def close_missing(feed: Feed, *, now: datetime, by: User | None = None) -> int:
    """Close them; returns how many."""
    return _unlist(missing_listings(feed), now=now, by=by)


def missing_from_file(feed: Feed, listed: Collection[str], *, is_of_person: bool) -> list[Listing]:
    """Open jobs of earlier files that a file does not list: those that people uploaded, or those
    that staff did.
    """
    uploaded = Listing.objects.of_feed(feed).exclude(created_by=None).not_over()
    jobs = uploaded if is_of_person else open_listings(feed)
    return [listing for listing in jobs.order_by("pk") if listing.external_id not in listed]


def close_listings(listings: Iterable[Listing], *, now: datetime, by: User | None) -> int:
    """Close them; returns how many."""
    count = 0
    for listing in listings:
        # Somebody may have decided meanwhile.
        with suppress(lifecycle.InvalidStatusError), one_of_many():
            lifecycle.close_missing_listing(listing=listing, now=now, by=by)
            count += 1
    return count


def close_jobs_of(feed: Feed) -> int:
    """Close all that the feed answers for, as it is followed no more; returns how many. They come
    back if it is followed again and lists them.
    """
    return _unlist(open_listings(feed), now=timezone.now())


def _unlist(listings: ListingQuerySet, *, now: datetime, by: User | None = None) -> int:
    return close_listings(listings.only("pk"), now=now, by=by)
