"""XML as feeds get it wrong: another encoding than declared, entities of HTML, a bare “&”."""

import re
from html import unescape

from .base import OF_TEXT

DECLARATION = re.compile(rb"\s*<\?xml\b([^<>]{0,200})\?>")
ENCODING = re.compile(rb"""encoding\s*=\s*["']%b["']""" % OF_TEXT, re.IGNORECASE)
USUAL = "cp1252"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w{2,31};)?")
ROOT = re.compile(r"<([A-Za-z][\w:.-]{0,100})")


def mended(data: bytes) -> bytes:
    """In UTF-8, with what only HTML knows written as characters, and nothing behind the root."""
    text = CONTROL.sub("", _decoded(data)).lstrip("\ufeff \t\r\n")
    parts = CDATA.split(text)
    parts[::2] = [ENTITY.sub(_character, part) for part in parts[::2]]
    return _to_the_end_of_its_root("".join(parts)).encode()


def _decoded(data: bytes) -> str:
    declared = DECLARATION.match(data)
    body = data[declared.end() :] if declared else data
    named = ENCODING.search(declared[1]) if declared else None
    for encoding in ("utf-8", named[1].decode() if named else USUAL):
        try:
            return body.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode(USUAL, "replace")


def _character(found: re.Match[str]) -> str:
    """“&nbsp;” is a blank, “R&D” an ampersand."""
    known = unescape(found[0])
    if found[1] and known != found[0]:
        return known
    return f"&amp;{found[1] or ''}"


def _to_the_end_of_its_root(text: str) -> str:
    root = ROOT.search(text)
    if not root:
        return text
    end = f"</{root[1]}>"
    if end in text:
        return text[: text.rfind(end) + len(end)]
    return text
