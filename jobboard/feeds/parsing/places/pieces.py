"""The pieces of a text for a place, from its parts and items to groups of names."""

from dataclasses import dataclass, field
from typing import NamedTuple

from jobboard.listings.geo.gazetteer import key

from .names import Name, Spot, get_areas, get_cities


class Item(NamedTuple):
    """A piece of the text with the separators before it; ``workplace`` is '' for a name."""

    text: str
    start: int
    end: int
    between: str
    depth: int  # of brackets
    workplace: str = ""


@dataclass
class TextPart:
    """A piece of the text between strong separators; ``start`` is its place in the text."""

    text: str
    start: int
    items: list[Item]
    groups: list["NameGroup"] = field(default_factory=list)


@dataclass
class NameGroup:
    """Names that agree on a place, and what else is said of it. It stands from ``start`` to ``end``
    of the text.
    """

    start: int
    end: int
    depth: int
    names: list[Name] = field(default_factory=list)
    spots: tuple[Spot, ...] = ()  # all readings that are left
    spot: Spot | None = None  # what they share
    rest: list[str] = field(default_factory=list)  # keys of names that we do not know, and areas
    workplaces: set[str] = field(default_factory=set)
    between: str = ""  # the separators before it
    is_closed: bool = False  # a country with its workplace, as in "US Remote, Seattle"
    is_town: bool = False  # some town we do not know, so the larger city behind it is not the place
    is_settled: bool = False  # by the form it is written in
    is_in_doubt: bool = False  # something unknown follows the city: "Melbourne, Derbyshire"

    @property
    def only_name(self) -> str:
        """The key of its name; '' where it has none, or several."""
        if len(self.names) == 1:
            return key(self.names[0].text)
        return ""

    @property
    def has_city(self) -> bool:
        return bool(get_cities(self.spots))

    @property
    def is_wide(self) -> bool:
        """Whether it may be more than a city."""
        return not self.spots or bool(get_areas(self.spots))
