"""Describes what an import does with each row of a file, for the preview before it happens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.reading import Reader
from jobboard.listings.choices import Workplace
from jobboard.listings.content import ListingContent
from jobboard.listings.models import Listing
from jobboard.listings.pay.base import base_pay

# The fields of ListingContent, as the list of changes calls them.
LABELS = {
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
NOT_OURS = "not recognised as AI, ML or data work. An editor decides"
NOT_KNOWN = "unknown location, so a search for its city or country won’t find it: {}"
NO_TEXT = "no text. People will see only where to apply"
UNKNOWN_SKILLS = "unknown skills are left out: {}"
ONLY_A_NOTE = "no amount that we understand, so it is shown as a note: {}"


class What(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CLOSES = "closes"


@dataclass(frozen=True)
class Warning:
    """``value`` is the part of ``reason`` that differs between rows with the same warning."""

    field: str
    reason: str
    value: str = ""


@dataclass(frozen=True)
class RowOutcome:
    """``number`` is the item's in the file. Title, place and pay are those after the import."""

    number: int
    what: What
    title: str
    place: str
    pay: str
    changes: str = ""
    warnings: list[Warning] = field(default_factory=list)


def outcome_of_new(
    number: int, item: FeedItem, content: ListingContent, reader: Reader
) -> RowOutcome:
    warnings = list(_warnings(item, content, reader))
    return RowOutcome(number, What.NEW, *_describe(content), warnings=warnings)


def outcome_of_changed(
    number: int,
    item: FeedItem,
    before: ListingContent,
    content: ListingContent,
    reader: Reader,
) -> RowOutcome:
    labels = [
        label for name, label in LABELS.items() if getattr(before, name) != getattr(content, name)
    ]
    return RowOutcome(
        number,
        What.CHANGED,
        *_describe(content),
        changes=", ".join(dict.fromkeys(labels)),
        warnings=list(_warnings(item, content, reader)),
    )


def outcome_of_listing(number: int, what: What, listing: Listing) -> RowOutcome:
    """The outcome for a job whose content does not change in this run."""
    pay = listing.pay_text or listing.pay_note
    return RowOutcome(number, what, listing.title, listing.place_summary, pay)


def _describe(content: ListingContent) -> tuple[str, str, str]:
    """Title, places and pay."""
    places = " · ".join(place.text for place in content.places)
    pay = content.pay_note
    if content.pay:
        pay = str(base_pay(content.pay) or content.pay[0])
    return content.title, places, pay


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
