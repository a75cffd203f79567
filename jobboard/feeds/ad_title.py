"""Reads the title of a pasted ad: a line at its top, or a sentence that looks for somebody."""

import re
from collections.abc import Iterator
from itertools import islice

from jobboard.feeds.parsing.ads.company import title_and_company, without_label
from jobboard.feeds.parsing.ads.lines import BAR, bare_line
from jobboard.feeds.parsing.ads.places import says_only_where
from jobboard.feeds.parsing.pay.amounts import find_amounts
from jobboard.feeds.parsing.phrases import Mark, PhraseFinder
from jobboard.feeds.parsing.texts.quoted import Quoted, make_quote
from jobboard.feeds.parsing.texts.sections import SENTENCE_END, find_section
from jobboard.feeds.parsing.titles.reader import TitleReader
from jobboard.feeds.parsing.titles.relevance import read_relevance
from jobboard.listings.choices import Relevance
from roles.models import Role

LINES_OF_TITLE = 4  # before them an ad has at most its company and a greeting
MAX_TITLE_LENGTH = 100
MAX_WANTED_LENGTH = 200  # characters behind “we are looking for” that are read
MAX_SENTENCES = 10  # that look for somebody
WANTS = PhraseFinder("ads/words.csv", "hires", "wants")
FURTHEST_ARTICLE = 60  # characters behind “we are looking”: “zum nächstmöglichen Zeitpunkt einen”
ARTICLE = re.compile(
    r"(?:^|(?<=\s))(?:an?|one|two|our(?: next| first| new| future)?|another"
    r"|ein(?:e[nr]?)?(?:[:*_/(]-?(?:e?[nr]?|eine[nr]?)\)?)?|une?(?:\(e\)|·e)?|una?|uma?|een|ett)\s+",
    re.IGNORECASE,
)
# Before a title, with or without an article: “dich als Data Engineer”, “notre futur Data Engineer”.
LEADING = re.compile(
    r"(?:(?:dich|sie|euch|you|vous|te|ti|dig|deg|jou?)\s+(?:als|as|comme|como|come|som)\s+)?"
    r"(?:(?:a\s+)?(?:notre|nuestr[oa]|unsere[nr]?|onze|noss[oa]|en|ett)\s+)?"
    r"(?:(?:future?|prochaine?|próxim[oa]|(?:zu)?künftige[nr]?|nächste[nr]?)\s+)?",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"(?:\b(?:not(?! only)|no longer|never|nicht(?! nur)|pas|niet)|n['’]t)\b"
    r"(?:(?! and |\s-\s)[^,.!?:;–—]){0,20}$",
    re.IGNORECASE,
)
DENIED_BEHIND = re.compile(
    r"\s*(?:keine?[nr]?|nicht(?! nur)|pas|plus|geen|niet|nessun\w*)\b", re.IGNORECASE
)
PRAISE = re.compile(
    r"(?:\b(?:talented|experienced|passionate|motivated|skilled|great(?! lakes)|brilliant|hands-on"
    r"|(?:erfahrene|engagierte|motivierte)(?:[:*/(]?[nrs]\)?)?|ervaren|enthousiaste)"
    r",?\s+(?:and\s+)?){1,3}",
    re.IGNORECASE,
)
SMALL_NAMES = {"dbt"}
SOMEBODY = re.compile(r"\b(?:who|that|someone|somebody|people|to|with|jemand\w*)\b", re.IGNORECASE)
# What follows the title in a sentence that looks for somebody.
END = re.compile(
    r"[,.!?;:]|\s[-–—@]\s|\s(?:to|who|for|in|at|with|based|that|they|you|we|on|within|and join|as"
    r"|für|zur|zum|ab|im|mit|bei|am|der|die|pour|à|au|qui|dans|sur|para|que|con|com|en|em|no|na"
    r"|voor|met|op|bij|till|som|med|til|w|do|per|di)(?=\s)",
    re.IGNORECASE,
)
# Blanks are looked for from the first in a row on: from each, a long row takes seconds.
_BLANK = r"[\s,:/–—-]"
# “wanted!”, “gesucht (m/w/d)”, “recherché(e)”
_WANTED = re.compile(
    rf"(?<!{_BLANK}){_BLANK}+(?:wanted|needed|required|(?:we(?:['’]re| are) )?(?:now )?hiring"
    r"|gesucht|gezocht|recherchée?s?(?:\(e\)|·e)?|se busca|se necesita|procura-se)"
    r"(?:\s*[(\[][^()\[\]]{1,12}[)\]])?\s*!*$",
    re.IGNORECASE,
)
MAX_WANTED = 3  # times that a title may say so: “gesucht / wanted!”
_BRACKETS = re.compile(r"(?<!\s)\s*[(\[]([^()\[\]]{1,80})[)\]]$")
_CONTRACT = re.compile(r"(?<!\s)\s+[-–—]\s+(?:CDI|CDD)$")  # the job’s type says it
_BEFORE_PAY = re.compile(r"\b(?:up to|from|bis zu|ab|jusqu’à|tot|hasta)\W*$", re.IGNORECASE)
_SIGNS_BEFORE_PAY = " \t(,|–—-"


def read_title(text: str) -> Quoted[str]:
    """The title of ``text``, the Markdown of an ad; '' if it has none."""
    return _TitleOfAd(text).read()


class _TitleOfAd:
    def __init__(self, text: str) -> None:
        self.text = text
        self.roles = TitleReader(Role.objects.published().ids_by_name())

    def read(self) -> Quoted[str]:
        """The first line with a role, else the first that is certainly relevant work, so that
        “Example Analytics” above “Data Engineer” is not taken; else the title that its sentences
        look for, if they agree on one.
        """
        titles = list(self._titles_at_top())
        for title in titles:
            if self.roles.role(title.value):
                return title
        for title in titles:
            if _is_relevant(title.value):
                return title
        titles_in_sentences = {title.value: title for title in self._titles_in_sentences()}
        if len(titles_in_sentences) == 1:
            return next(iter(titles_in_sentences.values()))
        return Quoted("")

    def _titles_at_top(self) -> Iterator[Quoted[str]]:
        lines = filter(None, map(_bare, self.text.splitlines()))
        for number, line in enumerate(islice(lines, LINES_OF_TITLE)):
            if any(_is_denied(line, mark) for mark in WANTS.find(line)):
                continue
            unlabelled = without_label(line)
            if unlabelled == line:
                if title := self._title_in(line):
                    yield Quoted(title, line)
                    continue
            else:
                unlabelled = unlabelled.rstrip(" !")  # “Wir suchen: Data Engineer!”
            for title in map(_bare_title, BAR.split(unlabelled)):
                if len(title) > MAX_TITLE_LENGTH or title.endswith((".", ":", "!", "?")):
                    continue
                # The first line is never a heading, even if it looks like one: “Contract Engineer”.
                is_heading = number > 0 and find_section(title)
                if not is_heading:
                    yield Quoted(title, line)

    def _titles_in_sentences(self) -> Iterator[Quoted[str]]:
        for sentence in islice(self._sentences_that_look(), MAX_SENTENCES):
            if title := self._title_in(sentence):
                yield Quoted(title, make_quote(sentence))

    def _sentences_that_look(self) -> Iterator[str]:
        for line in map(bare_line, self.text.splitlines()):
            yield from filter(WANTS.find, SENTENCE_END.split(line))

    def _title_in(self, sentence: str) -> str:
        """“Data Engineer” of “We’re hiring a Data Engineer in Oslo!”, or ''."""
        marks = (mark for mark in WANTS.find(sentence) if not _is_denied(sentence, mark))
        for mark in islice(marks, LINES_OF_TITLE):
            rest = sentence[mark.end : mark.end + MAX_WANTED_LENGTH].lstrip(" !:–—-")
            articles = ARTICLE.finditer(rest, 0, FURTHEST_ARTICLE)
            starts = [article.end() for article in articles] or [0]
            for start in starts:
                if SOMEBODY.search(rest, 0, start):
                    break
                start += _match_length(LEADING, rest[start:])
                start += _match_length(PRAISE, rest[start:])
                title = END.split(rest[start:], maxsplit=1)[0].strip()
                if title and self._names_work(title):
                    return _with_capital(title)
        return ""

    def _names_work(self, title: str) -> bool:
        if len(title) > MAX_TITLE_LENGTH:
            return False
        return bool(self.roles.role(title)) or _is_relevant(title)


def _is_denied(sentence: str, mark: Mark) -> bool:
    """“We are not hiring”, “Wir suchen keinen”."""
    before = sentence[max(0, mark.start - FURTHEST_ARTICLE) : mark.start]
    return bool(DENIED.search(before) or DENIED_BEHIND.match(sentence, mark.end))


def _match_length(pattern: re.Pattern[str], text: str) -> int:
    """How much of the start of ``text`` matches."""
    match = pattern.match(text)
    if match:
        return match.end()
    return 0


def _with_capital(title: str) -> str:
    """Unless its first word is a name such as “dbt” or “iOS”."""
    first = title.split()[0]
    is_name = first in SMALL_NAMES or not first.islower()
    if is_name:
        return title
    return title[0].upper() + title[1:]


def _is_relevant(title: str) -> bool:
    return read_relevance(title).answer == Relevance.YES


def _bare(line: str) -> str:
    """The line without “wanted” too: “🚀 AI Engineer wanted! 🚀”."""
    text = bare_line(line)
    for _ in range(MAX_WANTED):
        text = _WANTED.sub("", text)
    return text


def _bare_title(text: str) -> str:
    """The title without the company, the location, the kind of contract and the pay."""
    title, _ = title_and_company(text[: 2 * MAX_TITLE_LENGTH])
    return _CONTRACT.sub("", _without_pay(_without_place(title)))


def _without_place(title: str) -> str:
    """“AI Engineer” of “AI Engineer (Remote US / NYC)”."""
    brackets = _BRACKETS.search(title)
    if brackets and says_only_where(brackets[1]):
        return title[: brackets.start()] or title
    return title


def _without_pay(title: str) -> str:
    """“Data Engineer” of “Data Engineer – up to £80k + bonus”."""
    for amount in find_amounts(title):
        before = _BEFORE_PAY.sub("", title[: amount.start])
        bare = before.rstrip(_SIGNS_BEFORE_PAY)
        if amount.marks and bare != before:
            return bare or title
    return title
