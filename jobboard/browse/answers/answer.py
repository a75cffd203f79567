from dataclasses import dataclass, field
from datetime import date
from typing import Any

STATED = "stated"
OPEN = "open"
NEUTRAL = "neutral"


@dataclass(frozen=True)
class Answer:
    """``tone`` is STATED, OPEN where the job leaves something out, or NEUTRAL. ``quotes`` are the
    employer's own words; ``asks`` names what a reader may ask for (see ``asking``).
    """

    title: str
    tone: str
    sentences: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)


def position(row: dict[str, Any]) -> int:
    """The sort key of a row of ``place_rows``."""
    return row["position"]


def format_day(day: date) -> str:
    return f"{day:%-d %b %Y}"
