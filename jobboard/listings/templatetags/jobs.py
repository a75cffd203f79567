from collections.abc import Collection
from hashlib import blake2b

from django import template
from django.core.cache import caches
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone

from jobboard.listings.models import Listing

register = template.Library()


@register.simple_tag
def job_card(
    listing: Listing,
    user=None,
    *,
    level: int = 3,
    saved: Collection[int] = (),
    of_company: bool = False,
) -> str:
    """The card of a job from ``for_cards()``, with a star for ``user`` to save it, if given, and
    pressed if ``saved`` has its id. It is drawn once for all that was read of the job, its company
    and its logo, and kept in this process; not if it says something to one visitor alone.
    """
    context = {
        "listing": listing,
        "marks": getattr(listing, "marks", None),
        "level": level,
        "save": user is not None,
        "user": user,
        "saved": saved,
        "of_company": of_company,
    }
    if context["marks"]:
        return _render_card(context)
    rows = [listing, listing.company, getattr(listing.company, "logo", None)]
    key = _digest(
        *map(_get_values, rows),
        listing.is_featured,
        timezone.now().date(),
        level,
        user is None,
        user and user.is_authenticated,
        listing.pk in saved,
        of_company,
    )
    cache = caches["drawn"]
    card = cache.get(key)
    if card is None:
        card = _render_card(context)
        cache.set(key, card)
    return card


def _render_card(context: dict) -> str:
    return render_to_string("listings/_card.html", context)


def _get_values(row: Model | None) -> dict:
    """Return all that was read of a row."""
    if row:
        return {name: value for name, value in vars(row).items() if name[0] != "_"}
    return {}


def _digest(*values: object) -> str:
    return blake2b(repr(values).encode("utf-8", "replace"), digest_size=16).hexdigest()
