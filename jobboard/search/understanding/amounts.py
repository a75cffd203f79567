"""Yearly pay that a line asks for: 100k, €80.000, “over 120k USD”."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from .table import find_currency, has_cue, is_cue, plain
from .tokens import Token, join_plain

MIN_YEARLY_PAY = 10_000  # less is no yearly pay
MIN_YEARLY_PAY_IN = {
    "CZK": 250_000,
    "DKK": 100_000,
    "INR": 200_000,
    "JPY": 1_500_000,
    "MXN": 120_000,
    "NOK": 150_000,
    "PLN": 45_000,
    "SEK": 150_000,
    "ZAR": 100_000,
}
"""In currencies in which it is more: “15,000 zł” is said of a month."""
THOUSANDS = range(15, 1_000)  # of an amount that says k
_SIGN = r"[^\W\d]{0,3}[$€£¥₹]|[^\W\d]{3}"
_AMOUNT = re.compile(
    rf"(?P<before>{_SIGN})?(?P<number>\d{{1,3}}(?:[.,']\d{{3}})+|\d+(?:[.,]\d)?)"
    rf"(?P<k>k)?(?:[-–](?:{_SIGN})?\d[\d.,]*(?P<highest_k>k)?)?\+?(?P<behind>{_SIGN}|zł)?\+?(?:p\.?a)?",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\d{3}(?P<rest>\D*)")
AT_LEAST = (">", "=", "≥")
MAX_CUE_WORDS = 3  # words


class AskedAmount(NamedTuple):
    """What the words from ``start`` to ``end`` ask for; ``currency`` is '' if they name none."""

    start: int
    end: int
    number: int
    currency: str


def amount_at(tokens: Sequence[Token], start: int) -> AskedAmount | None:
    """The lowest pay wanted, if the words from there on say so."""
    at = _behind_cue(tokens, start, "at least")
    if is_cue(_plain(tokens, start), "between"):
        at = start + 1
    is_least = at > start or tokens[at].text.startswith(AT_LEAST)
    currency = find_currency(_plain(tokens, at))
    if currency:
        at += 1
    read = _number_at(tokens, at)
    if read is None:
        return None
    number, currency_of_number, in_thousands, end = read
    if behind := find_currency(_plain(tokens, end)) or _currency_a_year(tokens, end):
        end += 1
    highest, end = _highest_behind(tokens, end)
    currency = currency or currency_of_number or behind or highest
    is_amount = in_thousands or currency or is_least
    is_pay = is_amount and number >= MIN_YEARLY_PAY_IN.get(currency, MIN_YEARLY_PAY)
    if not is_pay or _is_other_amount(tokens, end) or _is_other_behind(tokens, start):
        return None
    return AskedAmount(start, _behind_cue(tokens, end, "year"), number, currency)


def _currency_a_year(tokens: Sequence[Token], at: int) -> str:
    """The currency of “EUR/year”."""
    unit, slash, period = _text(tokens, at).partition("/")
    is_a_year = bool(slash) and is_cue(plain(period), "behind a slash")
    if is_a_year:
        return find_currency(plain(unit))
    return ""


def _highest_behind(tokens: Sequence[Token], end: int) -> tuple[str, int]:
    """The currency of the other end of a range, and where the line goes on behind it:
    “£95,000 - £120,000”, “60 000 - 80 000 EUR”.
    """
    if not _is_between(tokens, end):
        return "", end
    read = _number_at(tokens, end + 1)
    if read is None or read[0] < MIN_YEARLY_PAY:
        return "", end
    _, currency, _, end = read
    behind = find_currency(_plain(tokens, end))
    if behind:
        end += 1
    return currency or behind, end


def _is_between(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word there parts the ends of a range: “60 - 80k”, “between 60 and 80k”."""
    if is_cue(_plain(tokens, at), "range"):
        return True
    before = [token.plain_or_folded for token in tokens[max(0, at - 4) : max(0, at - 1)]]
    return is_cue(_plain(tokens, at), "and") and has_cue(before, "between")


def currencies_in(tokens: Sequence[Token]) -> set[str]:
    """The currencies of the amounts in a line."""
    starts: set[int] = set()
    for at, token in enumerate(tokens):
        if _has_number(token):
            starts.update(range(max(0, at - MAX_CUE_WORDS - 1), at + 1))
    currencies = set()
    for start in starts:
        amount = amount_at(tokens, start)
        if amount and amount.currency:
            currencies.add(amount.currency)
    return currencies


def _has_number(token: Token) -> bool:
    return any(map(str.isdecimal, token.text))


def _text(tokens: Sequence[Token], at: int) -> str:
    if at < len(tokens):
        return tokens[at].text
    return ""


def _plain(tokens: Sequence[Token], at: int) -> str:
    if at < len(tokens):
        return tokens[at].plain_or_folded
    return ""


def _behind_cue(tokens: Sequence[Token], start: int, value: str) -> int:
    """The position behind words that say so; ``start`` if there are none."""
    for end in range(min(start + MAX_CUE_WORDS, len(tokens)), start, -1):
        if is_cue(join_plain(tokens[start:end]), value):
            return end
    return start


def _is_other_amount(tokens: Sequence[Token], end: int) -> bool:
    """Whether what stands behind says so: “100k users”, “an hour”, “60k max”."""
    if _is_of_other_period(tokens, end) or _behind_cue(tokens, end, "counted") > end:
        return True
    limit = _behind_cue(tokens, end, "at most")
    has_number = limit < len(tokens) and _has_number(tokens[limit])
    return limit > end and not has_number


def _is_of_other_period(tokens: Sequence[Token], end: int) -> bool:
    """“25k PLN gross a month”, “PLN/month”."""
    at = end
    while at < min(end + MAX_CUE_WORDS, len(tokens)) and is_cue(_plain(tokens, at), "gross"):
        at += 1
    unit, slash, period = _text(tokens, at).partition("/")
    if slash and (not unit or find_currency(plain(unit))):
        return not is_cue(plain(period), "behind a slash")
    return _behind_cue(tokens, at, "other period") > at


def _is_other_behind(tokens: Sequence[Token], start: int) -> bool:
    """Whether what stands before it says so: “up to” is no lowest pay, “monthly” no yearly, and a
    currency that does not go with it says that it is less than pay of a year: “PLN 15k”.
    """
    if start > 0 and find_currency(_plain(tokens, start - 1)):
        return True
    begins = range(max(0, start - MAX_CUE_WORDS), start)
    phrases = [join_plain(tokens[begin:start]) for begin in begins]
    return has_cue(phrases, "at most", "monthly")


def _is_highest_behind(tokens: Sequence[Token], at: int) -> bool:
    """Whether the number there is the lowest of two, of which the other says k."""
    behind = [token.text for token in tokens[at + 1 : at + 3]]
    is_range = len(behind) == 2 and _is_between(tokens, at + 1)
    return is_range and bool(re.fullmatch(r"\d{2,3}k", behind[1], re.IGNORECASE))


def _number_at(tokens: Sequence[Token], at: int) -> tuple[int, str, bool, int] | None:
    """The amount, the currency it is written with, whether it says k, and where the line goes
    on.
    """
    if at >= len(tokens) or tokens[at].is_fixed:
        return None
    text = tokens[at].text.lstrip("".join(AT_LEAST)).rstrip("!?.:")
    end = at + 1
    if _is_highest_behind(tokens, at):  # 120 - 150k
        text += f"-{tokens[at + 2].text}"
        end += 2
    if re.fullmatch(rf"(?:{_SIGN})?\d{{1,3}}", text) and _is_last_group(_text(tokens, end)):
        text += tokens[end].text  # 60 000
        end += 1
    match = _AMOUNT.fullmatch(text)
    if not match:
        return None
    sign = (match["before"] or match["behind"] or "").casefold()
    currency = find_currency(sign)
    if sign and not currency:
        return None
    in_thousands = bool(match["k"] or match["highest_k"])
    number = _whole_number(match["number"], in_thousands=in_thousands)
    if number is None:
        return None
    return number, currency, in_thousands, end


def _whole_number(text: str, *, in_thousands: bool) -> int | None:
    """The number that ``text`` writes; None for one that no yearly pay is written as."""
    if in_thousands:
        thousands = int(float(text.replace(",", ".")))
        if thousands in THOUSANDS:
            return thousands * 1000
        return None
    if re.search(r"[.,]\d$", text):
        return None
    return int(re.sub(r"\D", "", text))


def _is_last_group(text: str) -> bool:
    """Whether these are the last three digits of a number: the 000 of “60 000 EUR”."""
    group = _GROUP.fullmatch(text)
    if not group:
        return False
    rest = group["rest"].strip("+").casefold()
    return not rest or bool(find_currency(rest)) or is_cue(rest, "year")
