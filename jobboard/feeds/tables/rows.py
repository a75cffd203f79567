"""Files of rows, whichever program saved them: bytes in, cells as text out."""

import re
from dataclasses import dataclass, field
from typing import BinaryIO

from jobboard.feeds.adapters.base import InvalidFeedError
from jobboard.feeds.download import MAX_RESPONSE_BYTES

# Bytes by which a text file is known: its encoding, what ends its lines, what separates its cells.
ENCODING_CHECK_BYTES = 2**16

# The standard library keeps bytes so that it could not decode.
UNDECODED = re.compile("[\udc80-\udcff]")

OTHER_FILES = (
    (b"\x1f\x8b", "This file is compressed. Unzip it and upload the file inside."),
    (b"%PDF", "This is a PDF. Upload a spreadsheet (.xlsx or .ods) or a CSV file instead."),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old or protected Excel file. Save it as .xlsx without a password, "
        "and upload that instead.",
    ),
)


@dataclass(frozen=True)
class TableRow:
    """``number`` is the one that a spreadsheet shows beside the row, from 1. A row that cannot be
    read has no cells but says in ``fault`` why. ``links`` are where its cells lead to, by their
    number from 0.
    """

    number: int
    cells: list[str]
    fault: str = ""
    links: dict[int, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not self.fault and not any(cell.strip() for cell in self.cells)


def storable(text: str) -> str:
    """``text`` for a database: without NUL, and with what could not be decoded as Excel would show
    it.
    """
    data = text.replace("\0", "")
    if data.isascii():
        return data
    return UNDECODED.sub(lambda found: chr(ord(found[0]) & 0xFF), data)


def is_workbook(start: bytes) -> bool:
    return start.startswith(b"PK\x03\x04")


def refuse_other_files(start: bytes) -> None:
    """Raises InvalidFeedError."""
    for sign, sentence in OTHER_FILES:
        if start.startswith(sign):
            raise InvalidFeedError(sentence)


def read_whole(file: BinaryIO, start: bytes) -> bytes:
    """Raises InvalidFeedError."""
    data = start + file.read(MAX_RESPONSE_BYTES + 1 - len(start))
    if len(data) > MAX_RESPONSE_BYTES:
        raise InvalidFeedError(
            f"The file is too large. The maximum is {MAX_RESPONSE_BYTES // 2**20} MB."
        )
    return data
