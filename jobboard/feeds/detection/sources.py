"""The result of detection: a system that publishes jobs, and which board of it."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

FOLDER = Path(__file__).parent
MAX_ADDRESS_LENGTH = 500
TOO_LONG = f"The address is longer than {MAX_ADDRESS_LENGTH} characters. Paste a shorter one."

Row = dict[str, str]


class NotASourceError(Exception):
    """No jobs can be read from what was given; the message says what to do instead."""


@dataclass(frozen=True)
class DetectedSource:
    """``api`` is where the jobs are read. A job board for many employers has no ``board``."""

    kind: str
    name: str
    board: str
    api: str

    def __str__(self) -> str:
        if self.board:
            return f"{self.name} ({self.board})"
        return self.name


@dataclass(frozen=True)
class System:
    """A row of systems.csv. ``board`` and ``api`` are made of what an address names in braces;
    ``filters`` are the parameters that a pasted API address may bring along.
    """

    kind: str
    name: str
    board: str
    api: str
    filters: str
    example: str

    def source(self, found: Row, query: str = "") -> DetectedSource:
        """Raises NotASourceError."""
        api = _with_filters(self.api.format(**found), self.filters.split(), query)
        if len(api) > MAX_ADDRESS_LENGTH:
            raise NotASourceError(TOO_LONG)
        return DetectedSource(self.kind, self.name, self.board.format(**found), api)


def _with_filters(api: str, allowed: list[str], query: str) -> str:
    if not allowed:
        return api
    chosen = {name: value for name, value in parse_qsl(query) if name in allowed}
    parts = urlsplit(api)
    missing = {name: value for name, value in parse_qsl(parts.query) if name not in chosen}
    return parts._replace(query=urlencode(missing | chosen)).geturl()


@cache
def table(name: str) -> tuple[Row, ...]:
    """The rows of <name>.csv in this folder."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))


@cache
def systems() -> dict[str, System]:
    return {
        row["system"]: System(
            row["kind"], row["name"], row["board"], row["api"], row["filters"], row["example"]
        )
        for row in table("systems")
    }
