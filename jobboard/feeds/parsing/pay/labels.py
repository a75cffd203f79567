"""Finds the place or level that an amount of pay is stated for."""

import re

from jobboard.feeds.parsing.phrases import any_of
from jobboard.feeds.parsing.places.names import names_place
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
    head = find_head(title, 0, len(title))
    fields = {"kind": _get_kind(head) or _get_kind(find_head(beside, 0, len(beside)))}
    if title:
        fields["quote"] = title
    if ZONE.search(title):
        return fields | {"place": _zone_in(title)}
    place = _place_of_title(title, head, currency)
    if place:
        return fields | {"place": place[:MAX_PLACE_LENGTH]}
    level = _level_in(title)
    if not level and head is None:
        level = title
    if len(level) > MAX_LEVEL_LENGTH:
        level = ""
    return fields | {"level": level}


def _get_kind(head: Head | None) -> str:
    """'' where nothing is said of it, or that it is no pay."""
    if head is None:
        return ""
    return head.kind or ""


def _place_of_title(title: str, head: Head | None, currency: str) -> str:
    if head is None:
        place = _place_in(title, currency)
    else:
        place = _place_around(title, head.start, head.end, currency)
    if not place and (OTHERS.match(title) or ANY_PLACE.fullmatch(title)):
        return title
    return place


def find_level(context: Context) -> tuple[str, int]:
    """The level that an amount is for, '' for all; and where its words end behind the amount."""
    if behind := LEVEL_BEHIND.match(context.tail):
        return behind["level"], context.last.end + behind.end()
    return _level_in(context.row) or _level_in(context.lead), context.last.end


def _level_in(text: str) -> str:
    levels = LEVEL.findall(text)
    if levels:
        return levels[-1]
    return ""


def find_place(context: Context, head: Head | None, currency: str) -> tuple[str, int]:
    """The words for the place that an amount is for, '' for all; and where they end."""
    place, end = _place_behind(context, currency)
    if place:
        return place, end
    if elsewhere := ELSEWHERE.match(context.tail):
        return elsewhere[1], context.last.end + elsewhere.end()
    return _place_before(context, head, currency), context.last.end


def _place_behind(context: Context, currency: str) -> tuple[str, int]:
    behind = BEHIND.match(context.tail)
    if behind is None:
        return "", context.last.end
    rest = context.tail[behind.end() :]
    words = END_OF_PLACE.split(rest)[0]
    # "…, in Austin: $150,000" and "…, en Vigo 30k" belong to the amount that follows.
    after = rest[len(words) :]
    is_last = context.is_followed and not after.strip() and not words.rstrip().endswith(",")
    if is_last or after.startswith(":"):
        return "", context.last.end
    place = _place_in(words, currency)
    start = context.last.end + behind.end() + rest.find(place)
    return place, start + len(place)


def _place_before(context: Context, head: Head | None, currency: str) -> str:
    row = context.row
    if ZONE.search(row):
        return _zone_in(row)
    if head is not None and head.end > context.row_start:
        start = head.start - context.row_start
        return _place_around(row, start, head.end - context.row_start, currency)
    if OTHERS.match(_tidy(row)):
        return _tidy(row)
    before, *others = CUT.split(row)
    if others and (place := _place_in(before, currency)):
        return place
    return _place_in(row, currency) or _place_around(row, 0, 0, currency)


def _place_around(text: str, start: int, end: int, currency: str) -> str:
    """The place named beside the head of a phrase: "The Oslo base salary", "salary in Oslo"."""
    after = text[end:]
    for match in reversed(list(TO_A_PLACE.finditer(after))):
        place = _place_in(CUT.split(after[match.end() :])[0], currency)
        if place:
            return place
    begin = 0
    for mark in HEADS.find(text, 0, start):
        if mark.meaning in KINDS:
            begin = mark.end
    name, _, label = after.partition(":")
    brackets = list(map(_tidy, BRACKETS.findall(after)))
    if brackets and OTHERS.match(brackets[-1]):
        return brackets[-1]
    for piece in [label, *brackets, name, *CUT.split(text[begin:start])]:
        place = _place_in(piece, currency)
        if place:
            return place
    return ""


def is_place_of_row(text: str) -> bool:
    """Whether ``text`` only says of which place a row is: "Oslo", "In Oslo it is"."""
    return is_label(text) and bool(_place_in(CUT.split(text)[0], ""))


def _place_in(text: str, currency: str) -> str:
    """``text`` if all of it names places; currency settles which country a code is of."""
    text = _tidy(text)
    name = " ".join(PEOPLE.sub(" ", EXCEPT.sub(" ", text)).split()).strip(" ,()-–")
    if not name or not name[0].isupper() or len(text) > MAX_PLACE_LENGTH:
        return ""
    if any(mark.meaning in KINDS for mark in HEADS.find(text)):
        return ""
    if text.count("(") != text.count(")") or len(NO_LABEL.findall(name)) > MAX_OTHER_WORDS:
        return ""
    hint = ""
    if CODES.fullmatch(name) and all(map(names_place, CODE.findall(name))):
        hint = COUNTRY_OF.get(currency, "")
    places = read_place(PlaceText(name, country=hint))
    if places and all(place.country for place in places):
        return text
    return ""


def _zone_in(text: str) -> str:
    """The zone and what is said of it: "Zone 2 (Denver, CO)", "Canada Tier 1"."""
    (*_, zone) = ZONE.finditer(text)
    begin = text.rfind(":", 0, zone.start()) + 1
    return _tidy(PAY_WORDS.split(text[begin:])[0])


def _tidy(text: str) -> str:
    text = " ".join(text.split()).lstrip("|,;: ")
    if before := BEFORE_A_PLACE.match(text):
        text = text[before.end() :]
    return END_OF_A_WORD.sub("", text.strip(" ,:*-–—(|·•"))[:MAX_PLACE_LENGTH]
