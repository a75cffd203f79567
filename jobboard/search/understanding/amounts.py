"""Yearly pay that a line asks for: 100k, €80.000, “over 120k USD”."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from .table import currency_of, is_cue, plain
from .tokens import Token, plain_of

MIN_YEARLY_PAY = 10_000  # less is no yearly pay
MIN_IN = {
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


class Amount(NamedTuple):
    """What the words from ``start`` to ``end`` ask for; ``currency`` is '' if they name none."""

    start: int
    end: int
    number: int
    currency: str


def amount_at(tokens: Sequence[Token], start: int) -> Amount | None:
    """The lowest pay wanted, if the words from there on say so."""
    at = _behind_cue(tokens, start, "at least")
    if is_cue(_plain(tokens, start), "between"):
        at = start + 1
    has_cue = at > start or tokens[at].text.startswith(AT_LEAST)
    currency = currency_of(_plain(tokens, at))
    if currency:
        at += 1
    read = _number_at(tokens, at)
    if read is None:
        return None
    number, named, in_thousands, end = read
    if behind := currency_of(_plain(tokens, end)) or _currency_a_year(tokens, end):
        end += 1
    highest, end = _highest_behind(tokens, end)
    currency = currency or named or behind or highest
    is_said = in_thousands or currency or has_cue
    is_pay = is_said and number >= MIN_IN.get(currency, MIN_YEARLY_PAY)
    if not is_pay or _is_other_amount(tokens, end) or _is_other_behind(tokens, start):
        return None
    return Amount(start, _behind_cue(tokens, end, "year"), number, currency)


def _currency_a_year(tokens: Sequence[Token], at: int) -> str:
    """Of “EUR/year”."""
    named, slash, period = tokens[at].text.partition("/") if at < len(tokens) else ("", "", "")
    is_a_year = bool(slash) and is_cue(plain(period), "behind a slash")
    if is_a_year:
        return currency_of(plain(named))
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
    _, named, _, behind = read
    currency = currency_of(_plain(tokens, behind))
    return named or currency, behind + 1 if currency else behind


def _is_between(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word there parts the ends of a range: “60 - 80k”, “between 60 and 80k”."""
    if is_cue(_plain(tokens, at), "range"):
        return True
    before = [_plain(tokens, one) for one in range(max(0, at - 4), at - 1)]
    return is_cue(_plain(tokens, at), "and") and any(is_cue(word, "between") for word in before)


def currencies_in(tokens: Sequence[Token]) -> set[str]:
    """Those of the amounts in a line."""
    numbers = [at for at, token in enumerate(tokens) if any(map(str.isdecimal, token.text))]
    starts = {start for at in numbers for start in range(max(0, at - MAX_CUE_WORDS - 1), at + 1)}
    amounts = (amount_at(tokens, start) for start in sorted(starts))
    return {amount.currency for amount in amounts if amount and amount.currency}


def _plain(tokens: Sequence[Token], at: int) -> str:
    if at < len(tokens):
        return tokens[at].plain or tokens[at].folded
    return ""


def _behind_cue(tokens: Sequence[Token], start: int, value: str) -> int:
    """Where the line goes on behind words that say so; ``start`` if there are none."""
    for end in range(min(start + MAX_CUE_WORDS, len(tokens)), start, -1):
        if is_cue(plain_of(tokens[start:end]), value):
            return end
    return start


def _is_other_amount(tokens: Sequence[Token], end: int) -> bool:
    """Whether what stands behind says so: “100k users”, “an hour”, “60k max”."""
    if _is_of_other_period(tokens, end) or _behind_cue(tokens, end, "counted") > end:
        return True
    limit = _behind_cue(tokens, end, "at most")
    has_number = limit < len(tokens) and any(map(str.isdecimal, tokens[limit].text))
    return limit > end and not has_number


def _is_of_other_period(tokens: Sequence[Token], end: int) -> bool:
    """“25k PLN gross a month”, “PLN/month”."""
    at = end
    while at < min(end + MAX_CUE_WORDS, len(tokens)) and is_cue(_plain(tokens, at), "gross"):
        at += 1
    named, slash, period = tokens[at].text.partition("/") if at < len(tokens) else ("", "", "")
    if slash and (not named or currency_of(plain(named))):
        return not is_cue(plain(period), "behind a slash")
    return _behind_cue(tokens, at, "other period") > at


def _is_other_behind(tokens: Sequence[Token], start: int) -> bool:
    """Whether what stands before it says so: “up to” is no lowest pay, “monthly” no yearly, and a
    currency that does not go with it says that it is less than pay of a year: “PLN 15k”.
    """
    if start > 0 and currency_of(_plain(tokens, start - 1)):
        return True
    said = [plain_of(tokens[begin:start]) for begin in range(max(0, start - MAX_CUE_WORDS), start)]
    return any(is_cue(one, cue) for one in said for cue in ("at most", "monthly"))


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
    if re.fullmatch(rf"(?:{_SIGN})?\d{{1,3}}", text) and end < len(tokens):
        group = _GROUP.fullmatch(tokens[end].text)
        rest = group["rest"].strip("+").casefold() if group else ""
        if group and (not rest or currency_of(rest) or is_cue(rest, "year")):
            text += tokens[end].text  # 60 000
            end += 1
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    named = (found["before"] or found["behind"] or "").casefold()
    currency = currency_of(named)
    if named and not currency:
        return None
    number, is_short = found["number"], bool(found["k"] or found["highest_k"])
    if is_short:
        thousands = int(float(number.replace(",", ".")))
        return (thousands * 1000, currency, True, end) if thousands in THOUSANDS else None
    if re.search(r"[.,]\d$", number):
        return None
    return int(re.sub(r"\D", "", number)), currency, False, end
