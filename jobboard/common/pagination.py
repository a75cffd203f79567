"""Links to the pages of a list, for templates/_pager.html."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pager:
    """``here`` of ``last`` pages, both from 1; ``url`` gives the address of a page. One page needs
    no links.
    """

    here: int
    last: int
    url: Callable[[int], str]

    @property
    def links(self) -> list[dict]:
        """First, last and the neighbours of this page; a gap stands for those between."""
        shown = sorted(
            {1, self.last, *range(max(1, self.here - 2), min(self.last, self.here + 2) + 1)}
        )
        links: list[dict] = []
        for number in shown if self.last > 1 else []:
            if links and number - links[-1]["number"] > 1:
                links.append({"number": number - 1, "gap": True})
            links.append(
                {"number": number, "url": self.url(number), "current": number == self.here}
            )
        return links

    @property
    def previous_url(self) -> str:
        return self.url(self.here - 1) if self.here > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(self.here + 1) if self.here < self.last else ""
