"""Our own CSV: UTF-8, commas, a first line that names the columns in any order. Read line by line,
however long it is. TAKES says what each column takes.

All but what is needed may be empty or left out; a column of another name is refused, since it may
be a slip of the pen. An apostrophe before = + - @, a tab or a line break is taken off: exports put
it there against formulas.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import COUNTRIES
from jobboard.feeds.parsing.texts.types import read_types
from jobboard.listings.choices import Eligibility, Level, Visa

from .base import BadFeed, BadItem, FeedItem, at, each_item, external_id, limit, moment, read_text
from .own_csv_lists import Row, choice, read_pay, read_places
from .source import Source
from .values import day

TAKES = {  # each column, and what it takes
    "id": (
        "required. Your own reference. Uploading the same id again updates that job. "
        "Jobs you posted with the form have an id in your download: keep it to update them"
    ),
    "title": "required",
    "apply_url": "a link starting with https://. Enter either this or apply_email",
    "apply_email": "enter either this or apply_url, not both",
    "company": "your company name, or leave blank",
    "description": "plain text or Markdown",
    "places": (
        "required unless workplace is remote. "
        "Separate locations with semicolons: “Lisbon; Remote (Spain)”"
    ),
    "city": "leave blank to use the cities in places. One for each location",
    "country": "two-letter code, such as PT. Leave blank to use the countries in places",
    "workplace": (
        "on_site, hybrid or remote. Enter one for all locations, "
        "or one for each in the same order: “hybrid; remote”"
    ),
    "hybrid_days": "days on-site per week for hybrid jobs, 1 to 5. One for all, or one for each",
    "employment_types": (
        "full_time, part_time, contractor, temporary, intern, …; separate with semicolons"
    ),
    "level": "entry, mid, senior or executive",
    "level_max": "the highest level, where the job is open to a range of levels",
    "role": (
        "the last part of a role’s web address, such as data-engineer. "
        "Detected from the title if blank"
    ),
    "salary_min": (
        "without thousands separators: 52000 or 27.50. "
        "Separate several pay ranges with semicolons: “52000; 60000”"
    ),
    "salary_max": "as above. You can leave one of the two blank",
    "salary_currency": "a three-letter code such as EUR. Required if there is a salary",
    "salary_period": "year, month, week, day or hour. Required if there is a salary",
    "pay_kind": "base, on_target or total. Leave blank if you don’t say what the pay includes",
    "pay_gross": "gross (before tax) or net (after tax)",
    "pay_place": "the location that the pay is for. Leave blank for all",
    "pay_level": "the level that the pay is for. Leave blank for all",
    "pay_text": "a note about pay. Required if there is no salary",
    "posted_on": "2026-11-30",
    "closes_on": "2026-12-31",
    "skills_required": "separate with semicolons: “Python; SQL”",
    "skills_nice": "nice-to-have skills, as above",
    "skills": "skills of a job that doesn’t say which are required, as above",
    "visa": "yes, no or unknown",
    "eligibility": (
        "from where people can work: anywhere, listed (these countries) or unstated. "
        "Leave blank to use what the remote locations say"
    ),
    "eligible_countries": "two-letter codes for listed; separate with semicolons: “DE; AT”",
}
NEEDED = ["id", "title"]
WAYS_TO_APPLY = ["apply_url", "apply_email"]
COLUMNS = list(TAKES)
# Bytes in which other characters than UTF-8 refuse the file. Later on they refuse their row.
FIRST_PART = 2**16
# Above all that the columns can hold. A longer line counts as several, and none of them is a job.
LONGEST_LINE = 2**24
FORMULA = re.compile(r"^'(?=[=+\-@\t\r])")


def parse(
    file: BinaryIO, address: str = "", lines: list[int] | None = None
) -> Iterator[FeedItem | BadItem]:
    """A bad row is named by its line, the first being 1. ``lines`` gets each row's line."""
    start = file.read(FIRST_PART) + file.readline(LONGEST_LINE)
    if read_text(BytesIO(start)).startswith("<"):
        raise BadFeed("The file is HTML or XML instead of CSV. It may be an error page.")
    rest = iter(partial(file.readline, LONGEST_LINE), b"")
    numbered = read_lines(chain(BytesIO(start.removeprefix(codecs.BOM_UTF8)), rest))
    _, names = next(numbered, (0, []))
    if isinstance(names, csv.Error):
        raise BadFeed(f"The first line of the file is not valid CSV: {names}.")
    check_columns(names)
    return read_rows(numbered if lines is None else _noted(numbered, lines), names)


def _noted(numbered: Iterable[tuple[int, Any]], lines: list[int]) -> Iterator[tuple[int, Any]]:
    for number, cells in numbered:
        lines.append(number)
        yield number, cells


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Cells and the line they start in. What is not in UTF-8 stays in the cells as surrogates."""
    reader = csv.reader((line.decode("utf-8", "surrogateescape") for line in lines), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells: list[str] | csv.Error = next(reader)
        except csv.Error as error:
            cells = error
        except StopIteration:
            return
        if isinstance(cells, csv.Error) or any(cell.strip() for cell in cells):
            yield number, cells


def check_columns(names: list[str]) -> None:
    """Raises BadFeed."""
    names[:] = [name.strip().lower() for name in names]
    missing = [name for name in NEEDED if name not in names]
    if not set(WAYS_TO_APPLY) & set(names):
        missing.append(" or ".join(WAYS_TO_APPLY))
    if missing:
        raise BadFeed(
            f"The first line is missing these columns: {', '.join(missing)}. "
            "Separate columns with commas."
        )
    odd = [name[:40] for name in names if name not in COLUMNS or names.count(name) > 1]
    if odd:
        raise BadFeed(f"The first line has unknown or repeated columns: {', '.join(odd[:5])}.")


def read_rows(
    numbered: Iterable[tuple[int, list[str] | csv.Error]], names: list[str]
) -> Iterator[FeedItem | BadItem]:
    for number, cells in numbered:
        (result,) = each_item([cells], partial(read_row, names=names))
        if isinstance(result, BadItem):
            result = BadItem(result.field, f"{result.reason.rstrip('.')} (line {number})")
            if isinstance(cells, list) and len(cells) == len(names):
                result.external_id = clean_text(FORMULA.sub("", cells[names.index("id")]))
        yield result


def read_row(cells: list[str] | csv.Error, names: list[str]) -> FeedItem:
    if isinstance(cells, csv.Error):
        raise BadItem("row", f"is not valid CSV: {cells}")
    if len(cells) != len(names):
        raise BadItem("row", f"has {len(cells)} cells but the first line has {len(names)}")
    row = {name: FORMULA.sub("", cell).strip() for name, cell in zip(names, cells, strict=True)}
    for name, text in row.items():
        if not text.isascii() and re.search("[\ud800-\udfff]", text):
            raise BadItem(name, "has characters that are not UTF-8")
    level, level_max = read_levels(row)
    pay = tuple(read_pay(row))
    eligibility, countries = read_who_may_apply(row)
    return FeedItem(
        external_id(row, "id"),
        title=row["title"],
        company=at(row, "company"),
        description=at(row, "description"),
        description_is_html=False,
        places=tuple(read_places(row)),
        are_places_settled=True,
        types=tuple(read_employment_types(row)),
        level=level,
        level_max=level_max,
        role=at(row, "role"),
        skills=tuple(split(row, "skills")),
        skills_required=tuple(split(row, "skills_required")),
        skills_nice=tuple(split(row, "skills_nice")),
        pay=pay,
        pay_text="" if pay else at(row, "pay_text"),
        pay_note=at(row, "pay_text") if pay else "",
        apply_url=at(row, "apply_url"),
        apply_email=read_email(row),
        visa=choice("visa", at(row, "visa"), Visa) or Visa.UNKNOWN.value,
        eligibility=eligibility,
        eligible_countries=countries,
        closes_on=day(row, "closes_on"),
        posted_at=moment(row, "posted_on"),
    )


def split(row: Row, name: str) -> list[str]:
    return [text.strip() for text in at(row, name).split(";") if text.strip()]


def read_employment_types(row: Row) -> Iterator[str]:
    """Raises BadItem."""
    for text in split(row, "employment_types"):
        if not read_types(text):
            raise BadItem("employment_types", f"has an unknown value: {text[:40]}")
        yield text


def read_who_may_apply(row: Row) -> tuple[str, tuple[str, ...]]:
    """Raises BadItem."""
    eligibility = choice("eligibility", at(row, "eligibility"), Eligibility)
    countries = tuple(dict.fromkeys(text.upper() for text in split(row, "eligible_countries")))
    for country in countries:
        if country not in COUNTRIES:
            raise BadItem("eligible_countries", f"has an unknown country code: {country[:40]}")
    if countries and eligibility not in ("", Eligibility.LISTED):
        raise BadItem("eligible_countries", "must be blank unless eligibility is listed")
    if eligibility == Eligibility.LISTED and not countries:
        raise BadItem("eligible_countries", "is missing. Enter at least one for listed")
    return (Eligibility.LISTED.value if countries else eligibility), countries


def read_levels(row: Row) -> tuple[str, str]:
    """The lowest and the highest, if it is a range. Raises BadItem."""
    lowest = choice("level", at(row, "level"), Level)
    highest = choice("level_max", at(row, "level_max"), Level)
    if not Level.may_be_range(lowest, highest):
        raise BadItem("level_max", "must be above level, or blank")
    return lowest, highest


def read_email(row: Row) -> str:
    email = at(row, "apply_email")
    if email and at(row, "apply_url"):
        raise BadItem("apply_email", "cannot be used together with apply_url. Enter only one")
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise BadItem("apply_email", f"is not a valid email address: {email[:40]}") from None
    if len(email) > limit("apply_email"):
        raise BadItem("apply_email", f"is longer than {limit('apply_email')} characters")
    return email


# Not a table of fields: what a person wrote is refused with a sentence, never left out.
SOURCE = Source(name="our own CSV", parser=parse)
