"""How a pasted ad says that one works: on site, hybrid or remote, and on how many days."""

import re
from collections.abc import Iterable, Sequence

from jobboard.common.text.words import country_name
from jobboard.feeds.parsing.phrases import any_of
from jobboard.feeds.parsing.places.names import AREAS, FIXED_AREAS
from jobboard.feeds.parsing.places.words import SOME_DAYS, WORDS, WORKPLACE, workplace_of
from jobboard.feeds.parsing.texts.labels import read_label
from jobboard.feeds.parsing.texts.office_days import read_office_days
from jobboard.feeds.parsing.texts.quoted import Quoted, quote_of
from jobboard.feeds.parsing.texts.sections import BENEFITS, COMPANY, INTERVIEW, Sentence
from jobboard.feeds.parsing.texts.whereabouts import ANYWHERE, AUTHORIZED, read_whereabouts
from jobboard.listings.choices import Workplace
from jobboard.listings.geo.gazetteer import key

from .lines import MAX_SENTENCE_LENGTH, bare_line, parts_of

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
IN_AN_OFFICE = re.compile(
    rf"\b(?:{any_of([*WORDS['in an office'], *WORDS['a week']])})\b", re.IGNORECASE
)
FILLERS = re.compile(rf"{IN_AN_OFFICE.pattern}|\b(?:office|working|model|up to)\b|[\W\d_]")


def read_days(said: Sequence[Sentence]) -> Quoted[int | None]:
    """On site. An interview on site is no day of work."""
    of_work = [one.text for one in said if one.section != INTERVIEW]
    in_brackets = [found[0].strip(" ()[]") for line in of_work for found in BRACKETS.finditer(line)]
    if (read := read_office_days("\n".join([*of_work, *in_brackets]))).value:
        return read
    short = (words for words in [*of_work, *in_brackets] if len(words) <= MAX_SENTENCE_LENGTH)
    for words in filter(OFFICE_DAYS.search, short):
        if (read := read_office_days(OFFICE_DAYS.sub(r"\1 days in the office", words))).value:
            return Quoted(read.value, quote_of(words))
    hybrid = [words for words in in_brackets if only_workplace(words) == Workplace.HYBRID]
    in_office = read_office_days("\n".join(f"{words} in the office" for words in hybrid))
    return Quoted(in_office.value, in_office.quote.removesuffix(" in the office"))


def read_workplace(
    lines: Sequence[str], head: Iterable[str], said: Sequence[Sentence]
) -> Quoted[str]:
    """What a label, a line below the title or a sentence says; '' where they differ."""
    for line in lines:
        label, value = read_label(line)
        if label == "workplace" and (stated := _value_of_label(line, value)):
            return Quoted(stated, quote_of(line))
    found: dict[str, str] = {}
    for line in head:
        found |= {stated: line for part in parts_of(line) if (stated := only_workplace(part))}
    for sentence in said:
        if sentence.section not in (INTERVIEW, COMPANY) and (stated := _of_job(sentence)):
            found.setdefault(stated, quote_of(sentence.text))
    if len(found) != 1:
        return Quoted("")
    ((stated, quote),) = found.items()
    return Quoted(stated, quote_of(quote))


def _value_of_label(line: str, value: str) -> str:
    if DAYS.fullmatch(value.strip(" .")):
        return str(Workplace.HYBRID)  # “Télétravail : 2 jours”
    if YES.fullmatch(value):
        return _first_workplace(line.partition(":")[0])
    return _first_workplace(value)


def _first_workplace(words: str) -> str:
    stated = {workplace_of(match) for match in WORKPLACE.finditer(words)} - {""}
    if stated >= {str(Workplace.HYBRID)}:
        return str(Workplace.HYBRID)
    if len(stated) == 1 and stated <= {*Workplace.values}:
        return stated.pop()
    return ""


def only_workplace(words: str) -> str:
    """How one works, where ``words`` say little else: “Hybrid, 2 days in the office”."""
    words = bare_line(words)
    rest = FILLERS.sub("", DAYS.sub(" ", WORKPLACE.sub(" ", words)).casefold())
    if rest.strip():
        return ""
    return _first_workplace(words)


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


def _of_job(sentence: Sentence) -> str:
    """Of a sentence that says nothing else, speaks of the job, or begins with from where."""
    words = bare_line(sentence.text)
    if NEGATED.search(words) or MANY_JOBS.search(words):
        return ""
    if stated := only_workplace(words):
        return stated
    match = WORKPLACE.search(words)
    if not match or sentence.section == BENEFITS:
        return ""
    stated = _first_workplace(words)
    if stated == Workplace.REMOTE and AN_OFFICE.search(WORKPLACE.sub("", words)):
        return ""  # either
    before = words[: match.start()]
    is_job = JOB.search(before) or (A_JOB.search(match[0]) and IS_A.search(before))
    is_from = stated == Workplace.REMOTE and not before and open_to(words)
    if is_job or is_from:
        return stated
    return ""


def says_how(words: str) -> bool:
    return bool(WORKPLACE.search(words) or DAYS.search(words))


def open_to(sentence: str) -> list[str]:
    """The country or area from which the work can be done; '' for anywhere."""
    areas = [word for word in re.findall(r"[^\W\d_]+", sentence) if _is_area(word)]
    for one in read_whereabouts(sentence):
        if one.kind == AUTHORIZED:
            continue
        if one.kind == ANYWHERE:
            return [""]
        if len(one.countries) == 1 and not one.is_part:
            return [country_name(one.countries[0])]
        if len(areas) == 1:
            return areas
    return []


def _is_area(word: str) -> bool:
    return word[0].isupper() and (key(word) in AREAS or key(word) in FIXED_AREAS)
