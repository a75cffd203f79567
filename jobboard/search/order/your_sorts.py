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


def get_fit(visitor: Visitor) -> Fit:
    return Fit(visitor.known_ids, visitor.level, visitor.country)


def without_sort(query: QueryDict) -> QueryDict:
    others = query.copy()
    del others["sort"]
    return others


def fit_in_words(visitor: Visitor) -> str:
    """A phrase that says by what a list is sorted for the visitor."""
    steps = []
    if visitor.skills:
        steps.append("the share of required skills you have")
    elif visitor.known_ids:
        steps.append(f"the share of required skills in the {visitor.role} profile")
    if visitor.level:
        steps.append(f"jobs at {visitor.level_after_at}")
    if visitor.country:
        steps.append(f"jobs open from {visitor.country_with_article}")
    sentence = f"Sorted by {', then '.join(steps)}."
    if not visitor.known_ids:
        return sentence
    few = f"A job that requires fewer than {MIN_REQUIRED} skills"
    return f"{sentence} {few} counts as one that requires {FEW_COUNT_AS}."
