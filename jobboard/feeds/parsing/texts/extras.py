"""What a text offers besides pay, and how one is interviewed: quoted, never valued."""

from dataclasses import dataclass
from functools import cache

from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows

from .quoted import quote_of
from .sections import BENEFITS, INTERVIEW, Sentence, sentences

MOST = 20  # sentences of each
SHORTEST = 3  # characters of what says anything
EQUITY, NOT_EQUITY = "equity", "not_equity"


@dataclass(frozen=True)
class Extras:
    benefits: tuple[str, ...] = ()
    equity: tuple[str, ...] = ()
    interview: tuple[str, ...] = ()


def read_extras(text: str) -> Extras:
    """Sentences in the words of the employer, each once, in the order of the text."""
    read = [one for one in sentences(text) if not _is_heading(one)]
    return Extras(
        benefits=_quotes([one for one in read if one.section == BENEFITS]),
        equity=_quotes([one for one in read if _names_equity(one.text)]),
        interview=_quotes([one for one in read if one.section == INTERVIEW]),
    )


def _quotes(found: list[Sentence]) -> tuple[str, ...]:
    quotes = dict.fromkeys(quote_of(one.text) for one in found)
    return tuple(quote for quote in quotes if len(quote) >= SHORTEST)[:MOST]


def _is_heading(sentence: Sentence) -> bool:
    text = sentence.text.strip()
    return text.startswith("#") or text.endswith(":")


def _names_equity(sentence: str) -> bool:
    said = {meaning for _, meaning in _patterns().find(sentence)}
    return EQUITY in said and NOT_EQUITY not in said


@cache
def _patterns() -> Patterns[str]:
    return Patterns(pattern_rows("extras", "what"))
