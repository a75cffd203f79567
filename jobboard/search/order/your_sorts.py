"""The orders of a list that take what its visitor said about themselves."""

from django.http import QueryDict

from jobboard.you.visitor import Visitor

from .fit import FIT, OPEN, Fit

YOUR_SORTS = {FIT: "Fit", OPEN: "Open to you"}


def sorts_for(visitor: Visitor | None) -> dict[str, str]:
    """Orders that take what a visitor said, and their labels."""
    sorts = {}
    if visitor and (visitor.skills or visitor.level or visitor.country):
        sorts[FIT] = YOUR_SORTS[FIT]
    if visitor and visitor.country:
        sorts[OPEN] = YOUR_SORTS[OPEN]
    return sorts


def fit_of(visitor: Visitor) -> Fit:
    return Fit(visitor.skill_ids, visitor.level, visitor.country)


def without_sort(query: QueryDict) -> QueryDict:
    others = query.copy()
    del others["sort"]
    return others


def fit_in_words(visitor: Visitor) -> str:
    """By what a list is sorted for them."""
    steps = [
        "the share of required skills you have" if visitor.skills else "",
        f"jobs at {visitor.level_after_at}" if visitor.level else "",
        f"jobs open from {visitor.the_country}" if visitor.country else "",
    ]
    return f"Sorted by {', then '.join(filter(None, steps))}."
