"""The countries, regions and areas that a piece of a sentence names."""

import re
from collections.abc import Iterator, Sequence

from jobboard.feeds.parsing.places.names import AREAS, CLEAR_CODES, FIXED_AREAS
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


def names_in(text: str) -> tuple[tuple[str, ...], bool]:
    """Countries named in ``text``, and whether regions or open areas are."""
    countries: dict[str, None] = {}
    is_part = False
    for name in filter(_is_name, _pieces(text)):
        if key(name) in FIXED_AREAS:
            countries |= dict.fromkeys(FIXED_AREAS[key(name)])
        elif country := _country(name):
            countries[country] = None
        else:
            is_part = True
    if is_part:
        countries = {code: None for code in countries if code != "GE"}  # the state among states
    return tuple(countries), is_part


def is_only_names(text: str) -> bool:
    """Whether ``text`` names something of them and says nothing else."""
    pieces = list(_pieces(text))
    others = [piece for piece in pieces if not _is_name(piece)]
    return len(others) < len(pieces) and all(piece.lower() in BETWEEN_NAMES for piece in others)


def _pieces(text: str) -> Iterator[str]:
    """Names, the longest first, and the words between them, from left to right."""
    words: Sequence[str] = WORD.findall(ARTICLE.sub(" ", text))
    at = 0
    while at < len(words):
        lengths = range(MAX_NAME_WORDS, 0, -1)
        length = next((n for n in lengths if _is_name(" ".join(words[at : at + n]))), 1)
        yield " ".join(words[at : at + length]).rstrip(".")
        at += length


def _is_name(name: str) -> bool:
    bare = name.rstrip(".").replace(".", "")
    if len(bare) < MIN_NAME_LENGTH:
        return bare.isupper() and bare in CODES
    known = key(bare)
    is_known = known in FIXED_AREAS or known in AREAS or bool(_country(bare))
    return bare[0].isupper() and (is_known or bool(regions_named(bare)))


def _country(name: str) -> str:
    """“Deutschlands” is a genitive."""
    return find_country(name) or find_country(name.removesuffix("s"))
