"""Values that several feeds write alike, and feeds that answer in pages."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.utils.html import linebreaks

from jobboard.feeds.parsing.texts.closing import date_in
from jobboard.listings.choices import Workplace

from .base import BadFeed, BadItem, at, moment

MOST_PAGES = 50
WORKPLACES = {
    "remote": Workplace.REMOTE,
    "fullyremote": Workplace.REMOTE,
    "hybrid": Workplace.HYBRID,
    "onsite": Workplace.ON_SITE,
    "inoffice": Workplace.ON_SITE,
}
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def texts(row: Any, *path: str) -> list[str]:
    """A text or a list of texts as a list, without what is empty or no text."""
    value = at(row, *path, kind=object)
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str) and text.strip()]


def day(row: Any, name: str) -> date | None:
    """The date that a text in ISO 8601 starts with, in the time zone of that text. Raises BadItem
    when it is none.
    """
    text = at(row, name).strip()
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise BadItem(name, f"is not a valid date: {text[:40]}") from None


def written_day(row: Any, name: str) -> date | None:
    """The same of a text that people may have written: "31/12/2026", "December 31, 2026"."""
    try:
        return day(row, name)
    except BadItem:
        found = date_in(at(row, name))
        if found is None:
            raise
        return found


def written_moment(row: Any, name: str) -> datetime | None:
    """The same, with its time where it has one."""
    try:
        return moment(row, name)
    except BadItem:
        found = date_in(at(row, name))
        if found is None:
            raise
        return datetime(found.year, found.month, found.day, tzinfo=UTC)


def as_html(text: str) -> str:
    """The HTML of a field that may hold it escaped once more, or hold plain text."""
    if "<" not in text:
        text = unescape(text)
    return text if TAG.search(text) else linebreaks(text.strip(), autoescape=True)


def workplace(text: str) -> str:
    """The value of Workplace for a "Remote", "on-site" or "OnSite"; '' for all else."""
    return str(WORKPLACES.get(re.sub(r"[^a-z]", "", text.lower()), ""))


def safe_url(*urls: str) -> str:
    """The first that may be shown, else the first of all, whose fault is then reported."""
    given = [url.strip() for url in urls if url.strip()]
    return next((url for url in given if url.startswith("https://")), (given or [""])[0])


def each_page(
    ask: Callable[[int], bytes], rows: Callable[[BytesIO], list], size: int
) -> Iterator[bytes]:
    """Answers to ``ask(0)``, ``ask(1)``, … up to the first with fewer than ``size`` rows.

    Raises BadFeed behind MOST_PAGES: an answer without its end must not pass for the whole.
    """
    for number in range(MOST_PAGES):
        answer = ask(number)
        yield answer
        if len(rows(BytesIO(answer))) < size:
            return
    raise BadFeed(
        f"The feed has more than {MOST_PAGES} pages of {size} jobs. "
        "Use an address that returns fewer jobs."
    )


def with_query(address: str, **values: int) -> str:
    """``address`` with ``values`` in its query, in place of those it has."""
    parts = urlsplit(address)
    others = [(name, value) for name, value in parse_qsl(parts.query) if name not in values]
    return parts._replace(query=urlencode([*others, *values.items()])).geturl()
