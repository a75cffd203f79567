"""Finds where the cells of an Excel workbook lead to, whatever words stand in them."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
# Of an address that is put together of several, a part is none.
FORMULA = re.compile(r"""\s{0,9}=?HYPERLINK\(\s{0,9}"([^"]{1,2000})"\s{0,9}[,;)]""", re.IGNORECASE)
WORKBOOK = "xl/workbook.xml"
MAX_ELEMENTS = 20_000
MAX_LINK_LENGTH = 2_000  # characters

Attributes = dict[str, str]


def links_of_sheet(parts: dict[str, bytes], number: int) -> dict[int, dict[int, str]]:
    """The targets by the number of the row, from 1, and of the cell in it, from 0. ``parts`` are
    the files that the workbook is made of.
    """
    targets = _targets(parts, WORKBOOK)
    sheets = [
        targets.get(sheet.get("id", ""), "") for sheet in _read(parts, WORKBOOK, "sheet").found
    ]
    if number >= len(sheets):  # a workbook of LibreOffice
        return {}
    name = posixpath.join("xl", sheets[number]).removeprefix("/")
    links: dict[int, dict[int, str]] = defaultdict(dict)
    for row, cell, target in islice(_links(parts, name), MAX_ELEMENTS):
        links[row][cell] = target
    return links


def column_number(letters: str) -> int:
    """The number of a column: 1 for “A”, 27 for “AA”."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _links(parts: dict[str, bytes], name: str) -> Iterator[tuple[int, int, str]]:
    """The links of a sheet: the row, the cell in it and what it leads to."""
    read = _read(parts, name, "hyperlink")
    leads_to = _targets(parts, name) if read.found else {}
    linked = [(link.get("ref", ""), leads_to.get(link.get("id", ""), "")) for link in read.found]
    for place, target in [*read.formulas, *linked]:
        if target and len(target) <= MAX_LINK_LENGTH:
            for row, cell in _cells(place):
                yield row, cell, target


def _cells(place: str) -> Iterator[tuple[int, int]]:
    """The cell of “B2”, and each of “B2:B4”."""
    match = PLACE.fullmatch(place)
    if not match:
        return
    letters, row, last_letters, last_row = match.groups()
    columns = range(column_number(letters), column_number(last_letters or letters) + 1)
    if columns:  # a range that goes backwards has none, in however many rows
        for number in range(int(row), int(last_row or row) + 1):
            yield from ((number, column - 1) for column in columns)


def _targets(parts: dict[str, bytes], name: str) -> dict[str, str]:
    """The target of each id in a part."""
    folder, file = posixpath.split(name)
    relations = _read(parts, f"{folder}/_rels/{file}.rels", "Relationship").found
    return {relation.get("Id", ""): relation.get("Target", "") for relation in relations}


def _read(parts: dict[str, bytes], name: str, tag: str) -> "_Elements":
    """The texts of the part in elements called ``tag``; of a sheet also in formulas, whose
    HYPERLINK is the same word.
    """
    read = _Elements(tag)
    content = parts.get(name, b"")
    if re.search(tag.encode(), content, re.IGNORECASE):
        parser = DefusedXMLParser(target=read, forbid_dtd=True)
        try:
            parser.feed(content)
            parser.close()
        except (DefusedXmlException, ParseError, LookupError, ValueError):
            return _Elements(tag)
    return read


class _Elements:
    """Follows the elements of a part. Attributes are known by their names without prefixes."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[Attributes] = []
        self.formulas: list[tuple[str, str]] = []  # a cell, and what its formula leads to
        self.cell = ""
        self.formula: list[str] | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        name = _local(tag)
        if name == self.tag and len(self.found) < MAX_ELEMENTS:
            self.found.append({_local(key): value for key, value in attributes.items()})
        elif name == "c":
            self.cell = attributes.get("r", "")
        elif name == "f":
            self.formula = []

    def data(self, text: str) -> None:
        if self.formula is not None:
            self.formula.append(text)

    def end(self, tag: str) -> None:
        if _local(tag) == "f" and self.formula is not None:
            formula = FORMULA.match("".join(self.formula))
            self.formula = None
            if formula and len(self.formulas) < MAX_ELEMENTS:
                self.formulas.append((self.cell, formula[1]))

    def close(self) -> None:
        return None


def _local(name: str) -> str:
    return name.rpartition("}")[2]
