"""Measures how far two texts differ: which words are new or gone, and which only had a typing
error.
"""

from itertools import chain

from rapidfuzz.distance import OSA

from jobboard.common.text.diff import MAX_WORDS, word_diff
from jobboard.common.text.unicode import get_scripts
from jobboard.common.text.words import fold

MIN_LENGTH_WITH_TYPO = 4  # letters; one letter more or less makes another word of a shorter one
MIN_WORDS_MOVED = 5  # words in a row that are the same text in another place
AROUND = ".,;:!?\"'()[]{}*_#-–—“”„‘’«»`"

Words = list[str]


def is_typing_error(old: str, new: str) -> bool:
    """Whether one word is the other with a letter swapped, left out, added or mistyped. Digits are
    never mistyped: they are pay and dates.
    """
    before = _bare(old)
    after = _bare(new)
    if before == after:
        return True
    if not (before.isalpha() and after.isalpha()):
        return False
    if {*get_scripts(before)} != {*get_scripts(after)}:
        return False  # nobody mistypes a letter of another alphabet
    if min(len(before), len(after)) < MIN_LENGTH_WITH_TYPO:
        return False
    return OSA.distance(before, after, score_cutoff=1) <= 1


def is_same_wording(old: str, new: str) -> bool:
    """But for capitals, signs and at most one typing error in each word."""
    before = _words(old)
    after = _words(new)
    return len(before) == len(after) and all(map(is_typing_error, before, after))


def share_changed(old: str, new: str) -> float:
    """The larger of two shares: the words of ``new`` that ``old`` has not, and those of ``old``
    that are gone. What only moved, and typing errors, count as the same.
    """
    before = _words(old)
    after = _words(new)
    if not before or not after:
        return float(bool(before or after))
    removed, added = _differing(" ".join(before), " ".join(after))
    moved = _moved(removed, added)
    share_removed = (_count(removed) - moved) / min(len(before), MAX_WORDS)
    share_added = (_count(added) - moved) / min(len(after), MAX_WORDS)
    return min(max(share_removed, share_added), 1.0)


def _words(text: str) -> Words:
    return list(filter(None, map(_bare, text.split())))


def _bare(word: str) -> str:
    return fold(word).strip(AROUND)


def _differing(old: str, new: str) -> tuple[list[Words], list[Words]]:
    """Runs of words that are gone, and that are new, without those that only had typing errors."""
    removed: list[Words] = []
    added: list[Words] = []
    for kind, text in word_diff(old, new):
        if kind == "old":
            removed.append(text.split())
        elif kind == "new":
            added.append(text.split())
            _forgive_typing_errors(removed, added)
    return removed, added


def _forgive_typing_errors(removed: list[Words], added: list[Words]) -> None:
    if not removed or len(removed[-1]) != len(added[-1]):
        return
    pairs = list(zip(removed[-1], added[-1], strict=True))
    removed[-1], added[-1] = [], []
    for old, new in pairs:
        if not is_typing_error(old, new):
            removed[-1].append(old)
            added[-1].append(new)


def _moved(removed: list[Words], added: list[Words]) -> int:
    """Count words in a run that is gone in one place and new in another."""
    removed_runs = set(chain.from_iterable(map(_runs, removed)))
    count = 0
    for words in added:
        runs = _runs(words)
        covered: set[int] = set()
        for start, run in enumerate(runs):
            if run in removed_runs:
                covered.update(range(start, start + MIN_WORDS_MOVED))
        count += len(covered)
    return count


def _runs(words: Words) -> list[tuple[str, ...]]:
    starts = range(len(words) - MIN_WORDS_MOVED + 1)
    return [tuple(words[start : start + MIN_WORDS_MOVED]) for start in starts]


def _count(runs: list[Words]) -> int:
    return sum(map(len, runs))
