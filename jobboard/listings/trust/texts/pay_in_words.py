"""Amounts of pay that a text promises: “earn $9,000 a week”, “Gehalt: 300.000 €”."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from jobboard.common.text.unicode import normalized
from jobboard.common.text.words import CURRENCIES, fold

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY", "zł": "PLN"}
NAMES = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "us-dollar": "USD",
    "bucks": "USD",
    "pound": "GBP",
    "pounds": "GBP",
    "usdt": "USD",
    "usdc": "USD",
}
CODES = "usd|eur|gbp|chf|inr|pln|jpy|sek|nok|dkk"  # others are words too: “all”, “try”, “cad”
MIN_YEARLY_AMOUNT = 10_000  # what is less and has no period is a bonus, or nobody knows what
MIN_AMOUNT_WITH_PERIOD = 10  # an hour is hardly paid less
BEFORE, AFTER = 60, 25  # characters in which what it is stands

TIMES = {
    **dict.fromkeys(("k", "thousand", "tsd", "tausend"), 1_000),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lpa"), 100_000),
    **dict.fromkeys(("m", "mio", "million", "millionen", "millions", "millones"), 1_000_000),
    **dict.fromkeys(("crore", "crores", "cr"), 10_000_000),
}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_CURRENCY = rf"(?:[$€£₹¥]|\b(?:{CODES}|(?-i:{_any_of(CURRENCIES)})|{_any_of(NAMES)})\b|\bzł(?!\w))"
_NUMBER = (
    r"\d{1,2}(?:,\d{2}){1,3},\d{3}(?!\d)"  # 9,00,00,000, as in India
    r"|\d{1,3}(?:[.,'’  ]\d{3}){1,3}(?!\d)|\d{1,9}"
)
_AMOUNT = rf"(?:{_NUMBER})(?:[.,]\d{{1,2}}(?!\d))?\s?(?:(?:{_any_of(TIMES)})(?![^\W\d_])\.?)?"
# One amount, or a range of which the second is the higher one; the currency on either side.
_MONEY = re.compile(
    rf"(?P<before>{_CURRENCY})?\s?(?:(?P<first>{_AMOUNT})\s?(?:-|–|—|to|bis|a|à)\s?"
    rf"(?P<between>{_CURRENCY})?\s?)?(?P<last>{_AMOUNT})\s?(?P<behind>{_CURRENCY})?",
    re.IGNORECASE,
)
_OF_PAY = re.compile(
    r"\b(?:salar\w*|base|comp|pay|pays|paid|wages?|compensation|earn\w*|income|make|get|receive|ote|"
    r"\w{0,12}gehalt\w*|\w{0,12}lohn|\w{0,12}satz|verdien\w*|vergutung|einkommen|sie erhalten|"
    r"salaire\w*|remuneration|gagnez|gagner|revenus?|"
    r"sueldo|ganar|gana|gane|ingresos|remunera\w*|"
    r"ganhe|ganhar|ganhos|renda|"
    r"salaris|loon|verdien|inkomen|stipendio|guadagn\w*|retribuzione)\b"
)
_PAY_BEHIND = re.compile(
    r"^\W{0,3}(?:(?:base|basic|fixed|annual|yearly|gross|brutto|starting|total|cash|guaranteed"
    r"|in|of|as|a year|per year|per annum)\s){0,3}"
    r"(?:\w{0,12}gehalt|\w{0,12}lohn|vergutung|salar\w*|compensation|comp|wages?|income|ote|earnings"
    r"|pay|remunera\w*|salaire|sueldo|loon|stipendio)\b"
)
PERIODS = {
    "hour": "hour hourly hr h p/h stunde stundlich stundenlohn stundensatz heure hora uur ora",
    "day": "day daily p/d tag taglich tageslohn tagessatz jour dia diario dag dagelijks giorno",
    "week": "week weekly wk pw p.w. p/w biweekly fortnight woche wochentlich wochenlohn semaine "
    "semanal semana wekelijks settimana",
    "month": "month monthly mo p/m monat monatlich monatsgehalt monatslohn mois mes mensual "
    "mensuel mensal maand mese",
    "year": "year yearly yr annum annually annual p/a jahr jahrlich jahresgehalt par_an annee ano "
    "anual jaar anno",
}
_PERIOD_OF: dict[str, str] = {}
for _period, _words in PERIODS.items():
    for _word in _words.split():
        _PERIOD_OF[_word.replace("_", " ")] = _period
_PERIOD = re.compile(
    r"^\W{0,3}(?:(?:guaranteed|in)\W{1,2})?(?:brutto |gross |net |bruts? |brutos? )?"
    r"(?:(?:/|a|an|per|each|every|pro|im|in der|am|par|la|a la|por|al|ao|alla|all|op|je|the)\s?)?"
    rf"(?:\d+.days? )?(?:single )?(?P<period>{_any_of(_PERIOD_OF)})(?!\w)"
)
# “Your weekly salary is”, “Per week:”, in the sentence of the amount.
_PERIOD_BEFORE = re.compile(
    rf"\b(?:(?:per|pro|par|por|each|every) (?P<noun>{_any_of(_PERIOD_OF)})"
    r"|(?P<adjective>hourly|daily|weekly|monthly|stundlich|stundenlohn|stundensatz|taglich|tageslohn"
    r"|tagessatz|wochentlich|wochenlohn|monatlich|monatsgehalt|monatslohn|semanal|mensual|mensuel"
    r"|mensal)(?:e|er|es|en)?)\b[^.;!?]{0,30}$"
)
_THOUSAND_EUROS = re.compile(r"(\d)\s?T(?:EUR|€)", re.IGNORECASE)
MAX_LABEL_LENGTH = 40  # characters of a line that says what the amount below it is


@dataclass(frozen=True)
class Promise:
    """A promise of pay. Two are the same if they promise the same, in whatever ``words``."""

    amount: Decimal
    currency: str
    period: str
    words: str = field(compare=False)

    @property
    def unit(self) -> tuple[str, str]:
        return self.currency, self.period


def pay_in_words(text: str, *, is_of_pay: bool = False) -> tuple[Promise, ...]:
    """Find pay in the lines of a text. A word for pay beside an amount, or a month or less, tells
    pay from budgets and prices. A text that ``is_of_pay`` names nothing else.
    """
    text = _THOUSAND_EUROS.sub(r"\1k EUR", normalized("NFKC", text))
    promises: list[Promise] = []
    label = ""
    for line in text.splitlines():
        if line.strip():
            promises += _of_line(f"{label} {line}", is_of_pay=is_of_pay)
            label = line if _is_label(line) else ""
    return tuple(promises)


def _is_label(line: str) -> bool:
    return len(line) <= MAX_LABEL_LENGTH and not re.search(r"\d", line)


def _of_line(line: str, *, is_of_pay: bool) -> Iterator[Promise]:
    for match in _MONEY.finditer(line):
        currency = match["before"] or match["between"] or match["behind"]
        if not currency:
            continue
        amount, end = _highest(match)
        before = fold(line[max(0, match.start() - BEFORE) : match.start()])
        behind = fold(line[end : end + AFTER])
        period = _find_period(before, behind)
        is_pay = _OF_PAY.search(before) or _PAY_BEHIND.match(behind)
        is_short = period not in ("", "year")
        min_amount = MIN_YEARLY_AMOUNT
        if period:
            min_amount = MIN_AMOUNT_WITH_PERIOD
        if (is_pay or is_short or is_of_pay) and amount >= min_amount:
            yield Promise(amount, _code(currency), period or "year", match[0].strip())


def _find_period(before: str, behind: str) -> str:
    """Find the period; '' if neither names one."""
    if match := _PERIOD.match(behind):
        return _PERIOD_OF[match["period"]]
    if match := _PERIOD_BEFORE.search(before):
        return _PERIOD_OF[match["noun"] or match["adjective"]]
    return ""


def _highest(match: re.Match[str]) -> tuple[Decimal, int]:
    """And where it ends: “$9,000 a 5 day week” is no range."""
    last = _amount(match["last"])
    if match["first"]:
        first = _amount(match["first"])
        if first > last:
            return first, match.end("first")
    return last, match.end()


def _amount(written: str) -> Decimal:
    """Whole, but for “0.9 million”."""
    ending = re.sub(r"[^a-z]", "", written.lower())
    digits = re.sub(r"[a-z\s.]+$", "", written.lower())
    whole, _, cents = re.sub(r"[.,](\d{1,2})$", r"|\1", digits).partition("|")
    amount = Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{cents or 0}")
    if ending:
        return amount * TIMES[ending]
    return amount // 1


def _code(currency: str) -> str:
    plain = currency.lower()
    return SIGNS.get(plain) or NAMES.get(plain) or currency.upper()
