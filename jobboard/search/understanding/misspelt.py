"""Usual slips of the hand in words that searches are made of: “anaylst”, “remtoe”, “enginer”.

The table says which words: rows of ``spelled``, and of ``misspelt`` for slips of other kinds. A
slip that is a word or a place itself, or that two words share, is not read.
"""

from collections import defaultdict
from functools import cache
from itertools import chain

from jobboard.listings.geo.gazetteer import cities_called, find_country, regions_named

from .table import find_rows, table

MIN_LENGTH = 6  # letters of a slip: shorter ones are other words
VOWELS = "aeiouy"


def meant_by(word: str) -> str:
    """The word that was meant; '' where ``word`` is no slip. Both as ``plain`` returns them."""
    return _slips().get(word, "")


@cache
def _slips() -> dict[str, str]:
    """The words that were meant, by slip."""
    words_by_slip: dict[str, set[str]] = defaultdict(set)
    for word in filter(_is_spelled, table()):
        for slip in _slips_in(word):
            words_by_slip[slip].add(word)
    words_of_the_table = set(chain.from_iterable(map(str.split, table())))
    slips = {}
    for slip, words in words_by_slip.items():
        if len(words) == 1 and slip not in words_of_the_table and not _is_place(slip):
            slips[slip] = words.pop()
    for phrase in table():
        rows = find_rows(phrase, "misspelt")
        if rows:
            slips[phrase] = rows[0].value
    return slips


def _is_spelled(phrase: str) -> bool:
    return bool(find_rows(phrase, "spelled"))


def _is_place(word: str) -> bool:
    return bool(cities_called(word) or regions_named(word) or find_country(word))


def _slips_in(word: str) -> list[str]:
    """Slips of ``word``: two letters swapped, one left out, one twice, or another vowel; the first
    is right.
    """
    slips: set[str] = set()
    for at in range(1, len(word)):
        before = word[:at]
        letter = word[at]
        behind = word[at + 1 :]
        slips |= {before + behind, before + letter + letter + behind}
        if behind:
            slips.add(before + behind[0] + letter + behind[1:])
        if letter in VOWELS:
            slips |= {before + vowel + behind for vowel in VOWELS}
    return [slip for slip in slips - {word} if len(slip) >= MIN_LENGTH]
