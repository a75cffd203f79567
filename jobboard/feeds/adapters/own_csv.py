"""Our own columns, in a CSV file or a spreadsheet whose first row names them in any order. A text
file is read line by line, however long it is. TAKES says what each column takes.

All but what is needed may be empty or left out; a column of another name is refused, since it may
be a slip of the pen. An apostrophe before = + - @, a tab or a line break is taken off: exports put
it there against formulas.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import COUNTRIES
from jobboard.feeds.parsing.cells import may_be_two_days, written_day
from jobboard.feeds.parsing.texts.types import read_types
from jobboard.feeds.parsing.titles.levels import read_level
from jobboard.feeds.tables import files
from jobboard.feeds.tables.rows import TableRow
from jobboard.listings.choices import Eligibility, Level, Visa

from .base import BadFeed, BadItem, FeedItem, at, each_item, external_id, limit, moment
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
    "country": "two-letter code or English name. Leave blank to use the countries in places",
    "workplace": (
        "on_site, hybrid or remote. Enter one for all locations, "
        "or one for each in the same order: “hybrid; remote”"
    ),
    "hybrid_days": "days on-site per week for hybrid jobs, 1 to 5. One for all, or one for each",
    "employment_types": (
        "full_time, part_time, contractor, temporary, intern, …, or your word for it, "
        "such as Vollzeit; separate with semicolons"
    ),
    "level": "entry, mid, senior or executive, or a word such as Junior",
    "level_max": "the highest level, where the job is open to a range of levels",
    "role": (
        "the last part of a role’s web address, such as data-engineer. "
        "Detected from the title if blank"
    ),
    "salary_min": (
        "52000, 52.000 €, 52k or 27.50. Separate several pay ranges with semicolons: “52000; 60000”"
    ),
    "salary_max": "as above. You can leave one of the two blank",
    "salary_currency": (
        "a three-letter code such as EUR, or €. Required if the salary doesn’t state it"
    ),
    "salary_period": "year, month, week, day or hour. Required if there is a salary",
    "pay_kind": "base, on_target or total. Leave blank if you don’t say what the pay includes",
    "pay_gross": "gross (before tax) or net (after tax)",
    "pay_place": "the location that the pay is for. Leave blank for all",
    "pay_level": "the level that the pay is for. Leave blank for all",
    "pay_text": "a note about pay. Required if there is no salary",
    "posted_on": "2026-11-30 or 30.11.2026",
    "closes_on": "2026-12-31 or 31.12.2026",
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
FORMULA = re.compile(r"^'(?=[=+\-@\t\r])")
YES_OR_NO = {
    **dict.fromkeys(["y", "true", "ja", "oui", "sí", "si", "sim"], Visa.YES.value),
    **dict.fromkeys(["n", "false", "nein", "non", "não", "nee"], Visa.NO.value),
}


def parse(
    file: BinaryIO, address: str = "", numbers: list[int] | None = None
) -> Iterator[FeedItem | BadItem]:
    """A bad row is named by the number that a spreadsheet shows beside it. ``numbers`` gets that of
    each row.
    """
    rows = files.read_rows(file)
    first = next(rows, TableRow(0, []))
    if first.fault:
        raise BadFeed(f"The first row of the file is not valid CSV: {first.fault}.")
    names = column_names(first.cells)
    check_columns(names)
    return read_rows(rows if numbers is None else _noted(rows, numbers), names)


def _noted(rows: Iterable[TableRow], numbers: list[int]) -> Iterator[TableRow]:
    for row in rows:
        numbers.append(row.number)
        yield row


def column_names(cells: list[str]) -> list[str]:
    """“Apply URL” is apply_url; spreadsheets may add empty columns at the end."""
    names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def check_columns(names: list[str]) -> None:
    """Raises BadFeed."""
    missing = [name for name in NEEDED if name not in names]
    if not set(WAYS_TO_APPLY) & set(names):
        missing.append(" or ".join(WAYS_TO_APPLY))
    if missing:
        raise BadFeed(
            f"The first row is missing these columns: {', '.join(missing)}. "
            "Separate columns with commas, semicolons or tabs."
        )
    odd = [name[:40] for name in names if name not in COLUMNS or names.count(name) > 1]
    if odd:
        raise BadFeed(f"The first row has unknown or repeated columns: {', '.join(odd[:5])}.")


def read_rows(rows: Iterable[TableRow], names: list[str]) -> Iterator[FeedItem | BadItem]:
    for row in rows:
        cells = row.cells
        while len(cells) > len(names) and not cells[-1].strip():
            cells = cells[:-1]
        (result,) = each_item([replace(row, cells=cells)], partial(_read, names=names))
        if isinstance(result, BadItem):
            result = BadItem(result.field, f"{result.reason.rstrip('.')} (row {row.number})")
            if len(cells) == len(names):
                result.external_id = clean_text(FORMULA.sub("", cells[names.index("id")]))
        yield result


def _read(row: TableRow, names: list[str]) -> FeedItem:
    if row.fault:
        raise BadItem("row", f"is not valid CSV: {row.fault}")
    return read_row(row.cells, names)


def read_row(cells: list[str], names: list[str]) -> FeedItem:
    """Raises BadItem."""
    if len(cells) != len(names):
        raise BadItem("row", f"has {len(cells)} cells but the first row has {len(names)}")
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
        visa=read_visa(row),
        eligibility=eligibility,
        eligible_countries=countries,
        closes_on=read_day(row, "closes_on"),
        posted_at=read_moment(row, "posted_on"),
    )


def read_day(row: Row, name: str) -> date | None:
    """Raises BadItem."""
    text = at(row, name)
    if may_be_two_days(text):
        raise BadItem(name, f"can be two dates: {text}. Write it like 2026-12-31")
    try:
        return day(row, name)
    except BadItem:
        found = written_day(text)
        if found is None:
            raise
        return found


def read_moment(row: Row, name: str) -> datetime | None:
    """Raises BadItem."""
    try:
        return moment(row, name)
    except BadItem:
        found = read_day(row, name)
        return datetime.combine(found, time(), UTC) if found else None


def read_visa(row: Row) -> str:
    """Raises BadItem."""
    text = at(row, "visa")
    said = YES_OR_NO.get(text.lower(), text)
    return choice("visa", said, Visa) or Visa.UNKNOWN.value


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
    lowest, end_of_range = _level(row, "level")
    highest = _level(row, "level_max")[0] or end_of_range
    if not Level.may_be_range(lowest, highest):
        raise BadItem("level_max", "must be above level, or blank")
    return lowest, highest


def _level(row: Row, name: str) -> tuple[str, str]:
    """Also as titles say it: “Junior”, “Mid/Senior”. Raises BadItem."""
    text = at(row, name)
    if text.lower() in Level.values:
        return text.lower(), ""
    stated = read_level(text)
    if stated.level:
        return stated.level, stated.highest
    return choice(name, text, Level), ""


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
