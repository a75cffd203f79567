"""Values of the address as a listing’s columns hold them."""

from collections.abc import Iterable

from jobboard.listings.choices import EmploymentType

from .facets.table import UNSTATED


def stored(values: Iterable[str]) -> list[str]:
    """The values as a listing's column holds them."""
    return list(map(as_stored, values))


def as_stored(value: str) -> str:
    if value == UNSTATED:
        return ""
    return value


def type_masks(values) -> list[int]:
    """The bit masks of listings that are of any of these types of employment."""
    wanted = EmploymentType.mask(value for value in values if value != UNSTATED)
    masks = [mask for mask in range(1 << len(EmploymentType)) if mask & wanted]
    if UNSTATED in values:
        return [0, *masks]
    return masks
