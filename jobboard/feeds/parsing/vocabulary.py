"""The word tables of words/: what the parsers know of each language, for anybody to teach.

A row is one meaning in one language; its ``words`` hold all that say it, separated by semicolons,
in the form that ``tokens`` gives: small letters, no accents, no hyphens.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Generic, TypeVar

from jobboard.common.text.words import fold

FOLDER = Path(__file__).parent / "words"
WORD_RUN = re.compile(r"\w+")
FIRST_LETTERS = (1, 2, 3)  # how many of them are compared
Row = dict[str, str]
Meaning = TypeVar("Meaning")

_INSIDE_A_WORD = re.compile(r"(?<=\w)[-‐‑'’.](?=\w)|_")
_VARIABLE = re.compile(r"\*|(?<!\S)_(?!\S)")
_TOKEN = re.compile(r"\w+(?:\+\+|#)?|[^\w\s]")


def tokens(text: str) -> tuple[str, ...]:
    """Folded words and signs; hyphens, apostrophes and dots inside words separate them."""
    return tuple(_TOKEN.findall(_INSIDE_A_WORD.sub(" ", fold(text))))


def word_at(words: Sequence[str], at: int) -> str:
    """'' before the first and behind the last."""
    if 0 <= at < len(words):
        return words[at]
    return ""


@cache
def table(name: str) -> tuple[Row, ...]:
    """The rows of words/<name>.csv."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))


def variants(row: Row) -> list[tuple[str, ...]]:
    """Each of the row's ``words`` as tokens."""
    return [tokens(words) for words in row["words"].split(";")]


def phrases(name: str, **values: str) -> Iterator[tuple[tuple[str, ...], Row]]:
    """Each phrase of words/<name>.csv with its row, of the rows that have these ``values``."""
    for row in table(name):
        if values.items() <= row.items():
            for phrase in variants(row):
                yield phrase, row


@dataclass(frozen=True)
class Match(Generic[Meaning]):
    """A phrase at ``start`` up to ``end`` of the tokens looked at."""

    start: int
    end: int
    meaning: Meaning

    def words_in(self, words: Sequence[str]) -> str:
        """What it is in ``words``, the tokens looked at."""
        return " ".join(words[self.start : self.end])


class Phrases(Generic[Meaning]):
    """Finds phrases in tokens: from left to right, of several that begin alike the longest."""

    def __init__(self, meanings: Mapping[tuple[str, ...], Meaning]) -> None:
        self._meanings = dict(meanings)
        self._lengths: dict[str, list[int]] = {}
        for phrase in sorted(self._meanings, key=len, reverse=True):
            lengths = self._lengths.setdefault(phrase[0], [])
            if len(phrase) not in lengths:
                lengths.append(len(phrase))

    @classmethod
    def of_rows(cls, rows: Sequence[Row]) -> "Phrases[Row]":
        meanings: dict[tuple[str, ...], Row] = {}
        for row in rows:
            for phrase in variants(row):
                meanings.setdefault(phrase, row)
        return Phrases(meanings)

    def __contains__(self, phrase: tuple[str, ...]) -> bool:
        return phrase in self._meanings

    def get(self, phrase: tuple[str, ...]) -> Meaning | None:
        return self._meanings.get(phrase)

    def find(self, words: Sequence[str]) -> Iterator[Match[Meaning]]:
        at = 0
        while at < len(words):
            match = self._longest_at(words, at)
            if match:
                yield match
                at = match.end
            else:
                at += 1

    def find_by_start(self, words: Sequence[str]) -> dict[int, Match[Meaning]]:
        return {match.start: match for match in self.find(words)}

    def is_in(self, words: Sequence[str]) -> bool:
        """Whether ``words`` hold any of the phrases."""
        return any(True for _ in self.find(words))

    def _longest_at(self, words: Sequence[str], at: int) -> Match[Meaning] | None:
        for length in self._lengths.get(words[at], ()):
            phrase = tuple(words[at : at + length])
            if len(phrase) == length and phrase in self._meanings:
                return Match(at, at + length, self._meanings[phrase])
        return None


class Patterns(Generic[Meaning]):
    """Finds patterns of words in a sentence: “_” stands for up to six words, and “*” at the end of
    a word for any further letters. Signs between words do not count.
    """

    def __init__(self, meanings: Sequence[tuple[str, Meaning]]) -> None:
        self._patterns: list[tuple[str, re.Pattern[str], Meaning]] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_beginning: dict[str, list[int]] = defaultdict(list)
        for position, (pattern, meaning) in enumerate(meanings):
            self._patterns.append((_longest_part(pattern), re.compile(_regex(pattern)), meaning))
            first = pattern.split()[0]
            run = WORD_RUN.match(first)
            if run and run[0] == first and not first.startswith("_"):
                self._by_word[first].append(position)
            else:
                self._by_beginning[_first_letters(first)].append(position)

    def find(self, sentence: str) -> Iterator[tuple[re.Match[str], Meaning]]:
        """Each that stands in ``sentence``, once, in the order given."""
        words = plain_words(sentence)
        for position in sorted(self._candidates(set(WORD_RUN.findall(words)))):
            part, pattern, meaning = self._patterns[position]
            # Looking for a part costs a hundredth of looking for a pattern.
            if part in words and (match := pattern.search(words)):
                yield match, meaning

    def find_meanings(self, sentence: str) -> list[Meaning]:
        return [meaning for _, meaning in self.find(sentence)]

    def is_in(self, sentence: str) -> bool:
        """Whether any of the patterns stands in ``sentence``."""
        return any(True for _ in self.find(sentence))

    def _candidates(self, runs: set[str]) -> Iterator[int]:
        """Patterns that may match: of hundreds nearly all begin with a word that is not here."""
        beginnings = {run[:length] for run, length in product(runs, FIRST_LETTERS)}
        for run in runs:
            yield from self._by_word.get(run, ())
        for letters in ("", *beginnings):
            yield from self._by_beginning.get(letters, ())


def plain_words(sentence: str) -> str:
    return " ".join(word for word in tokens(sentence) if word[0].isalnum())


def _longest_part(pattern: str) -> str:
    """The longest part of the pattern that stands in a sentence as it does in the pattern."""
    return max(map(str.strip, _VARIABLE.split(pattern)), key=len)


def _first_letters(word: str) -> str:
    """The letters that a word of the sentence begins with, if ``word`` begins it; '' for any."""
    run = WORD_RUN.match(word)
    if run is None or run[0].startswith("_"):
        return ""
    return run[0][: FIRST_LETTERS[-1]]


def _regex(pattern: str) -> str:
    parts = []
    for word in pattern.split():
        stem = re.escape(word.removesuffix("*"))
        if word == "_":
            parts.append(r"(?:\w+ ){0,6}")
        elif "*" in word:
            parts.append(rf"{stem}\w* ?")
        else:
            parts.append(rf"{stem}\b ?")
    return r"\b" + "".join(parts)


def pattern_rows(name: str, column: str) -> list[tuple[str, str]]:
    """(words, the row's ``column``) of words/<name>.csv, for Patterns."""
    rows = []
    for row in table(name):
        for words in row["words"].split(";"):
            rows.append((words.strip(), row[column]))
    return rows
