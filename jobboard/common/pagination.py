"""Links to the pages of a list, for templates/_pager.html."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.paginator import Page

NEIGHBOURS = 2  # pages shown on each side of this one


@dataclass(frozen=True)
class Pager:
    """``url`` gives the web address of a page number."""

    page: Page
    url: Callable[[int], str]

    @property
    def is_needed(self) -> bool:
        return self.page.has_other_pages()

    @property
    def links(self) -> Iterator[dict]:
        """The first and last page, this one and its neighbours; without a url where pages between
        are left out.
        """
        numbers = self.page.paginator.get_elided_page_range(
            self.page.number, on_each_side=NEIGHBOURS, on_ends=1
        )
        for number in numbers:
            is_gap = number == self.page.paginator.ELLIPSIS
            yield {
                "number": number,
                "url": "" if is_gap else self.url(number),
                "current": number == self.page.number,
            }

    @property
    def previous_url(self) -> str:
        return self.url(self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self.url(self.page.next_page_number()) if self.page.has_next() else ""
