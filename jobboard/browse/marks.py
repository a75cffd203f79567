"""Marks on the cards of a list for a visitor: whether a job is open to them, reaches the pay they
want, and how many of its required skills they have.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jobboard.common.text.words import plural
from jobboard.listings.models import Listing
from jobboard.listings.querysets import is_within_reach
from jobboard.search.order.fit import IS_OPEN, NOT_OPEN, UNCLEAR
from jobboard.search.order.open_jobs import open_states
from jobboard.search.results.page import PER_PAGE, Results
from jobboard.you.visitor import Visitor

from .answers.for_you import BELOW, MAYBE, SURELY, reaches

PAY = {SURELY: "Pays what you want", MAYBE: "May pay what you want", BELOW: "Pays less"}


@dataclass(frozen=True)
class CardMark:
    """``is_good`` gets a tick."""

    words: str
    is_good: bool = False


def mark_cards(
    listings: Sequence[Listing], visitor: Visitor, groups: Sequence["CardGroup"] = ()
) -> None:
    """Set ``marks`` on each of the cards, which have ``required_rows``. A card in one of the
    ``groups`` of the list says what its group says.
    """
    states: dict[int, int] = {}
    for group in groups:
        states |= {card.pk: group.place for card in group.listings}
    others = [listing.pk for listing in listings if listing.pk not in states]
    if visitor.country and others:
        states |= open_states(others, visitor.country)
    for listing in listings:
        marks = [
            _mark_openness(states.get(listing.pk), visitor),
            _mark_pay(listing, visitor),
            _mark_skills(listing, visitor),
        ]
        listing.marks = list(filter(None, marks))


def _mark_openness(place: int | None, visitor: Visitor) -> CardMark | None:
    if place is None:
        return None
    marks = {
        IS_OPEN: CardMark("Open to you", is_good=True),
        UNCLEAR: CardMark(f"Unclear if open from {visitor.country_with_article}"),
        NOT_OPEN: CardMark(f"Not open from {visitor.country_with_article}"),
    }
    return marks[place]


def _mark_pay(listing: Listing, visitor: Visitor) -> CardMark | None:
    state = reaches(listing, visitor)
    if not state:
        return None
    return CardMark(PAY[state], is_good=state == SURELY)


def _mark_skills(listing: Listing, visitor: Visitor) -> CardMark | None:
    required = getattr(listing, "required_rows", None) or ()
    if not required or not visitor.known_ids:
        return None
    have = len(visitor.known_ids.intersection(row["id"] for row in required))
    text = f"{have} of {plural(len(required), 'skill')}"
    if not visitor.skills:
        text += f" in the {visitor.role} profile"
    if is_within_reach(have, len(required)):
        text += ", within reach"
    return CardMark(text, is_good=have == len(required))


# --- Groups of a list that is sorted by whether jobs are open -------------------------------------


@dataclass(frozen=True)
class CardGroup:
    """The cards of this page that are in it; ``total`` are in all of the list. ``place`` is
    IS_OPEN, UNCLEAR or NOT_OPEN.
    """

    place: int
    title: str
    total: int
    listings: list[Listing]
    is_folded: bool = False


def build_groups(results: Results, visitor: Visitor) -> list[CardGroup]:
    """The groups that this page shows jobs of. Jobs not open are folded, if anything else is on
    the page.
    """
    totals = results.result.groups
    if not totals:
        return []
    first = (results.search.page - 1) * PER_PAGE
    place_of = {pk: _place_at(first + at, totals) for at, pk in enumerate(results.result.ids)}
    titles = {
        IS_OPEN: f"Open from {visitor.country_with_article}",
        UNCLEAR: f"Unclear if open from {visitor.country_with_article}",
        NOT_OPEN: f"Not open from {visitor.country_with_article}",
    }
    cards_at: dict[int, list[Listing]] = defaultdict(list)
    for listing in results.listings:
        if listing.pk in place_of:
            cards_at[place_of[listing.pk]].append(listing)
    groups = []
    for place, title in titles.items():
        if place in cards_at:
            is_folded = place == NOT_OPEN and len(cards_at) > 1
            groups.append(CardGroup(place, title, totals[place], cards_at[place], is_folded))
    return groups


def _place_at(position: int, totals: dict[int, int]) -> int:
    """The group of the job at this position of the list, counted from 0."""
    for place in (IS_OPEN, UNCLEAR):
        if position < totals[place]:
            return place
        position -= totals[place]
    return NOT_OPEN
