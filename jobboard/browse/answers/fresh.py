"""How fresh it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from jobboard.common.text.words import plural
from jobboard.listings.models import Listing, ListingEvent
from jobboard.listings.querysets import CONFIRM_AFTER

from .answer import NEUTRAL, STATED, Answer, in_words

CHANGES = {
    ListingEvent.Kind.PAY_CHANGED,
    ListingEvent.Kind.PLACE_CHANGED,
    ListingEvent.Kind.DATES_CHANGED,
    ListingEvent.Kind.APPLY_CHANGED,
}


def how_fresh(listing: Listing, record: Sequence[ListingEvent], copies: int) -> Answer:
    """When it was first seen and last known to be open, what changed, and how often it is listed.

    Ages are in whole days (UTC).
    """
    seen = listing.last_seen_at if listing.feed_id and not listing.created_by_id else None
    known = max(filter(None, (seen, listing.confirmed_at)), default=None)
    posted = f"Posted {_ago(listing.posted_at)}"
    title = posted
    if known:
        how = "Seen in the employer’s feed" if known == seen else "Confirmed open"
        title = f"{how} {_ago(known)}"
    last = known or listing.published_at or listing.posted_at
    # By whole days, like the words beside it: a kept page is made anew when the day changes.
    is_fresh = timezone.now().date() - last.date() <= CONFIRM_AFTER
    sentences = [f"First seen {in_words(listing.first_seen_at)}."]
    if known:
        sentences.insert(0, f"{posted}.")
    changes = sum(event.kind in CHANGES for event in record)
    if changes:
        sentences.append(f"Changed {plural(changes, 'time')} since. See the job history.")
    if listing.reposted_from_id:
        sentences.append("Reposted from an earlier job.")
    if copies:
        sentences.append(f"The employer lists it {copies + 1} times. We show it once.")
    sentences.append(_how_long(listing))
    return Answer(title, STATED if is_fresh else NEUTRAL, sentences)


def _how_long(listing: Listing) -> str:
    if listing.closes_on:
        return f"Closing date: {in_words(listing.closes_on)}."
    last = listing.last_day
    comes_down = (
        f" We remove it after {in_words(last)} unless it is confirmed again." if last else ""
    )
    return f"No closing date is stated.{comes_down}"


def _ago(moment: datetime) -> str:
    days = (timezone.now().date() - moment.date()) // timedelta(days=1)
    return ["today", "yesterday"][max(days, 0)] if days < 2 else f"{days} days ago"
