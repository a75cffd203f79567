"""A change to a job that was changed itself meanwhile: field by field, what both say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from jobboard.listings.content import ListingContent

# Fields that say one thing together, and what people call it.
PARTS = {
    "title": ("title",),
    "description": ("description", "description_is_html"),
    "role": ("role", "role_from", "relevance", "relevance_why", "family"),
    "level": ("level", "level_max"),
    "employment type": ("employment_types",),
    "locations": ("places",),
    "can work from": ("eligibility", "eligibility_text", "eligible_countries"),
    "working hours": ("utc_note",),
    "pay": ("pay",),
    "pay note": ("pay_note",),
    "way to apply": ("apply_url", "apply_email"),
    "client": ("for_client", "client_name"),
    "visa sponsorship": ("visa",),
    "closing date": ("closes_on",),
    "skills": ("skills", "skills_from"),
}
# Follows the text, and is nothing that two could say differently.
READ = "read_values"


@dataclass(frozen=True)
class Rebased:
    """The change as it would be made now. ``conflicts`` names the parts that both changed, each in
    its own way: there the change's word is in ``content``.
    """

    content: ListingContent
    conflicts: tuple[str, ...]


def rebased(base: ListingContent, now: ListingContent, change: ListingContent) -> Rebased:
    """Apply what ``change`` made of ``base`` to what the job says ``now``."""
    values: dict[str, Any] = {}
    for fields in PARTS.values():
        if _values(change, fields) != _values(base, fields):
            values |= dict(zip(fields, _values(change, fields), strict=True))
    if "description" in values or "title" in values:
        values[READ] = change.read_values
    return Rebased(replace(now, **values), tuple(_conflicts(base, now, change)))


def changed_parts(before: ListingContent, after: ListingContent) -> list[str]:
    """The names of the parts that differ."""
    changed = []
    for name, fields in PARTS.items():
        if _values(before, fields) != _values(after, fields):
            changed.append(name)
    return changed


def _conflicts(base: ListingContent, now: ListingContent, change: ListingContent) -> Iterator[str]:
    for name, fields in PARTS.items():
        before = _values(base, fields)
        current = _values(now, fields)
        changed = _values(change, fields)
        if changed != before and current != before and changed != current:
            yield name


def _values(content: ListingContent, fields: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(content, name) for name in fields)
