"""CSV and its relatives: any separator, in the encodings in which spreadsheets save them."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from jobboard.feeds.adapters.base import InvalidFeedError

from .encodings import legacy_encoding
from .headers import KNOWN_NAMES, MAX_ABOVE, names_known
from .rows import TableRow, read_whole

SEPARATORS = ",;\t|"
# Above all that the columns can hold. A longer line counts as several, and none of them is a job.
MAX_LINE_LENGTH = 2**24
SAYS_SEPARATOR = re.compile(rb"\"?sep=([,;\t|])\"?\s*", re.IGNORECASE)  # as Excel takes it
UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def read_text_rows(start: bytes, file: BinaryIO) -> Iterator[TableRow]:
    """The rows of a file that begins with ``start``, as they are asked for. What is not in its
    encoding stays in the cells as surrogates. Raises InvalidFeedError.
    """
    start, file = _by_line_feeds(start, file)
    if not start.strip():
        raise InvalidFeedError("The file is empty.")
    if start.lstrip().startswith(b"<"):
        raise InvalidFeedError("The file is HTML or XML instead of CSV. It may be an error page.")
    lines = chain(BytesIO(start), iter(partial(file.readline, MAX_LINE_LENGTH), b""))
    first = next(lines)
    if not SAYS_SEPARATOR.fullmatch(first):
        lines = chain([first], lines)
    return _rows(_decode(lines, start), _separator_of(start))


def separator_in(start: bytes) -> str:
    """The sign between the cells of a file that begins with ``start``."""
    return _separator_of(_by_line_feeds(start, BytesIO())[0])


def _separator_of(start: bytes) -> str:
    """The same, where lines end with a line feed."""
    stated = SAYS_SEPARATOR.match(start)
    if stated:
        return stated[1].decode()
    return _separator(start.decode("latin-1"))


def _by_line_feeds(start: bytes, file: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The same file where its lines end with a line feed, which those of UTF-16 and of old Macs do
    not. Raises InvalidFeedError.
    """
    if start.startswith(codecs.BOM_UTF8):
        return start.removeprefix(codecs.BOM_UTF8), file
    if start[:2] in UTF_16:
        data = read_whole(file, start)[2:]
        return data.decode(UTF_16[start[:2]], "replace").encode(), BytesIO()
    if b"\n" not in start and b"\r" in start:
        data = read_whole(file, start)
        encoding = "mac-roman"
        if _is_utf8(data):
            encoding = "utf-8"
        return data.decode(encoding).replace("\r", "\n").encode(), BytesIO()
    return start, file


def _decode(lines: Iterable[bytes], start: bytes) -> Iterator[str]:
    """Each line as text. The first line that is not ASCII shows the encoding."""
    encoding = "ascii"
    for line in lines:
        if encoding == "ascii" and not line.isascii():
            encoding = _guess_encoding(line, start)
        yield line.decode(encoding, "surrogateescape")


def _guess_encoding(line: bytes, start: bytes) -> str:
    """UTF-8, else the encoding of Windows that the letters of the whole ``start`` suggest."""
    if _is_utf8(line):
        return "utf-8"
    if start.isascii():
        return legacy_encoding(line)
    return legacy_encoding(start)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> str:
    """The one that gives most column names that we know; else most cells in the first row."""
    lines = [line for line in text.splitlines(keepends=True) if line.strip()]
    names = {separator: _most_names(lines, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: names[separator])
    if names[best] >= KNOWN_NAMES:
        return best
    return max(SEPARATORS, key=lambda separator: len(_cells(lines, separator)))


def _most_names(lines: list[str], separator: str) -> int:
    """The most names in one of the first rows: above the names may stand a title."""
    known = (names_known(_cells([line], separator)) for line in lines[:MAX_ABOVE])
    return max(known, default=0)


def _cells(lines: list[str], separator: str) -> list[str]:
    """The cells of the first row."""
    try:
        return next(csv.reader(lines, delimiter=separator), [])
    except csv.Error:
        return []


def _rows(lines: Iterable[str], separator: str) -> Iterator[TableRow]:
    reader = csv.reader(lines, strict=True, delimiter=separator)
    number = 0
    while True:
        number += 1
        try:
            yield TableRow(number, next(reader))
        except csv.Error as error:
            yield TableRow(number, [], str(error))
        except StopIteration:
            return
