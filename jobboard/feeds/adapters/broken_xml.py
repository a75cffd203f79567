"""Repairs XML with common mistakes: another encoding than declared, HTML entities, a bare “&”."""

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


def repair(data: bytes) -> bytes:
    """``data`` in UTF-8, with HTML entities as characters, and without anything after the root."""
    text = CONTROL.sub("", _decode(data)).lstrip("\ufeff \t\r\n")
    parts = CDATA.split(text)
    parts[::2] = [ENTITY.sub(_replace_entity, part) for part in parts[::2]]
    return _cut_after_root("".join(parts)).encode()


def _decode(data: bytes) -> str:
    """The text of ``data``, read as UTF-8, else in the declared encoding."""
    declared_encoding = USUAL
    declaration = DECLARATION.match(data)
    if declaration:
        data = data[declaration.end() :]
        if encoding := ENCODING.search(declaration[1]):
            declared_encoding = encoding[1].decode()
    for name in ("utf-8", declared_encoding):
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode(USUAL, "replace")


def _replace_entity(match: re.Match[str]) -> str:
    """“&nbsp;” is a blank, “R&D” an ampersand."""
    character = unescape(match[0])
    if match[1] and character != match[0]:
        return character
    return f"&amp;{match[1] or ''}"


def _cut_after_root(text: str) -> str:
    root = ROOT.search(text)
    if not root:
        return text
    end = f"</{root[1]}>"
    if end in text:
        return text[: text.rfind(end) + len(end)]
    return text
