"""Usual slips of the hand in words that searches are made of: “anaylst”, “remtoe”, “enginer”.

The table says which words: rows of ``spelled``, and of ``misspelt`` for slips of other kinds. A
slip that is a word or a place itself, or that two words share, is not read.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from jobboard.listings.geo.gazetteer import cities_called, find_country, regions_named

from .table import rows_of, table

MIN_LENGTH = 6  # letters of a slip: shorter ones are other words
VOWELS = "aeiouy"


def meant_by(word: str) -> str:
    """The word that was meant; '' where ``word`` is no slip. Both as ``plain`` returns them."""
    return _slips().get(word, "")


@cache
def _slips() -> dict[str, str]:
    """What was meant, by slip."""
    meant: dict[str, set[str]] = defaultdict(set)
    for word in filter(_is_spelled, table()):
        for slip in _slips_in(word):
            meant[slip].add(word)
    known = {word for phrase in table() for word in phrase.split()}
    found = {
        slip: words.pop()
        for slip, words in meant.items()
        if len(words) == 1 and slip not in known and not _is_place(slip)
    }
    rows = {phrase: rows_of(phrase, "misspelt") for phrase in table()}
    return found | {phrase: of_phrase[0].value for phrase, of_phrase in rows.items() if of_phrase}


def _is_spelled(phrase: str) -> bool:
    return bool(rows_of(phrase, "spelled"))


def _is_place(word: str) -> bool:
    return bool(cities_called(word) or regions_named(word) or find_country(word))


def _slips_in(word: str) -> Iterator[str]:
    """Two letters swapped, one left out, one twice, or another vowel; the first is right."""
    slips: set[str] = set()
    for at in range(1, len(word)):
        before, letter, behind = word[:at], word[at], word[at + 1 :]
        slips |= {before + behind, before + letter + letter + behind}
        if behind:
            slips.add(before + behind[0] + letter + behind[1:])
        if letter in VOWELS:
            slips |= {before + vowel + behind for vowel in VOWELS}
    yield from (slip for slip in slips - {word} if len(slip) >= MIN_LENGTH)
