"""The one way in: a file of rows, whichever kind it is."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from .headers import KNOWN_NAMES, MOST_ABOVE, names_known
from .rows import FIRST_PART, TableRow, is_workbook, read_whole, refuse_other_files
from .texts import LONGEST_LINE, read_text_rows, separator_in
from .workbooks import read_workbook


def read_rows(file: BinaryIO) -> Iterator[TableRow]:
    """Its rows that are not blank, from the one on that names the columns. Those of a text file are
    read as they are asked for.

    Raises InvalidFeedError, before the first row.
    """
    start = file.read(FIRST_PART)
    refuse_other_files(start)
    if is_workbook(start):
        rows = read_workbook(read_whole(file, start))
    else:
        rows = read_text_rows(start + file.readline(LONGEST_LINE), file)
    return _from_headers(row for row in rows if not row.is_blank)


def _from_headers(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """Without the title that people put above their table, with its date and the like."""
    first = list(islice(rows, MOST_ABOVE))
    known = [names_known(row.cells) for row in first]
    most = max(known, default=0)
    is_below = most >= KNOWN_NAMES and known[0] < most / 2
    start = known.index(most) if is_below else 0
    return chain(first[start:], rows)


def separator_of(data: bytes) -> str:
    """What separates the cells of a text file; a comma for a workbook."""
    return "," if is_workbook(data) else separator_in(data[:FIRST_PART])
