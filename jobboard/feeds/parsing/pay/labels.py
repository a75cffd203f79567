"""For which place or level an amount of pay is stated."""

import re

from jobboard.feeds.parsing.phrases import any_of
from jobboard.feeds.parsing.places.names import find_names
from jobboard.feeds.parsing.places.reader import read_place
from jobboard.listings.choices import PlaceText

from .context import Context
from .heads import HEADS, KINDS, NO_LABEL, Head, find_head, is_label
from .period import WORDS

NUMBERED = r"(?:Level|Grade|Band|Step) (?:[0-9]{1,2}|[IVX]{1,4}|[A-D])|GS-[0-9]{1,2}"
LEVEL = re.compile(
    rf"(?<!\()\b(?:{NUMBERED}|(?:{any_of(WORDS['level'])})"
    r"(?= ?(?:[:–—-] ?|\([^)]{1,20}\) ?[•:–—-] ?)$))(?![\w-])"
)
LEVEL_BEHIND = re.compile(
    rf"\s*(?:\(|\(?(?:{any_of(WORDS['before a level'])}) )"
    rf"(?P<level>{NUMBERED}|{any_of(WORDS['level'])})"
    rf"(?= ?(?:[,;:.)|/]|(?:{any_of([*WORDS['and'], *WORDS['or']])})\b|$))"
)
ZONE = re.compile(r"\b(?:Zone|Tier) (?:[0-9]{1,2}|[A-D])\b")
COUNTRY_OF = {"USD": "US", "CAD": "CA", "GBP": "GB", "AUD": "AU", "INR": "IN"}
CODE = re.compile(r"[A-Z]{2,3}")
CODES = re.compile(r"[A-Z]{2,3}(?:(?:[ ,/]|\bor\b|\band\b)+[A-Z]{2,3})*")
MAX_PLACE_LENGTH = 120
MAX_LEVEL_LENGTH = 40
MAX_OTHER_WORDS = 2
"""In a label for a place, more words that are no names make it a sentence."""
PAY_WORDS = re.compile(r"\b(?:base )?(?:pay|salary|hiring) ranges?\b", re.IGNORECASE)
PEOPLE = re.compile(rf"(?<!united )\b(?:{any_of(WORDS['around a place'])})\b[’']?s?", re.IGNORECASE)
EXCEPT = re.compile(rf"\b(?:{any_of(WORDS['not this place'])})\b", re.IGNORECASE)
ANY_PLACE = re.compile(rf" ?(?:{any_of(WORDS['any place'])}) ?", re.IGNORECASE)
OTHERS = re.compile(r"(?:all )?other\b|elsewhere\b|(?:the )?rest of\b|remaining\b", re.IGNORECASE)
ELSEWHERE = re.compile(r"\s*(elsewhere)\b", re.IGNORECASE)
END_OF_PLACE = re.compile(
    r"[.;:)|\n]|,? (?:and|or) (?=[$€£0-9]|$)|, (?:not|plus|depending|which|with|based|for|in)\b"
)
BEHIND = re.compile(rf"\s*(?:\(|,? ?\b(?:{any_of(WORDS['to a place'])}) (?:the )?)", re.IGNORECASE)
TO_A_PLACE = re.compile(rf"\b(?:{any_of(WORDS['to a place'])}|of|at) ", re.IGNORECASE)
CUT = re.compile(
    rf"[:|–—]| - |, (?:{any_of(WORDS['behind a place'])})\b"
    rf"|\b(?:it )?(?:{any_of(WORDS['behind a place verb'])})(?!\w)"
)
BEFORE_A_PLACE = re.compile(
    rf"(?:(?:{any_of(WORDS['before a place'])})(?! other) )+", re.IGNORECASE
)
END_OF_A_WORD = re.compile(r"(?<=[a-zà-ÿ]{2})\.$")
BRACKETS = re.compile(r"\(([^()]*)\)")


def read_label(title: str, currency: str, *, beside: str = "") -> dict[str, str]:
    """What a feed's title of a pay range says, as fields of a PayStatement.

    ``beside`` are further words of the feed on the range. A short title that is neither a word for
    pay nor a place is a level: "Staff", "IC4".
    """
    heads = [find_head(words, 0, len(words)) for words in (title, beside)]
    kinds = [head.kind for head in heads if head and head.kind]
    said = {"kind": kinds[0] if kinds else ""}
    said |= {"quote": title} if title else {}
    head = heads[0]
    if ZONE.search(title):
        return said | {"place": _zone_in(title)}
    place = (
        _place_in(title, currency)
        if head is None
        else _place_around(title, head.start, head.end, currency)
    )
    if not place and (OTHERS.match(title) or ANY_PLACE.fullmatch(title)):
        place = title
    if place:
        return said | {"place": place[:MAX_PLACE_LENGTH]}
    level = _level_in(title) or (title if head is None else "")
    return said | {"level": level if len(level) <= MAX_LEVEL_LENGTH else ""}


def find_level(context: Context) -> tuple[str, int]:
    """The level that an amount is for, '' for all; and where its words end behind the amount."""
    if behind := LEVEL_BEHIND.match(context.tail):
        return behind["level"], context.last.end + behind.end()
    return _level_in(context.row) or _level_in(context.lead), context.last.end


def _level_in(words: str) -> str:
    found = LEVEL.findall(words)
    if found:
        return found[-1]
    return ""


def find_place(context: Context, head: Head | None, currency: str) -> tuple[str, int]:
    """The words for the place that an amount is for, '' for all; and where they end."""
    behind = BEHIND.match(context.tail)
    if behind:
        rest = context.tail[behind.end() :]
        words = END_OF_PLACE.split(rest)[0]
        # "…, in Austin: $150,000" and "…, en Vigo 30k" belong to the amount that follows.
        left = rest[len(words) :]
        is_last = context.is_followed and not left.strip() and not words.rstrip().endswith(",")
        is_of_next = is_last or left.startswith(":")
        place = "" if is_of_next else _place_in(words, currency)
        if place:
            at = context.last.end + behind.end() + rest.find(place)
            return place, at + len(place)
    if elsewhere := ELSEWHERE.match(context.tail):
        return elsewhere[1], context.last.end + elsewhere.end()
    return _place_before(context, head, currency), context.last.end


def _place_before(context: Context, head: Head | None, currency: str) -> str:
    row = context.row
    if ZONE.search(row):
        return _zone_in(row)
    if head is not None and head.end > context.row_start:
        start = head.start - context.row_start
        return _place_around(row, start, head.end - context.row_start, currency)
    if OTHERS.match(_tidy(row)):
        return _tidy(row)
    named = CUT.split(row)
    if len(named) > 1 and (place := _place_in(named[0], currency)):
        return place
    return _place_in(row, currency) or _place_around(row, 0, 0, currency)


def _place_around(words: str, start: int, end: int, currency: str) -> str:
    """The place named beside the head of a phrase: "The Oslo base salary", "salary in Oslo"."""
    after = words[end:]
    for match in reversed([*TO_A_PLACE.finditer(after)]):
        place = _place_in(CUT.split(after[match.end() :])[0], currency)
        if place:
            return place
    marks = [mark for mark in HEADS.find(words, 0, start) if mark.meaning in KINDS]
    begin = marks[-1].end if marks else 0
    name, _, label = after.partition(":")
    brackets = [_tidy(inside) for inside in BRACKETS.findall(after)]
    if brackets and OTHERS.match(brackets[-1]):
        return brackets[-1]
    for piece in [label, *brackets, name, *CUT.split(words[begin:start])]:
        place = _place_in(piece, currency)
        if place:
            return place
    return ""


def is_place_of_row(words: str) -> bool:
    """Whether ``words`` only say of which place a row is: "Oslo", "In Oslo it is"."""
    return is_label(words) and bool(_place_in(CUT.split(words)[0], ""))


def _place_in(words: str, currency: str) -> str:
    """``words`` if all of them name places; currency settles which country a code is of."""
    words = _tidy(words)
    named = " ".join(PEOPLE.sub(" ", EXCEPT.sub(" ", words)).split()).strip(" ,()-–")
    if not named or not named[0].isupper() or len(words) > MAX_PLACE_LENGTH:
        return ""
    if any(mark.meaning in KINDS for mark in HEADS.find(words)):
        return ""
    if words.count("(") != words.count(")") or len(NO_LABEL.findall(named)) > MAX_OTHER_WORDS:
        return ""
    codes = CODE.findall(named) if CODES.fullmatch(named) else []
    are_places = bool(codes) and all(_is_name_of_place(code) for code in codes)
    hint = COUNTRY_OF.get(currency, "") if are_places else ""
    places = read_place(PlaceText(named, country=hint))
    if not places or not all(place.country for place in places):
        return ""
    return words


def _is_name_of_place(code: str) -> bool:
    """Not of "FTE"."""
    return any(name.spots for name in find_names(code))


def _zone_in(words: str) -> str:
    """The zone and what is said of it: "Zone 2 (Denver, CO)", "Canada Tier 1"."""
    zone = [*ZONE.finditer(words)][-1]
    begin = words.rfind(":", 0, zone.start()) + 1
    return _tidy(PAY_WORDS.split(words[begin:])[0])


def _tidy(words: str) -> str:
    words = " ".join(words.split()).lstrip("|,;: ")
    if before := BEFORE_A_PLACE.match(words):
        words = words[before.end() :]
    return END_OF_A_WORD.sub("", words.strip(" ,:*-–—(|·•"))[:MAX_PLACE_LENGTH]
