"""Finds known employers that a text names, without reading all that are known."""

import re
from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.text import slugify

from .lookalikes import (
    KNOWN_NAMES,
    MIN_LETTERS,
    KnownName,
    as_latin,
    companies_as_known,
    get_words,
    on_the_board,
)

MAX_WORDS = 4  # of a name
BATCH_SIZE = 5_000  # names that one query asks for
AROUND = " ,;:\"'“”„()"

ByWords = dict[tuple[str, ...], KnownName]


def employers_named(beginnings: Collection[str]) -> dict[str, KnownName]:
    """Find the texts that begin with the name of a known employer, each with the employer. A longer
    name goes before a shorter one. It takes one query, however many texts.
    """
    names = {text: list(_names(text)) for text in beginnings}
    on_board = _on_the_board(set(chain.from_iterable(names.values())))
    employers = {}
    for text, its_names in names.items():
        employer = _first_known(its_names, on_board)
        if employer:
            employers[text] = employer
    return employers


def _first_known(names: list[str], on_board: ByWords) -> KnownName | None:
    for name in names:
        words = get_words(name)
        employer = _lasting().get(words) or on_board.get(words)
        if employer:
            return employer
    return None


def _names(text: str) -> Iterator[str]:
    """List the names that a text may begin with, the longest first."""
    words = without_possessive(text).split()[:MAX_WORDS]
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count]).strip(AROUND)
        if sum(map(len, get_words(name))) >= MIN_LETTERS:
            yield name


def without_possessive(text: str) -> str:
    return re.sub(r"['’]s\b", "", text)


@cache
def _lasting() -> ByWords:
    """Find employers that are known from data that comes with the site."""
    employers: ByWords = {}
    for names in KNOWN_NAMES:
        for employer in names():
            employers.setdefault(get_words(employer.name), employer)
    return employers


def _on_the_board(names: Collection[str]) -> ByWords:
    """Find employers with jobs here, through indexes: the companies are many, and so are the jobs
    that make them known. If two have one name, the older is taken.
    """
    spellings = sorted(set(chain.from_iterable(map(_spellings, names))))
    employers: ByWords = {}
    for start in range(0, len(spellings), BATCH_SIZE):
        batch = spellings[start : start + BATCH_SIZE]
        companies = on_the_board().annotate(lower=Lower("name"))
        companies = companies.filter(Q(lower__in=batch) | Q(slug__in=batch)).order_by("pk")
        for employer in companies_as_known(companies):
            employers.setdefault(get_words(employer.name), employer)
    return employers


def _spellings(name: str) -> Iterator[str]:
    """Spell names as names and slugs are stored: a slug has no accents, and a hyphen in each
    gap.
    """
    yield from _in_lower_case(name)
    plain = as_latin(name).lower()
    for i_or_l in "il":
        read = plain.translate(str.maketrans("0135$|", f"o{i_or_l}ess{i_or_l}"))
        yield slugify(read)
        yield slugify(read.replace("vv", "w").replace("rn", "m"))


def _in_lower_case(name: str) -> Iterator[str]:
    """Lower the case as the databases do: SQLite leaves what is not ASCII alone."""
    for spelling in (name, as_latin(name)):
        yield spelling.lower()
        yield re.sub("[A-Z]+", lambda letters: letters[0].lower(), spelling)
