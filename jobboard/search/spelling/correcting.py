"""Finds which word was meant by one that stands in no job."""

import csv
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path

from jobboard.common.text.words import COUNTRIES, fold
from jobboard.search.index.queries import Snapshot
from jobboard.search.understanding.table import FILTERS, find_rows, plain, table
from jobboard.search.words import MIN_CORRECTED_LENGTH, Word, max_typos, typos_between
from roles.models import Role, Skill

ORDINARY = Path(__file__).with_name("ordinary.csv")
# A shorter word is not corrected to a level, a type, a way to work or a place: “dash” and “sage”
# are words of their own.
MIN_LETTERS_OF_A_FILTER = 6
OF_THE_JOB = FILTERS - {"role", "skill"}


def nearest_word(index: Snapshot, word: Word, now: datetime) -> str | None:
    """The nearest of the words that we understand and those of live jobs; of equals an understood
    one, then the most frequent.
    """
    typed = word.tokens[0]
    allowed = max_typos(typed)
    if not allowed:
        return None
    job_word = index.nearest_word(word, now)
    if job_word and not _may_mean(typed, job_word):
        job_word = None
    typos, understood = _nearest_understood(typed, allowed)
    if understood and (not job_word or typos <= typos_between(typed, job_word, allowed)):
        return understood
    return job_word


def _nearest_understood(typed: str, allowed: int) -> tuple[int, str]:
    """The nearest word and how many typos it takes; '' for none."""
    nearest = (allowed + 1, "")
    for word in _words_we_know():
        candidate = (typos_between(typed, word, allowed), word)
        if candidate[0] <= allowed and _may_mean(typed, word):
            nearest = min(nearest, candidate)
    return nearest


def _may_mean(typed: str, meant: str) -> bool:
    """Whether it can be a slip of that word. Letters before or behind a word make another one:
    “unremote”, “interne”. A filter is not what somebody meant with two slips in one word.
    """
    if _has_extra_letters_at_an_end(typed, meant):
        return False
    if meant not in _words_of_filters():
        return True
    if typed in _ordinary_words() or typos_between(typed, meant, 1) > 1:
        return False
    return len(typed) >= MIN_LETTERS_OF_A_FILTER or _is_hurried(typed, meant)


def _is_hurried(typed: str, meant: str) -> bool:
    """A short word that lacks a letter or has two swapped: “remot”, “enrty”."""
    is_long_enough = len(typed) == MIN_LETTERS_OF_A_FILTER - 1
    return is_long_enough and (len(typed) < len(meant) or sorted(typed) == sorted(meant))


def _has_extra_letters_at_an_end(typed: str, meant: str) -> bool:
    """Whether letters were added before or behind; a letter that was hit twice is none."""
    if typed == meant or meant not in (typed[-len(meant) :], typed[: len(meant)]):
        return False
    return typed not in (meant[0] + meant, meant + meant[-1])


@cache
def _ordinary_words() -> set[str]:
    """Words of ordinary.csv, which look like slips of a filter’s but are their own: “contrast”."""
    with ORDINARY.open(encoding="utf-8", newline="") as file:
        return {row["word"] for row in csv.DictReader(file)}


@cache
def _words_of_filters() -> set[str]:
    """The words that name a level, a type, a way to work, a place or a time."""
    filters = _phrases_that_set(OF_THE_JOB)
    single = [phrase for phrase in filters if " " not in phrase]
    return _alphabetic_words([*single, *map(fold, COUNTRIES.values())])


def _phrases_that_set(fields: Iterable[str]) -> list[str]:
    return [phrase for phrase in table() if find_rows(phrase, *fields)]


def _words_we_know() -> set[str]:
    """Single words of our tables, skills and roles, folded."""
    names = [
        *Skill.objects.current().values_list("name", flat=True),
        *Role.objects.published().values_list("name", flat=True),
    ]
    return _words_of_the_table() | _alphabetic_words(map(fold, names))


def is_understood(typed: str) -> bool:
    """Whether it stands in a phrase of the table, alone or not."""
    return plain(typed) in _words_of_all_phrases()


@cache
def _words_of_all_phrases() -> set[str]:
    return set(chain.from_iterable(map(str.split, table())))


@cache
def _words_of_the_table() -> set[str]:
    return _alphabetic_words([*_phrases_that_set(FILTERS), *map(fold, COUNTRIES.values())])


def _alphabetic_words(phrases: Iterable[str]) -> set[str]:
    words = chain.from_iterable(map(str.split, phrases))
    return {word for word in words if word.isalpha() and len(word) >= MIN_CORRECTED_LENGTH}
