"""What a page shows of a search, to change it by."""

from dataclasses import dataclass, field

from .find import Option


@dataclass(frozen=True)
class Choice:
    """One box of the filter panel. What was understood goes with the words that say it, and not by
    its box.
    """

    option: Option
    chosen: bool
    is_understood: bool = False

    @property
    def disabled(self) -> bool:
        return self.is_understood or (not self.option.count and not self.chosen)


@dataclass
class Panel:
    """One facet of the filter panel: ``choices`` in sight, ``more`` folded away."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Choice] = field(default_factory=list)
