"""The one way in: a file of rows, whichever kind it is."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from .headers import KNOWN_NAMES, MAX_ABOVE, names_known
from .rows import ENCODING_CHECK_BYTES, TableRow, is_workbook, read_whole, refuse_other_files
from .texts import MAX_LINE_LENGTH, read_text_rows, separator_in
from .workbooks import read_workbook


def read_rows(file: BinaryIO) -> Iterator[TableRow]:
    """Its rows that are not blank, from the one on that names the columns. Those of a text file are
    read as they are asked for.

    Raises InvalidFeedError, before the first row.
    """
    start = file.read(ENCODING_CHECK_BYTES)
    refuse_other_files(start)
    if is_workbook(start):
        rows = read_workbook(read_whole(file, start))
    else:
        rows = read_text_rows(start + file.readline(MAX_LINE_LENGTH), file)
    return _from_headers(row for row in rows if not row.is_blank)


def _from_headers(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """The rows without the title that people put above their table, with its date and the like.
    Rows as full as the one that names the columns are jobs: what seems a name is a value of theirs.
    """
    first = list(islice(rows, MAX_ABOVE))
    known = [names_known(row.cells) for row in first]
    highest = max(known, default=0)
    at = known.index(highest) if known else 0
    full = list(map(_filled, first[: at + 1])) or [0]
    are_names = highest >= KNOWN_NAMES and highest > full[-1] / 2
    is_below = are_names and max(full[:-1], default=0) <= full[-1] / 2
    return chain(first[at if is_below else 0 :], rows)


def _filled(row: TableRow) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def separator_of(data: bytes) -> str:
    """The sign between the cells of a text file; a comma for a workbook."""
    if is_workbook(data):
        return ","
    return separator_in(data[:ENCODING_CHECK_BYTES])
