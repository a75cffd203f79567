"""Work that keeps a core busy, of which a process does one piece of each kind at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import BoundedSemaphore, Lock
from typing import ParamSpec, TypeVar

from .limits import RateLimitError

Asked = ParamSpec("Asked")
Done = TypeVar("Done")

MAX_SECONDS = 5  # that a thread waits for its turn; a line that moves takes two


class ServerBusyError(RateLimitError):
    """The work was not begun: others fill the line, or it does not move."""

    def __init__(self) -> None:
        super().__init__(retry_after=MAX_SECONDS)


class Line:
    """Those who do one kind of work and who wait to, ``max_threads`` threads of a process in all.

    The web server has more threads than all lines together have places: some are always free for
    everybody else.
    """

    def __init__(self, max_threads: int) -> None:
        self.max_threads = max_threads
        self.places = BoundedSemaphore(max_threads)
        self.turn = Lock()

    def one_at_a_time(self, work: Callable[Asked, Done]) -> Callable[Asked, Done]:
        """Wrap ``work``, which then also raises ServerBusyError."""

        @wraps(work)
        def in_turn(*args: Asked.args, **kwargs: Asked.kwargs) -> Done:
            with self._turn():
                return work(*args, **kwargs)

        return in_turn

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.places.acquire(blocking=False):
            raise ServerBusyError
        try:
            if not self.turn.acquire(timeout=MAX_SECONDS):
                raise ServerBusyError
            try:
                yield
            finally:
                self.turn.release()
        finally:
            self.places.release()


PASSWORDS = Line(4)
PICTURES = Line(2)
FILES = Line(3)  # of all jobs that a search finds
API_LISTS = Line(5)
WEBSITES = Line(1)  # of companies, which may be slow to answer
LINES = [PASSWORDS, PICTURES, FILES, API_LISTS, WEBSITES]
