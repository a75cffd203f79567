"""Words for a period of pay, in the languages that feeds use."""

import re

from jobboard.feeds.parsing.phrases import any_of, read_table
from jobboard.listings.choices import Period

YEAR, MONTH, WEEK, DAY, HOUR = Period.values

WORDS = read_table("pay/words.csv")


def words_of_periods(kind: str) -> dict[str, str]:
    """Each word → its period, of the meanings "``kind`` year", "``kind`` month" …"""
    periods: dict[str, str] = {}
    for period in Period.values:
        periods |= dict.fromkeys(WORDS.get(f"{kind} {period}", ()), period)
    return periods


NOUNS, ADVERBS, STEMS = map(words_of_periods, ["noun", "adverb", "stem"])
"""Which period a word means: behind "per", by itself, and as the beginning of a word."""

PERIOD_OF = NOUNS | ADVERBS | STEMS

USAJOBS = {"pm": MONTH, "pd": DAY, "ph": HOUR}

PERIOD_CONTEXT = {
    "per",
    "a",
    "an",
    "1",
    "each",
    "pro",
    "par",
    "salary",
    "wage",
    "pay",
    "rate",
    "gross",
    "base",
    "brutto",
    "brut",
    "bruto",
    "al",
}


def pay_period(text: str) -> str:
    """The Period that a word of a feed or an employer stands for; '' where none is certain."""
    words = re.findall(r"[^\W_]+", text.lower().replace("p.a", "pa"))
    # “An” is an article in English and a year in French.
    rest = [word for word in words if word not in PERIOD_CONTEXT] or words[-1:]
    if len(rest) == 1:
        return (PERIOD_OF | USAJOBS).get(rest[0], "")
    return ""


# German builds one word of both: "Jahresgehalt", "Monatsbrutto".
COMPOUND = r"(?=brutto|gehalt|lohn|satz|ziel|fest|ver|einkommen)"


def _pattern_of_stem(stem: str) -> str:
    if stem.isascii():
        return re.escape(stem) + COMPOUND
    return re.escape(stem)


STEM = "|".join(map(_pattern_of_stem, sorted(STEMS, key=len, reverse=True)))

PERIOD = (
    rf"(?:(?:(?:/ ?|\b)(?:{any_of(WORDS['per'])})(?:[ /]|(?<='))|/ ?)"
    rf"(?P<noun>{any_of(NOUNS)})(?![^\W_])"
    rf"|(?<![^\W_])(?<!bi-)(?<!semi-)(?P<adverb>{any_of(ADVERBS)})(?![^\W_])"
    rf"|(?P<stem>{STEM}))"
)

PERIOD_WORD = re.compile(PERIOD, re.I)


def period_in(match: re.Match[str]) -> str:
    """The period that a match of PERIOD_WORD names."""
    word = match["noun"] or match["adverb"] or match["stem"] or ""
    return PERIOD_OF.get(word.lower(), "")
