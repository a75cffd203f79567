"""Lines of a pasted ad without the signs around their words."""

import re
from collections.abc import Sequence

LINES_OF_HEAD = 6  # below the title
MAX_SENTENCE_LENGTH = 400  # characters of one that are read
_SIGN_BEHIND = r"[^\w.!?:)\]”\"'%]"
# Signs and blanks are looked for from the first in a row on: from each, a long row takes seconds.
_SIGNS = re.compile(rf"^[^\w(\[“\"']+|(?<!{_SIGN_BEHIND}){_SIGN_BEHIND}+$")
BAR = re.compile(r"\s[|·•]\s")
_PARTS = re.compile(r"(?<!\s)\s*[|·•]\s*|(?<!\s)\s+[-–—]\s+|\t+")
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\([^\s()]{1,500}\)")


def bare_line(line: str) -> str:
    """The line without the signs of Markdown and emoji around it: “🚀 AI Engineer 🚀”."""
    return _SIGNS.sub("", _LINK.sub(r"\1", line).strip("#*_>- \t"))


def split_line(line: str) -> list[str]:
    """“Acme · Berlin, Germany (Hybrid)” has two."""
    return [bare_line(part) for part in _PARTS.split(bare_line(line)) if part.strip()]


def line_of_title(lines: Sequence[str], title: str) -> int | None:
    """The number of the first line that holds the title; None where there is none."""
    if not title:
        return None
    return next((number for number, line in enumerate(lines) if title in line), None)
