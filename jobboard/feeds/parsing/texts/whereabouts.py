"""Reads from where a text says that its job can be done."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from jobboard.common.text.unicode import normalized
from jobboard.common.text.words import without_accents
from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows
from jobboard.listings.choices import OpenFrom

from .named_areas import NamedAreas, is_only_names, names_in
from .quoted import make_quote
from .sections import BENEFITS, Sentence, sentences

READER = 2  # its version, to be raised whenever texts are read in another way
ANYWHERE = "anywhere"
MUST = "must"
LIVE = "live"
AUTHORIZED = "authorized"
KINDS = (MUST, LIVE, AUTHORIZED, ANYWHERE)
BOUNDED = (
    "bounded"  # anywhere, with a bound behind it: “anywhere our payroll partner can employ you”
)
ONLY = "only"  # the names stand before it: “UK-based candidates only”
AROUND = "around"  # the names stand within: “must be UK-based”
WHOLE = "whole"  # so that nothing else is said: “Remote (US only)”
LABEL = "label"  # what may stand before that
MOVES = "moves"
PAY = "pay"
LIMITED = "limited"
DENIED = "denied"
THING = "thing"  # data and servers are somewhere too
ELSE = "else"  # what is offered or sold for one country: “401k (US only)”
ENDS = re.compile(
    r"[.;(:]|\b(?:who|with|as|to be|for|while|during|where|whose|without)\b"
    r"|\b(?:and|or) (?!the\b)[a-z]"
)
# From the beginning of what is no word: from each of its signs, a line of dashes takes minutes.
A_LIST = re.compile(
    r"(?<!\W)\W*(?:(?:one|any|either) of )?(?:the |these |folgenden |les |los |os |een van de )?"
    r"(?:following |suivants |siguientes |seguintes |volgende )?"
    r"(?:countries|states|locations|regions|pays|paises|países|landern|ländern|landen)"
    r"(?: suivants| siguientes| seguintes)?\s*[:(]",
    re.IGNORECASE,
)
# No word begins within another, or there would be endless ways to read “Ab.Ab.Ab”.
NAMES_BEFORE = re.compile(r"(?:(?<![\w.])[A-Z][\w.]*[\s,/&-]*|\b(?:and|or|the)\s+)+$")
# Behind it begins another thought than the bound of “anywhere”.
BREAK = re.compile(r"[;:.(]|,(?! (?:where|provided|as long|so long|if)\b)", re.IGNORECASE)
MAX_LABELS = 5
MAX_NAMES_LENGTH = 1000  # characters of all countries that a sentence lists
WORD = re.compile(r"\w+")
DOTTED_CODE = re.compile(r"\b([A-Z])\.([A-Z])\.")


@dataclass(frozen=True)
class Whereabouts:
    """What one sentence says: ``kind`` is one of KINDS or BOUNDED. ``countries`` are those that it
    names as a whole; ``is_part`` where it names regions or areas that are no list of countries.
    ``or_moves``: whoever moves there is meant too. ``is_chosen``: no sentence says it, a form does.
    """

    kind: str
    countries: tuple[str, ...] = ()
    is_part: bool = False
    or_moves: bool = False
    quote: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Decision:
    """Whether remote work can be done from a country, and the sentence that says so."""

    word: OpenFrom
    by: Whereabouts


def decision(statements: Sequence[Whereabouts], country: str) -> Decision | None:
    """The statement that decides for ``country``, or for those that it does not name if that is '';
    None where the text leaves it open.

    “Anywhere” is no yes where it is bounded, or where the right to work elsewhere is required.
    """
    for statement in statements:
        is_required = statement.kind in (MUST, LIVE) and not statement.is_part
        if is_required and country in statement.countries:
            return Decision(OpenFrom.YES, statement)
    first = _first_of((MUST, ANYWHERE), statements)
    if first and first.kind == MUST:
        return Decision(OpenFrom.UNCLEAR if first.is_part else OpenFrom.NO, first)
    bound = _first_of((BOUNDED,), statements)
    if bound:
        return Decision(OpenFrom.UNCLEAR, bound)
    if first:
        return _with_authorization(first, statements, country)
    return None


def _with_authorization(
    anywhere: Whereabouts, statements: Sequence[Whereabouts], country: str
) -> Decision:
    required = [statement for statement in statements if statement.kind == AUTHORIZED]
    for statement in required:
        if country in statement.countries:
            return Decision(OpenFrom.YES, statement)
    if required:
        return Decision(OpenFrom.UNCLEAR, required[0])
    return Decision(OpenFrom.YES, anywhere)


def _first_of(kinds: Sequence[str], statements: Sequence[Whereabouts]) -> Whereabouts | None:
    for statement in statements:
        if statement.kind in kinds:
            return statement
    return None


def chosen_anywhere(typed: str) -> Whereabouts:
    """The statement of somebody who chose “anywhere” and ``typed`` something beside it."""
    kind = BOUNDED if _is_bounded(typed) else ANYWHERE
    return Whereabouts(kind, quote=typed, is_chosen=True)


@lru_cache(200)
def read_whereabouts(text: str) -> tuple[Whereabouts, ...]:
    """Each sentence that says it; pay “for candidates in Spain” and weeks abroad say nothing, nor
    do hours of a time zone and what is denied or excepted.
    """
    return tuple(chain.from_iterable(map(_read_sentence, sentences(text))))


def _read_sentence(sentence: Sentence) -> Iterator[Whereabouts]:
    """The first statement of the sentence on who may work there, if it makes one."""
    text = sentence.text
    matches = {kind: match for match, kind in _patterns().find(text)}
    if not matches.keys().isdisjoint({PAY, LIMITED, DENIED, THING}):
        return
    moves = MOVES in matches
    if ELSE not in matches and sentence.section != BENEFITS:
        countries, is_part = _who_may(text, matches)
        if countries or is_part:
            yield Whereabouts(MUST, countries, is_part, moves, make_quote(text))
            return
    for kind in KINDS:
        if kind not in matches:
            continue
        phrase = matches[kind].group()
        countries, is_part = _named_behind(text, phrase)
        if kind == ANYWHERE and _is_bounded(BREAK.split(_behind(text, phrase), maxsplit=1)[0]):
            yield Whereabouts(BOUNDED, quote=make_quote(text))
            return
        if (kind == ANYWHERE) != bool(countries or is_part):
            yield Whereabouts(kind, countries, is_part, moves, make_quote(text))
            return


def _who_may(sentence: str, matches: Mapping[str, re.Match[str]]) -> NamedAreas:
    """Countries to which the job is bound, and whether regions or open areas are named."""
    if names := _names_around(sentence):
        return names_in(names)
    if ONLY in matches:
        return names_in(_before(sentence, matches[ONLY].group()))
    return NamedAreas((), False)


def _names_around(sentence: str) -> str:
    """The names within a phrase that says who may work there, or ''."""
    accented = normalized("NFC", DOTTED_CODE.sub(r"\1\2", sentence))
    plain = without_accents(accented)
    words = set(WORD.findall(plain.lower()))
    for needed, pattern in _phrases_around():
        match = pattern.search(plain) if needed <= words else None
        if match is None:
            continue
        names = accented[slice(*match.span("names"))]
        if names and is_only_names(names):
            return names
    return ""


def _named_behind(sentence: str, phrase: str) -> NamedAreas:
    """Countries named behind ``phrase``, and whether regions or open areas are."""
    behind = A_LIST.sub("", _behind(DOTTED_CODE.sub(r"\1\2", sentence), phrase))
    return names_in(ENDS.split(behind, maxsplit=1)[0][:MAX_NAMES_LENGTH])


def _before(sentence: str, phrase: str) -> str:
    """The names that stand right before ``phrase``, which is folded, in ``sentence``."""
    pattern = r"(?:based\W+)?" + r"\W+".join(map(re.escape, phrase.split()))
    plain = DOTTED_CODE.sub(r"\1\2", sentence)
    match = re.search(rf"\b{pattern}\b", plain, re.IGNORECASE)
    start = match.start() if match else 0
    names = NAMES_BEFORE.search(plain[:start], max(0, start - MAX_NAMES_LENGTH))
    if names:
        return names.group().replace("-", " ")
    return ""


def _behind(sentence: str, phrase: str) -> str:
    """The text behind ``phrase``, which is folded, in ``sentence``, which is not."""
    last = phrase.split()[-1]
    count = phrase.split().count(last)
    pieces = re.split(rf"\b{re.escape(last)}\b", sentence, maxsplit=count, flags=re.IGNORECASE)
    return pieces[-1]


def _is_bounded(text: str) -> bool:
    return _bounds().is_in(text)


def _get_phrases(*kinds: str) -> list[str]:
    rows = pattern_rows("whereabouts", "kind")
    return [phrase for phrase, kind in rows if kind in kinds]


@cache
def _patterns() -> Patterns[str]:
    rows = pattern_rows("whereabouts", "kind")
    return Patterns([row for row in rows if row[1] not in (AROUND, WHOLE, LABEL, BOUNDED)])


@cache
def _bounds() -> Patterns[str]:
    return Patterns([(phrase, BOUNDED) for phrase in _get_phrases(BOUNDED)])


@cache
def _phrases_around() -> list[tuple[set[str], re.Pattern[str]]]:
    """Each with the words without which it is nowhere: to look for them is ten times as fast."""
    # Each once, and not without end: what can be read in two ways doubles the work with each word.
    labels = "|".join(dict.fromkeys(map(_spaced, _get_phrases(LABEL))))
    begin = rf"^\W*(?:(?:{labels})\b\W*){{0,{MAX_LABELS}}}"
    end = r"(?:\W{0,9}$|\s{0,9}[,;|)])"
    patterns = []
    for phrase in _get_phrases(AROUND):
        patterns.append(_phrase_around(phrase, rf"\b{_spaced(phrase)}\b"))
    for phrase in _get_phrases(WHOLE):
        patterns.append(_phrase_around(phrase, begin + _spaced(phrase) + end))
    return patterns


def _phrase_around(phrase: str, pattern: str) -> tuple[set[str], re.Pattern[str]]:
    needed_words = set(WORD.findall(phrase.lower())) - {"_"}
    return needed_words, re.compile(pattern, re.IGNORECASE)


def _spaced(phrase: str) -> str:
    # With an end to each, or strangers' texts could take seconds.
    pattern = r"\W{1,9}".join(map(re.escape, phrase.split()))
    return pattern.replace("_", f"(?P<names>.{{1,{MAX_NAMES_LENGTH}}}?)")
