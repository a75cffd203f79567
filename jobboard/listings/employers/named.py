"""Which known employers a text names, without reading all that are known."""

import re
from collections.abc import Collection, Iterator
from functools import cache

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.text import slugify

from .lookalikes import KNOWN_NAMES, MIN_LETTERS, KnownName, as_latin, on_the_board, words_of

MAX_WORDS = 4  # of a name
AT_ONCE = 5_000  # names that one query asks for
AROUND = " ,;:\"'“”„()"


def employers_named(beginnings: Collection[str]) -> dict[str, KnownName]:
    """Of those texts that begin with the name of a known employer, each with the employer. A name
    of more words goes before one of fewer. One query, however many texts.
    """
    names = {text: list(_names(text)) for text in beginnings}
    lasting = _lasting()
    on_board = _on_the_board({name for text in names.values() for name in text})
    found = {}
    for text, its_names in names.items():
        known = (lasting.get(words_of(name)) or on_board.get(words_of(name)) for name in its_names)
        if first := next(filter(None, known), None):
            found[text] = first
    return found


def _names(text: str) -> Iterator[str]:
    """What it may begin with, the longest first."""
    words = without_possessive(text).split()[:MAX_WORDS]
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count]).strip(AROUND)
        if sum(map(len, words_of(name))) >= MIN_LETTERS:
            yield name


def without_possessive(text: str) -> str:
    return re.sub(r"['’]s\b", "", text)


@cache
def _lasting() -> dict[tuple[str, ...], KnownName]:
    """Those that are known by data that comes with the site."""
    found: dict[tuple[str, ...], KnownName] = {}
    for names in KNOWN_NAMES:
        for one in names():
            found.setdefault(words_of(one.name), one)
    return found


def _on_the_board(names: Collection[str]) -> dict[tuple[str, ...], KnownName]:
    """By indexes: the companies are many, and so are the jobs that make them known. Of two that
    have one name, the older.
    """
    spelled = sorted({one for name in names for one in _spellings(name)})
    found: dict[tuple[str, ...], KnownName] = {}
    for start in range(0, len(spelled), AT_ONCE):
        some = spelled[start : start + AT_ONCE]
        rows = on_the_board().annotate(lower=Lower("name"))
        called = rows.filter(Q(lower__in=some) | Q(slug__in=some)).order_by("pk")
        for pk, name, domain in called.values_list("pk", "name", "domain"):
            known = KnownName(name, domain, "a company on this site", pk)
            found.setdefault(words_of(name), known)
    return found


def _spellings(name: str) -> Iterator[str]:
    """As names and slugs are stored: a slug has no accents, and a hyphen in each gap."""
    yield from _in_lower_case(name)
    plain = as_latin(name).lower()
    for i_or_l in "il":
        read = plain.translate(str.maketrans("0135$|", f"o{i_or_l}ess{i_or_l}"))
        yield slugify(read)
        yield slugify(read.replace("vv", "w").replace("rn", "m"))


def _in_lower_case(name: str) -> Iterator[str]:
    """As the databases do it: SQLite leaves what is not ASCII alone."""
    for spelling in (name, as_latin(name)):
        yield spelling.lower()
        yield re.sub("[A-Z]+", lambda letters: letters[0].lower(), spelling)
