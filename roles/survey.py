"""Published pay data, from the lines of their files to our figures. Pure: nothing here opens a file or a database.

Survey: the CSV of foorilla/ai-jobs-net-salaries. Official: US wages of BLS OEWS. Rates: ECB and FRED annual means.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any, NamedTuple

from roles.pay import PERCENTILES, Spread, spread

LEVELS = {"EN": "entry", "MI": "mid", "SE": "senior", "EX": "executive"}

OEWS_COLUMNS = {10: "A_PCT10", 25: "A_PCT25", 50: "A_MEDIAN", 75: "A_PCT75", 90: "A_PCT90"}

# fmt: off
FRED_CURRENCIES = {
    "Australia": "AUD", "Brazil": "BRL", "Canada": "CAD", "China": "CNY", "Denmark": "DKK", "Euro": "EUR",
    "Hong Kong": "HKD", "India": "INR", "Japan": "JPY", "Malaysia": "MYR", "Mexico": "MXN", "New Zealand": "NZD",
    "Norway": "NOK", "Singapore": "SGD", "South Africa": "ZAR", "South Korea": "KRW", "Sweden": "SEK",
    "Switzerland": "CHF", "Taiwan": "TWD", "Thailand": "THB", "Venezuela": "VES",
}
# fmt: on


class BadLine(Exception):
    """A survey line that cannot be read: its number in the file (the header is 1), the field and the reason."""

    def __init__(self, number: int, field: str, reason: str):
        super().__init__(f"line {number}, {field}: {reason}")
        self.number, self.field, self.reason = number, field, reason


class Observation(NamedTuple):
    """One answer of the survey. ``amount`` is in ``currency``, ``usd`` is the source's own conversion, both per year.

    Employment (FT, PT, CT, FL) and company size (S, M, L) keep the source's codes; ``country`` is the employer's.
    """

    line: str
    year: int
    level: str
    employment: str
    title: str
    amount: Decimal
    currency: str
    usd: int
    residence: str
    remote: int
    country: str
    company_size: str


class Cell(NamedTuple):
    """Which observations a figure counts. '', 0 and -1 stand for any."""

    level: str = ""
    country: str = ""
    year: int = 0
    remote: int = -1


@dataclass(frozen=True)
class Figure:
    """What the observations of one cell say. ``top_share`` is the share (0 to 1) of its most frequent country."""

    spread: Spread
    n_distinct: int
    first_year: int
    last_year: int
    top_country: str
    top_share: float


class Wage(NamedTuple):
    """US wages of one occupation in May of ``year``: USD per year, '' where top-coded or withheld."""

    soc: str
    title: str
    year: int
    employment: int
    p10: int | str
    p25: int | str
    p50: int | str
    p75: int | str
    p90: int | str
    top_coded: str
    withheld: str


class Rate(NamedTuple):
    """``date`` is the last day (ISO 8601) the mean covers."""

    date: str
    currency: str
    usd_per_unit: Decimal
    source: str


def folded(title: str) -> str:
    """A title as it is compared: case and spacing do not matter."""
    return " ".join(title.casefold().split())


def role_by_title(roles: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Folded names and aliases to slugs of ``roles`` (starter format). Raises ValueError when two roles claim one."""
    slugs: dict[str, str] = {}
    for role in roles:
        for title in map(folded, (role["name"], *role["aliases"])):
            if slugs.setdefault(title, role["slug"]) != role["slug"]:
                raise ValueError(f"{title!r} belongs to {slugs[title]} and {role['slug']}")
    return slugs


def _code(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"{text!r} is none of {', '.join(allowed)}")
        return text

    return read


def _letters(count: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) != count or not (text.isascii() and text.isalpha() and text.isupper()):
            raise ValueError(f"{text!r} is not {count} capital letters")
        return text

    return read


def _title(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError(f"{text!r} is not a whole number above 0")
    return int(text)


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or amount <= 0:
        raise ValueError(f"{text!r} is not an amount above 0")
    return amount


SURVEY_COLUMNS: dict[str, Callable[[str], Any]] = {
    "work_year": _whole,
    "experience_level": lambda text: LEVELS[_code(*LEVELS)(text)],
    "employment_type": _code("FT", "PT", "CT", "FL"),
    "job_title": _title,
    "salary": _amount,
    "salary_currency": _letters(3),
    "salary_in_usd": _whole,
    "employee_residence": _letters(2),
    "remote_ratio": lambda text: int(_code("0", "50", "100")(text)),
    "company_location": _letters(2),
    "company_size": _code("S", "M", "L"),
}


def observation(line: str, number: int) -> Observation:
    """Read one survey line, without its line end. Raises BadLine."""
    texts = next(csv.reader((line,)), [])
    if len(texts) != len(SURVEY_COLUMNS):
        raise BadLine(number, "line", f"has {len(texts)} values instead of {len(SURVEY_COLUMNS)}")
    values = []
    for (field, read), text in zip(SURVEY_COLUMNS.items(), texts, strict=True):
        try:
            values.append(read(text))
        except (ValueError, InvalidOperation) as error:
            reason = str(error) if isinstance(error, ValueError) else f"{text!r} is not a number"
            raise BadLine(number, field, reason) from error
    return Observation(line, *values)


def read_survey(lines: Iterable[str]) -> Iterator[Observation]:
    """Every line of the survey file, repeats kept, header first. Raises BadLine at the first that cannot be read."""
    lines = iter(lines)
    if next(lines, "").rstrip("\r\n").split(",") != list(SURVEY_COLUMNS):
        raise BadLine(1, "header", f"is not {','.join(SURVEY_COLUMNS)}")
    for number, line in enumerate(lines, start=2):
        yield observation(line.rstrip("\r\n"), number)


def cells(row: Observation, most_fixed: int = 2) -> Iterator[Cell]:
    """The cells that ``row`` counts in: every choice of at most ``most_fixed`` of the four dimensions."""
    for size in range(most_fixed + 1):
        for fixed in combinations(Cell._fields, size):
            yield Cell(**{dimension: getattr(row, dimension) for dimension in fixed})


def figure(rows: list[Observation]) -> Figure:
    """The figure of at least one row; of equally frequent countries the first in the alphabet is on top."""
    top_country, top_count = min(Counter(row.country for row in rows).items(), key=lambda item: (-item[1], item[0]))
    return Figure(
        spread=spread((row.usd for row in rows), "USD"),
        n_distinct=len({row.line for row in rows}),
        first_year=min(row.year for row in rows),
        last_year=max(row.year for row in rows),
        top_country=top_country,
        top_share=round(top_count / len(rows), 4),
    )


def summarise(rows: Iterable[Observation], most_fixed: int = 2) -> dict[Cell, Figure]:
    """The figures of every cell that has a row, in the order of their cells."""
    rows_of = defaultdict(list)
    for row in rows:
        for cell in cells(row, most_fixed):
            rows_of[cell].append(row)
    return {cell: figure(rows_of[cell]) for cell in sorted(rows_of)}


def official_wages(rows: Iterable[Mapping[str, str]]) -> list[Wage]:
    """The detailed occupations of an OEWS table, by code and year.

    ``#`` (at least the survey's highest amount, which the table does not name) makes a percentile top-coded,
    ``*`` withheld. 2020 has 15-2098 where later years have 15-2051; both stay as published.
    """
    wages = []
    for row in rows:
        if row["O_GROUP"] == "detailed":
            published = {f"p{q}": row[OEWS_COLUMNS[q]] for q in PERCENTILES}
            wages.append(
                Wage(
                    row["OCC_CODE"],
                    row["OCC_TITLE"],
                    int(row["YEAR"]),
                    int(row["TOT_EMP"]),
                    *("" if text in ("#", "*") else int(text) for text in published.values()),
                    top_coded=" ".join(name for name, text in published.items() if text == "#"),
                    withheld=" ".join(name for name, text in published.items() if text == "*"),
                )
            )
    return sorted(wages, key=lambda wage: (wage.soc, wage.year))


def newest_rates(ecb: Iterable[Mapping[str, str]], fred: Iterable[Mapping[str, str]]) -> list[Rate]:
    """The newest rate of each currency, 8 decimals, by currency: ECB's, or FRED's where ECB has none."""
    rates = {}
    for row in sorted(fred, key=lambda row: row["Date"]):
        currency, year = FRED_CURRENCIES[row["Country"]], row["Date"][:4]
        # Units per USD for every country. FRED's own series of AUD, EUR and NZD are USD per unit; this file's are not.
        usd_per_unit = round(1 / Decimal(row["Exchange rate"]), 8)
        rates[currency] = Rate(f"{year}-12-31", currency, usd_per_unit, "FRED annual rate")
    for row in sorted(ecb, key=lambda row: row["last_day"]):
        usd_per_unit = round(Decimal(row["usd_per_unit_mean"]), 8)
        rates[row["currency"]] = Rate(row["last_day"], row["currency"], usd_per_unit, "ECB annual mean")
    return [rates[currency] for currency in sorted(rates)]
