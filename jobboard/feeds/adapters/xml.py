"""XML as JSON's shapes, so that one table of paths reads both.

An element becomes a text, or a dict of its children if it has any; the same tag again makes a list.
Attributes stand under “@name”, and the text beside them under “#text”.
"""

from typing import Any, BinaryIO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from .base import InvalidFeedError, read_bytes
from .broken_xml import repair

MAX_ELEMENTS = 500_000
MAX_DEPTH = 40
HTML_STARTS = (b"<!doctype html", b"<html")
# Names of others count only where their meaning is known: a media:title is no title.
PREFIXES = {
    "http://www.w3.org/2005/Atom": "",
    "http://www.w3.org/1999/xhtml": "",
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://base.google.com/ns/1.0": "g:",
    "https://teamtailor.com/locations": "tt:",
    "https://himalayas.app/ns/jobs": "himalayas:",
}


def read_xml(file: BinaryIO) -> dict[str, Any]:
    """The root under its name. The encoding is the one that the file declares. Raises
    InvalidFeedError.
    """
    data = read_bytes(file)
    if data.lower().startswith(HTML_STARTS):
        raise InvalidFeedError("The file is HTML instead of XML. It may be an error page.")
    if not data.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        raise InvalidFeedError("The file is not XML.")
    try:
        return _parsed(data)
    except _BrokenError as error:
        if error.is_incomplete:
            raise InvalidFeedError(str(error)) from None
        broken = error
    try:
        return _parsed(repair(data))
    except _BrokenError:
        raise InvalidFeedError(str(broken)) from None


class _BrokenError(Exception):
    is_incomplete = False


def _parsed(data: bytes) -> dict[str, Any]:
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    try:
        parser.feed(data)
        return parser.close()
    except DefusedXmlException:
        raise InvalidFeedError(
            "The XML file declares a DOCTYPE, which is not allowed in a feed."
        ) from None
    except ParseError as error:
        line, column = error.position
        broken = _BrokenError(f"The file is not valid XML in line {line}, column {column}.")
        if error.code in INCOMPLETE:
            broken = _BrokenError("The XML file is incomplete.")
            broken.is_incomplete = True
        raise broken from None
    except (LookupError, ValueError):
        raise _BrokenError("The XML file declares an encoding that it is not written in.") from None


# Expat's numbers for: no element found, unclosed token, partial character, unclosed CDATA section.
INCOMPLETE = {3, 5, 6, 20}


class _Builder:
    """Makes the dicts while the parser reads, and stops where it becomes too much."""

    def __init__(self) -> None:
        self.count = 0
        self.stack: list[tuple[str, dict[str, Any], list[str]]] = [("", {}, [])]
        self.markup: list[str] = []
        self.depth_of_markup = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.stack) + self.depth_of_markup > MAX_DEPTH:
            raise InvalidFeedError("The XML file has too many elements or is nested too deeply.")
        if self._is_in_markup():
            self.depth_of_markup += 1
            self.stack[-1][2].append(f"<{_name(tag)}>")
            return
        row = {f"@{_name(name)}": value for name, value in attributes.items()}
        self.stack.append((_name(tag), row, []))

    def data(self, text: str) -> None:
        if self._is_in_markup():
            text = text.replace("&", "&amp;").replace("<", "&lt;")
        self.stack[-1][2].append(text)

    def end(self, tag: str) -> None:
        if self.depth_of_markup:
            self.depth_of_markup -= 1
            self.stack[-1][2].append(f"</{_name(tag)}>")
            return
        name, row, texts = self.stack.pop()
        text = "".join(texts).strip()
        value: Any = text
        if row:
            value = {**row, "#text": text} if text else row
        self._add(name, value)

    def close(self) -> dict[str, Any]:
        return self.stack[0][1]

    def _is_in_markup(self) -> bool:
        """XHTML stands unescaped in Atom: it stays one text."""
        return self.stack[-1][1].get("@type") == "xhtml"

    def _add(self, name: str, value: Any) -> None:
        """``value`` to the element above, unless its name is of an unknown kind."""
        above = self.stack[-1][1]
        if not name:
            return
        if name not in above:
            above[name] = value
        elif isinstance(above[name], list):
            above[name].append(value)
        else:
            above[name] = [above[name], value]


def _name(tag: str) -> str:
    """“tt:city”; '' for a name of an unknown namespace."""
    if not tag.startswith("{"):
        return tag
    namespace, _, name = tag[1:].partition("}")
    if namespace in PREFIXES:
        return PREFIXES[namespace] + name
    return ""
