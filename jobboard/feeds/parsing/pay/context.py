"""The words around the amounts of one statement of pay."""

import re
from dataclasses import dataclass

from jobboard.feeds.parsing.phrases import any_of

from .amounts import Amount
from .heads import ABBREVIATION, Head, sentence_starts
from .period import WORDS

REACH = 300
"""Characters before an amount in which words speak of it."""
TAIL = 160
"""Characters behind an amount in which words speak of it."""
MAX_QUOTE_LENGTH = 300
AND = any_of([*WORDS["and"], *WORDS["or"]])
TIE = re.compile(rf"\s*(?:(?:{AND})\b\s*|[\s,;:|/)–—-]+)", re.IGNORECASE)
CLAUSE = re.compile(
    rf"\s*(?:[,;:|/()]|[-–—+•] |\b(?:{AND}|plus)\b)",
    re.IGNORECASE,
)
BETWEEN_CLAUSES = re.compile(rf"(?:[,;|/]|[-–—+•]|\b(?:{AND}|plus)\b)\s+", re.IGNORECASE)
DOTTED = re.compile(r"\b(?:p\.a|yr|hr|mo|std)$", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?P<sign>[.!?;•])(?:\s|$)")
ABBREVIATED = re.compile(rf"{ABBREVIATION.pattern}|(?<![\w.,])[0-9]{{1,2}}$")  # "13. Gehalt"


@dataclass(frozen=True)
class Context:
    """The words around the amounts of one statement."""

    text: str
    start: int  # of the words before that speak of it
    first: Amount
    last: Amount
    stop: int  # of the words behind
    next_tail: str | None = None  # behind the amounts that follow right where the words behind stop

    @property
    def is_followed(self) -> bool:
        return self.next_tail is not None

    @property
    def lead(self) -> str:
        return self.text[self.start : self.first.start]

    @property
    def tail(self) -> str:
        return self.text[self.last.end : self.stop]

    @property
    def stands_alone(self) -> bool:
        """Whether the amounts' line is no more than they and signs: “💰 $100K - $120K a year”."""
        start = self.text.rfind("\n", 0, self.first.start) + 1
        before = self.text[start : self.first.start]
        behind = self.text[self.stop : self.stop + 1]
        return behind in ("", "\n") and not any(map(str.isalnum, before))

    @property
    def is_range(self) -> bool:
        return self.first is not self.last

    @property
    def row_start(self) -> int:
        """Start of the words of the amounts' line; if it has none, of those of the line above."""
        if self.text[self.sentence : self.first.start].strip(" -–—*•"):
            return self.sentence
        lead = self.lead.rstrip(" -–—*•\n")
        return self.start + sentence_starts(lead, 0, len(lead))[-1]

    @property
    def row(self) -> str:
        return self.text[self.row_start : self.first.start]

    @property
    def sentence(self) -> int:
        """The start of the sentence or line of the amounts."""
        return self.start + sentence_starts(self.lead, 0, len(self.lead))[-1]


def quote_amounts(context: Context, head: Head | None, end: int) -> str:
    """The words a statement is read from, its blanks made one. They begin and end with a clause."""
    text = context.text
    start = context.sentence
    if head and head.start < start:
        begin = text[context.start : head.start]
        start = context.start + sentence_starts(begin, 0, len(begin))[-1]
    if start == context.start:
        stop = context.first.start
        if head:
            stop = max(start, head.start)
        start += _begin_of_clause(text[:start], text[start:stop])
    end += _rest_of_clause(context, end)
    if text[start:end].count("(") > text[start:end].count(")") and text[end : end + 1] == ")":
        end += 1
    quote = " ".join(text[start:end].split())
    if len(quote) <= MAX_QUOTE_LENGTH:
        return quote
    return "…" + quote[-MAX_QUOTE_LENGTH:].partition(" ")[2]


def _begin_of_clause(before: str, lead: str) -> int:
    """The start of the words of ``lead`` that do more than tie it to those ``before``."""
    if not before:
        return 0
    begin = 0
    if before[-1].isalnum() and lead[:1].isalnum():
        begin = len(lead.partition(" ")[0])  # of the rest of a word
    tie = TIE.match(lead, begin)
    if tie and tie[0].strip():
        return tie.end()
    sign = BETWEEN_CLAUSES.search(lead, begin)
    if sign:
        return sign.end()
    return begin


def _rest_of_clause(context: Context, end: int) -> int:
    """How many characters behind ``end`` still speak of the statement."""
    tail = context.text[end : context.stop]
    if tail[:1] == "." and DOTTED.search(context.text, context.first.start, end):
        return 1
    for mark in SENTENCE_END.finditer(tail):
        if mark["sign"] != "." or not ABBREVIATED.search(tail, 0, mark.start()):
            return mark.start()
    if context.is_followed:
        clause = CLAUSE.search(tail)
        if clause:
            return clause.start()
        return 0
    if context.stop - context.last.end < TAIL:
        return len(tail)
    return len(tail.rpartition(" ")[0])  # the last of so many characters may be within a word
