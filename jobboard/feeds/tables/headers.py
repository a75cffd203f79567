"""Recognises the columns of other programs by their names, in six languages, as ours."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

TABLE = Path(__file__).with_name("headers.csv")
# The column that we add to rows with errors. It may stay when they are uploaded again.
WRONG = "What is wrong"
LEFT_OUT = ""
MAX_ABOVE = 10  # rows above the one that names the columns
KNOWN_NAMES = 3  # of columns, in a row that surely names them
MAX_NAME_LENGTH = 100  # characters; longer cells are no names that we know
MAX_NAMES = 200  # cells of a row that are looked at
_IN_BRACKETS = re.compile(r"\(([^()]{0,100})\)|\[([^\[\]]{0,100})\]")


@dataclass(frozen=True)
class Header:
    """``beside`` are the words in brackets, such as a currency."""

    words: str
    beside: str = ""


def read_header(text: str) -> Header:
    """“Gehalt_ab (EUR)*” is “gehalt ab” with “EUR” beside it."""
    text = text[: 2 * MAX_NAME_LENGTH]
    beside = " ".join(filter(None, chain.from_iterable(_IN_BRACKETS.findall(text))))
    return Header(plain_words(_IN_BRACKETS.sub(" ", text)), beside)


def plain_words(text: str) -> str:
    """Small letters without accents, and single blanks for all else: “ApplyURL” is “apply url”."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    decomposed = unicodedata.normalize("NFKD", apart.casefold())
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", letters))


def is_wrong_column(header: str) -> bool:
    """Whether it is the column that says what is wrong."""
    return plain_words(header) == plain_words(WRONG)


def same_headers(headers: Sequence[str]) -> list[str]:
    """Equal for files that need no other choice of columns."""
    return [plain_words(header) for header in headers if not is_wrong_column(header)]


@cache
def _names() -> list[tuple[str, str, str]]:
    """Each name of a column as plain words, its language and our field."""
    names: list[tuple[str, str, str]] = []
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for header in row["headers"].split(";"):
                names.append((plain_words(header), row["language"], row["field"]))
    return names


@cache
def fields_by_words() -> dict[str, str]:
    fields = {plain_words(WRONG): LEFT_OUT}
    for name, _, field in _names():
        fields.setdefault(name, field)
    return fields


@cache
def _languages_by_words() -> dict[str, set[str]]:
    languages: dict[str, set[str]] = {}
    for name, language, _ in _names():
        languages.setdefault(name, set()).add(language)
    return languages


def languages_of(headers: Sequence[str]) -> list[str]:
    """The languages in which we know most of the headers."""
    languages = _languages_by_words()
    votes: Counter[str] = Counter()
    for header in headers:
        votes.update(languages.get(read_header(header).words, ()))
    highest = max(votes.values(), default=0)
    return sorted(language for language, count in votes.items() if count == highest)


def names_known(headers: Sequence[str]) -> int:
    """How many of them we know. The cells of a job are hardly ever such names."""
    fields = fields_by_words()
    short = [header for header in headers[:MAX_NAMES] if len(header) <= MAX_NAME_LENGTH]
    return sum(bool(fields.get(read_header(header).words)) for header in short)


def fields_of(headers: Sequence[str]) -> list[str | None]:
    """Our field for each header, LEFT_OUT for a column that we ignore, None for an unknown one. If
    two columns have the same field, the first gets it.
    """
    known_fields = fields_by_words()
    taken: set[str] = set()
    fields: list[str | None] = []
    for header in headers:
        field = known_fields.get(read_header(header).words)
        if field and field in taken:
            field = None
        taken.add(field or "")
        fields.append(field)
    return fields
