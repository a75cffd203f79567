"""Our own columns, in a CSV file or a spreadsheet, named in any order above the jobs, by our
names or by those of ``tables/headers.csv``. A text file is read line by line, however long it is.
COLUMN_HELP, in own_csv_columns, says what each column takes.

All but what is needed may be empty or left out. Where nobody can be asked, a column of another name
is refused, since it may be a slip of the pen. An apostrophe before = + - @, a tab or a line break
is taken off: exports put it there against formulas.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from jobboard.common.text.words import country_code
from jobboard.feeds.parsing.cells import may_be_two_days, written_day
from jobboard.feeds.parsing.texts.to_markdown import as_markdown
from jobboard.feeds.parsing.texts.types import read_types
from jobboard.feeds.parsing.titles.levels import read_level
from jobboard.feeds.tables import files
from jobboard.feeds.tables.headers import LEFT_OUT, fields_of
from jobboard.feeds.tables.rows import TableRow
from jobboard.listings.choices import Eligibility, EmploymentType, Level, Visa

from .base import (
    FeedItem,
    InvalidFeedError,
    InvalidItemError,
    at,
    checked_company,
    checked_link,
    checked_title,
    external_id,
    limit,
    moment,
    written_link,
)
from .own_csv_columns import REQUIRED_COLUMNS, WAYS_TO_APPLY, Columns
from .own_csv_lists import Faults, Row, choice, read_pay, read_places
from .source import Source
from .values import day

YES_OR_NO = {
    **dict.fromkeys(["y", "true", "ja", "oui", "sí", "si", "sim"], Visa.YES.value),
    **dict.fromkeys(["n", "false", "nein", "non", "não", "nee"], Visa.NO.value),
}
SEPARATORS = (";", "\n", ",")
UNSTATED: tuple[str, tuple[str, ...]] = ("", ())
NO_CLIENT = {"", "no", *(word for word, said in YES_OR_NO.items() if said == Visa.NO)}
UNNAMED_CLIENT = {"yes", *(word for word, said in YES_OR_NO.items() if said == Visa.YES)}


@dataclass(frozen=True)
class ReadRow:
    """``item`` is without what ``faults`` say; a row that has any is no job. ``number`` is the one
    that a spreadsheet shows beside it.
    """

    number: int
    cells: list[str]
    item: FeedItem
    faults: list[InvalidItemError]


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | InvalidItemError]:
    """The jobs of a file whose columns all have names that we know. A bad row says all that is
    wrong with it, and its number. Raises InvalidFeedError before the first.
    """
    headers, rows = open_table(file)
    columns = Columns(certain_fields(headers))
    return map(_result, read_rows(rows, columns))


def open_table(file: BinaryIO) -> tuple[list[str], Iterator[TableRow]]:
    """Read the names of the columns and the rows below. Raises InvalidFeedError."""
    rows = files.read_rows(file)
    first = next(rows, TableRow(0, []))
    if first.fault:
        raise InvalidFeedError(f"The first row of the file is not valid CSV: {first.fault}.")
    headers = [cell.strip() for cell in first.cells]
    while headers and not headers[-1]:  # spreadsheets may add empty columns at the end
        headers.pop()
    return headers, rows


def certain_fields(headers: list[str]) -> list[str]:
    """Raises InvalidFeedError where it is not certain what a column holds, or one that is needed
    lacks.
    """
    fields = fields_of(headers)
    missing = [name for name in REQUIRED_COLUMNS if name not in fields]
    if not set(WAYS_TO_APPLY) & set(fields):
        missing.append(" or ".join(WAYS_TO_APPLY))
    if missing:
        raise InvalidFeedError(
            f"These columns are missing: {', '.join(missing)}. "
            "Separate columns with commas, semicolons or tabs."
        )
    odd = [header[:40] for header, name in zip(headers, fields, strict=True) if name is None]
    if odd:
        raise InvalidFeedError(f"These columns are unknown or repeated: {', '.join(odd[:5])}.")
    return [name or LEFT_OUT for name in fields]


def _result(row: ReadRow) -> FeedItem | InvalidItemError:
    if not row.faults:
        return row.item
    first, *others = row.faults
    reasons = [first.reason, *(str(fault) for fault in others)]
    whole = "; ".join(reason.rstrip(".") for reason in reasons)
    result = InvalidItemError(first.field, f"{whole} (row {row.number})")
    result.external_id = row.item.external_id
    return result


def read_rows(rows: Iterable[TableRow], columns: Columns) -> Iterator[ReadRow]:
    for row in rows:
        cells = row.cells
        while len(cells) > len(columns.fields) and not cells[-1].strip():
            cells = cells[:-1]
        cells = _with_links(cells, row.links, columns.fields)
        if row.fault:
            fault = InvalidItemError("row", f"is not valid CSV: {row.fault}", row.fault)
            yield ReadRow(row.number, cells, FeedItem(""), [fault])
        else:
            item, faults = read_row(cells, columns)
            yield ReadRow(row.number, cells, item, faults)


def _with_links(cells: list[str], links: dict[int, str], fields: Sequence[str]) -> list[str]:
    """The cells with the targets of the links of a spreadsheet, from texts such as “Apply here”."""
    cells = list(cells)
    for number, target in links.items():
        if number >= min(len(fields), len(cells)):
            continue
        field = fields[number]
        if field not in WAYS_TO_APPLY or _is_address(cells[number], field):
            continue
        way, value = _way_to_apply(target)
        if way == field:
            if "@" not in cells[number]:
                cells[number] = value
        elif way in fields[: len(cells)] and not cells[fields.index(way)].strip():
            # An email address in the column of links, or the other way round.
            cells[number] = ""
            cells[fields.index(way)] = value
    return cells


def _is_address(cell: str, field: str) -> bool:
    """Programs keep what a cell once led to when another address is typed into it."""
    is_email = field == "apply_email" and "@" in cell
    return is_email or "://" in cell or written_link(cell.strip()) != cell.strip()


def _way_to_apply(target: str) -> tuple[str, str]:
    scheme, _, rest = target.partition(":")
    if scheme.lower() == "mailto":
        return "apply_email", rest.partition("?")[0]
    return "apply_url", target


def read_row(cells: list[str], columns: Columns) -> tuple[FeedItem, list[InvalidItemError]]:
    """The item, and all that is wrong with the row."""
    if len(cells) != len(columns.fields):
        reason = f"has {len(cells)} cells but there are names for {len(columns.fields)}"
        return FeedItem(""), [InvalidItemError("row", reason)]
    row = columns.at(cells)
    faults = Faults()
    _blank_undecoded(row, faults)
    item = _item(row, faults, columns.absent)
    return item, _once(faults.found, row)


def _blank_undecoded(row: Row, faults: Faults) -> None:
    for name, text in row.items():
        if not text.isascii() and re.search("[\ud800-\udfff]", text):
            faults.add(name, "has characters that are not UTF-8")
            row[name] = ""


def _item(row: Row, faults: Faults, absent: frozenset[str]) -> FeedItem:
    level, level_max = _levels(row, faults)
    pay = tuple(read_pay(row, faults))
    eligibility, countries = faults.read(read_who_may_apply, row, otherwise=UNSTATED)
    pay_text = at(row, "pay_text")
    pay_note = ""
    if pay:
        pay_note = pay_text
        pay_text = ""
    return FeedItem(
        _read_id(row, faults),
        title=faults.read(checked_title, at(row, "title"), otherwise=""),
        company=faults.read(checked_company, at(row, "company"), otherwise=""),
        description=as_markdown(at(row, "description")),
        description_is_html=False,
        places=tuple(read_places(row, faults)),
        are_places_settled=True,
        types=faults.read(read_employment_types, row, otherwise=()),
        level=level,
        level_max=level_max,
        role=at(row, "role"),
        skills=tuple(split(row, "skills")),
        skills_required=tuple(split(row, "skills_required")),
        skills_nice=tuple(split(row, "skills_nice")),
        pay=pay,
        pay_text=pay_text,
        pay_note=pay_note,
        apply_url=_link(row, faults),
        apply_email=faults.read(read_email, row, otherwise=""),
        visa=faults.read(read_visa, row, otherwise=Visa.UNKNOWN.value),
        for_client=at(row, "client").casefold() not in NO_CLIENT,
        client_name=faults.read(read_client, row, otherwise=""),
        eligibility=eligibility,
        eligible_countries=countries,
        closes_on=faults.read(read_day, row, "closes_on", otherwise=None),
        posted_at=faults.read(read_moment, row, "posted_on", otherwise=None),
        absent=absent,
    )


def _read_id(row: Row, faults: Faults) -> str:
    """Returns '' where the file has no column for it."""
    if "id" not in row:
        return ""
    return faults.read(external_id, row, "id", otherwise="")


def _once(faults: list[InvalidItemError], row: Row) -> list[InvalidItemError]:
    """A cell that could not be decoded has no further faults."""
    undecoded = {fault.field for fault in faults if "not UTF-8" in fault.reason}
    unique = []
    for fault in faults:
        if fault.field not in undecoded or "not UTF-8" in fault.reason:
            unique.append(fault)
    return unique


def _link(row: Row, faults: Faults) -> str:
    if at(row, "apply_email") and not at(row, "apply_url"):
        return ""
    return faults.read(checked_link, written_link(at(row, "apply_url")), otherwise="")


def read_client(row: Row) -> str:
    """'' where there is none, or none is named. Raises InvalidItemError."""
    text = at(row, "client")
    if text.casefold() in NO_CLIENT | UNNAMED_CLIENT:
        return ""
    if len(text) > limit("client_name"):
        raise InvalidItemError("client", f"has more than {limit('client_name')} characters")
    return text


def read_day(row: Row, name: str) -> date | None:
    """Raises InvalidItemError."""
    text = at(row, name)
    if may_be_two_days(text):
        raise InvalidItemError(name, f"can be two dates: {text}. Write it like 2026-12-31", text)
    try:
        return day(row, name)
    except InvalidItemError as fault:
        written = written_day(text)
        if written is None:
            raise InvalidItemError(name, fault.reason, text[:40]) from None
        return written


def read_moment(row: Row, name: str) -> datetime | None:
    """Raises InvalidItemError."""
    try:
        return moment(row, name)
    except InvalidItemError:
        written = read_day(row, name)
        if written:
            return datetime.combine(written, time(), UTC)
        return None


def read_visa(row: Row) -> str:
    """Raises InvalidItemError."""
    text = at(row, "visa")
    value = YES_OR_NO.get(text.lower(), text)
    return choice("visa", value, Visa) or Visa.UNKNOWN.value


def split(row: Row, name: str) -> list[str]:
    """The parts of a cell, split at semicolons, else at line ends, else at commas."""
    text = at(row, name)
    for separator in SEPARATORS:
        if separator in text:
            return list(filter(None, map(str.strip, text.split(separator))))
    return list(filter(None, [text.strip()]))


def read_employment_types(row: Row) -> tuple[str, ...]:
    """Words that state them, without those that do not, such as “permanent”. Raises
    InvalidItemError.
    """
    return tuple(filter(None, map(_read_type, split(row, "employment_types"))))


def _read_type(text: str) -> str:
    if read_types(text):
        return text
    value = choice("employment_types", text, EmploymentType)
    if value:
        return EmploymentType(value).label
    return ""


def read_who_may_apply(row: Row) -> tuple[str, tuple[str, ...]]:
    """Raises InvalidItemError."""
    eligibility = choice("eligibility", at(row, "eligibility"), Eligibility)
    codes = {text: country_code(text) for text in split(row, "eligible_countries")}
    for text, code in codes.items():
        if not code:
            raise InvalidItemError(
                "eligible_countries", f"has an unknown country: {text[:40]}", text[:40]
            )
    countries = tuple(dict.fromkeys(codes.values()))
    if countries and eligibility not in ("", Eligibility.LISTED):
        raise InvalidItemError("eligible_countries", "must be blank unless “eligibility” is listed")
    if eligibility == Eligibility.LISTED and not countries:
        raise InvalidItemError("eligible_countries", "is missing. Enter at least one for listed")
    if countries:
        return Eligibility.LISTED.value, countries
    return eligibility, countries


def _levels(row: Row, faults: Faults) -> tuple[str, str]:
    """The lowest and the highest, if it is a range."""
    lowest, end_of_range = faults.read(_level, row, "level", otherwise=("", ""))
    highest = faults.read(_level, row, "level_max", otherwise=("", ""))[0] or end_of_range
    if "level" not in faults.fields and not Level.may_be_range(lowest, highest):
        faults.add("level_max", "must be above “level”, or blank")
        return lowest, ""
    return lowest, highest


def _level(row: Row, name: str) -> tuple[str, str]:
    """The lowest and highest level, also as titles say it: “Junior”, “Mid/Senior”. Raises
    InvalidItemError.
    """
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
        raise InvalidItemError(
            "apply_email", "cannot be used together with apply_url. Enter only one"
        )
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidItemError(
            "apply_email", f"is not a valid email address: {email[:40]}", email[:40]
        ) from None
    if len(email) > limit("apply_email"):
        raise InvalidItemError("apply_email", f"is longer than {limit('apply_email')} characters")
    return email


# Not a table of fields: what a person wrote is refused with a sentence, never left out.
SOURCE = Source(name="our own CSV", parser=parse)
