"""Estimates how long a review takes, from the latest decisions; too few say nothing."""

from datetime import timedelta
from math import ceil
from statistics import median

from jobboard.common.text.words import plural

from .models import ListingEvent

LAST_DECISIONS = 30
MIN_DECISIONS = 5
DECISIONS = [
    ListingEvent.Kind.PUBLISHED,
    ListingEvent.Kind.RETURNED,
    ListingEvent.Kind.REJECTED,
]


def review_time() -> timedelta | None:
    """The median wait of the LAST_DECISIONS by editors, each from the submission it answers.

    None below MIN_DECISIONS. What a feed publishes by itself was never waiting.
    """
    decided = ListingEvent.objects.filter(actor=ListingEvent.Actor.ADMIN, kind__in=DECISIONS)
    latest = list(decided.order_by("-at", "-pk")[: LAST_DECISIONS * 2])
    listings = {event.listing_id for event in latest}
    submitted = ListingEvent.objects.filter(listing__in=listings, kind=ListingEvent.Kind.SUBMITTED)
    submissions: dict[int, list] = {}
    for listing, at in submitted.values_list("listing", "at"):
        submissions.setdefault(listing, []).append(at)
    waits = []
    for event in latest:
        before = [at for at in submissions.get(event.listing_id, []) if at <= event.at]
        if before:
            waits.append(event.at - max(before))
    waits = waits[:LAST_DECISIONS]
    if len(waits) >= MIN_DECISIONS:
        return median(waits)
    return None


def review_days() -> str:
    """Say how long a review takes, rounded up; '' if nothing can be said."""
    wait = review_time()
    if wait is None:
        return ""
    hours = ceil(wait / timedelta(hours=1))
    if hours <= 1:
        return "an hour"
    if hours <= 36:
        return plural(hours, "hour")
    return plural(ceil(hours / 24), "day")
