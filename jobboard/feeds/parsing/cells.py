"""Reads amounts and days in cells of a spreadsheet, as people of a country write them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jobboard.common.text.words import CURRENCIES
from jobboard.feeds.parsing.pay.amounts import MARKS
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.texts.closing import FIRST_YEAR, LAST_YEAR, date_in

SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "US$": "USD", "C$": "CAD", "A$": "AUD"}
DOLLAR = "$"  # of which country, the sign alone does not say
THOUSAND = 1_000
# Day 1 of Excel is 1 January 1900, and it believes in 29 February 1900.
DAY_ZERO = date(1899, 12, 30)

_SPACE = r"[ \u00a0\u2009\u202f]"
_CURRENCY = rf"(?:{'|'.join(map(re.escape, [*SIGNS, DOLLAR]))}|[A-Za-z]{{3}})"
AMOUNT = re.compile(
    rf"(?P<before>{_CURRENCY})?{_SPACE}*(?P<number>\d[\d.,'’ \u00a0\u2009\u202f]*?)"
    rf"{_SPACE}*(?P<thousand>[kK])?{_SPACE}*(?P<after>{_CURRENCY})?",
    re.ASCII,
)
PLAIN = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?", re.ASCII)
GROUPED = re.compile(
    rf"(?P<whole>\d{{1,3}}(?P<by>[.,'’]|{_SPACE})\d{{3}}(?:(?P=by)\d{{3}})*)"
    r"(?:(?P<point>[.,])(?P<cents>\d{1,2}))?",
    re.ASCII,
)
WORDS_OF_UNIT = re.compile(r"[^\s/]+")
MAX_UNIT_LENGTH = 60  # characters
SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
SHORT_YEAR = re.compile(r"\b(\d{1,2}[./-] ?\d{1,2}[./-] ?)(\d{2})$")
SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})\.?", re.ASCII)
TIME_OF_DAY = re.compile(r"[ ,T]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?$", re.ASCII)


@dataclass(frozen=True)
class WrittenAmount:
    """``currency`` is an ISO 4217 code, '' where the cell states none, or only “$”."""

    amount: Decimal
    currency: str = ""


def written_amount(text: str) -> WrittenAmount | None:
    """“45.000 €”, “45,000”, “45 000,50”, “80k”; None where it is not certain which amount it is."""
    match = AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    amount = _read_number(match["number"])
    if amount is None:
        return None
    if match["thousand"]:
        amount *= THOUSAND
    codes = set()
    for sign in filter(None, (match["before"], match["after"])):
        codes.add(SIGNS.get(sign, sign.upper()))
    codes.discard(DOLLAR)
    if not codes:
        return WrittenAmount(amount)
    if len(codes) > 1 or not codes <= CURRENCIES:
        return None
    return WrittenAmount(amount, codes.pop())


def written_currency(text: str) -> str:
    """The code for a sign, a code or a name such as “Euro”; '' where it is none."""
    code = SIGNS.get(text.upper()) or MARKS.get(text.lower()) or text.upper()
    if code in CURRENCIES:
        return code
    return ""


def written_unit(text: str) -> tuple[str, str]:
    """The currency and the period of pay of “EUR/Monat”, “€ / Jahr” and “USD per hour”; '' for what
    a cell lacks.
    """
    codes = set()
    others = []
    for word in WORDS_OF_UNIT.findall(text[:MAX_UNIT_LENGTH]):
        code = written_currency(word)
        if code:
            codes.add(code)
        else:
            others.append(word)
    period = pay_period(" ".join(others))
    if len(codes) == 1:
        return codes.pop(), period
    return "", period


def _read_number(text: str) -> Decimal | None:
    """A point or comma before three digits separates thousands, one before fewer the cents."""
    plain = PLAIN.fullmatch(text)
    if plain:
        return Decimal(f"{plain[1]}.{plain[2] or 0}")
    grouped = GROUPED.fullmatch(text)
    if not grouped or grouped["point"] == grouped["by"]:
        return None
    return Decimal(f"{re.sub('[^0-9]', '', grouped['whole'])}.{grouped['cents'] or 0}")


def written_day(text: str) -> date | None:
    """A day in figures or words, or the number by which spreadsheets store it; None where there is
    none, or where it may be two.
    """
    text = _without_time(text)
    if SERIAL.fullmatch(text):
        day = DAY_ZERO + timedelta(days=int(text[:5]))
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        return None
    year_first = YEAR_FIRST.fullmatch(text)
    if year_first:
        return date_in("-".join(year_first.groups()))
    return date_in(text)


def may_be_two_days(text: str) -> bool:
    """“02/03/2027” is in February or in March."""
    parts = slashed_parts(text)
    if parts is None:
        return False
    first, second, year = parts
    is_year = FIRST_YEAR <= year <= LAST_YEAR
    return is_year and first != second and 0 < first <= 12 and 0 < second <= 12


def slashed_parts(text: str) -> tuple[int, int, int] | None:
    """The numbers of a date with slashes whose year stands last."""
    match = SLASHED.fullmatch(_without_time(text))
    if match:
        return (int(match[1]), int(match[2]), int(match[3]))
    return None


def _without_time(text: str) -> str:
    """The date without its time, with all four figures of its year."""
    return SHORT_YEAR.sub(r"\g<1>20\2", TIME_OF_DAY.sub("", text.strip()))
