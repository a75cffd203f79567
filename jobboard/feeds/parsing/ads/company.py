"""Reads which company a pasted ad is of, where its words leave no doubt."""

import re
from collections.abc import Iterator, Sequence

from jobboard.common.text.words import fold
from jobboard.feeds.parsing.phrases import PhraseFinder
from jobboard.feeds.parsing.places.names import names_place
from jobboard.feeds.parsing.texts.labels import read_label
from jobboard.feeds.parsing.texts.quoted import Quoted, make_quote
from jobboard.feeds.parsing.texts.sections import SENTENCE_END

from .lines import LINES_OF_HEAD, bare_line, line_of_title, split_line

HIRES = PhraseFinder("ads/words.csv", "hires")
MAX_NAME_LENGTH = 60  # characters of a name
ARTICLE = re.compile(r"^(?:the|die|der|das|la|le|el|de|het)\s+|^l[’']", re.IGNORECASE)
LEGAL_FORM = re.compile(
    r"\s(?:GmbH|AG|SE|KG|UG|Ltd\.?|Limited|LLP|LLC|Inc\.?|Corp\.?|plc|SAS|SARL|S\.?A\.?|S\.?L\.?"
    r"|B\.?V\.?|N\.?V\.?|Oy|AB|A/S|ApS|AS|Srl|S\.r\.l\.|Sp\. z o\.o\.|Lda\.?)$"
)
# “Example Bank”, “Bank of Examples”, “4 Data & Co.”
NAME = re.compile(
    r"[A-ZÀ-Þ0-9][\w.’'-]*(?:\s(?:(?:of|for|and|de|und|et|y)\s)?[&A-ZÀ-Þ0-9][\w.’'-]*){0,5}"
)
NO_NAME = re.compile(
    r"\b(?:we|our|us|you|your|i|he|she|they|it|this|that|who|a|an|client|customer|company|team"
    r"|startup|employer|agency|department|confidential|undisclosed|wir|unser\w*|uns|sie|du|kunde"
    r"|mandant|unternehmen|firma|ein|eine|nous|notre|nos|vous|client[es]?|entreprise|société|un"
    r"|une|nosotros|nuestr\w+|cliente|empresa|equipo|wij|ons|onze|klant)\b",
    re.IGNORECASE,
)

UNNAMED = re.compile(
    r"^(?:an?|one of|we|our|your|you|i|it|this|eine?|einer|unser\w*|wir|une?|notre|nous|uno|una"
    r"|nuestr\w+|een|onze|wij)\b|\b(?:confidential|undisclosed|vertraulich|anonym\w*"
    r"|confidentiel\w*|confidencial|n/a)\b",
    re.IGNORECASE,
)
# “Example Bank (YC W25)”, “Paris-based Example Bank”
FUNDING = re.compile(r"(?<!\s)\s+\((?:YC|Series)\b[^()]{0,20}\)$")
WHERE_IT_IS = re.compile(r"^(?:[\w.’']{1,30}[ -]){1,4}based\s+")
SAID_OF_IT = r"\b(?:at|about|join|bei|über|chez)\s+"


def read_company(text: str, title: str) -> Quoted[str]:
    """``text`` is Markdown; ``title`` is the line of it that names the job."""
    lines = list(filter(str.strip, text.splitlines()))
    for line in lines:
        label, value = read_label(line)
        name = bare_line(value)
        if label == "company" and _is_stated_name(name):
            return Quoted(name, line.strip("-*# "))
    names: dict[str, Quoted[str]] = {}
    for quoted in [*_find_around_title(lines, title), *_find_hiring(lines)]:
        names.setdefault(fold(quoted.value), quoted)
    if len(names) == 1:
        return next(iter(names.values()))
    return Quoted("")


def _is_stated_name(text: str) -> bool:
    """Whether a label's text is a name: it is, however it is spelt, but for “our client”."""
    names_some = re.search(r"\w", NO_NAME.sub("", ARTICLE.sub("", text)))
    return len(text) <= MAX_NAME_LENGTH and bool(names_some) and not UNNAMED.search(text)


def is_name(text: str) -> bool:
    if len(text) > MAX_NAME_LENGTH or NO_NAME.search(text):
        return False
    if not NAME.fullmatch(LEGAL_FORM.sub("", text)):
        return False
    return not names_place(text)


def title_and_company(line: str) -> tuple[str, str]:
    """“Data Engineer at Example Bank”, or ``line`` and ''."""
    for between in (" at ", " @ ", " bei ", " chez "):
        title, _, name = FUNDING.sub("", line).rpartition(between)
        if title and is_name(name):
            return title, name
    return line, ""


def without_label(line: str) -> str:
    """“Data Engineer” of “We’re hiring: Data Engineer” and “Open position – Data Engineer”."""
    label, value = read_label(line)
    if label == "title":
        return value
    return line


def _find_around_title(lines: Sequence[str], title: str) -> list[Quoted[str]]:
    beside = _find_beside_title(lines, title)
    above = _find_above_title(lines, title)
    below = _find_below_title(lines, title)
    return [*beside, *above, *below]


def _find_beside_title(lines: Sequence[str], title: str) -> Iterator[Quoted[str]]:
    for line in lines[:LINES_OF_HEAD]:
        before, name = title_and_company(without_label(bare_line(line)))
        if name and before == title:
            yield Quoted(name, bare_line(line))


def _find_hiring(lines: Sequence[str]) -> Iterator[Quoted[str]]:
    """“Example Bank is looking for a data engineer.”"""
    for line in lines:
        for sentence in SENTENCE_END.split(bare_line(line)):
            marks = HIRES.find(sentence)
            if not marks:
                continue
            before = sentence[: marks[0].start].strip()
            name = WHERE_IT_IS.sub("", ARTICLE.sub("", before))
            if name and is_name(name):
                yield Quoted(name, make_quote(sentence))


def _find_above_title(lines: Sequence[str], title: str) -> Iterator[Quoted[str]]:
    """Names as LinkedIn has them, with their legal form, or where the text below speaks of it:
    “Example Bank”, “At Example Bank”.
    """
    if len(lines) < 2 or not title or title not in lines[1]:
        return
    name = bare_line(lines[0])
    if not is_name(name):
        return
    mention = re.compile(rf"{SAID_OF_IT}{re.escape(name)}\b", re.IGNORECASE)
    if LEGAL_FORM.search(name) or any(map(mention.search, lines[2:])):
        yield Quoted(name, name)


def _find_below_title(lines: Sequence[str], title: str) -> Iterator[Quoted[str]]:
    """Names with their legal form, as the first part of a line: “Example GmbH · Berlin”."""
    number = line_of_title(lines, title)
    first = 0 if number is None else number + 1
    for line in lines[first : first + LINES_OF_HEAD]:
        for name in split_line(line)[:1]:
            if LEGAL_FORM.search(name) and is_name(name):
                yield Quoted(name, bare_line(line))
