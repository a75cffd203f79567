"""The pages that one process keeps."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from .state import State

MAX_BYTES = 16 * 2**20
MAX_PAGE_BYTES = 2**20
AROUND_A_PAGE = 2_000  # bytes that headers and the objects themselves take, about


@dataclass(frozen=True)
class Page:
    """A response as it was sent, compressed if it was."""

    body: bytes
    headers: dict[str, str]
    limits: tuple[tuple[str, int, int], ...] = ()
    """Action, most and seconds: how often somebody may have it."""


class Shelf:
    """Pages by address. Those that nobody asked for longest go first."""

    def __init__(self) -> None:
        self.pages: OrderedDict[str, Page] = OrderedDict()
        self.bytes = 0

    def put(self, address: str, page: Page) -> None:
        if address in self.pages:
            self.bytes -= size(address, self.pages.pop(address))
        self.pages[address] = page
        self.bytes += size(address, page)

    def drop_oldest(self) -> None:
        self.bytes -= size(*self.pages.popitem(last=False))


class Store:
    """Pages of one state. Anybody can make up addresses with a query without end, so these replace
    each other, and other pages only while they have less than half of the room.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._state: State | None = None
        self._plain = Shelf()
        self._with_query = Shelf()
        self._lock = Lock()

    def __contains__(self, address: str) -> bool:
        return address in self._shelf(address).pages

    def __len__(self) -> int:
        return len(self._plain.pages) + len(self._with_query.pages)

    @property
    def bytes(self) -> int:
        return self._plain.bytes + self._with_query.bytes

    def get(self, state: State, address: str) -> Page | None:
        with self._lock:
            pages = self._shelf(address).pages
            if state != self._state or address not in pages:
                return None
            pages.move_to_end(address)
            return pages[address]

    def save(self, state: State, address: str, page: Page) -> None:
        if size(address, page) > MAX_PAGE_BYTES:
            return
        with self._lock:
            if state != self._state:
                self._state = state
                self._plain = Shelf()
                self._with_query = Shelf()
            self._shelf(address).put(address, page)
            while self.bytes > self.max_bytes:
                self._choose_shelf_to_clear().drop_oldest()

    def _shelf(self, address: str) -> Shelf:
        if "?" in address:
            return self._with_query
        return self._plain

    def _choose_shelf_to_clear(self) -> Shelf:
        is_half = self._with_query.bytes > self.max_bytes / 2
        if is_half or not self._plain.pages:
            return self._with_query
        return self._plain


def size(address: str, page: Page) -> int:
    return len(page.body) + 2 * len(address) + AROUND_A_PAGE
