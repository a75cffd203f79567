"""A value read from a text, with the words it was read from."""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")
MAX_QUOTE_LENGTH = 200
NUMBER_OF_POINT = re.compile(r"^\d{1,2}[.)] ")


@dataclass(frozen=True)
class Quoted(Generic[Value]):
    """``quote`` is the sentence that states ``value``, shortened to MAX_QUOTE_LENGTH characters."""

    value: Value
    quote: str = ""


def quote_of(sentence: str) -> str:
    text = NUMBER_OF_POINT.sub("", " ".join(sentence.split()).strip("-–*•·# "))
    if len(text) <= MAX_QUOTE_LENGTH:
        return text
    return text[: MAX_QUOTE_LENGTH - 1].rstrip() + "…"
