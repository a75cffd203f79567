"""Which word was meant by one that stands in no job."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import chain

from jobboard.common.text.words import COUNTRIES, fold
from jobboard.search.index.queries import Snapshot
from jobboard.search.understanding.table import FILTERS, plain, rows_of, table
from jobboard.search.words import MIN_CORRECTED_LENGTH, Word, most_typos, typos_between
from roles.models import Role, Skill


def nearest_word(index: Snapshot, word: Word, now: datetime) -> str | None:
    """Of the words that we understand and those of live jobs; of equals an understood one, then the
    most frequent.
    """
    typed = word.tokens[0]
    most = most_typos(typed)
    if not most:
        return None
    of_jobs = index.nearest_word(word, now)
    known = min(_ranked(typed, most, _words_we_know()), default=None)
    if known and (not of_jobs or known[0] <= typos_between(typed, of_jobs, most)):
        return known[1]
    return of_jobs


def _ranked(typed: str, most: int, words: Iterable[str]) -> list[tuple[int, str]]:
    with_typos = ((typos_between(typed, word, most), word) for word in words)
    return [(typos, word) for typos, word in with_typos if typos <= most]


def _words_we_know() -> set[str]:
    """Single ones, folded."""
    names = [
        *Skill.objects.current().values_list("name", flat=True),
        *Role.objects.published().values_list("name", flat=True),
    ]
    return _words_of_the_table() | _letters_alone(fold(name) for name in names)


def is_understood(typed: str) -> bool:
    """Whether it stands in a phrase of the table, alone or not."""
    return plain(typed) in _words_of_all_phrases()


@cache
def _words_of_all_phrases() -> set[str]:
    return set(chain.from_iterable(map(str.split, table())))


@cache
def _words_of_the_table() -> set[str]:
    understood = [phrase for phrase in table() if rows_of(phrase, *FILTERS)]
    return _letters_alone([*understood, *map(fold, COUNTRIES.values())])


def _letters_alone(phrases: Iterable[str]) -> set[str]:
    words = {word for phrase in phrases for word in phrase.split()}
    return {word for word in words if word.isalpha() and len(word) >= MIN_CORRECTED_LENGTH}
