"""Finds new words in the short texts of a job: its locations, its notes on hours, pay and who can
apply.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from rapidfuzz import process
from rapidfuzz.distance import OSA

from jobboard.common.text.words import fold
from jobboard.listings.geo.gazetteer import cities_called, find_country, regions_named

from .wording import is_typing_error

# With these alone nobody can be told to do anything.
HARMLESS_WORDS = """
    a an and any at based between both from in of on only or our plus the to up with within
    area city country countries district greater metro office offices region state town
    distributed fully home hybrid location locations onsite remote remotely site wfh worldwide
    am afternoon afternoons business core daily day days flexible fri friday h hour hours hrs
    midnight min minutes mon monday morning mornings noon overlap overlapping pm shift standard
    thu thursday time times timezone timezones tue tuesday wed wednesday week weekly weeks
    work working zone zones
    aedt aest aet bst cest cet cst cdt ct edt eest eet est et gmt hkt ist jst kst mdt mst msk mt
    nzst pdt pst pt sgt utc west wet
    """
HARMLESS = frozenset(HARMLESS_WORDS.split())
APART = re.compile(r"[,;:/|()\[\]·•–—\n]|\s-\s")
MAX_NUMBER_DIGITS = 4  # digits: hours, days and house numbers; more can be dialled
WORD = re.compile(r"[^\W\d_]+|\d+")


def new_words(before: Iterable[str], after: Iterable[str], countries: set[str]) -> Iterator[str]:
    """Runs of words in ``after`` that no text of ``before`` has: without typing errors, words for
    hours and ways of working, and places in ``countries``.
    """
    known_words = sorted(set(chain.from_iterable(map(_words, before))))
    for part in dict.fromkeys(chain.from_iterable(map(APART.split, after))):
        yield from _of_part(part, known_words, countries)


def _of_part(part: str, known_words: list[str], countries: set[str]) -> Iterator[str]:
    """Yield new words of what stands between two signs."""
    if _is_place(part, countries):
        return
    for is_new, run in groupby(WORD.findall(part), lambda word: _is_new(fold(word), known_words)):
        phrase = " ".join(run)
        if is_new and not _is_place(phrase, countries):
            yield phrase


def _words(text: str) -> list[str]:
    return WORD.findall(fold(text))


def _is_new(word: str, known_words: list[str]) -> bool:
    if word in HARMLESS or (word.isdigit() and len(word) <= MAX_NUMBER_DIGITS):
        return False
    near = process.extract(word, known_words, scorer=OSA.distance, score_cutoff=1, limit=None)
    return not any(is_typing_error(old, word) for old, _, _ in near)


def _is_place(name: str, countries: set[str]) -> bool:
    """A country, or a region or city of ``countries``."""
    name = name.strip()
    if len(name) <= 3 and not name.isupper():
        return False  # “Mr” is no code of a country
    if find_country(name):
        return True
    if any(city.country in countries for city in cities_called(name)):
        return True
    return any(region.country in countries for region in regions_named(name))
