"""Everyday words in the cells of a file, in four languages, and which of our values each means."""

import csv
from functools import cache
from pathlib import Path

from django.db.models import TextChoices

from .headers import plain_words

TABLE = Path(__file__).with_name("values.csv")
MAX_VALUE_LENGTH = 60  # characters; longer cells are no word that we know


def value_of(field: str, text: str) -> str | None:
    """'' for a word that is understood and says nothing, such as “permanent”; None for one that is
    not known.
    """
    if len(text) > MAX_VALUE_LENGTH:
        return None
    return _values().get((field, plain_words(text)))


def choice_of(field: str, text: str, choices: type[TextChoices]) -> str | None:
    """The value that ``text`` is, by our name, by the words that people see, or by everyday ones;
    None for one that is not known.
    """
    names: dict[str, str] = {}
    for value, label in choices.choices:
        for words in (value, label, *label.split(" / ")):
            names.setdefault(plain_words(words), value)
    known = names.get(plain_words(text[:MAX_VALUE_LENGTH]))
    if known is None:
        return value_of(field, text)
    return known


def names_of(choices: type[TextChoices]) -> str:
    """“On-site, Hybrid or Remote”, for a sentence."""
    *names, last = [label for value, label in choices.choices if value]
    return f"{', '.join(names)} or {last}"


@cache
def _values() -> dict[tuple[str, str], str]:
    values: dict[tuple[str, str], str] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for words in row["words"].split(";"):
                values.setdefault((row["field"], plain_words(words)), row["value"])
    return values
