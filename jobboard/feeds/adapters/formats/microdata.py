"""JobPosting as microdata, attributes of a page's own elements, in the shape it has as JSON-LD."""

import re
from collections.abc import Iterator
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
    """An element that says something and is not closed yet; ``inside`` counts elements of its name
    in it.
    """

    name: str
    says: str
    start: int
    item: dict[str, Any] | None = None
    inside: int = 0


@dataclass
class _Reader:
    page: str
    found: list[dict[str, Any]] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def read(self) -> list[dict[str, Any]]:
        for tag in TAG.finditer(self.page):
            name = tag[2].lower()
            if tag[1]:
                self._close(name, tag.start())
            else:
                self._open(name, attributes(tag[3]), tag.end())
        return self.found

    def _open(self, name: str, given: dict[str, str], end: int) -> None:
        says = given.get("itemprop", "")
        item = new_item(given) if "itemscope" in given else None
        if item is None and not says:
            if self.stack and self.stack[-1].name == name and name not in EMPTY_ELEMENTS:
                self.stack[-1].inside += 1
            return
        if item and item["@type"] == "JobPosting" and not says:
            self.found.append(item)
        value = next((given[one] for one in VALUES if one in given), None)
        if item is None and (value is not None or name in EMPTY_ELEMENTS):
            self._say(says, value or "")
            value = None
            if name in EMPTY_ELEMENTS:
                return
            says = ""
        if item is not None and says:
            self._say(says, item)
        if len(self.stack) < MAX_DEPTH:
            self.stack.append(_Open(name, "" if item is not None else says, end, item))

    def _close(self, name: str, start: int) -> None:
        if not any(one.name == name for one in self.stack):
            return
        while self.stack:
            last = self.stack[-1]
            if last.name == name and last.inside:
                last.inside -= 1
                return
            self.stack.pop()
            if last.says:
                self._say(last.says, text_of(self.page[last.start : start], last.says))
            if last.name == name:
                return

    def _say(self, says: str, value: Any) -> None:
        """Of the innermost item."""
        item = next((one.item for one in reversed(self.stack) if one.item is not None), None)
        if item is None:
            return
        for name in says.split():
            known = item.get(name)
            if known is None:
                item[name] = value
            elif isinstance(known, list):
                known.append(value)
            else:
                item[name] = [known, value]


def postings_in(page: str) -> Iterator[dict[str, Any]]:
    """In the order of the page."""
    return iter(_Reader(page).read() if "schema.org/JobPosting" in page else [])


def new_item(given: dict[str, str]) -> dict[str, Any]:
    return {"@type": given.get("itemtype", "").rstrip("/").rpartition("/")[2]}


def attributes(text: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(text)
    return {name.lower(): unescape(a or b or c) for name, a, b, c in reversed(found)}


def text_of(html: str, says: str) -> str:
    if says == WITH_MARKUP:
        return html.strip()
    return " ".join(unescape(strip_tags(html)).split())
