"""Which company a pasted ad is of, where its words leave no doubt."""

import re
from collections.abc import Sequence

from jobboard.common.text.words import fold
from jobboard.feeds.parsing.phrases import PhraseFinder
from jobboard.feeds.parsing.places.names import find_names
from jobboard.feeds.parsing.texts.labels import read_label
from jobboard.feeds.parsing.texts.quoted import Quoted, quote_of
from jobboard.feeds.parsing.texts.sections import SENTENCE_END

from .lines import LINES_OF_HEAD, bare_line, parts_of

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
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        label, said = read_label(line)
        if label == "company" and _is_stated(name := bare_line(said)):
            return Quoted(name, line.strip("-*# "))
    found: dict[str, Quoted[str]] = {}
    for one in [*_around_title(lines, title), *_that_hire(lines)]:
        found.setdefault(fold(one.value), one)
    if len(found) == 1:
        return next(iter(found.values()))
    return Quoted("")


def _is_stated(words: str) -> bool:
    """What a label says is no doubt a name, however it is spelt, but for “our client”."""
    names_some = re.search(r"\w", NO_NAME.sub("", ARTICLE.sub("", words)))
    return len(words) <= MAX_NAME_LENGTH and bool(names_some) and not UNNAMED.search(words)


def is_name(words: str) -> bool:
    return (
        len(words) <= MAX_NAME_LENGTH
        and bool(NAME.fullmatch(LEGAL_FORM.sub("", words)))
        and not NO_NAME.search(words)
        and not any(name.spots for name in find_names(words))
    )


def title_and_company(line: str) -> tuple[str, str]:
    """“Data Engineer at Example Bank”, or ``line`` and ''."""
    for between in (" at ", " @ ", " bei ", " chez "):
        title, _, name = FUNDING.sub("", line).rpartition(between)
        if title and is_name(name):
            return title, name
    return line, ""


def without_label(line: str) -> str:
    """“Data Engineer” of “We’re hiring: Data Engineer” and “Open position – Data Engineer”."""
    label, said = read_label(line)
    if label == "title":
        return said
    return line


def _around_title(lines: Sequence[str], title: str) -> list[Quoted[str]]:
    above, below = _above_title(lines, title), _below_title(lines, title)
    return [*_beside_title(lines, title), *above, *below]


def _beside_title(lines: Sequence[str], title: str) -> list[Quoted[str]]:
    found = []
    for line in lines[:LINES_OF_HEAD]:
        before, name = title_and_company(without_label(bare_line(line)))
        if name and before == title:
            found.append(Quoted(name, bare_line(line)))
    return found


def _that_hire(lines: Sequence[str]) -> list[Quoted[str]]:
    """“Example Bank is looking for a data engineer.”"""
    found = []
    for line in lines:
        for sentence in SENTENCE_END.split(bare_line(line)):
            marks = HIRES.find(sentence)
            before = sentence[: marks[0].start].strip() if marks else ""
            name = WHERE_IT_IS.sub("", ARTICLE.sub("", before))
            if name and is_name(name):
                found.append(Quoted(name, quote_of(sentence)))
    return found


def _above_title(lines: Sequence[str], title: str) -> list[Quoted[str]]:
    """As LinkedIn has it, with its legal form, or where the text below speaks of it: “Example
    Bank”, “At Example Bank”.
    """
    if len(lines) < 2 or not title or title not in lines[1]:
        return []
    name = bare_line(lines[0])
    if not is_name(name):
        return []
    if LEGAL_FORM.search(name):
        return [Quoted(name, name)]
    said = re.compile(rf"{SAID_OF_IT}{re.escape(name)}\b", re.IGNORECASE)
    if any(map(said.search, lines[2:])):
        return [Quoted(name, name)]
    return []


def _below_title(lines: Sequence[str], title: str) -> list[Quoted[str]]:
    """With its legal form, as the first part of a line: “Example GmbH · Berlin”."""
    starts = [at for at, line in enumerate(lines) if title and title in line]
    first = starts[0] + 1 if starts else 0
    found = []
    for line in lines[first : first + LINES_OF_HEAD]:
        name = parts_of(line)[0] if parts_of(line) else ""
        if LEGAL_FORM.search(name) and is_name(name):
            found.append(Quoted(name, bare_line(line)))
    return found
