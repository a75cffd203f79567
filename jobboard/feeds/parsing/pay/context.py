"""The words around the amounts of one statement of pay."""

import re
from dataclasses import dataclass

from .amounts import Amount
from .heads import Head, sentence_starts

REACH = 300
"""Characters before an amount in which words speak of it."""
TAIL = 160
"""Characters behind an amount in which words speak of it."""
LONGEST_QUOTE = 300


@dataclass(frozen=True)
class Context:
    """The words around the amounts of one statement."""

    text: str
    start: int  # of the words before that speak of it
    first: Amount
    last: Amount
    stop: int  # of the words behind

    @property
    def lead(self) -> str:
        return self.text[self.start : self.first.start]

    @property
    def tail(self) -> str:
        return self.text[self.last.end : self.stop]

    @property
    def is_range(self) -> bool:
        return self.first is not self.last

    @property
    def row_start(self) -> int:
        """Where the words of the amounts' line begin; if it has none, those of the line above."""
        if self.text[self.sentence : self.first.start].strip(" -–—*•"):
            return self.sentence
        lead = self.lead.rstrip(" -–—*•\n")
        return self.start + sentence_starts(lead, 0, len(lead))[-1]

    @property
    def row(self) -> str:
        return self.text[self.row_start : self.first.start]

    @property
    def sentence(self) -> int:
        """Where the sentence or line of the amounts begins."""
        return self.start + sentence_starts(self.lead, 0, len(self.lead))[-1]


def quote_of(context: Context, head: Head | None, end: int) -> str:
    """The words a statement is read from, its blanks made one."""
    text = context.text
    start = context.sentence
    if head and head.start < start:
        begin = text[context.start : head.start]
        start = context.start + sentence_starts(begin, 0, len(begin))[-1]
    tail = text[end : context.stop]
    end += len(re.split(r"[.!?;•](?:\s|$)", tail)[0]) if end <= context.stop else 0
    words = " ".join(text[start:end].split())
    if len(words) <= LONGEST_QUOTE:
        return words
    return "…" + words[-LONGEST_QUOTE:].partition(" ")[2]
