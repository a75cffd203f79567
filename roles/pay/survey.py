"""The salary survey: from the lines of its file to our figures. Pure: no file, no database.

The file is the CSV of foorilla/ai-jobs-net-salaries. official.py reads wages and exchange rates.
"""

import csv
import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain, combinations
from typing import Any, NamedTuple, TypeVar

from jobboard.common.text.words import fold

from .formulas import Spread, spread
from .regions import get_regions

SOURCE = {
    "slug": "ai-jobs-survey",
    "layer": "survey",
    "name": "AI, ML and data salary survey of aijobs.net",
    "licence": "CC0 1.0",
    "credit": "Survey responses published by aijobs.net (foorilla) as ai-jobs-net-salaries.",
    "url": "https://github.com/foorilla/ai-jobs-net-salaries",
}
LEVELS = {"EN": "entry", "MI": "mid", "SE": "senior", "EX": "executive"}

ECB = "ECB annual mean"
FRED = "FRED annual rate"


class InvalidLineError(Exception):
    """A line that cannot be read: its number (the header is 1), the field and the reason."""

    def __init__(self, number: int, field: str, reason: str) -> None:
        super().__init__(f"line {number}, {field}: {reason}")
        self.number = number
        self.field = field
        self.reason = reason


class InvalidSurveyFileError(Exception):
    """Says why a file is not imported, in words that follow its name. Nothing was changed."""


class Observation(NamedTuple):
    """One answer of the survey. ``amount`` is in ``currency``, ``usd`` is the source's own
    conversion, both per year.

    Employment (FT, PT, CT, FL) and company size (S, M, L) keep the source's codes; ``country`` is
    the employer's. ``occurrence``: the how many-th of equal lines it is, from 1.
    """

    occurrence: int
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
    """The observations that a figure counts. '', 0 and -1 stand for any."""

    level: str = ""
    country: str = ""
    year: int = 0
    remote: int = -1


class Answers:
    """The pay in USD of the answers that agree in all dimensions, and how many distinct lines.

    Numbers in an array, not objects: 150,000 answers fit in 5 MB.
    """

    __slots__ = ("distinct", "usd")

    def __init__(self) -> None:
        self.usd = array("q")
        self.distinct = 0


@dataclass(frozen=True)
class Figure:
    """The figure of one cell’s observations. ``top_share`` (0 to 1) is that of the top country."""

    spread: Spread
    n_distinct: int
    first_year: int
    last_year: int
    top_country: str
    top_share: float


def role_by_title(roles: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Folded names and aliases to slugs of ``roles`` (starter format). Raises ValueError when two
    roles claim one.
    """
    slugs: dict[str, str] = {}
    for role in roles:
        for title in map(fold, (role["name"], *role["aliases"])):
            if slugs.setdefault(title, role["slug"]) != role["slug"]:
                raise ValueError(f"{title!r} belongs to {slugs[title]} and {role['slug']}")
    return slugs


def _code(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"{text!r} is not one of {', '.join(allowed)}")
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
    if len(text) > MAX_TITLE_LENGTH or not text.isprintable():
        raise ValueError(
            f"is longer than {MAX_TITLE_LENGTH} characters or contains unprintable characters"
        )
    return text


def _whole(maximum: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 12 and 0 < int(text) <= maximum):
            raise ValueError(f"{text!r} is not a whole number from 1 to {maximum}")
        return int(text)

    return read


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or not 0 < amount < HIGHEST_AMOUNT:
        raise ValueError(f"{text!r} is not an amount above 0 and below {HIGHEST_AMOUNT}")
    return amount


# As much as the tables hold, and more than anybody is paid; a title may be as long as that of a
# figure.
MAX_TITLE_LENGTH = 120
HIGHEST_USD = 10**9
HIGHEST_AMOUNT = 10**12

SURVEY_COLUMNS: dict[str, Callable[[str], Any]] = {
    "work_year": _whole(2100),
    "experience_level": lambda text: LEVELS[_code(*LEVELS)(text)],
    "employment_type": _code("FT", "PT", "CT", "FL"),
    "job_title": _title,
    "salary": _amount,
    "salary_currency": _letters(3),
    "salary_in_usd": _whole(HIGHEST_USD),
    "employee_residence": _letters(2),
    "remote_ratio": lambda text: int(_code("0", "50", "100")(text)),
    "company_location": _letters(2),
    "company_size": _code("S", "M", "L"),
}


def observation(line: str, number: int, occurrence: int = 1) -> Observation:
    """Read one survey line, without its line end. Raises InvalidLineError."""
    try:
        texts = next(csv.reader((line,)), [])
    except csv.Error as error:
        raise InvalidLineError(number, "line", str(error)) from error
    if len(texts) != len(SURVEY_COLUMNS):
        raise InvalidLineError(
            number, "line", f"has {len(texts)} values instead of {len(SURVEY_COLUMNS)}"
        )
    values = []
    for (field, read), text in zip(SURVEY_COLUMNS.items(), texts, strict=True):
        try:
            values.append(read(text))
        except ValueError as error:
            raise InvalidLineError(number, field, str(error)) from error
        except InvalidOperation as error:
            raise InvalidLineError(number, field, f"{text!r} is not a number") from error
    return Observation(occurrence, *values)


def line_hash(line: str) -> int:
    """64 signed bits. Two of 72,000 distinct lines share one in 1 of 7,000,000,000 files, and would
    count as equal.
    """
    return int.from_bytes(hashlib.blake2b(line.encode(), digest_size=8).digest(), signed=True)


def numbered(lines: Iterable[str]) -> Iterator[tuple[int, str, int, int]]:
    """Number (the header is 1), text, hash and occurrence of each later line. Raises
    InvalidLineError.
    """
    lines = iter(lines)
    if next(lines, "").rstrip("\r\n").split(",") != list(SURVEY_COLUMNS):
        raise InvalidLineError(1, "header", f"is not {','.join(SURVEY_COLUMNS)}")
    occurrences: Counter[int] = Counter()
    for number, line in enumerate(lines, start=2):
        line = line.rstrip("\r\n")
        key = line_hash(line)
        occurrences[key] += 1
        yield number, line, key, occurrences[key]


def read_survey(lines: Iterable[str]) -> Iterator[Observation]:
    """Every line of the survey file, repeats kept, header first. Raises InvalidLineError at the
    first that cannot be read.
    """
    for number, line, _, occurrence in numbered(lines):
        yield observation(line, number, occurrence)


def group(rows: Iterable[Observation]) -> dict[Cell, Answers]:
    """The answers by the cell that fixes all four dimensions."""
    groups: dict[Cell, Answers] = defaultdict(Answers)
    for row in rows:
        answers = groups[Cell(row.level, row.country, row.year, row.remote)]
        answers.usd.append(row.usd)
        answers.distinct += row.occurrence == 1
    return groups


def cells(full: Cell, most_fixed: int = 2) -> Iterator[Cell]:
    """Cells that count what ``full`` counts: each choice of up to ``most_fixed`` dimensions, with
    the regions of its country beside the country itself.
    """
    regions = get_regions(full.country)
    for size in range(most_fixed + 1):
        for fixed in combinations(Cell._fields, size):
            cell = Cell(**{dimension: getattr(full, dimension) for dimension in fixed})
            yield cell
            if cell.country:
                for region in regions:
                    yield cell._replace(country=region)


def figure(parts: list[tuple[Cell, Answers]]) -> Figure:
    """The figure of at least one group; of equally frequent countries, the first by name."""
    countries: Counter[str] = Counter()
    for cell, answers in parts:
        countries[cell.country] += len(answers.usd)
    top_country, top_count = min(countries.items(), key=lambda item: (-item[1], item[0]))
    return Figure(
        spread=spread(chain.from_iterable(answers.usd for _, answers in parts), "USD"),
        n_distinct=sum(answers.distinct for _, answers in parts),
        first_year=min(cell.year for cell, _ in parts),
        last_year=max(cell.year for cell, _ in parts),
        top_country=top_country,
        top_share=round(top_count / countries.total(), 4),
    )


def roll_up(groups: Iterable[tuple[Cell, Answers]], most_fixed: int = 4) -> dict[Cell, Figure]:
    """The figures of every cell that has an answer, in the order of their cells; a full cell may
    come several times.
    """
    parts_of = defaultdict(list)
    for full, answers in groups:
        for cell in cells(full, most_fixed):
            parts_of[cell].append((full, answers))
    return {cell: figure(parts_of[cell]) for cell in sorted(parts_of)}


def summarise(rows: Iterable[Observation], most_fixed: int = 2) -> dict[Cell, Figure]:
    """The figures of every cell that has a row, in the order of their cells."""
    return roll_up(group(rows).items(), most_fixed)


Row = Mapping[str, str]
Read = TypeVar("Read")


def each(rows: Iterable[Row], read: Callable[[Row], Read]) -> list[Read]:
    """The result of ``read`` for each row below the header. Raises InvalidLineError at the first
    bad one.
    """
    results = []
    for number, row in enumerate(rows, start=2):
        try:
            if None in (*row, *row.values()):
                raise ValueError("too many or too few values")
            results.append(read(row))
        except (KeyError, ValueError, ArithmeticError) as error:
            values = ",".join(map(str, row.values()))
            raise InvalidLineError(
                number, "line", f"cannot be understood: {values[:80]!r}"
            ) from error
    return results
