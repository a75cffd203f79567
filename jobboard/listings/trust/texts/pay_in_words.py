"""Amounts of pay that a text promises: “earn $9,000 a week”, “Gehalt: 300.000 €”."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from jobboard.common.text.words import fold

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY"}
NAMES = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "pound": "GBP",
    "pounds": "GBP",
    "usdt": "USD",
}
CODES = "usd|eur|gbp|chf|inr|pln|cad|aud|jpy|sek|nok|dkk"
LEAST_OF_A_YEAR = 10_000  # what is less and has no period is a bonus, or nobody knows what
LEAST_WITH_PERIOD = 10  # an hour is hardly paid less
BEFORE, AFTER = 60, 25  # characters in which what it is stands

_CURRENCY = rf"(?:[$€£₹¥]|\b(?:{CODES}|{'|'.join(NAMES)})\b)"
_NUMBER = r"\d{1,3}(?:[.,'’  ]\d{3}){1,3}(?!\d)|\d{1,9}"
_AMOUNT = rf"(?:{_NUMBER})(?:[.,]\d{{1,2}}(?!\d))?\s?(?:k\b|m\b|mio\b|million\b)?"
# One amount, or a range of which the second is the higher one; the currency on either side.
_MONEY = re.compile(
    rf"(?P<before>{_CURRENCY})?\s?(?:(?P<first>{_AMOUNT})\s?(?:-|–|—|to|bis|a|à)\s?"
    rf"(?P<between>{_CURRENCY})?\s?)?(?P<last>{_AMOUNT})\s?(?P<behind>{_CURRENCY})?",
    re.IGNORECASE,
)
_OF_PAY = re.compile(
    r"\b(?:salar\w*|pay|pays|paid|wages?|compensation|earn\w*|income|make|get|receive|ote|"
    r"gehalt\w*|lohn|verdien\w*|vergutung|einkommen|sie erhalten|"
    r"salaire\w*|remuneration|gagnez|gagner|revenus?|"
    r"sueldo|ganar|gana|gane|ingresos|remunera\w*|"
    r"ganhe|ganhar|ganhos|renda|"
    r"salaris|loon|verdien|inkomen|stipendio|guadagn\w*|retribuzione)\b"
)
PERIODS = {
    "hour": "hour hourly hr h stunde stundlich heure hora uur ora",
    "day": "day daily tag taglich jour dia diario dag dagelijks giorno",
    "week": "week weekly woche wochentlich semaine semanal semana wekelijks settimana",
    "month": "month monthly mo monat monatlich mois mes mensual mensuel mensal maand mese",
    "year": "year yearly yr annum annually annual jahr jahrlich par_an annee ano anual jaar anno",
}
_PERIOD_OF = {
    word.replace("_", " "): period for period, words in PERIODS.items() for word in words.split()
}
_PERIOD = re.compile(
    r"^\s?(?:brutto |gross |net |bruts? |brutos? )?"
    r"(?:(?:/|a|an|per|each|every|pro|im|in der|am|par|la|a la|por|al|ao|alla|all|op|je|the)\s?)?"
    rf"(?P<period>{'|'.join(sorted(_PERIOD_OF, key=len, reverse=True))})\b"
)
TIMES = {"k": 1_000, "m": 1_000_000, "mio": 1_000_000, "million": 1_000_000}


@dataclass(frozen=True)
class Promise:
    """Two are the same if they promise the same, in whatever ``words``."""

    amount: Decimal
    currency: str
    period: str
    words: str = field(compare=False)


def pay_in_words(text: str, *, is_of_pay: bool = False) -> tuple[Promise, ...]:
    """What a line says of an amount tells pay from budgets and prices: a word for pay before it, or
    a month or less after it. A text that ``is_of_pay`` names nothing else.
    """
    lines = text.splitlines()
    return tuple(chain.from_iterable(_of_line(line, is_of_pay=is_of_pay) for line in lines))


def _of_line(line: str, *, is_of_pay: bool) -> Iterator[Promise]:
    for found in _MONEY.finditer(line):
        currency = found["before"] or found["between"] or found["behind"]
        if not currency:
            continue
        period = _PERIOD.match(fold(line[found.end() : found.end() + AFTER]))
        named = _PERIOD_OF[period["period"]] if period else ""
        is_pay = _OF_PAY.search(fold(line[max(0, found.start() - BEFORE) : found.start()]))
        is_short = named not in ("", "year")
        amount = _amount(found["last"])
        least = LEAST_WITH_PERIOD if named else LEAST_OF_A_YEAR
        if (is_pay or is_short or is_of_pay) and amount >= least:
            yield Promise(amount, _code(currency), named or "year", found[0].strip())


def _amount(written: str) -> Decimal:
    ending = re.sub(r"[^a-z]", "", written.lower())
    digits = re.sub(r"[a-z\s]+$", "", written.lower())
    whole = re.sub(r"[.,]\d{1,2}$", "", digits)
    return Decimal(re.sub(r"\D", "", whole)) * TIMES.get(ending, 1)


def _code(currency: str) -> str:
    plain = currency.lower()
    return SIGNS.get(plain) or NAMES.get(plain) or currency.upper()
