"""The pages that one process keeps."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from .state import State

MOST_BYTES = 16 * 2**20
MOST_OF_ONE = 2**20
AROUND_A_PAGE = 2_000  # bytes that headers and the objects themselves take, about


@dataclass(frozen=True)
class Page:
    """As it was answered, packed if it was."""

    body: bytes
    headers: dict[str, str]


class Store:
    """Pages of one state, by address. Those that nobody asked for longest go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._state: State | None = None
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, address: str) -> bool:
        return address in self._pages

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, state: State, address: str) -> Page | None:
        with self._lock:
            if state != self._state or address not in self._pages:
                return None
            self._pages.move_to_end(address)
            return self._pages[address]

    def keep(self, state: State, address: str, page: Page) -> None:
        if size(address, page) > MOST_OF_ONE:
            return
        with self._lock:
            if state != self._state:
                self._state, self.bytes = state, 0
                self._pages.clear()
            if address in self._pages:
                self.bytes -= size(address, self._pages.pop(address))
            self._pages[address] = page
            self.bytes += size(address, page)
            while self.bytes > self.most_bytes:
                self.bytes -= size(*self._pages.popitem(last=False))


def size(address: str, page: Page) -> int:
    return len(page.body) + 2 * len(address) + AROUND_A_PAGE
