"""Reads what a text offers besides pay, and how one is interviewed: quoted, never valued."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows, table

from .quoted import make_quote
from .sections import BENEFITS, INTERVIEW, UNKNOWN, Sentence, find_section, sentences

MAX_SENTENCES = 12  # sentences of each
SHOWN = 5  # of them, before the others fold
MIN_LENGTH = 3  # characters of what says anything
SEVERAL = 2

# What words of the table say of their sentence. NOT_OFFERED: it is about somebody else.
BENEFIT = "benefit"
BENEFITS_NAMED = "benefits"
EQUITY = "equity"
STEP = "step"
INTERVIEWING = "interviewing"
OFFER = "offer"
NOT_EQUITY = "not_equity"
NOT_OFFERED = "not_offered"


@dataclass(frozen=True)
class Quotes:
    """Sentences in the words of the employer, each once, in the order of the text. Where there are
    none, ``was_read`` tells a text that states none from one that nobody could read.
    """

    found: tuple[str, ...] = ()
    was_read: bool = False

    @property
    def first(self) -> tuple[str, ...]:
        """The extras that a page shows; the others fold."""
        return self.found[:SHOWN]

    @property
    def others(self) -> tuple[str, ...]:
        return self.found[SHOWN:]


@dataclass(frozen=True)
class Extras:
    benefits: Quotes = Quotes()
    equity: Quotes = Quotes()
    interview: Quotes = Quotes()

    @property
    def parts(self) -> dict[str, Quotes]:
        """Quotes by name, each sentence once: one about equity is not told again as a benefit."""
        others = tuple(quote for quote in self.benefits.found if quote not in self.equity.found)
        parts = {
            "Benefits": replace(self.benefits, found=others),
            "Equity": self.equity,
            "Interview steps": self.interview,
        }
        if self.benefits.found and not others:
            del parts["Benefits"]
        return parts


@dataclass(frozen=True)
class _Statement:
    """A sentence, with what each of its words that are known says of it."""

    sentence: Sentence
    meanings: tuple[str, ...]

    @property
    def offers_benefits(self) -> bool:
        """Outside their section it has to offer several: one may be what the company sells."""
        if NOT_OFFERED in self.meanings:
            return False
        if self.sentence.section == BENEFITS:
            return BENEFIT in self.meanings or self.offers_equity
        return OFFER in self.meanings and self.meanings.count(BENEFIT) >= SEVERAL

    @property
    def offers_equity(self) -> bool:
        if NOT_OFFERED in self.meanings or NOT_EQUITY in self.meanings:
            return False
        if EQUITY not in self.meanings:
            return False
        return self.sentence.section == BENEFITS or OFFER in self.meanings

    @property
    def is_step(self) -> bool:
        says_step = STEP in self.meanings or INTERVIEWING in self.meanings
        return self.sentence.section == INTERVIEW and says_step

    @property
    def is_heading(self) -> bool:
        return self.sentence.is_heading or self.sentence.text.rstrip().endswith(":")


def read_extras(text: str) -> Extras:
    """The extras of clean HTML or of plain lines."""
    every = sentences(text)
    # Whose headings are in no language we know, its sentences are not either.
    is_known = any(map(_begins_in_a_language_we_know, every))
    statements = list(_read_statements(every))
    named: set[str] = set()
    for statement in statements:
        if NOT_EQUITY not in statement.meanings:
            named.update(statement.meanings)
    benefits = [statement for statement in statements if statement.offers_benefits]
    equity = [statement for statement in statements if statement.offers_equity]
    steps = [statement for statement in statements if statement.is_step]
    return Extras(
        benefits=Quotes(
            _make_quotes(benefits),
            was_read=is_known and named.isdisjoint({BENEFIT, BENEFITS_NAMED}),
        ),
        equity=Quotes(
            _make_quotes(equity),
            was_read=is_known and EQUITY not in named,
        ),
        interview=Quotes(
            _make_quotes(steps),
            was_read=is_known and INTERVIEWING not in named,
        ),
    )


def _read_statements(every: Iterable[Sentence]) -> Iterator[_Statement]:
    for sentence in every:
        statement = _Statement(sentence, tuple(_find_meanings(sentence.text)))
        if not statement.is_heading:
            yield statement


def _begins_in_a_language_we_know(sentence: Sentence) -> bool:
    title = sentence.text.strip("#-–*•· \t").partition(":")[0]
    return sentence.section != UNKNOWN and find_section(title, _languages()) is not None


@cache
def _languages() -> frozenset[str]:
    return frozenset(row["language"] for row in table("extras"))


def _make_quotes(statements: Iterable[_Statement]) -> tuple[str, ...]:
    quotes: dict[str, None] = {}
    for statement in statements:
        quote = make_quote(statement.sentence.text)
        if len(quote) >= MIN_LENGTH:
            quotes[quote] = None
    return tuple(quotes)[:MAX_SENTENCES]


def _find_meanings(sentence: str) -> list[str]:
    """One for each place where words with it begin."""
    places = {(match.start(), meaning) for match, meaning in _patterns().find(sentence)}
    return [meaning for _, meaning in places]


@cache
def _patterns() -> Patterns[str]:
    return Patterns(pattern_rows("extras", "what"))
