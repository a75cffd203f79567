"""What a page shows of a search, to change it by."""

from dataclasses import dataclass, field

from .find import Option


@dataclass(frozen=True)
class Chip:
    """An active filter, and the address of the search without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Choice:
    """One box of the filter panel."""

    option: Option
    chosen: bool

    @property
    def disabled(self) -> bool:
        return not self.option.count and not self.chosen


@dataclass
class Panel:
    """One facet of the filter panel: ``choices`` in sight, ``more`` folded away."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Choice] = field(default_factory=list)
