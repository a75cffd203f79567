"""A value read from a text, with the words it was read from."""

import re
from collections.abc import Mapping
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


def only_value(quotes: Mapping[Value, str], default: Value) -> Quoted[Value]:
    """The one value that sentences state, each a key with its quote; ``default`` where they state
    none or differ.
    """
    if len(quotes) != 1:
        return Quoted(default)
    ((value, quote),) = quotes.items()
    return Quoted(value, quote)


def make_quote(sentence: str) -> str:
    text = NUMBER_OF_POINT.sub("", " ".join(sentence.split()).strip("-–*•·# "))
    if len(text) <= MAX_QUOTE_LENGTH:
        return text
    return text[: MAX_QUOTE_LENGTH - 1].rstrip() + "…"
