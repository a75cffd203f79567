"""Sources that answer in pages: how the next one is asked for, and where they end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from .base import InvalidFeedError

MAX_PAGES = 250

# Asks for an address, as fetch() does, and returns what it answers.
Get = Callable[..., bytes]


@dataclass(frozen=True)
class Paging:
    """Pages that a number in the query asks for: ``first``, ``first + step``, …"""

    parameter: str
    size: int
    size_parameter: str = ""
    first: int = 0
    step: int = 1
    max_pages: int = 0
    """So many pages are enough; 0 where all must come."""

    def pages(self, get: Get, address: str, count: Callable[[bytes], int]) -> Iterator[bytes]:
        def ask(number: int) -> bytes:
            query: dict[str, int] = {self.parameter: self.first + number * self.step}
            if self.size_parameter:
                query[self.size_parameter] = self.size
            return get(with_query(address, **query))

        return each_page(ask, count, self.size, self.max_pages)


def each_page(
    ask: Callable[[int], bytes], count: Callable[[bytes], int], size: int, max_pages: int = 0
) -> Iterator[bytes]:
    """Answers to ``ask(0)``, ``ask(1)``, … up to the first with fewer than ``size`` rows, or up to
    the ``max_pages``.

    Raises InvalidFeedError behind MAX_PAGES: an answer without its end must not pass for the
    whole.
    """
    for number in range(max_pages or MAX_PAGES):
        answer = ask(number)
        yield answer
        if count(answer) < size:
            return
    if not max_pages:
        raise InvalidFeedError(
            f"The feed has more than {MAX_PAGES} pages of {size} jobs. "
            "Use an address that returns fewer jobs."
        )


def with_query(address: str, **values: int | str) -> str:
    """``address`` with ``values`` in its query, in place of those it has."""
    parts = urlsplit(address)
    others = [(name, value) for name, value in parse_qsl(parts.query) if name not in values]
    return parts._replace(query=urlencode([*others, *values.items()])).geturl()
