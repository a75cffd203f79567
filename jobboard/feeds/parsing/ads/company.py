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
LONGEST = 60  # characters of a name
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


def read_company(text: str, title: str) -> Quoted[str]:
    """``text`` is Markdown; ``title`` is the line of it that names the job."""
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        label, said = read_label(line)
        if label == "company" and is_name(name := bare_line(said)):
            return Quoted(name, line.strip("-*# "))
    found: dict[str, Quoted[str]] = {}
    for one in [*_beside_title(lines, title), *_that_hire(lines), *_below_title(lines, title)]:
        found.setdefault(fold(one.value), one)
    return next(iter(found.values())) if len(found) == 1 else Quoted("")


def is_name(words: str) -> bool:
    return (
        len(words) <= LONGEST
        and bool(NAME.fullmatch(LEGAL_FORM.sub("", words)))
        and not NO_NAME.search(words)
        and not any(name.spots for name in find_names(words))
    )


def title_and_company(line: str) -> tuple[str, str]:
    """“Data Engineer at Example Bank”, or ``line`` and ''."""
    for between in (" at ", " @ ", " bei ", " chez "):
        title, _, name = line.rpartition(between)
        if title and is_name(name):
            return title, name
    return line, ""


def _beside_title(lines: Sequence[str], title: str) -> list[Quoted[str]]:
    found = []
    for line in lines[:LINES_OF_HEAD]:
        before, name = title_and_company(bare_line(line))
        if name and before == title:
            found.append(Quoted(name, bare_line(line)))
    return found


def _that_hire(lines: Sequence[str]) -> list[Quoted[str]]:
    """“Example Bank is looking for a data engineer.”"""
    found = []
    for line in lines:
        for sentence in SENTENCE_END.split(bare_line(line)):
            marks = HIRES.find(sentence)
            name = ARTICLE.sub("", sentence[: marks[0].start].strip()) if marks else ""
            if name and is_name(name):
                found.append(Quoted(name, quote_of(sentence)))
    return found


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
