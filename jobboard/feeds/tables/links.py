"""Where the cells of an Excel workbook lead to, whatever words stand in them."""

import posixpath
import re
from collections import defaultdict
from html import unescape

ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"']*)["']""")
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
WORKBOOK = "xl/workbook.xml"
MOST = 20_000
LONGEST = 2_000  # characters of one

Attributes = dict[str, str]


def links_of_sheet(parts: dict[str, bytes], number: int) -> dict[int, dict[int, str]]:
    """By the number of the row, from 1, and of the cell in it, from 0. ``parts`` are the files that
    the workbook is made of.
    """
    targets = _targets(parts, WORKBOOK)
    sheets = [targets.get(one.get("id", ""), "") for one in _elements(parts, WORKBOOK, "sheet")]
    if number >= len(sheets):  # a workbook of LibreOffice
        return {}
    name = posixpath.join("xl", sheets[number]).removeprefix("/")
    leads_to = _targets(parts, name)
    links: dict[int, dict[int, str]] = defaultdict(dict)
    for one in _elements(parts, name, "hyperlink"):
        place = PLACE.fullmatch(one.get("ref", ""))
        target = leads_to.get(one.get("id", ""), "")
        if place and target and len(target) <= LONGEST:
            links[int(place[2])][column_number(place[1]) - 1] = target
    return links


def column_number(letters: str) -> int:
    """Of “A”, 1; of “AA”, 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _targets(parts: dict[str, bytes], name: str) -> dict[str, str]:
    """What each id in a part stands for."""
    folder, file = posixpath.split(name)
    relations = _elements(parts, f"{folder}/_rels/{file}.rels", "Relationship")
    return {one.get("Id", ""): one.get("Target", "") for one in relations}


def _elements(parts: dict[str, bytes], name: str, tag: str) -> list[Attributes]:
    text = parts.get(name, b"").decode("utf-8", "replace")
    found = re.findall(rf"<(?:\w{{1,20}}:)?{tag}\b([^<>]{{0,5000}})>", text)[:MOST]
    return [_attributes(one) for one in found]


def _attributes(words: str) -> Attributes:
    """By their names without prefixes."""
    return {name.rpartition(":")[2]: unescape(value) for name, value in ATTRIBUTE.findall(words)}
