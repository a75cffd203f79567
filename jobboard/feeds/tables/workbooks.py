"""Workbooks of Excel (.xlsx) and LibreOffice (.ods), read by calamine.

It makes room for every cell up to the last one, so a file of a thousand bytes whose last cell is in
the last corner would end the process. So what is unpacked is counted, and how far the cells reach
is read beforehand, from the very bytes that calamine then gets: the parts are packed anew.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import python_calamine
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from jobboard.feeds.adapters.base import InvalidFeedError

from .links import column_number, links_of_sheet
from .rows import TableRow

MAX_UNPACKED_BYTES = 40 * 2**20
MAX_PARTS = 1_000
MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_CELLS = 1_000_000
NEEDED_PARTS = re.compile(r".*\.(?:xml|rels)|mimetype", re.IGNORECASE | re.DOTALL)
# In both formats, and what each may stand in.
KINDS = {
    "table": "table",
    "row": "row",
    "table-row": "row",
    "c": "cell",
    "table-cell": "cell",
    "covered-table-cell": "cell",
}
MAY_CONTAIN = {
    "": ("table", "row", "cell"),
    "table": ("row",),
    "row": ("cell",),
    "cell": (),
}
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# The row and the column of its first cell and of its last, from 0.
MergedRange = tuple[tuple[int, int], tuple[int, int]]
NOT_A_WORKBOOK = (
    "This file is not a spreadsheet that we can read. "
    "Save it as .xlsx, .ods or CSV and upload it again."
)
PROTECTED = "This spreadsheet is protected by a password. Save it without one and upload it again."
TOO_LARGE = (
    f"The spreadsheet is too large. Each sheet can have up to {MAX_ROWS:,} rows and "
    f"{MAX_COLUMNS} columns. Copy the jobs into a new spreadsheet and upload that."
)


def read_workbook(data: bytes) -> Iterator[TableRow]:
    """The rows of its first visible sheet that is not empty, with dates in ISO 8601. A formula is
    what it last came to. Raises InvalidFeedError.
    """
    parts = _parts(data)
    for name, content in parts.items():
        if name != "mimetype":
            _check_extent(content)
    try:
        sheet, rows = _rows(_packed(parts))
    except python_calamine.PasswordError:
        raise InvalidFeedError(PROTECTED) from None
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError):
        raise InvalidFeedError(NOT_A_WORKBOOK) from None
    links = links_of_sheet(parts, sheet)
    return (
        TableRow(number, list(map(_text, cells)), links=links.get(number, {}))
        for number, cells in enumerate(rows, start=1)
    )


def _rows(data: bytes) -> tuple[int, list[list[Any]]]:
    """Which sheet it is, from 0, and its rows."""
    with python_calamine.load_workbook(BytesIO(data)) as workbook:
        for number, sheet in enumerate(workbook.sheets_metadata):
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            content = workbook.get_sheet_by_index(number)
            if content.height:
                rows = content.to_python(skip_empty_area=False)
                _fill_merged(rows, content.merged_cell_ranges or [])
                return number, rows
    raise InvalidFeedError("The spreadsheet is empty.")


def _fill_merged(rows: list[list[Any]], ranges: Iterable[MergedRange]) -> None:
    """Copy the value of a merged cell to all its rows that are not blank otherwise. Only workbooks
    of Excel tell which cells are merged.
    """
    is_filled = [row.count("") < len(row) for row in rows]
    remaining = MAX_CELLS
    for (first, column), (last, _) in ranges:
        last = min(last, len(rows) - 1)
        remaining -= max(1, last - first)
        if remaining < 0:
            return
        for number in range(first + 1, last + 1):
            is_blank = column < len(rows[number]) and rows[number][column] == ""
            if is_filled[number] and is_blank:
                rows[number][column] = rows[first][column]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        if cell.is_integer():
            return f"{cell:.0f}"
        return f"{cell:.15g}"
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


# What is unpacked, and how far it reaches


def _parts(data: bytes) -> dict[str, bytes]:
    """The parts of the file that hold its cells, unpacked. Raises InvalidFeedError."""
    parts: dict[str, bytes] = {}
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS:
                raise InvalidFeedError(TOO_LARGE)
            left = MAX_UNPACKED_BYTES
            for entry in entries:
                if NEEDED_PARTS.fullmatch(entry.filename):
                    parts[entry.filename] = _decompress(archive, entry, left)
                    left -= len(parts[entry.filename])
    except RuntimeError:  # as the standard library says that it needs a password
        raise InvalidFeedError(PROTECTED) from None
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise InvalidFeedError(NOT_A_WORKBOOK) from None
    return parts


def _decompress(archive: ZipFile, entry: ZipInfo, max_bytes: int) -> bytes:
    with archive.open(entry) as part:
        content = part.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise InvalidFeedError(TOO_LARGE)
    return content


def _packed(parts: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def _check_extent(content: bytes) -> None:
    """Raises InvalidFeedError."""
    parser = DefusedXMLParser(target=_Extent(), forbid_dtd=True)
    try:
        parser.feed(content)
        parser.close()
    except (DefusedXmlException, ParseError, LookupError, ValueError):
        raise InvalidFeedError(NOT_A_WORKBOOK) from None


class _Extent:
    """Follows the cells of a part, of either format, and stops where they reach too far.

    It refuses what a spreadsheet never writes, such as a row within a cell: how calamine counts it
    is not known.
    """

    def __init__(self) -> None:
        self.next_row = 1
        self.next_column = 1
        self.lowest = 0
        self.widest = 0
        self.open: list[str] = []  # tables, rows and cells that have not ended

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = KINDS.get(_local(tag), "")
        if self.open[-1:] == ["cell"]:
            self._count()
        if name not in ("", *MAY_CONTAIN[self.open[-1] if self.open else ""]):
            raise InvalidFeedError(NOT_A_WORKBOOK)
        if name:
            self.open.append(name)
        if name == "table":
            self.next_row = 1
            self.lowest = 0
            self.widest = 0
        elif name == "row":
            row = _number(attributes, "r", self.next_row)
            self.next_row = row + _number(attributes, "number-rows-repeated", 1)
            self.next_column = 1
        elif name == "cell":
            self._place(attributes)
            if {"value-type", "formula"} & set(map(_local, attributes)):
                self._count()

    def end(self, tag: str) -> None:
        if _local(tag) in KINDS:
            self.open.pop()

    def data(self, text: str) -> None:
        if self.open[-1:] == ["cell"] and text.strip():
            self._count()

    def close(self) -> None:
        return None

    def _place(self, attributes: dict[str, str]) -> None:
        column = self.next_column
        if "r" in attributes:
            place = CELL.fullmatch(attributes["r"])
            if not place:
                raise InvalidFeedError(NOT_A_WORKBOOK)
            column = column_number(place[1])
            self.next_row = max(self.next_row, int(place[2]) + 1)
        self.next_column = column + _number(attributes, "number-columns-repeated", 1)

    def _count(self) -> None:
        """What the cell at hand says is worth its place, and all before it."""
        self.widest = max(self.widest, self.next_column - 1)
        self.lowest = max(self.lowest, self.next_row - 1)
        is_too_large = self.lowest > MAX_ROWS or self.widest > MAX_COLUMNS
        if is_too_large or self.widest * self.lowest > MAX_CELLS:
            raise InvalidFeedError(TOO_LARGE)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _number(attributes: dict[str, str], name: str, missing: int) -> int:
    """Raises InvalidFeedError."""
    values = [value for key, value in attributes.items() if _local(key) == name]
    if not values:
        return missing
    if len(values) > 1 or not re.fullmatch("[0-9]{1,9}", values[0]):
        raise InvalidFeedError(NOT_A_WORKBOOK)
    return int(values[0])
