"""Answers that are cached to be given again, within a bound of memory."""

from collections import OrderedDict
from threading import Lock
from typing import Any

MAX_ANSWERS = 500
MAX_NUMBERS = 1_000_000  # ids and amounts in all answers together: some tens of megabytes at most


class AnswerCache:
    """Keeps answers by what was asked. Those that came first make room for new ones."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Any, tuple[Any, int]] = OrderedDict()
        self._numbers = 0
        self._lock = Lock()

    def get(self, key: Any) -> Any:
        """The answer to ``key``; None for what is not there."""
        answer, _ = self._answers.get(key, (None, 0))
        return answer

    def set(self, key: Any, answer: Any, numbers: int) -> None:
        """``numbers``: how many the answer consists of."""
        if numbers > MAX_NUMBERS:
            return
        with self._lock:
            self._remove(key)
            self._answers[key] = (answer, numbers)
            self._numbers += numbers
            while len(self._answers) > MAX_ANSWERS or self._numbers > MAX_NUMBERS:
                self._remove(next(iter(self._answers)))

    def _remove(self, key: Any) -> None:
        _, numbers = self._answers.pop(key, (None, 0))
        self._numbers -= numbers
