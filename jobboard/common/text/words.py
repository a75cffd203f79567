"""Names and numbers as people read them."""

import unicodedata
from decimal import Decimal
from itertools import chain

from babel import Locale
from babel.numbers import get_territory_currencies

from .unicode import normalized

_english = Locale("en")
_NOT_ISO_3166 = {
    "EU",
    "EZ",
    "UN",
    "QO",
    "XA",
    "XB",
    "ZZ",
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "IC",
    "TA",
    "XK",
}


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in _NOT_ISO_3166


COUNTRIES = {code: name for code, name in _english.territories.items() if _is_country(code)}
_BY_NAME = {name.casefold(): code for code, name in COUNTRIES.items()} | {
    "usa": "US",
    "u.s.": "US",
    "us": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "czech republic": "CZ",
    "korea": "KR",
}
COMMON_CURRENCIES = [
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "CAD",
    "AUD",
    "INR",
    "JPY",
    "PLN",
    "SEK",
    "NOK",
    "DKK",
    "SGD",
    "BRL",
]
WITH_ARTICLE = {"AE", "DO", "GB", "NL", "PH", "US"}
# Those in use today.
CURRENCIES = set(chain.from_iterable(map(get_territory_currencies, COUNTRIES)))


def country_name(code: str) -> str:
    return COUNTRIES.get(code, code)


def country_with_article(code: str) -> str:
    """The name as it stands in a sentence: “from the United States”."""
    if code in WITH_ARTICLE:
        return f"the {country_name(code)}"
    return country_name(code)


def country_code(name: str) -> str:
    """The ISO 3166 alpha-2 code of an English country name or code; '' when it is none we know."""
    name = name.strip()
    if name.upper() in COUNTRIES:
        return name.upper()
    return _BY_NAME.get(name.casefold(), "")


def country_currency(code: str) -> str:
    """The currency of a country, or of the euro area by its code of a region; '' if unknown."""
    if code == "EZ":
        return "EUR"
    if code not in COUNTRIES:
        return ""
    return next(iter(get_territory_currencies(code)), "")


def plural(count: int, one: str, many: str = "") -> str:
    if count == 1:
        return f"{count:,} {one}"
    return f"{count:,} {many or one + 's'}"


def short_amount(amount) -> str:
    """130000 as 130K, 27.5 as 27.50: thousands are short where a card can spare the rest."""
    amount = Decimal(amount)
    if amount < 10_000:
        return full_amount(amount)
    thousands = round(amount / 1000, 1)
    if thousands == int(thousands):
        return f"{full_amount(thousands)}K"
    return f"{thousands:,.1f}K"


def in_thousands(amount) -> str:
    """A median or percentile, which is no more exact than that: 136_817 as 137K."""
    if amount >= 10_000:
        return short_amount(round(amount, -3))
    return short_amount(round(amount, 0))


def full_amount(amount) -> str:
    """130000 as 130,000 and 27.5 as 27.50."""
    amount = Decimal(amount)
    if amount == amount.to_integral_value():
        return f"{amount:,.0f}"
    return f"{amount:,.2f}"


def format_amount_range(lowest, highest, write=full_amount, dash=" - ") -> str:
    """“100K - 130K”, “from 100K”, “up to 130K”, or one amount where both are equal."""
    if lowest is None:
        return f"up to {write(highest)}"
    if highest is None:
        return f"from {write(lowest)}"
    if lowest == highest:
        return write(lowest)
    return f"{write(lowest)}{dash}{write(highest)}"


def without_accents(text: str) -> str:
    """Remove accents from ``text`` letter by letter, in its own case and length."""
    composed = normalized("NFC", text)
    return "".join(normalized("NFKD", letter)[0] for letter in composed)


def fold(text: str) -> str:
    """The form in which names are compared: case and accents folded, runs of blanks made one."""
    if not text.isascii():
        text = "".join(c for c in normalized("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())
