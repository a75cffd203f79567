"""Reads understood.csv, which says what words are understood as: one word or phrase a row.

``field`` is the parameter that a phrase sets to ``value``; of roles and skills that is the English
name. The others say how to read what stands around: see README.md. ``when``: ``start``, where it
opens the line; ``beside``, where something understood stands next to it.
"""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jobboard.listings.geo.gazetteer import key

PATH = Path(__file__).with_name("understood.csv")
FILTERS = {"level", "type", "workplace", "country", "city", "role", "skill", "visa", "posted"}
NO_MEANING = {"name", "spelled", "misspelt", "thing"}  # alone


class PhraseRow(NamedTuple):
    field: str
    value: str
    when: str
    language: str  # ISO 639-1


def plain(phrase: str) -> str:
    """The phrase as phrases are compared; a currency’s sign stays as it is: “A$” is no “a”."""
    if phrase.endswith("$"):
        return phrase.strip().casefold()
    return key(phrase) or phrase.strip().casefold()


@cache
def table() -> dict[str, tuple[PhraseRow, ...]]:
    """The rows of the table by phrase."""
    rows: dict[str, tuple[PhraseRow, ...]] = {}
    for phrase, row in _rows():
        rows[phrase] = (*rows.get(phrase, ()), row)
    return rows


def _rows() -> Iterator[tuple[str, PhraseRow]]:
    with PATH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            phrase = plain(row["phrase"])
            yield phrase, PhraseRow(row["field"], row["value"], row["when"], row["language"])


def find_rows(phrase: str, *fields: str) -> list[PhraseRow]:
    """The rows of ``phrase``, as ``plain`` returns it, for the ``fields``."""
    return [row for row in table().get(phrase, ()) if row.field in fields]


def is_cue(phrase: str, *values: str) -> bool:
    """Whether ``phrase`` says one of the ``values``."""
    return any(row.value in values for row in find_rows(phrase, "cue"))


def has_cue(phrases: Iterable[str], *values: str) -> bool:
    return any(is_cue(phrase, *values) for phrase in phrases)


def is_filler(phrase: str) -> bool:
    return bool(find_rows(phrase, "filler"))


def find_currency(phrase: str) -> str:
    """The code of a currency; '' for none."""
    rows = find_rows(phrase, "currency")
    if rows:
        return rows[0].value
    return ""
