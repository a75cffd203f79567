"""The countries, regions and areas that a piece of a sentence names."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jobboard.feeds.parsing.places.areas import AREAS, CLEAR_CODES, FIXED_AREAS
from jobboard.listings.geo.gazetteer import find_country, key, regions_named

MAX_NAME_WORDS = 5  # words of a country's name
MIN_NAME_LENGTH = 4  # letters of one that is no code
# Codes that stand in sentences and are no words.
CODES = CLEAR_CODES | {"EU", "UE", "EEA", "DACH"}
WORD = re.compile(r"[^\W_]+(?:[.’'-][^\W_]+)*\.?")
ARTICLE = re.compile(r"\b[lLdD][’'](?=[A-ZÀ-Þ])")  # “l’UE”, “d’Allemagne”
# What may stand between names, in any language.
BETWEEN_NAMES = frozenset(
    [
        *("and", "or", "the", "of", "either", "und", "oder", "der", "den", "dem", "die", "et"),
        *("ou", "la", "le", "les", "de", "du", "des", "au", "aux", "y", "o", "el", "los", "e"),
        *("em", "no", "na", "nos", "nas", "do", "da", "dos", "das", "en", "van", "het", "in"),
    ]
)


class NamedAreas(NamedTuple):
    """The countries that a text names. ``names_areas``: it names regions or open areas, too."""

    countries: tuple[str, ...]
    names_areas: bool


def names_in(text: str) -> NamedAreas:
    """The countries and areas that ``text`` names."""
    countries: dict[str, None] = {}
    names_areas = False
    for name in filter(_is_name, _split_pieces(text)):
        if key(name) in FIXED_AREAS:
            countries |= dict.fromkeys(FIXED_AREAS[key(name)])
        elif country := _find_country(name):
            countries[country] = None
        else:
            names_areas = True
    if names_areas:
        countries.pop("GE", None)  # the state among states
    return NamedAreas(tuple(countries), names_areas)


def is_only_names(text: str) -> bool:
    """Whether ``text`` names something of them and says nothing else."""
    has_name = False
    for piece in _split_pieces(text):
        if _is_name(piece):
            has_name = True
        elif piece.lower() not in BETWEEN_NAMES:
            return False
    return has_name


def _split_pieces(text: str) -> Iterator[str]:
    """Names, the longest first, and the words between them, from left to right."""
    words: Sequence[str] = WORD.findall(ARTICLE.sub(" ", text))
    at = 0
    while at < len(words):
        length = _count_name_words(words, at)
        yield " ".join(words[at : at + length]).rstrip(".")
        at += length


def _count_name_words(words: Sequence[str], at: int) -> int:
    """How many words are the name that stands there; 1 if none does."""
    for length in range(MAX_NAME_WORDS, 1, -1):
        if _is_name(" ".join(words[at : at + length])):
            return length
    return 1


def _is_name(name: str) -> bool:
    bare = name.rstrip(".").replace(".", "")
    if len(bare) < MIN_NAME_LENGTH:
        return bare.isupper() and bare in CODES
    if not bare[0].isupper():
        return False
    name_key = key(bare)
    if name_key in FIXED_AREAS or name_key in AREAS:
        return True
    return bool(_find_country(bare) or regions_named(bare))


def _find_country(name: str) -> str:
    """The country of ``name``, which may be a genitive: “Deutschlands”."""
    return find_country(name) or find_country(name.removesuffix("s"))
