"""Links that switch a page by its query: to another level of its pay, or to another order."""

from dataclasses import dataclass

from django.http import QueryDict

from roles.pay.page import LEVELS

ALL_LEVELS = "all"  # in the query
# As they stand before “pay”.
LEVEL_WORDS = {"": "all levels"} | {level: name.lower() for level, name in LEVELS.items()}


@dataclass(frozen=True)
class SwitchLink:
    name: str
    query: str
    is_current: bool


def level_asked(query: QueryDict) -> str | None:
    """'' for all levels together, None where none is chosen."""
    value = query.get("level", "")
    if value == ALL_LEVELS:
        return ""
    if value in LEVELS:
        return value
    return None


def level_links(query: QueryDict, current: str) -> list[SwitchLink]:
    """Links to the same page at each level; whatever else was asked stays."""
    links = []
    for level, name in [("", "All"), *LEVELS.items()]:
        changed = query.copy()
        changed["level"] = level or ALL_LEVELS
        links.append(SwitchLink(name.removesuffix("-level"), changed.urlencode(), level == current))
    return links


def sort_links(query: QueryDict, current: str, names: dict[str, str]) -> list[SwitchLink]:
    """Links to the same table in each order."""
    links = []
    for order, name in names.items():
        changed = query.copy()
        changed["sort"] = order
        links.append(SwitchLink(name, changed.urlencode(), order == current))
    return links
