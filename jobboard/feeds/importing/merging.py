"""What a feed says now, together with what it never says."""

from collections.abc import Iterable
from dataclasses import replace

from jobboard.common.text.words import fold
from jobboard.listings.choices import PlaceText
from jobboard.listings.content import ListingContent
from jobboard.listings.lifecycle import EDITOR_DECIDED
from jobboard.listings.models import Listing, ListingSkill

# Of these a feed that says nothing leaves what is there: people fill them in.
LEFT_ALONE = ("utc_note", "visa", "for_client", "client_name")

_UNSAID = {name: ListingContent.__dataclass_fields__[name].default for name in LEFT_ALONE}


def merged(listing: Listing, content: ListingContent) -> ListingContent:
    """``content`` with what people chose for this listing and what the feed leaves out."""
    kept = {
        name: getattr(listing, name)
        for name in LEFT_ALONE
        if getattr(content, name) == _UNSAID[name]
    }
    kept |= {"places": _with_days(listing, content.places)}
    skills = list(listing.skills.select_related("skill"))
    if any(item.origin == ListingSkill.Origin.STATED for item in skills):
        kept |= {
            "skills": tuple((item.skill, item.need) for item in skills),
            "skills_from": ListingSkill.Origin.STATED,
        }
    # A person chose the role.
    if listing.role_from in (Listing.RoleFrom.EMPLOYER, Listing.RoleFrom.EDITOR):
        kept |= {"role": listing.role, "role_from": listing.role_from, "level": listing.level}
        kept |= {"level_max": listing.level_max} | _relevance_of(listing)
    elif listing.relevance_why == EDITOR_DECIDED:
        kept |= _relevance_of(listing)
    return replace(content, **kept)


def _relevance_of(listing: Listing) -> dict[str, str]:
    return {"relevance": listing.relevance, "relevance_why": listing.relevance_why}


def _with_days(listing: Listing, places: Iterable[PlaceText]) -> tuple[PlaceText, ...]:
    """``places`` with the days on-site that are known of the same place of this listing."""
    days = {fold(row.text): row.hybrid_days for row in listing.places.all()}
    return tuple(
        replace(place, hybrid_days=place.hybrid_days or days.get(fold(place.text)))
        for place in places
    )
