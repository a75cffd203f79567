"""Work that keeps a core busy, of which a process does one piece at a time."""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Done = TypeVar("Done")


def one_at_a_time(work: Callable[Asked, Done]) -> Callable[Asked, Done]:
    """Whoever asks for ``work`` while it is done for somebody waits; who asks for anything else
    does not.
    """
    turn = Lock()

    @wraps(work)
    def in_turn(*args: Asked.args, **kwargs: Asked.kwargs) -> Done:
        with turn:
            return work(*args, **kwargs)

    in_turn.turn = turn  # type: ignore[attr-defined]  # for tests
    return in_turn
