"""The orders of a list that take what its visitor said about themselves."""

from django.http import QueryDict

from jobboard.you.visitor import Visitor

from .fit import FEW_COUNT_AS, FIT, MIN_REQUIRED, OPEN, Fit

YOUR_SORTS = {FIT: "Fit", OPEN: "Open to you"}


def sorts_for(visitor: Visitor | None) -> dict[str, str]:
    """Orders that take what a visitor said, and their labels."""
    sorts = {}
    if visitor and (visitor.known_ids or visitor.level or visitor.country):
        sorts[FIT] = YOUR_SORTS[FIT]
    if visitor and visitor.country:
        sorts[OPEN] = YOUR_SORTS[OPEN]
    return sorts


def fit_of(visitor: Visitor) -> Fit:
    return Fit(visitor.known_ids, visitor.level, visitor.country)


def without_sort(query: QueryDict) -> QueryDict:
    others = query.copy()
    del others["sort"]
    return others


def fit_in_words(visitor: Visitor) -> str:
    """By what a list is sorted for them."""
    known = "you have" if visitor.skills else f"in the {visitor.role} profile"
    steps = [
        f"the share of required skills {known}" if visitor.known_ids else "",
        f"jobs at {visitor.level_after_at}" if visitor.level else "",
        f"jobs open from {visitor.the_country}" if visitor.country else "",
    ]
    said = f"Sorted by {', then '.join(filter(None, steps))}."
    if not visitor.known_ids:
        return said
    few = f"A job that requires fewer than {MIN_REQUIRED} skills"
    return f"{said} {few} counts as one that requires {FEW_COUNT_AS}."
