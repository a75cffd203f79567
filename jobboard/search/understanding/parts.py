"""What a line is read as, part by part."""

from dataclasses import dataclass

from jobboard.search.names import Named

from .tokens import Token, plain_of


@dataclass(frozen=True)
class Meaning:
    """One filter. ``value`` is as the address has it; ``named`` says more of a role, skill or
    company, ``currency`` of pay.
    """

    field: str
    value: str
    named: Named | None = None
    currency: str = ""


REMOTE = Meaning("workplace", "remote")


@dataclass(frozen=True)
class Part:
    """Words of the line that stand together, and what they mean: nothing, where they stay words."""

    tokens: tuple[Token, ...]
    meanings: tuple[Meaning, ...] = ()
    is_filler: bool = False

    @property
    def plain(self) -> str:
        return plain_of(self.tokens)
