"""Phrases of several languages, kept in a table of one phrase a line that anybody can add to.

A table has the columns meaning, language and words. In the words, "*" stands for any letters
("*gehalt"), ".." for up to three other words ("total .. compensation"), and ":", "," and "+" for
themselves. Words with a capital letter are found only as they are written ("CAN"), others in any
case. The language says whom to ask, and changes nothing.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+k?|[:,+]")
# Between the words of one phrase: "on-target", "compensation & benefits", "p.a."
WITHIN = re.compile(r"[ \t\u00a0/&.'’-]{0,3}")
MAX_GAP = 3
# Scripts that put no blanks between words: there a phrase is found within what looks like a word.
WITHOUT_BLANKS = re.compile(r"[\u301c\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff5e]")


class TextToken(NamedTuple):
    text: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class Mark:
    """A phrase that stands in a text from ``start`` to ``end``."""

    meaning: str
    start: int
    end: int


@cache
def read_table(name: str) -> dict[str, tuple[str, ...]]:
    """The phrases of each meaning of the table ``name``, a path from this folder."""
    phrases: dict[str, list[str]] = defaultdict(list)
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            phrases[row["meaning"]].append(row["words"])
    return {meaning: tuple(words) for meaning, words in phrases.items()}


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of ``words``, the longest that fits."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _folded(word: str) -> str:
    """Word processors write “you’ll” with a curly apostrophe."""
    return word.casefold().replace("’", "'")


def _make_token(match: re.Match[str]) -> TextToken:
    return TextToken(match[0], _folded(match[0]), match.start(), match.end())


class PhraseWord:
    """One word of a phrase, as the table writes it."""

    def __init__(self, text: str) -> None:
        self.is_gap = text == ".."
        self.is_exact = any(map(str.isupper, text))
        self.text = text if self.is_exact else _folded(text)

    @cached_property
    def stem(self) -> re.Pattern[str]:
        """Made when it is asked for: of thousands of words few are stems."""
        return re.compile(re.escape(self.text).replace(r"\*", r"\w*"))

    def fits(self, token: TextToken) -> bool:
        written = token.text if self.is_exact else token.folded
        if "*" in self.text:
            return bool(self.stem.fullmatch(written))
        return written == self.text


@dataclass(frozen=True)
class Phrase:
    words: tuple[PhraseWord, ...]
    meaning: str


class PhraseFinder:
    """Finds the phrases of some meanings of a table, the longest at each place."""

    def __init__(self, table: str, *meanings: str) -> None:
        self._by_first: dict[str, list[Phrase]] = defaultdict(list)
        self._stems: list[Phrase] = []
        self._scripts: dict[str, str] = {}
        for meaning in meanings:
            for phrase in read_table(table)[meaning]:
                self._add(phrase, meaning)
        beginnings = [phrase.words[0].stem.pattern for phrase in self._stems]
        self._any_stem = re.compile("|".join(beginnings) or r"(?!)", re.IGNORECASE)

    def _add(self, text: str, meaning: str) -> None:
        phrase = Phrase(tuple(map(PhraseWord, text.split())), meaning)
        if WITHOUT_BLANKS.search(text):
            self._scripts[text] = meaning
        elif "*" in phrase.words[0].text:
            self._stems.append(phrase)
        else:
            self._by_first[_folded(phrase.words[0].text)].append(phrase)

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Mark]:
        """The phrases in ``text`` between ``start`` and ``end``, in their order."""
        stop = len(text) if end is None else end
        tokens = [_make_token(match) for match in TOKEN.finditer(text, start, stop)]
        marks = list(self._find_in(text, tokens))
        if self._scripts and WITHOUT_BLANKS.search(text, start, stop):
            marks += self._find_without_blanks(text, start, stop)
            marks.sort(key=lambda mark: mark.start)
        return marks

    def find_meanings(self, text: str) -> set[str]:
        return {mark.meaning for mark in self.find(text)}

    def _find_in(self, text: str, tokens: list[TextToken]) -> Iterator[Mark]:
        at = 0
        while at < len(tokens):
            candidates = self._by_first.get(tokens[at].folded, [])
            if self._any_stem.fullmatch(tokens[at].text):
                candidates = [*candidates, *self._stems]
            mark, used = _find_longest(text, tokens, at, candidates)
            if mark:
                yield mark
            at += used

    def _find_without_blanks(self, text: str, start: int, stop: int) -> Iterator[Mark]:
        for phrase, meaning in self._scripts.items():
            at = text.find(phrase, start, stop)
            while at >= 0:
                yield Mark(meaning, at, at + len(phrase))
                at = text.find(phrase, at + 1, stop)


def _find_longest(
    text: str, tokens: list[TextToken], at: int, candidates: list[Phrase]
) -> tuple[Mark | None, int]:
    """The longest of ``candidates`` that stands at a token, and how many tokens it takes."""
    best: Mark | None = None
    used = 1
    for phrase in candidates:
        count = _count_tokens(text, tokens, at, phrase)
        if count > used or (count and best is None):
            best = Mark(phrase.meaning, tokens[at].start, tokens[at + count - 1].end)
            used = count
    return best, used


def _count_tokens(text: str, tokens: list[TextToken], at: int, phrase: Phrase) -> int:
    """How many tokens from ``at`` on are ``phrase``; 0 when they are something else."""
    here = at
    gap = 0
    for word in phrase.words:
        if word.is_gap:
            gap = MAX_GAP
            continue
        position = _find_word(text, tokens, here, word, gap, is_first=here == at)
        if position is None:
            return 0
        here = position + 1
        gap = 0
    return here - at


def _find_word(
    text: str, tokens: list[TextToken], here: int, word: PhraseWord, gap: int, *, is_first: bool
) -> int | None:
    """The position of ``word`` among the next ``gap`` + 1 tokens."""
    for position in range(here, min(here + gap + 1, len(tokens))):
        before = tokens[position - 1].end
        if not is_first and not WITHIN.fullmatch(text, before, tokens[position].start):
            return None
        if word.fits(tokens[position]):
            return position
    return None
