"""Makes statements of pay of a feed's values, and tells which amounts are plausible as pay."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from jobboard.common.text.words import CURRENCIES
from jobboard.listings.choices import PayStatement, Period
from roles.pay.formulas import PERIODS_PER_YEAR

YEAR, MONTH, WEEK, DAY, HOUR = Period.values

# Roughly, in mid-2026, and only to tell pay from slips of the keyboard: never shown, never used to
# convert.
USD_PER_UNIT = {
    code: float(usd)
    for code, usd in re.findall(
        r"(\w+) ([\d.]+)",
        "USD 1 EUR 1.15 GBP 1.33 CHF 1.25 CAD 0.73 AUD 0.66 NZD 0.6 SGD 0.78 HKD 0.13 "
        "SEK 0.105 NOK 0.1 DKK 0.154 ILS 0.3 AED 0.27 SAR 0.27 JPY 0.0067 KRW 0.0007 "
        "INR 0.0115 PLN 0.27 CZK 0.047 HUF 0.003 RON 0.23 TRY 0.024 UAH 0.024 PKR 0.0036 "
        "BRL 0.18 MXN 0.054 ARS 0.0007 COP 0.00025 ZAR 0.056 EGP 0.02 NGN 0.00066 "
        "CNY 0.14 TWD 0.032 THB 0.03 MYR 0.24 PHP 0.0175 IDR 0.00006 VND 0.000038",
    )
}

HIGH_PAY = "USD EUR GBP CHF CAD AUD NZD SGD HKD SEK NOK DKK ILS AED JPY"

# Of the amount made yearly; in currencies without HIGH_PAY from a fifth of the lowest.
MIN_USD = {YEAR: 10_000, MONTH: 6_000, WEEK: 10_000, DAY: 15_000, HOUR: 13_000}

MAX_USD = {YEAR: 1_500_000, MONTH: 900_000, WEEK: 750_000, DAY: 800_000, HOUR: 800_000}


IN_GROUPS = re.compile(r"\d{1,3}(?:[, \u00a0'’]\d{3})+(?:\.\d{1,2})?")
# With one dot alone, "50.000" may as well be fifty with three decimals.
IN_GROUPS_OF_EUROPE = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+,\d{1,2}")


def pay_statement(
    lowest: Any, highest: Any, currency: str, period: str, **more: Any
) -> PayStatement | None:
    """The statement; None if the values are no pay: none above 0, swapped ends, an unknown unit,
    implausible.

    However wide a range is, it is what the employer states.
    """
    lowest = _amount(lowest)
    highest = _amount(highest)
    currency = currency.strip().upper()
    ends = [end for end in (lowest, highest) if end is not None]
    if not ends or currency not in CURRENCIES or period not in PERIODS_PER_YEAR:
        return None
    if ends[0] > ends[-1] or not all(_is_plausible(end, currency, period) for end in ends):
        return None
    return PayStatement(lowest, highest, currency, period, **more)


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    text = _without_groups(str(value).strip())
    try:
        amount = Decimal(text)
        if not 0 < amount < 10**12:
            return None
        return amount.quantize(Decimal("0.01")) or None
    except InvalidOperation:  # no number, or NaN
        return None


def _without_groups(text: str) -> str:
    """A number as a feed's text writes it, without its thousands separators: "50,000"."""
    if IN_GROUPS.fullmatch(text):
        return re.sub(r"[^0-9.]", "", text)
    if IN_GROUPS_OF_EUROPE.fullmatch(text):
        return re.sub(r"[^0-9,]", "", text).replace(",", ".")
    return text


def _is_plausible(amount: Decimal, currency: str, period: str) -> bool:
    if currency not in USD_PER_UNIT:
        return True
    min_usd: float = MIN_USD[period]
    if currency not in HIGH_PAY:
        min_usd /= 5
    yearly = float(amount) * PERIODS_PER_YEAR[period] * USD_PER_UNIT[currency]
    return min_usd <= yearly <= MAX_USD[period]
