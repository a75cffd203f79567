"""Reads what the words around an amount say of it: the head of a phrase decides what is stated.

"On-target earnings range for this role", "base salary range, excluding bonus": what stands behind
"for this" or "excluding" tells nothing of the amount.
"""

import re
from dataclasses import dataclass

from jobboard.feeds.parsing.phrases import Mark, PhraseFinder, any_of

from .period import WORDS

PAY = "pay"
BASE = "base"
ON_TARGET = "on_target"
TOTAL = "total"
SUM = "sum"
RANGE = "range"
VARIABLE = "variable"
NO_PAY = "no_pay"
OFFER = "offer"  # “we pay”, “you will earn”: right before a range
BASE_BEHIND = "base behind"  # an amount; before one, these words mean other things
ASIDE = "aside"
PARTS = "parts"
MODIFIER = "modifier"
STOP = "stop"
LIST = "list"  # of what is set aside, or of parts

KINDS = (PAY, BASE, ON_TARGET, TOTAL, SUM, RANGE, OFFER, VARIABLE, NO_PAY)
HEADS = PhraseFinder("pay/words.csv", *KINDS, ASIDE, PARTS, MODIFIER, STOP, "skip")
BEHIND = PhraseFinder(
    "pay/words.csv", PAY, BASE, BASE_BEHIND, ON_TARGET, TOTAL, VARIABLE, NO_PAY, ASIDE, PARTS
)
LINKS = PhraseFinder("pay/words.csv", "link", "open_top", "open_bottom")
GUESSES = PhraseFinder("pay/words.csv", "guess")
BESIDES = PhraseFinder("pay/words.csv", "beside")

KIND_OF = {
    PAY: "",
    RANGE: "",
    OFFER: "",
    BASE: BASE,
    BASE_BEHIND: BASE,
    ON_TARGET: ON_TARGET,
    TOTAL: TOTAL,
    SUM: TOTAL,
}
"""What each meaning makes of an amount; those that are left out make it no pay."""

SENTENCE = re.compile(r"[.!?;•]\s|\n")
ABBREVIATION = re.compile(
    r"(?:\b(?:max|min|ca|approx|incl|excl|inkl|exkl|est|mind|zzgl|St|U\.S|p\.a|\w)|\.)$"
)
BRACKETS = re.compile(r"\([^()\n]{0,200}\)")
SIGN_BESIDE = re.compile(r"[+~<>≈][ (]*$")
UNFINISHED = re.compile(
    r"\s*(?:\([^)]{0,40}\)\s*)?"
    r"(?:to|through|bis|[-–—]|for(?= (?!this|the|[0-9]))|towards?|of|off)(?:\s|$)"
)
BEFORE_A_TAIL = re.compile(
    r"[\s)*(]*(?:(?!(?:plus|and|with|excl|not|target|our|your|the|this|these|you|we)\b)"
    r"[a-z'’-]+ ){0,3}"
)
LEFT_OPEN = re.compile(r"[ (]*$")
BEFORE_TAX = re.compile(rf"\b(?:{any_of([*WORDS['gross'], *WORDS['net']])})[ (]*$", re.IGNORECASE)
ENDS_WITH_SIGN = re.compile(r"[:=–—|)-][ (]*$")
# A label has capitals, numbers and these words: "All other US locations", "in Denver, and".
IN_A_ROW = (
    r"applicants|candidates|hires|employees|residents|roles?"
    r"|position|zone|tier|level|locations?|based in|area|states|gs-[0-9]{1,2}"
    r"|(?:grade|band) [0-9]{1,2}"
)
ROW = re.compile(rf"\b(?:{IN_A_ROW})\b", re.IGNORECASE)
NO_LABEL = re.compile(
    rf"\b(?!(?:{IN_A_ROW}|based|located|only|in|and|or|of|the|this|all|any"
    rf"|other|for|at|outside|excluding|including|full|time|is|are|be|will"
    rf"|{any_of([*WORDS['before a place'], *WORDS['lowest']])}"
    r"|between|from|up|to|as|it|range|pay|base|salary|per|year|brutto|bruto|brut|lordo|gross|net)\b)"
    r"[a-zà-ÿ]{2,}"
)


@dataclass(frozen=True)
class Head:
    """The phrase that says what an amount is. ``kind`` is None where it says that it is no pay."""

    kind: str | None
    start: int
    end: int
    is_sum: bool = False
    is_offer: bool = False


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """The starts of the sentences and lines between ``start`` and ``end``."""
    starts = [start]
    outside = without_brackets(text[start:end])
    for boundary in SENTENCE.finditer(outside):
        is_dot = outside[boundary.start()] == "."
        if is_dot and ABBREVIATION.search(outside, 0, boundary.start()):
            continue
        starts.append(start + boundary.end())
    return starts


def without_brackets(text: str) -> str:
    """``text`` with blanks for what stands in brackets, so that offsets stay."""
    return BRACKETS.sub(lambda found: " " * len(found[0]), text)


def find_head(text: str, start: int, end: int) -> Head | None:
    """The head of the last phrase in one sentence; brackets only tell what is not said outside."""
    outside = without_brackets(text[start:end])
    head = _choose_head(HEADS.find(outside), start)
    if head is None or head.kind != "":
        return head
    for bracket in BRACKETS.finditer(text, start, end):
        if bracket.start() < head.start:
            continue
        marks = HEADS.find(text, bracket.start() + 1, bracket.end() - 1)
        inside = _choose_head(marks, 0)
        meanings = [mark.meaning for mark in marks]
        if inside and inside.kind:
            return Head(inside.kind, head.start, head.end)
        if meanings[:1] == [PARTS] and VARIABLE in meanings:
            return Head(TOTAL, head.start, head.end)
    return head


def _choose_head(marks: list[Mark], offset: int) -> Head | None:
    head: Mark | None = None
    hidden: Mark | None = None  # what words before it set aside
    shield = ""  # the meaning of those words
    for mark in marks:
        if shield == PARTS and hidden and hidden.meaning == VARIABLE and mark.meaning == STOP:
            head = _with_variable(head)
        if mark.meaning in (ASIDE, PARTS) or (mark.meaning == MODIFIER and head):
            shield = mark.meaning
            hidden = None
        elif mark.meaning == STOP:
            shield = _shield_behind_stop(shield, mark)
            hidden = None
        elif mark.meaning not in KINDS:
            continue
        elif _is_shielded(shield, mark):
            hidden = None if shield == MODIFIER else mark
        elif mark.meaning != RANGE or head is None:
            head = mark
            shield = ""
    last = hidden or head
    if last is None:
        return None
    kind = KIND_OF.get(last.meaning)
    start = last.start + offset
    end = last.end + offset
    return Head(kind, start, end, last.meaning == SUM, last.meaning == OFFER)


def _shield_behind_stop(shield: str, stop: Mark) -> str:
    """A list goes on behind a comma: "excluding bonus, equity and benefits"."""
    is_comma = stop.end - stop.start == 1
    if is_comma and shield in (ASIDE, PARTS):
        return LIST
    return ""


def _is_shielded(shield: str, mark: Mark) -> bool:
    """Whether a word for pay only says what is or is not in it."""
    if shield == LIST:
        return mark.meaning in (VARIABLE, NO_PAY)
    return bool(shield)


def _with_variable(head: Mark | None) -> Mark | None:
    """The head, but for "salary including bonus: …" one that says the amount is more than the
    salary.
    """
    if head is None or head.meaning not in (PAY, BASE):
        return head
    return Mark(TOTAL, head.start, head.end)


def find_tail(tail: str, *, is_field: bool) -> Mark | None:
    """The phrase right behind an amount that says what it is: "OTE", "base salary", "bonus".

    In prose a capital begins another paragraph where line breaks are lost: "Equity".
    """
    for mark in BEHIND.find(tail):
        if not BEFORE_A_TAIL.fullmatch(tail, 0, mark.start):
            return None
        is_new = tail[mark.start].isupper() and not is_field
        if mark.meaning in (VARIABLE, NO_PAY) and is_new:
            return None
        if _is_of_next(tail, mark):
            return None
        if mark.meaning in (ASIDE, PARTS):
            return None
        return mark
    return None


def _is_of_next(tail: str, mark: Mark) -> bool:
    """Whether the phrase is that of the amount behind it: "$90,000 (OTE $180,000)"."""
    rest = tail[mark.end :]
    is_open = "(" in tail[: mark.start] and ")" not in tail
    return rest.startswith(":") or (is_open and not rest.strip(" :"))


def is_beside(lead: str) -> bool:
    """Whether the amount behind ``lead`` comes on top of pay, or is none for certain."""
    return bool(SIGN_BESIDE.search(lead)) or _ends_with(BESIDES, lead)


def is_linked(lead: str) -> bool:
    """Whether ``lead`` ends with a sign or a word that leads to an amount."""
    lead = BEFORE_TAX.sub("", lead)
    return bool(ENDS_WITH_SIGN.search(lead)) or _ends_with(LINKS, lead)


def _ends_with(finder: PhraseFinder, lead: str) -> bool:
    start = max(0, len(lead) - 40)
    marks = finder.find(lead, start)
    return bool(marks) and bool(LEFT_OPEN.fullmatch(lead, marks[-1].end))


def only_links(text: str) -> bool:
    """Whether ``text`` is no more than “between” or “from”."""
    bare = text.strip()
    return not bare or any(bare == text[mark.start : mark.end] for mark in LINKS.find(text))


def is_label(text: str) -> bool:
    return not NO_LABEL.search(text)


def is_row(sentence: str) -> bool:
    """Whether a line without a word for pay is one of a list: "Denver applicants only"."""
    return bool(ROW.search(sentence)) and is_label(sentence)
