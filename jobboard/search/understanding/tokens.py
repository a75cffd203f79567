"""The words of a line, each with where it stands in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from jobboard.common.text.words import fold
from jobboard.listings.geo.gazetteer import gazetteer, key
from jobboard.search.spelling.spellings import other_spellings

from .misspelt import meant_by
from .table import FILTERS, find_rows, plain, table

MAX_PHRASE_WORDS = 5  # words of a phrase or a name
# Quoted or excluded as a whole | a word, which brackets part from others, and commas but that of
# 60,000.
_TOKEN = re.compile(r'-?"[^"]*"|(?:[^\s,;()|、。，（）]|(?<=\d),(?=\d{3}(?!\d)))+')
_SIGNS_BEHIND = "!?:.…%"
_IS_PLAIN = re.compile(r"[^\W_][\w\s.'’‐‑–-]*")
# Of “don’t” and “n’utilise”; places are called “Côte d’Ivoire” too.
_CURLY = re.compile(r"’(?=(?:t|m|ve|d|ll|re)$)|(?<=^[jn])’|(?<=^qu)’", re.IGNORECASE)
# Scripts without blanks between words.
_IN_UNPARTED = re.compile(r"[぀-ヿ㐀-鿿豈-﫿ｦ-ﾟ]")
_UNPARTED = re.compile(rf"{_IN_UNPARTED.pattern}{{2,}}")


@dataclass(frozen=True)
class Token:
    """``text`` as typed, from ``start`` to ``end`` of the line."""

    text: str
    start: int
    end: int

    @property
    def is_fixed(self) -> bool:
        """Quoted or excluded: it is never understood."""
        return self.text.startswith(('"', "-"))

    @cached_property
    def plain(self) -> str:
        """The token as phrases and places are compared; '' where signs count, as in C++."""
        bare = self.text.rstrip(_SIGNS_BEHIND)
        bare = _CURLY.sub("'", bare)
        if self.is_fixed or not _IS_PLAIN.fullmatch(bare):
            if bare in table():
                return plain(bare)
            return ""
        return self.meant or key(bare)

    @cached_property
    def meant(self) -> str:
        """The word of which this is a slip; '' for none."""
        if self.is_fixed:
            return ""
        return meant_by(key(self.text.rstrip(_SIGNS_BEHIND)))

    @cached_property
    def folded(self) -> str:
        """The token as names are compared."""
        return fold(self.text.rstrip(_SIGNS_BEHIND))

    @property
    def plain_or_folded(self) -> str:
        """The token as cues are compared: those with signs too."""
        return self.plain or self.folded


@lru_cache(200)  # a line is read for its names and its currencies, then for what it means
def split_tokens(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        tokens += _split(Token(match[0], match.start(), match.end()))
    return tuple(tokens)


def _split(token: Token) -> Iterator[Token]:
    """The pieces of what is written without blanks, at the words that are understood:
    “remote/hybrid” too.
    """
    if token.is_fixed:
        yield token
        return
    pieces = token.text.split("/")
    if len(pieces) > 1 and all(find_rows(plain(piece), *FILTERS) for piece in pieces):
        yield from _pieces(token, pieces)
        return
    if token.plain in _without_blanks() or not _UNPARTED.search(token.text):
        yield token
        return
    rest = token.text
    at = 0
    unknown = 0  # where what is not understood begins
    while at < len(rest):
        length = _longest_at(rest, at)
        if not length:
            at += 1
            continue
        if unknown < at:
            yield _part(token, unknown, at)
        yield _part(token, at, at + length)
        unknown = at = at + length
    if unknown < len(rest):
        yield _part(token, unknown, len(rest))


def _pieces(token: Token, pieces: list[str]) -> Iterator[Token]:
    at = 0
    for piece in pieces:
        yield _part(token, at, at + len(piece))
        at += len(piece) + 1


def _part(token: Token, start: int, end: int) -> Token:
    return Token(token.text[start:end], token.start + start, token.start + end)


def _longest_at(text: str, start: int) -> int:
    phrases = _without_blanks()
    for end in range(len(text), start, -1):
        if text[start:end].casefold() in phrases:
            return end - start
    return 0


@cache
def _without_blanks() -> frozenset[str]:
    """Phrases and cities in scripts that write no blanks."""
    return frozenset(filter(_IN_UNPARTED.match, [*table(), *gazetteer().cities]))


def runs_at(tokens: Sequence[Token], start: int) -> Iterator[Sequence[Token]]:
    """Runs of tokens that may be one name from there on, the longest first."""
    end = start
    while end < len(tokens) and end - start < MAX_PHRASE_WORDS and not tokens[end].is_fixed:
        end += 1
    for last in range(end, start, -1):
        yield tokens[start:last]


def join_plain(run: Sequence[Token]) -> str:
    """'' if one of the words has signs that count."""
    words = [token.plain for token in run]
    if all(words):
        return " ".join(words)
    return ""


def get_forms(run: Sequence[Token]) -> list[str]:
    """The forms in which a name is looked for: as typed, without hyphens, in the singular, joined
    and apart; then without slips.
    """
    typed = " ".join(token.folded for token in run)
    without_hyphens = typed.replace("-", " ")
    forms = [typed, without_hyphens]
    if len(typed) > 4 and typed.endswith("s") and typed.isascii():
        forms += [typed[:-1], without_hyphens[:-1]]
    forms += map(fold, other_spellings(typed))
    forms.append(" ".join(token.meant or token.folded for token in run))
    return list(dict.fromkeys(forms))


def read_tables_of_words() -> None:
    """Read them before anybody waits for it: it takes a fifth of a second, once in a process."""
    for token in split_tokens("Tokyo 東京"):
        get_forms([token])
