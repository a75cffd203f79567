"""Merges what a feed states with what people filled in or chose for the job."""

from collections.abc import Iterable
from dataclasses import replace

from jobboard.common.text.words import fold
from jobboard.listings.choices import PlaceText
from jobboard.listings.content import ListingContent
from jobboard.listings.lifecycle import EDITOR_DECIDED
from jobboard.listings.models import Listing, ListingSkill

# People fill these in; a feed that does not state them leaves them alone.
KEEP_IF_NOT_IN_FEED = ("utc_note", "visa", "for_client", "client_name")
CHOSEN_WITH_ROLE = ("role", "role_from", "level", "level_max", "relevance", "relevance_why")

_EMPTY = {name: ListingContent.__dataclass_fields__[name].default for name in KEEP_IF_NOT_IN_FEED}


def merged(listing: Listing, content: ListingContent) -> ListingContent:
    """``content`` with what people chose for this listing and what the feed leaves out."""
    keep = [name for name in KEEP_IF_NOT_IN_FEED if getattr(content, name) == _EMPTY[name]]
    if listing.role_from in (Listing.RoleFrom.EMPLOYER, Listing.RoleFrom.EDITOR):
        keep += CHOSEN_WITH_ROLE
    elif listing.relevance_why == EDITOR_DECIDED:
        keep += ["relevance", "relevance_why"]
    values = {name: getattr(listing, name) for name in keep}
    values["places"] = _with_days(listing, content.places)
    skills = list(listing.skills.select_related("skill"))
    if any(item.origin == ListingSkill.Origin.STATED for item in skills):
        values["skills"] = tuple((item.skill, item.need) for item in skills)
        values["skills_from"] = ListingSkill.Origin.STATED
    return replace(content, **values)


def _with_days(listing: Listing, places: Iterable[PlaceText]) -> tuple[PlaceText, ...]:
    """``places`` with the days on-site that the listing has for the same place."""
    days = {fold(row.text): row.hybrid_days for row in listing.places.all()}
    with_days = []
    for place in places:
        days_of_place = place.hybrid_days or days.get(fold(place.text))
        with_days.append(replace(place, hybrid_days=days_of_place))
    return tuple(with_days)
