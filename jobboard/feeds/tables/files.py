"""The one way in: a file of rows, whichever kind it is."""

from collections.abc import Iterator
from typing import BinaryIO

from .rows import FIRST_PART, TableRow, is_workbook, read_whole, refuse_other_files
from .texts import LONGEST_LINE, read_text_rows, separator_in
from .workbooks import read_workbook


def read_rows(file: BinaryIO) -> Iterator[TableRow]:
    """Its rows that are not blank. Those of a text file are read as they are asked for.

    Raises InvalidFeedError, before the first row.
    """
    start = file.read(FIRST_PART)
    refuse_other_files(start)
    if is_workbook(start):
        rows = read_workbook(read_whole(file, start))
    else:
        rows = read_text_rows(start + file.readline(LONGEST_LINE), file)
    return (row for row in rows if not row.is_blank)


def separator_of(data: bytes) -> str:
    """What separates the cells of a text file; a comma for a workbook."""
    return "," if is_workbook(data) else separator_in(data[:FIRST_PART])
