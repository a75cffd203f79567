"""Describes where two contents of a job differ, for whoever reviews or made a change."""

from collections.abc import Callable
from dataclasses import dataclass

from jobboard.common.text.diff import Piece, in_context, word_diff
from jobboard.common.text.html import marked_text
from jobboard.common.text.words import country_name
from jobboard.listings.choices import EmploymentType, Level, PlaceText, Visa, Workplace
from jobboard.listings.content import ListingContent, cleaned
from jobboard.listings.models import Listing
from jobboard.listings.pay.base import describe_pay


@dataclass(frozen=True)
class Difference:
    """A field that differs. ``pieces`` are runs of words with what became of them: see
    ``word_diff``. Long runs that are the same are cut to what stands beside a change.
    """

    name: str
    pieces: list[Piece]


def differences(before: ListingContent, after: ListingContent) -> list[Difference]:
    """Field by field, those that read the same left out."""
    before = cleaned(before)
    after = cleaned(after)
    different = []
    for name, describe in IN_WORDS.items():
        old = describe(before)
        new = describe(after)
        if old != new:
            different.append(Difference(name, in_context(word_diff(old, new))))
    return different


def _levels(content: ListingContent) -> str:
    levels = filter(None, [content.level, content.level_max])
    return " to ".join(Level(level).short for level in levels)


def _place(place: PlaceText) -> str:
    read_as = " ".join(filter(None, [place.city, place.country]))
    parts = [f"{place.text} ({read_as})"]
    if place.workplace:
        parts.append(Workplace(place.workplace).label.lower())
    if place.hybrid_days:
        parts.append(f"{place.hybrid_days} days on-site")
    return ", ".join(parts)


def _eligibility(content: ListingContent) -> str:
    countries = ", ".join(map(country_name, content.named_countries))
    return content.eligibility_text or countries or Listing.Eligibility(content.eligibility).label


def _closing_date(content: ListingContent) -> str:
    if content.closes_on:
        return f"{content.closes_on:%-d %b %Y}"
    return ""


def _skills(content: ListingContent) -> str:
    return ", ".join(f"{skill} ({need})" for skill, need in content.skills)


IN_WORDS: dict[str, Callable[[ListingContent], str]] = {
    "Title": lambda content: content.title,
    "Description": lambda content: marked_text(content.description_html),
    "Application method": lambda content: content.apply_url or content.apply_email,
    "Pay": lambda content: "; ".join(map(describe_pay, content.pay)),
    "Pay note": lambda content: content.pay_note,
    "Locations": lambda content: "; ".join(map(_place, content.places)),
    "Can work from": _eligibility,
    "Working hours": lambda content: content.utc_note,
    "Client": lambda content: (content.client_name or "Not named") if content.for_client else "",
    "Visa sponsorship": lambda content: Visa(content.visa).label,
    "Closing date": _closing_date,
    "Role": lambda content: str(content.role or ""),
    "Level": _levels,
    "Employment type": lambda content: ", ".join(
        EmploymentType(value).label for value in content.employment_types
    ),
    "Skills": _skills,
}
