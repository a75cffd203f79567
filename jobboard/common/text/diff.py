"""Compares two versions of a text, word by word."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import Indel

WORD = re.compile(r"\n|\S+")
CONTEXT = 30  # words that are the same, shown beside a change
MAX_WORDS = 10_000  # compared one by one, of each version: a description has fewer

Piece = tuple[str, str]


def word_diff(old: str, new: str) -> list[Piece]:
    """Runs of words in order, each marked "same", "old" (removed) or "new".

    The words beyond MAX_WORDS count as one word, so the cost has a bound.
    """
    return list(_join_runs(_find_changes(_split_words(old), _split_words(new))))


def in_context(pieces: list[Piece]) -> list[Piece]:
    """Shorten long runs that are the same to the words beside a change."""
    last = len(pieces) - 1
    shortened = []
    for index, (kind, text) in enumerate(pieces):
        if kind == "same":
            text = _shorten(text, is_first=index == 0, is_last=index == last)
        shortened.append((kind, text))
    return shortened


def _shorten(text: str, *, is_first: bool, is_last: bool) -> str:
    words = text.split(" ")
    if len(words) <= 2 * CONTEXT:
        return text
    shown = ["…"]
    if not is_first:
        shown = [*words[:CONTEXT], *shown]
    if not is_last:
        shown += words[-CONTEXT:]
    return " ".join(shown)


def _split_words(text: str) -> list[str]:
    """The end of a line is a word, so that words that are joined again have their lines."""
    words = WORD.findall(text)
    rest = words[MAX_WORDS:]
    if not rest:
        return words
    return [*words[:MAX_WORDS], " ".join(rest)]


def _find_changes(before: list[str], after: list[str]) -> Iterator[tuple[str, list[str]]]:
    for change in Indel.opcodes(before, after):
        if change.tag == "equal":
            yield "same", before[change.src_start : change.src_end]
        elif change.tag == "delete":
            yield "old", before[change.src_start : change.src_end]
        else:
            yield "new", after[change.dest_start : change.dest_end]


def _join_runs(changes: Iterator[tuple[str, list[str]]]) -> Iterator[Piece]:
    """Between two runs that are the same, removed words come before new ones."""
    removed: list[str] = []
    added: list[str] = []
    for kind, words in changes:
        if kind == "old":
            removed += words
        elif kind == "new":
            added += words
        else:
            yield from _join_replaced(removed, added)
            removed = []
            added = []
            yield "same", " ".join(words)
    yield from _join_replaced(removed, added)


def _join_replaced(removed: list[str], added: list[str]) -> Iterator[Piece]:
    if removed:
        yield "old", " ".join(removed)
    if added:
        yield "new", " ".join(added)
