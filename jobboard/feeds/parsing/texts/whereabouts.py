"""From where a text says that its job can be done."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jobboard.feeds.parsing.places.names import AREAS, CLEAR_CODES, FIXED_AREAS
from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows
from jobboard.listings.geo.gazetteer import find_country, key, regions_named

from .quoted import quote_of
from .sections import sentences

ANYWHERE, MUST, LIVE, AUTHORIZED = "anywhere", "must", "live", "authorized"
KINDS = (MUST, LIVE, AUTHORIZED, ANYWHERE)
ONLY = "only"  # the names stand before it: “UK-based candidates only”
MOVES, PAY, LIMITED, DENIED = "moves", "pay", "limited", "denied"
LONGEST_NAME = 5  # words of a country's name
SHORTEST_NAME = 4  # letters of one that is no code
# Codes that stand in sentences and are no words.
CODES = CLEAR_CODES | {"EU", "EEA", "DACH"}
ENDS = re.compile(
    r"[.;(:]|\b(?:who|with|as|to be|for|while|during|where|whose|without)\b"
    r"|\b(?:and|or) (?!the\b)[a-z]"
)
NAMES_BEFORE = re.compile(r"(?:\b[A-Z][\w.]*[\s,/&-]*|\b(?:and|or|the)\s+)+$")
DOTTED_CODE = re.compile(r"\b([A-Z])\.([A-Z])\.")


@dataclass(frozen=True)
class Whereabouts:
    """What one sentence says: ``kind`` is one of KINDS. ``names`` are what it names as written,
    ``countries`` those that are whole countries; ``is_part`` where it names regions or areas that
    are no list of countries. ``or_moves``: whoever moves there is meant too.
    """

    kind: str
    countries: tuple[str, ...] = ()
    is_part: bool = False
    or_moves: bool = False
    quote: str = ""


def read_whereabouts(text: str) -> tuple[Whereabouts, ...]:
    """Each sentence that says it; pay “for candidates in Spain” and weeks abroad say nothing, nor
    do hours of a time zone and what is denied or excepted.
    """
    return tuple(found for one in sentences(text) for found in _of_sentence(one.text))


def _of_sentence(sentence: str) -> Iterator[Whereabouts]:
    found = {kind: match for match, kind in _patterns().find(sentence)}
    if {PAY, LIMITED, DENIED} & found.keys():
        return
    if ONLY in found:
        countries, is_part = _names_in(_before(sentence, found[ONLY].group()))
        if countries or is_part:
            yield Whereabouts(MUST, countries, is_part, MOVES in found, quote_of(sentence))
            return
    for kind in KINDS:
        if kind not in found:
            continue
        countries, is_part = _named_behind(sentence, found[kind].group())
        if (kind == ANYWHERE) != bool(countries or is_part):
            yield Whereabouts(kind, countries, is_part, MOVES in found, quote_of(sentence))
            return


def _named_behind(sentence: str, words: str) -> tuple[tuple[str, ...], bool]:
    """Countries named behind ``words``, and whether regions or open areas are."""
    behind = _behind(DOTTED_CODE.sub(r"\1\2", sentence), words)
    return _names_in(ENDS.split(behind, maxsplit=1)[0])


def _before(sentence: str, words: str) -> str:
    """The names that stand right before ``words``, which are folded, in ``sentence``."""
    pattern = r"(?:based\W+)?" + r"\W+".join(map(re.escape, words.split()))
    plain = DOTTED_CODE.sub(r"\1\2", sentence)
    hit = re.search(rf"\b{pattern}\b", plain, re.IGNORECASE)
    names = NAMES_BEFORE.search(plain[: hit.start()]) if hit else None
    return names.group().replace("-", " ") if names else ""


def _names_in(text: str) -> tuple[tuple[str, ...], bool]:
    """Countries named in ``text``, and whether regions or open areas are."""
    countries: dict[str, None] = {}
    is_part = False
    for name in _names(re.findall(r"[^\W_]+(?:[.’'-][^\W_]+)*\.?", text)):
        if key(name) in FIXED_AREAS:
            countries |= dict.fromkeys(FIXED_AREAS[key(name)])
        elif country := _country(name):
            countries[country] = None
        else:
            is_part = True
    if is_part:
        countries = {code: None for code in countries if code != "GE"}  # the state among states
    return tuple(countries), is_part


def _behind(sentence: str, words: str) -> str:
    """What stands behind ``words``, which are folded, in ``sentence``, which is not."""
    last = words.split()[-1]
    hits = list(re.finditer(rf"\b{re.escape(last)}\b", sentence, re.IGNORECASE))
    many = words.split().count(last)
    return sentence[hits[min(many, len(hits)) - 1].end() :] if hits else sentence


def _names(words: Sequence[str]) -> Iterator[str]:
    """Names of countries, regions and areas, longest first, from left to right."""
    at = 0
    while at < len(words):
        length = next(
            (n for n in range(LONGEST_NAME, 0, -1) if _is_name(" ".join(words[at : at + n]))), 0
        )
        if length:
            yield " ".join(words[at : at + length]).rstrip(".")
        at += max(length, 1)


def _is_name(name: str) -> bool:
    bare = name.rstrip(".").replace(".", "")
    if len(bare) < SHORTEST_NAME:
        return bare.isupper() and bare in CODES
    known = key(bare)
    is_known = known in FIXED_AREAS or known in AREAS or bool(_country(bare))
    return bare[0].isupper() and (is_known or bool(regions_named(bare)))


def _country(name: str) -> str:
    """“Deutschlands” is a genitive."""
    return find_country(name) or find_country(name.removesuffix("s"))


@cache
def _patterns() -> Patterns[str]:
    return Patterns(pattern_rows("whereabouts", "kind"))
