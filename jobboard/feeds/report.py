"""What became of the items of one answer of a feed."""

from dataclasses import dataclass, field

NOTES = 200  # lines kept of what was skipped and refused

LONGEST_NOTE = 300  # characters

NEW_LINE = "\n"


@dataclass
class Report:
    """What became of the items; ``published`` of the created ones are public at once, and
    ``irrelevant`` ones wait for nobody.
    """

    created: int = 0
    published: int = 0
    irrelevant: int = 0
    updated: int = 0
    unchanged: int = 0
    reopened: int = 0
    closed: int = 0
    # For each: its number in the file, its title, the reason.
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    # For each: its number in the file, the field, the reason.
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    problem: str = ""
    is_unfinished: bool = False

    @property
    def lines(self) -> list[str]:
        skipped = [
            f"Item {number} skipped: {reason} ({title})."
            for number, title, reason in sorted(self.skipped)
        ]
        bad = [
            f"Item {number} rejected: {name}: {reason.rstrip('.')}."
            for number, name, reason in sorted(self.bad)
        ]
        return skipped + bad

    @property
    def waiting(self) -> int:
        return self.created - self.published - self.irrelevant

    def __str__(self) -> str:
        others = f", {self.irrelevant:,} not AI or data work" if self.irrelevant else ""
        return (
            f"{self.created:,} new ({self.published:,} published, "
            f"{self.waiting:,} waiting for review{others}), {self.updated:,} changed, "
            f"{self.unchanged:,} unchanged, {self.reopened:,} reopened, "
            f"{self.closed:,} closed, {len(self.skipped):,} skipped, {len(self.bad):,} rejected."
        )
