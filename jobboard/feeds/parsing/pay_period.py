"""Words for a period of pay, in the languages that feeds use."""

import re
from collections.abc import Iterable

from .pay_range import DAY, HOUR, MONTH, WEEK, YEAR

NOUNS = {
    YEAR: "year yr annum jahr an année año anno jaar rok",
    MONTH: "month mo monat mois mes mese mês maand mies miesiąc",
    WEEK: "week wk woche semaine semana",
    DAY: "day tag jour día giorno dag dzień",
    HOUR: "hour hr h stunde std heure hora ora uur godz godzinę",
}

ADVERBS = {
    YEAR: "annual annually yearly p.a pa lpa jährlich annuel annuelle anual rocznie",
    MONTH: "monthly monatlich mensuel mensuelle mensual miesięcznie",
    WEEK: "weekly wöchentlich",
    DAY: "daily täglich",
    HOUR: "hourly horaire",
}

STEMS = {
    "jahres": YEAR,
    "年収": YEAR,
    "monats": MONTH,
    "月給": MONTH,
    "tages": DAY,
    "stunden": HOUR,
    "時給": HOUR,
}

PERIOD_OF = STEMS | {
    word: period for table in (NOUNS, ADVERBS) for period in table for word in table[period].split()
}

USAJOBS = {"pm": MONTH, "pd": DAY, "ph": HOUR}

BESIDE_A_PERIOD = {
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
}


def pay_period(text: str) -> str:
    """The Period that a word of a feed or an employer stands for; '' where none is certain."""
    words = re.findall(r"[^\W_]+", text.lower().replace("p.a", "pa"))
    rest = [word for word in words if word not in BESIDE_A_PERIOD]
    return (PERIOD_OF | USAJOBS).get(rest[0], "") if len(rest) == 1 else ""


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of ``words``, the longest that fits."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


NOUN, ADVERB = (any_of(" ".join(table.values()).split()) for table in (NOUNS, ADVERBS))

PERIOD = (
    rf"(?:(?:(?:/ ?|\b)(?:per|an?|each|pro|par|im|je|na|por|al)[ /]|/ ?)(?P<noun>{NOUN})(?![^\W_])"
    rf"|(?<![^\W_])(?<!bi-)(?<!semi-)(?P<adverb>{ADVERB})(?![^\W_])"
    r"|(?P<stem>(?:jahres|monats|tages|stunden)(?=brutto|gehalt|lohn|satz|ziel|fest|ver)|年収|月給|時給))"
)

PERIOD_WORD = re.compile(PERIOD, re.I)
