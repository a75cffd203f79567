"""Defaults of a page for its visitor, where its address asks for nothing else."""

from django.http import QueryDict

from jobboard.insights.pictures.level_switch import level_asked
from jobboard.you.visitor import Visitor


def level_for(visitor: Visitor, query: QueryDict) -> str | None:
    """The level that was asked for, else theirs; None where there is neither."""
    level = level_asked(query)
    if level is None and visitor.level:
        return visitor.level
    return level


def cell_for(visitor: Visitor, query: QueryDict) -> QueryDict:
    """The query of a salary page: with their level and country where it names neither."""
    if not visitor or {"level", "country", "year", "remote"} & query.keys():
        return query
    filled = query.copy()
    for name, value in (("level", visitor.level), ("country", visitor.country)):
        if value:
            filled[name] = value
    return filled
