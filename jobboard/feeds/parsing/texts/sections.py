"""The sentences of a job's text, and what the section each stands in says of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, groupby
from operator import itemgetter

from jobboard.common.text.html import marked_text
from jobboard.common.text.words import fold
from jobboard.feeds.parsing.vocabulary import table

NICE = "nice"
REQUIRED = "required"
DUTIES = "duties"
BENEFITS = "benefits"
INTERVIEW = "interview"
COMPANY = "company"
UNKNOWN = ""
MAX_HEADING_LENGTH = 60  # characters of a line that is one without being marked as such
MAX_MARKED_LENGTH = 100
SENTENCE_END = re.compile(
    r"(?<=[.;!?])(?<!e\.g\.)(?<!i\.e\.)(?<!incl\.)(?<!z\.B\.)(?<!\b\d\.)(?<!\b\d\d\.)\s+"
)
SOME_WORDS = r"(?:[\w/&]+ ){0,3}"
AND_MORE = r"(?: (?:and|&|und|et|y|e|en) [\w/& ]+)?"
_POINT = re.compile(r"\s*[-–*•·]|.*[.;]\s*$")
_APART = re.compile(r"[^\w/&]+")
_ANY_TAG = re.compile(r"</?(?:p|br|ul|ol|li|h[34]|b|strong|em|i|a|hr|code|pre|blockquote)\b[^<>]*>")


@dataclass(frozen=True)
class Sentence:
    """``section`` is one of the names above; UNKNOWN before any heading and under odd ones."""

    text: str
    section: str
    is_heading: bool = False


@lru_cache(maxsize=2)  # many readers ask for those of one text
def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of clean HTML or of plain lines, as Markdown has them."""
    return tuple(_sentences(text))


def _sentences(text: str) -> Iterator[Sentence]:
    if _ANY_TAG.search(text):
        text = marked_text(text)
    section = UNKNOWN
    for line in text.splitlines():
        title, colon, rest = line.strip("#-–*•· \t").partition(":")
        is_marked = line.startswith("#")
        is_heading = is_marked or (colon and not rest.strip() and len(title.split()) < 5)
        max_length = MAX_MARKED_LENGTH if is_marked else MAX_HEADING_LENGTH
        stated = None
        if len(title) < max_length and (colon or is_marked or not _POINT.match(line)):
            stated = find_section(title)
        begins_section = is_heading or bool(stated and not rest.strip())
        if begins_section:
            section = stated or UNKNOWN
        for sentence in SENTENCE_END.split(line):
            yield Sentence(sentence, stated or section, begins_section)


def find_section(heading: str, languages: frozenset[str] | None = None) -> str | None:
    """The section that the words of a heading begin; None when they say nothing known, in
    ``languages`` where those are given.
    """
    text = " ".join(_APART.sub(" ", fold(heading)).split())
    match = _headings(languages).match(text)
    if match:
        return match.lastgroup
    return None


@cache
def _headings(languages: frozenset[str] | None) -> re.Pattern[str]:
    """How the headings of each section begin, in the order of the table, as a group of its name."""
    rows = table("headings")
    if languages:
        rows = tuple(row for row in rows if row["language"] in languages)
    sections = []
    for section, rows_of_section in groupby(rows, key=itemgetter("section")):
        headings = chain.from_iterable(map(_split_headings, rows_of_section))
        sections.append(f"(?P<{section}>{'|'.join(map(_regex, headings))})")
    return re.compile("|".join(sections))


def _split_headings(row: dict[str, str]) -> Iterator[str]:
    return map(str.strip, row["words"].split(";"))


def _regex(text: str) -> str:
    """A single word is the whole heading, several begin it, and “*” says that more letters may
    follow. “_” stands for up to three words.
    """
    *others, last = text.removesuffix("*").split()
    pattern = ""
    for word in others:
        pattern += SOME_WORDS if word == "_" else f"{re.escape(word)} "
    if last == "_":
        return rf"{pattern}\w"
    pattern += re.escape(last)
    if text.endswith("*"):
        return pattern
    if others:
        return rf"{pattern}(?!\w)"
    return rf"{pattern}{AND_MORE}$"
