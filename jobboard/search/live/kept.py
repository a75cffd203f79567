"""Answers that are kept to be given again, within a bound of memory."""

from collections import OrderedDict
from threading import Lock
from typing import Any

MAX_ANSWERS = 500
MAX_NUMBERS = 1_000_000  # ids and amounts in all answers together: some tens of megabytes at most


class Kept:
    """By what was asked. Those that came first make room for new ones."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Any, tuple[Any, int]] = OrderedDict()
        self._numbers = 0
        self._lock = Lock()

    def get(self, asked: Any) -> Any:
        """None for what is not kept."""
        answer, _ = self._answers.get(asked, (None, 0))
        return answer

    def keep(self, asked: Any, answer: Any, numbers: int) -> None:
        """``numbers``: how many the answer consists of."""
        if numbers > MAX_NUMBERS:
            return
        with self._lock:
            self._forget(asked)
            self._answers[asked] = (answer, numbers)
            self._numbers += numbers
            while len(self._answers) > MAX_ANSWERS or self._numbers > MAX_NUMBERS:
                self._forget(next(iter(self._answers)))

    def _forget(self, asked: Any) -> None:
        _, numbers = self._answers.pop(asked, (None, 0))
        self._numbers -= numbers
