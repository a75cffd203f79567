from dataclasses import dataclass, field


@dataclass(frozen=True)
class Option:
    """One value of a facet, and how many listings the search would give with it."""

    value: str
    label: str
    count: int


@dataclass
class Facet:
    options: list[Option] = field(default_factory=list)

    def count_of(self, value: str) -> int:
        return next((option.count for option in self.options if option.value == value), 0)


@dataclass(frozen=True)
class Found:
    """``ids`` of the asked page in order; ``featured`` are the ids for the block above page 1, not part of the list."""

    ids: list[int]
    total: int
    featured: list[int]
    facets: dict[str, Facet]
