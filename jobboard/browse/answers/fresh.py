"""The answer to “How fresh is it?”"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from jobboard.common.text.words import plural
from jobboard.listings.models import Listing, ListingEvent
from jobboard.listings.querysets import CONFIRM_AFTER

from .answer import NEUTRAL, STATED, Answer, format_day

CHANGES = {
    ListingEvent.Kind.PAY_CHANGED,
    ListingEvent.Kind.PLACE_CHANGED,
    ListingEvent.Kind.DATES_CHANGED,
    ListingEvent.Kind.APPLY_CHANGED,
}


def how_fresh(listing: Listing, record: Sequence[ListingEvent], copies: int) -> Answer:
    """Says when it was first seen and last known to be open, what changed, and how often it is
    listed.

    Ages are in whole days (UTC).
    """
    seen_at = None
    if listing.feed_id and not listing.created_by_id:
        seen_at = listing.last_seen_at
    known_open_at = max(filter(None, (seen_at, listing.confirmed_at)), default=None)
    posted = f"Posted {_say_age(listing.posted_at)}"
    title = posted
    if known_open_at and known_open_at == seen_at:
        title = f"Seen in the employer’s feed {_say_age(known_open_at)}"
    elif known_open_at:
        title = f"Confirmed open {_say_age(known_open_at)}"
    last = known_open_at or listing.published_at or listing.posted_at
    tone = NEUTRAL
    # In whole days, like the text beside it: a cached page is made anew when the day changes.
    if timezone.now().date() - last.date() <= CONFIRM_AFTER:
        tone = STATED
    sentences = [f"First seen {format_day(listing.first_seen_at)}."]
    if known_open_at:
        sentences.insert(0, f"{posted}.")
    changes = sum(event.kind in CHANGES for event in record)
    if changes:
        sentences.append(f"Changed {plural(changes, 'time')} since. See the job history.")
    if listing.reposted_from_id:
        sentences.append("Reposted from an earlier job.")
    if copies:
        sentences.append(f"The employer lists it {copies + 1} times. We show it once.")
    sentences.append(_say_how_long(listing))
    return Answer(title, tone, sentences)


def _say_how_long(listing: Listing) -> str:
    """Says when the job closes, or when we remove it."""
    if listing.closes_on:
        return f"Closing date: {format_day(listing.closes_on)}."
    sentence = "No closing date is stated."
    if listing.last_day:
        last = format_day(listing.last_day)
        sentence += f" We remove it after {last} unless it is confirmed again."
    return sentence


def _say_age(moment: datetime) -> str:
    days = (timezone.now().date() - moment.date()) // timedelta(days=1)
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{days} days ago"
