"""The parts that a line is read as."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jobboard.search.names import Named

from .tokens import Token, join_plain


@dataclass(frozen=True)
class Meaning:
    """One filter. ``value`` is as the address has it; ``named`` says more of a role, skill or
    company, ``currency`` of pay.
    """

    field: str
    value: str
    named: Named | None = None
    currency: str = ""

    @property
    def is_unwanted(self) -> bool:
        return self.value.startswith("-")


REMOTE = Meaning("workplace", "remote")


@dataclass(frozen=True)
class Part:
    """Words of the line that stand together, and what they mean: nothing, where they stay words."""

    tokens: tuple[Token, ...]
    meanings: tuple[Meaning, ...] = ()
    is_filler: bool = False

    @property
    def plain(self) -> str:
        return join_plain(self.tokens)

    @property
    def fields(self) -> list[str]:
        """The fields of its meanings, in their order."""
        return [meaning.field for meaning in self.meanings]

    @property
    def is_word(self) -> bool:
        """Whether it is a word to look for: it means nothing, and does more than hold a sentence
        together.
        """
        return not self.meanings and not self.is_filler

    def as_words(self) -> "Part":
        """The same without a meaning."""
        return Part(self.tokens)


EMPTY = Part(())


def join(parts: Iterable[Part], meanings: tuple[Meaning, ...] = ()) -> Part:
    """One part with the words of all of them."""
    tokens: list[Token] = []
    for part in parts:
        tokens += part.tokens
    return Part(tuple(tokens), meanings)


def remove_empty(parts: Iterable[Part]) -> list[Part]:
    return [part for part in parts if part.tokens]


def iterate_meanings(parts: Iterable[Part]) -> Iterator[Meaning]:
    for part in parts:
        yield from part.meanings
