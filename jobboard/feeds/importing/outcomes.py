"""What becomes of each row of a file, as whoever uploads it is told before it happens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.reading import Reader
from jobboard.listings.choices import Workplace
from jobboard.listings.content import ListingContent
from jobboard.listings.models import Listing
from jobboard.listings.pay.base import base_pay

# What a content says, in the words for what is changed.
CHANGES = {
    "title": "title",
    "description": "description",
    "places": "location",
    "employment_types": "employment type",
    "level": "level",
    "level_max": "level",
    "role": "role",
    "skills": "skills",
    "pay": "pay",
    "pay_note": "pay note",
    "apply_url": "link to apply",
    "apply_email": "email to apply",
    "visa": "visa sponsorship",
    "closes_on": "closing date",
    "eligibility": "who can apply",
    "eligible_countries": "who can apply",
}
NOT_OURS = "isn’t recognised as AI, ML or data work. An editor decides"
NOT_KNOWN = "isn’t a location we know, so a search for its city or country won’t find it: {}"
NO_TEXT = "is blank. People will see only where to apply"
UNKNOWN_SKILLS = "has skills that we don’t know. They are left out: {}"
ONLY_A_NOTE = "has no amount that we understand. It is shown as a note: {}"


class What(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CLOSES = "closes"


@dataclass(frozen=True)
class Warning:
    """``value`` is the part of ``reason`` that another row with the same warning says otherwise."""

    field: str
    reason: str
    value: str = ""


@dataclass(frozen=True)
class Outcome:
    """``number`` counts the items that were read. Title, place and pay are as they will stand."""

    number: int
    what: What
    title: str
    place: str
    pay: str
    changes: str = ""
    warnings: list[Warning] = field(default_factory=list)


def of_new(number: int, item: FeedItem, content: ListingContent, reader: Reader) -> Outcome:
    warnings = list(_warnings(item, content, reader))
    return Outcome(number, What.NEW, *_words(content), warnings=warnings)


def of_changed(
    number: int,
    item: FeedItem,
    before: ListingContent,
    content: ListingContent,
    reader: Reader,
) -> Outcome:
    changed = [
        words for name, words in CHANGES.items() if getattr(before, name) != getattr(content, name)
    ]
    return Outcome(
        number,
        What.CHANGED,
        *_words(content),
        changes=", ".join(dict.fromkeys(changed)),
        warnings=list(_warnings(item, content, reader)),
    )


def of_listing(number: int, what: What, listing: Listing) -> Outcome:
    """``what`` of a job as it is here."""
    pay = listing.pay_text or listing.pay_note
    return Outcome(number, what, listing.title, listing.place_summary, pay)


def _words(content: ListingContent) -> tuple[str, str, str]:
    base = base_pay(content.pay) or next(iter(content.pay), None)
    places = " · ".join(place.text for place in content.places)
    return content.title, places, str(base) if base else content.pay_note


def _warnings(item: FeedItem, content: ListingContent, reader: Reader) -> Iterator[Warning]:
    if content.relevance == Listing.Relevance.NO:
        yield Warning("title", NOT_OURS)
    if not content.description:
        yield Warning("description", NO_TEXT)
    for place in content.places:
        if not (place.city or place.country or place.workplace == Workplace.REMOTE):
            yield Warning("places", NOT_KNOWN.format(place.text), place.text)
    unknown = ", ".join(reader.unknown_skills(item))
    if unknown:
        yield Warning(_skills_column(item), UNKNOWN_SKILLS.format(unknown), unknown)
    note = item.pay_text
    if any(sign.isdigit() for sign in note) and not content.pay:
        yield Warning("pay_text", ONLY_A_NOTE.format(note), note)


def _skills_column(item: FeedItem) -> str:
    columns = ("skills_required", "skills_nice", "skills")
    return next(name for name in columns if getattr(item, name))
