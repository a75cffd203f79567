"""Sentences that ask applicants for money or papers, or lead them to a messenger, in the languages
that we read. Words are in warning_words.csv, written as in ``feeds/parsing/words``.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from jobboard.common.text.words import fold

FOLDER = Path(__file__).parent
Kind = Literal["payment", "contact", "mention", "denial"]

WEIGHTIEST_FIRST: tuple[Kind, ...] = ("payment", "contact", "mention")
GAP = r"(?:\w+ ){0,6}"
LONGEST_SENTENCE = 600  # characters that are looked at together
_ENDS = re.compile(r"[.!?;•·|\n\r…]+(?=\s|$)|[\n\r]+")
_WORDS = re.compile(r"\w+")
# Letters that stand alone, as in “W h a t s A p p”.
_SPELLED_OUT = re.compile(r"(?<!\w)(?:\w[ ]){3,}\w(?!\w)")
# Of other alphabets, and digits, in words that have letters of ours too.
_LOOKS_LIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u0442\u043a\u043c\u043d\u0432\u03b1\u03bf\u03c1\u03c4\u03b9\u03ba\u03bd\u03b5",
    "aeopcyxijshdqwtkmhbaoptikve",
)
_DIGITS = str.maketrans("0134578$", "oieastbs")


@dataclass(frozen=True)
class WarningSentence:
    """A sentence, and the words in it that say so, as it spells them where they can be found."""

    kind: Kind
    words: str
    sentence: str

    @property
    def same(self) -> str:
        """The form in which two sentences are the same."""
        return " ".join(_WORDS.findall(fold(self.sentence)))


def warnings_in(text: str) -> list[WarningSentence]:
    """The sentences of ``text`` that ask for something, or that deny it. One kind a sentence: the
    weightiest.
    """
    return [found for sentence in _sentences(text) if (found := _warning(sentence))]


def _sentences(text: str) -> Iterator[str]:
    for sentence in _ENDS.split(text):
        words = sentence.strip()
        for start in range(0, len(words), LONGEST_SENTENCE):
            yield words[start : start + LONGEST_SENTENCE]


def _warning(sentence: str) -> WarningSentence | None:
    plain = _plain(sentence)
    for kind in WEIGHTIEST_FIRST:
        found = _pattern(kind).search(plain)
        if found is None:
            continue
        is_denied = kind != "mention" and _pattern("denial").search(plain)
        messenger = _pattern("mention").search(plain) if kind == "contact" else None
        named = messenger or found
        words = _as_spelled(named[0].strip(), sentence)
        return WarningSentence("denial" if is_denied else kind, words, sentence)
    return None


def _as_spelled(words: str, sentence: str) -> str:
    pattern = r"\W+".join(map(re.escape, words.split()))
    found = re.search(pattern, sentence, re.IGNORECASE)
    return found[0] if found else words


def _plain(sentence: str) -> str:
    """Words in small letters without accents, whatever disguises them, one blank on each side."""
    folded = fold(sentence)
    folded = _SPELLED_OUT.sub(lambda found: found[0].replace(" ", ""), folded)
    words = (_undisguised(word) for word in _WORDS.findall(folded))
    joined = f" {' '.join(words)} "
    return joined.replace(" what s app ", " whatsapp ").replace(" whats app ", " whatsapp ")


def _undisguised(word: str) -> str:
    plain = word.translate(_LOOKS_LIKE)
    if plain.isascii() and not plain.isalpha() and re.search("[a-z].*[a-z]", plain):
        return plain.translate(_DIGITS)
    return plain if plain.isascii() else word


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    phrases = [phrase for row in _table() if row["says"] == kind for phrase in _phrases(row)]
    return re.compile(rf" (?:{'|'.join(phrases)}) ")


def _phrases(row: dict[str, str]) -> Iterator[str]:
    for phrase in row["words"].split(";"):
        words = [_word(word) for word in phrase.split()]
        yield " ".join(words).replace(f"{GAP} ", GAP)


def _word(word: str) -> str:
    if word == "_":
        return GAP
    return re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word)


@cache
def _table() -> tuple[dict[str, str], ...]:
    with (FOLDER / "warning_words.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))
