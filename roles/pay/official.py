"""Official wages and exchange rates as their files state them."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .formulas import PERCENTILES
from .survey import ECB, FRED, HIGHEST_USD, Row, _amount, _letters, _title, _whole, each

WAGES_SOURCE = {
    "slug": "bls-oews",
    "layer": "official",
    "name": "Occupational Employment and Wage Statistics, United States",
    "licence": "Public domain (US government work)",
    "credit": "Estimates for May of each year, published by the US Bureau of Labor Statistics.",
    "url": "https://www.bls.gov/oes/",
}

OEWS_COLUMNS = {10: "A_PCT10", 25: "A_PCT25", 50: "A_MEDIAN", 75: "A_PCT75", 90: "A_PCT90"}

FRED_CURRENCIES = {
    "Australia": "AUD",
    "Brazil": "BRL",
    "Canada": "CAD",
    "China": "CNY",
    "Denmark": "DKK",
    "Euro": "EUR",
    "Hong Kong": "HKD",
    "India": "INR",
    "Japan": "JPY",
    "Malaysia": "MYR",
    "Mexico": "MXN",
    "New Zealand": "NZD",
    "Norway": "NOK",
    "Singapore": "SGD",
    "South Africa": "ZAR",
    "South Korea": "KRW",
    "Sweden": "SEK",
    "Switzerland": "CHF",
    "Taiwan": "TWD",
    "Thailand": "THB",
    "Venezuela": "VES",
}


class Wage(NamedTuple):
    """US wages of one occupation in May of ``year``: USD per year, '' where top-coded or withheld.
    So is employment.
    """

    soc: str
    title: str
    year: int
    employment: int | str
    p10: int | str
    p25: int | str
    p50: int | str
    p75: int | str
    p90: int | str
    top_coded: str
    withheld: str


class Rate(NamedTuple):
    """A mean exchange rate; ``date`` is the last day (ISO 8601) the mean covers."""

    date: str
    currency: str
    usd_per_unit: Decimal
    source: str


def official_wages(rows: Iterable[Row]) -> list[Wage]:
    """The detailed occupations of a national OEWS table, by code and year. Raises InvalidLineError.

    ``#`` (at least the survey's highest amount, which the table does not name) makes a percentile
    top-coded, ``*`` withheld. 2020 has 15-2098 where later years have 15-2051; both stay as
    published.
    """
    return sorted(filter(None, each(rows, _wage)), key=lambda wage: (wage.soc, wage.year))


def _wage(row: Row) -> Wage | None:
    if row["O_GROUP"] != "detailed":
        return None
    if row.get("AREA_TITLE", "U.S.") != "U.S.":
        raise ValueError("not national")
    if not re.fullmatch(r"\d\d-\d{4}", row["OCC_CODE"]):
        raise ValueError("not an occupation code")
    number = _whole(HIGHEST_USD)
    amounts: dict[str, int | str] = {}
    top_coded: list[str] = []
    withheld: list[str] = []
    for percent in PERCENTILES:
        name = f"p{percent}"
        text = row[OEWS_COLUMNS[percent]]
        amounts[name] = "" if text in ("#", "*") else number(text)
        if text == "#":
            top_coded.append(name)
        elif text == "*":
            withheld.append(name)
    return Wage(
        row["OCC_CODE"],
        _title(row["OCC_TITLE"]),
        _whole(2100)(row["YEAR"]),
        "" if row["TOT_EMP"] == "**" else number(row["TOT_EMP"]),
        amounts["p10"],
        amounts["p25"],
        amounts["p50"],
        amounts["p75"],
        amounts["p90"],
        top_coded=" ".join(top_coded),
        withheld=" ".join(withheld),
    )


def ecb_rates(rows: Iterable[Row]) -> list[Rate]:
    """Annual means, 8 decimals, oldest first. Raises InvalidLineError."""
    return sorted(each(rows, _ecb_rate))


def _ecb_rate(row: Row) -> Rate:
    day = date.fromisoformat(row["last_day"]).isoformat()
    return Rate(day, _letters(3)(row["currency"]), round(_amount(row["usd_per_unit_mean"]), 8), ECB)


def fred_rates(rows: Iterable[Row]) -> list[Rate]:
    """Annual rates, 8 decimals, oldest first. Raises InvalidLineError."""
    return sorted(each(rows, _fred_rate))


def _fred_rate(row: Row) -> Rate:
    # Units per USD for every country. FRED's own series of AUD, EUR and NZD are USD per unit; this
    # file's are not.
    usd_per_unit = round(1 / _amount(row["Exchange rate"]), 8)
    year = date.fromisoformat(row["Date"]).year
    return Rate(f"{year}-12-31", FRED_CURRENCIES[row["Country"]], usd_per_unit, FRED)


def newest_rates(ecb: Iterable[Row], fred: Iterable[Row]) -> list[Rate]:
    """The newest rate of each currency, by currency: ECB's, or FRED's where ECB has none. Raises
    InvalidLineError.
    """
    rates = {rate.currency: rate for rate in (*fred_rates(fred), *ecb_rates(ecb))}
    return [rates[currency] for currency in sorted(rates)]
