"""Two versions of a text, word by word."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import Indel

WORD = re.compile(r"\n|\S+")
CONTEXT = 30  # words that are the same, shown beside a change
MOST_WORDS = 10_000  # compared one by one, of each version: a description has fewer

Piece = tuple[str, str]


def word_diff(old: str, new: str) -> list[Piece]:
    """Runs of words in order, each with what became of it: "same", "old" (gone) or "new".

    What stands beyond MOST_WORDS counts as one word, so the cost has a bound.
    """
    return list(_joined(_changes(_words(old), _words(new))))


def in_context(pieces: list[Piece]) -> list[Piece]:
    """Of long runs that are the same, what stands beside a change."""
    last = len(pieces) - 1
    return [
        (what, _beside_changes(words, at == 0, at == last) if what == "same" else words)
        for at, (what, words) in enumerate(pieces)
    ]


def _beside_changes(words: str, is_first: bool, is_last: bool) -> str:
    all_words = words.split(" ")
    if len(all_words) <= 2 * CONTEXT:
        return words
    begin = [] if is_first else all_words[:CONTEXT]
    end = [] if is_last else all_words[-CONTEXT:]
    return " ".join([*begin, "…", *end])


def _words(text: str) -> list[str]:
    """A line that ends is a word, so that what is joined again has its lines."""
    words = WORD.findall(text)
    rest = words[MOST_WORDS:]
    return [*words[:MOST_WORDS], " ".join(rest)] if rest else words


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[str, list[str]]]:
    for change in Indel.opcodes(before, after):
        if change.tag == "equal":
            yield "same", before[change.src_start : change.src_end]
        elif change.tag == "delete":
            yield "old", before[change.src_start : change.src_end]
        else:
            yield "new", after[change.dest_start : change.dest_end]


def _joined(changes: Iterator[tuple[str, list[str]]]) -> Iterator[Piece]:
    """Between two runs that are the same, what is gone stands before what is new."""
    gone: list[str] = []
    added: list[str] = []
    for what, words in changes:
        if what == "old":
            gone += words
        elif what == "new":
            added += words
        else:
            yield from _replaced(gone, added)
            gone, added = [], []
            yield "same", " ".join(words)
    yield from _replaced(gone, added)


def _replaced(gone: list[str], added: list[str]) -> Iterator[Piece]:
    if gone:
        yield "old", " ".join(gone)
    if added:
        yield "new", " ".join(added)
