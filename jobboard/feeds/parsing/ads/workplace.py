"""Reads from a pasted ad how one works: on site, hybrid or remote, and on how many days."""

import re
from collections.abc import Iterable, Iterator, Sequence

from jobboard.common.text.words import country_name
from jobboard.feeds.parsing.phrases import any_of
from jobboard.feeds.parsing.places.areas import AREAS, FIXED_AREAS
from jobboard.feeds.parsing.places.words import SOME_DAYS, WORDS, WORKPLACE, get_workplace
from jobboard.feeds.parsing.texts.labels import read_label
from jobboard.feeds.parsing.texts.office_days import read_office_days
from jobboard.feeds.parsing.texts.quoted import Quoted, make_quote, only_value
from jobboard.feeds.parsing.texts.sections import BENEFITS, COMPANY, INTERVIEW, Sentence
from jobboard.feeds.parsing.texts.whereabouts import ANYWHERE, AUTHORIZED, read_whereabouts
from jobboard.listings.choices import Workplace
from jobboard.listings.geo.gazetteer import key

from .lines import MAX_SENTENCE_LENGTH, bare_line, split_line

OFFICE = r"offices?|studio|headquarters|hq|hub|standort|büro|bureaux?|oficinas?"
AN_OFFICE = re.compile(rf"\b(?:{OFFICE})\b", re.IGNORECASE)
# “2 office days”, “zwei Bürotage”, “2 kantoordagen”
OFFICE_DAYS = re.compile(
    r"\b(\w+) (?:(?:(?:in[- ])?office|on-?site|in-person)[- ]days?"
    r"|(?:büro|präsenz|office)-?tage?|kantoordag(?:en)?)\b",
    re.IGNORECASE,
)
FIVE_DAYS = rf"(?:5|five) (?:{any_of(WORDS['day'])})(?: (?:{any_of(WORDS['a week'])}))?"
DAYS = re.compile(rf"(?<!\w)(?:{SOME_DAYS}|{FIVE_DAYS})", re.IGNORECASE)
YES = re.compile(r"\W*(?:yes|ja|oui|s[ií]|sim|fully|100 ?%)\W*", re.IGNORECASE)
BRACKETS = re.compile(r"(?<!\s)\s*[(\[][^()\[\]]*[)\]]")
IN_THE_OFFICE = " in the office"
IN_AN_OFFICE = re.compile(
    rf"\b(?:{any_of([*WORDS['in an office'], *WORDS['a week']])})\b", re.IGNORECASE
)
FILLERS = re.compile(rf"{IN_AN_OFFICE.pattern}|\b(?:office|working|model|up to)\b|[\W\d_]")


def read_days(prose: Sequence[Sentence]) -> Quoted[int | None]:
    """How many days one works on site. An interview on site is no day of work."""
    texts = [sentence.text for sentence in prose if sentence.section != INTERVIEW]
    in_brackets = list(_find_in_brackets(texts))
    texts += in_brackets
    days = read_office_days("\n".join(texts))
    if days.value:
        return days
    for text in filter(OFFICE_DAYS.search, filter(_is_short, texts)):
        days = read_office_days(OFFICE_DAYS.sub(r"\1 days in the office", text))
        if days.value:
            return Quoted(days.value, make_quote(text))
    hybrid = [text + IN_THE_OFFICE for text in in_brackets if _is_hybrid(text)]
    days = read_office_days("\n".join(hybrid))
    return Quoted(days.value, days.quote.removesuffix(IN_THE_OFFICE))


def _find_in_brackets(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for brackets in BRACKETS.findall(text):
            yield brackets.strip(" ()[]")


def _is_short(text: str) -> bool:
    return len(text) <= MAX_SENTENCE_LENGTH


def _is_hybrid(text: str) -> bool:
    return only_workplace(text) == Workplace.HYBRID


def read_workplace(
    lines: Sequence[str], head: Iterable[str], prose: Sequence[Sentence]
) -> Quoted[str]:
    """The workplace that a label, a line below the title or a sentence states; '' where they
    differ.
    """
    for line in lines:
        label, value = read_label(line)
        if label == "workplace" and (stated := _read_label_value(line, value)):
            return Quoted(stated, make_quote(line))
    quotes: dict[str, str] = {}
    for line in head:
        for part in split_line(line):
            if stated := only_workplace(part):
                quotes[stated] = line
    for sentence in prose:
        if sentence.section not in (INTERVIEW, COMPANY) and (stated := _read_sentence(sentence)):
            quotes.setdefault(stated, make_quote(sentence.text))
    workplace = only_value(quotes, "")
    # A sentence may have two signs of a list before it: “1) – Fully remote”.
    return Quoted(workplace.value, make_quote(workplace.quote))


def _read_label_value(line: str, value: str) -> str:
    if DAYS.fullmatch(value.strip(" .")):
        return str(Workplace.HYBRID)  # “Télétravail : 2 jours”
    if YES.fullmatch(value):
        return _first_workplace(line.partition(":")[0])
    return _first_workplace(value)


def _first_workplace(text: str) -> str:
    stated = set(map(get_workplace, WORKPLACE.finditer(text))) - {""}
    if str(Workplace.HYBRID) in stated:
        return str(Workplace.HYBRID)
    if len(stated) == 1 and stated <= {*Workplace.values}:
        return stated.pop()
    return ""


def only_workplace(text: str) -> str:
    """How one works, where ``text`` says little else: “Hybrid, 2 days in the office”."""
    text = bare_line(text)
    rest = FILLERS.sub("", DAYS.sub(" ", WORKPLACE.sub(" ", text)).casefold())
    if rest.strip():
        return ""
    return _first_workplace(text)


# What stands before “remote” in a sentence about the job; "hybrid role" says it itself.
JOB = re.compile(
    r"\b(?:(?:role|position|job|this|it) (?:is|will be|can be)|we work in|you(?:’|'| wi)ll work"
    r"|you can work|(?:role|position|job) [^.;:]{1,60} and is|(?:stelle|position) ist|poste est"
    r"|puesto es)"
    r"(?: (?:an?|fully|based|100 ?%|zu|en))*,? $"
    r"|^(?:role|position|job|stelle|poste|puesto|trabajo|travail)[: ]+$",
    re.IGNORECASE,
)
A_JOB = re.compile(r"\b(?:role|position|job)$", re.IGNORECASE)
IS_A = re.compile(r"\b(?:is|are|be|offer)(?: also)? an? $|^$", re.IGNORECASE)
MANY_JOBS = re.compile(r"combin|between|\bmost\b|majority|\bsome\b", re.IGNORECASE)
NEGATED = re.compile(r"\b(?:not?|never|nicht|kein\w*|pas|sans|sin|occasional\w*)\b", re.IGNORECASE)


def _read_sentence(sentence: Sentence) -> str:
    """The workplace of a sentence that says nothing else, speaks of the job, or begins with from
    where.
    """
    text = bare_line(sentence.text)
    if NEGATED.search(text) or MANY_JOBS.search(text):
        return ""
    if stated := only_workplace(text):
        return stated
    match = WORKPLACE.search(text)
    if not match or sentence.section == BENEFITS:
        return ""
    stated = _first_workplace(text)
    if stated == Workplace.REMOTE and AN_OFFICE.search(WORKPLACE.sub("", text)):
        return ""  # either
    before = text[: match.start()]
    is_job = JOB.search(before) or (A_JOB.search(match[0]) and IS_A.search(before))
    is_from = stated == Workplace.REMOTE and not before and open_to(text)
    if is_job or is_from:
        return stated
    return ""


def says_how(text: str) -> bool:
    return bool(WORKPLACE.search(text) or DAYS.search(text))


def open_to(sentence: str) -> list[str]:
    """The country or area from which the work can be done; '' for anywhere."""
    areas = list(filter(_is_area, re.findall(r"[^\W\d_]+", sentence)))
    for whereabouts in read_whereabouts(sentence):
        if whereabouts.kind == AUTHORIZED:
            continue
        if whereabouts.kind == ANYWHERE:
            return [""]
        if len(whereabouts.countries) == 1 and not whereabouts.is_part:
            return [country_name(whereabouts.countries[0])]
        if len(areas) == 1:
            return areas
    return []


def _is_area(word: str) -> bool:
    return word[0].isupper() and (key(word) in AREAS or key(word) in FIXED_AREAS)
