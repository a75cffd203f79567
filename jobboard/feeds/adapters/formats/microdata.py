"""JobPostings in microdata, the attributes of a page, read to the shape they have as JSON-LD."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.utils.html import strip_tags

# Not html.parser: its time grows with the square of some broken pages.
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b([^<>]{0,2000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([a-z][\w:-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""", re.I)
EMPTY_ELEMENTS = {"meta", "link", "img", "br", "hr", "input"}
VALUES = ("content", "datetime", "href", "src")
WITH_MARKUP = "description"
MAX_DEPTH = 50


@dataclass
class _Open:
    """An open element with an item or a property. ``inside`` counts the open elements of the same
    name within it.
    """

    name: str
    property: str
    start: int
    item: dict[str, Any] | None = None
    inside: int = 0


@dataclass
class _Reader:
    page: str
    postings: list[dict[str, Any]] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def read(self) -> list[dict[str, Any]]:
        for tag in TAG.finditer(self.page):
            name = tag[2].lower()
            if tag[1]:
                self._close(name, tag.start())
            else:
                self._open(name, read_attributes(tag[3]), tag.end())
        return self.postings

    def _open(self, name: str, attributes: dict[str, str], end: int) -> None:
        property_name = attributes.get("itemprop", "")
        if "itemscope" in attributes:
            self._open_item(name, property_name, attributes, end)
        elif property_name:
            self._open_property(name, property_name, attributes, end)
        elif self.stack and self.stack[-1].name == name and name not in EMPTY_ELEMENTS:
            self.stack[-1].inside += 1

    def _open_item(
        self, name: str, property_name: str, attributes: dict[str, str], end: int
    ) -> None:
        item = new_item(attributes)
        if property_name:
            self._set(property_name, item)
        elif item["@type"] == "JobPosting":
            self.postings.append(item)
        self._push(_Open(name, "", end, item))

    def _open_property(
        self, name: str, property_name: str, attributes: dict[str, str], end: int
    ) -> None:
        """Its value is in an attribute, or else the text up to its end."""
        value = value_in(attributes)
        if value is None and name not in EMPTY_ELEMENTS:
            self._push(_Open(name, property_name, end))
            return
        self._set(property_name, value or "")
        if name not in EMPTY_ELEMENTS:
            self._push(_Open(name, "", end))

    def _push(self, element: _Open) -> None:
        if len(self.stack) < MAX_DEPTH:
            self.stack.append(element)

    def _close(self, name: str, start: int) -> None:
        if not any(element.name == name for element in self.stack):
            return
        while self.stack:
            last = self.stack[-1]
            if last.name == name and last.inside:
                last.inside -= 1
                return
            self.stack.pop()
            if last.property:
                self._set(last.property, text_of(self.page[last.start : start], last.property))
            if last.name == name:
                return

    def _set(self, property_names: str, value: Any) -> None:
        """A property of the innermost item; several values become a list."""
        item = self._innermost_item()
        if item is None:
            return
        for name in property_names.split():
            existing = item.get(name)
            if existing is None:
                item[name] = value
            elif isinstance(existing, list):
                existing.append(value)
            else:
                item[name] = [existing, value]

    def _innermost_item(self) -> dict[str, Any] | None:
        for element in reversed(self.stack):
            if element.item is not None:
                return element.item
        return None


def postings_in(page: str) -> list[dict[str, Any]]:
    """The postings in the order of the page."""
    if "schema.org/JobPosting" not in page:
        return []
    return _Reader(page).read()


def new_item(attributes: dict[str, str]) -> dict[str, Any]:
    return {"@type": attributes.get("itemtype", "").rstrip("/").rpartition("/")[2]}


def value_in(attributes: dict[str, str]) -> str | None:
    for name in VALUES:
        if name in attributes:
            return attributes[name]
    return None


def read_attributes(text: str) -> dict[str, str]:
    """The first of several with one name counts."""
    attributes: dict[str, str] = {}
    for name, in_double, in_single, bare in ATTRIBUTE.findall(text):
        attributes.setdefault(name.lower(), unescape(in_double or in_single or bare))
    return attributes


def text_of(html: str, property_name: str) -> str:
    if property_name == WITH_MARKUP:
        return html.strip()
    return " ".join(unescape(strip_tags(html)).split())
