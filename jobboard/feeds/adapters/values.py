"""Values that several feeds write alike."""

import re
from datetime import date
from html import unescape
from typing import Any

from django.utils.html import linebreaks

from jobboard.listings.choices import Workplace

from .base import InvalidItemError, at

WORKPLACES = {
    "remote": Workplace.REMOTE,
    "fullyremote": Workplace.REMOTE,
    "hybrid": Workplace.HYBRID,
    "onsite": Workplace.ON_SITE,
    "inoffice": Workplace.ON_SITE,
}
MAX_ESCAPED = 2
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def texts(row: Any, *path: str) -> list[str]:
    """A text or a list of texts as a list, without blank ones and other values."""
    values = at(row, *path, kind=object)
    if not isinstance(values, list):
        values = [values]
    texts_in_row = []
    for value in values:
        if isinstance(value, str) and value.strip():
            texts_in_row.append(value.strip())
    return texts_in_row


def day(row: Any, name: str) -> date | None:
    """The date that a text in ISO 8601 starts with, in the time zone of that text. Raises
    InvalidItemError if it does not.
    """
    text = at(row, name).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise InvalidItemError(name, f"is not a valid date: {text[:40]}") from None


def as_html(text: str) -> str:
    """The HTML of a field that may hold it escaped once or twice more, or hold plain text."""
    for _ in range(MAX_ESCAPED):
        if "<" not in text:
            text = unescape(text)
    if TAG.search(text):
        return text
    return linebreaks(text.strip(), autoescape=True)


def workplace(text: str) -> str:
    """The value of Workplace for a "Remote", "on-site" or "OnSite"; '' for all else."""
    return str(WORKPLACES.get(re.sub(r"[^a-z]", "", text.lower()), ""))


def safe_url(*urls: str) -> str:
    """The first with https, else the first with its http changed to https: most hosts have both."""
    stated = list(filter(None, map(str.strip, urls)))
    for url in stated:
        if url.startswith("https://"):
            return url
    if stated:
        return re.sub("^http://", "https://", stated[0])
    return ""
