"""Where each field of an item stands in a row: a table of readers, and the readers that most need.

A path is “location.city”. In rows of XML its parts are tags, and “@name” is an attribute. A reader
raises InvalidItemError for a value that is none, which costs that field alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from html import escape, unescape
from itertools import chain
from typing import Any, TypeVar

from jobboard.common.text.words import country_code
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.feeds.parsing.texts.closing import date_in
from jobboard.listings.choices import Level, PayStatement, PlaceText, Workplace

from .base import ODD_ROW, FeedItem, InvalidItemError, external_id
from .values import as_html, safe_url

T = TypeVar("T")
Field = Callable[[Any], T]

SECONDS = re.compile(r"[12]\d{9}(?:\d{3})?")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# So many seconds are the year 33658: the number is in milliseconds.
SURELY_MILLISECONDS = 10**12
LEVELS = {
    "internship": Level.ENTRY,
    "entrylevel": Level.ENTRY,
    "junior": Level.ENTRY,
    "mid": Level.MID,
    "midlevel": Level.MID,
    "midweight": Level.MID,
    "senior": Level.SENIOR,
    "seniorlevel": Level.SENIOR,
    "director": Level.EXECUTIVE,
    "executive": Level.EXECUTIVE,
}


NEEDED = ("title", "apply_url")


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The readers of a row, by the fields of FeedItem; what has none stays unstated."""

    external_id: Field[str]
    title: Field[str]
    apply_url: Field[str]
    is_listed: Field[bool] | None = None
    company: Field[str] | None = None
    description: Field[str] | None = None
    places: Field[tuple[PlaceText, ...]] | None = None
    types: Field[tuple[str, ...]] | None = None
    level: Field[str] | None = None
    skills: Field[tuple[str, ...]] | None = None
    skills_required: Field[tuple[str, ...]] | None = None
    skills_nice: Field[tuple[str, ...]] | None = None
    tags: Field[tuple[str, ...]] | None = None
    pay: Field[tuple[PayStatement, ...]] | None = None
    pay_text: Field[str] | None = None
    pay_note: Field[str] | None = None
    hides_pay: Field[bool] | None = None
    closes_on: Field[date | None] | None = None
    posted_at: Field[datetime | None] | None = None

    def read(self, row: Any) -> FeedItem:
        """Raises InvalidItemError where ``row`` says no id, title or link that can be read. Another
        field is left out then and named in ``faults``.
        """
        found_as = self.external_id(row)
        if self.is_listed and not self.is_listed(row):
            return FeedItem(found_as, title=self.title(row), is_listed=False)
        stated: dict[str, Any] = {"title": self.title(row), "apply_url": self.apply_url(row)}
        faults = []
        for name in _names():
            reader = getattr(self, name)
            try:
                stated |= {name: reader(row)} if reader else {}
            except InvalidItemError as bad:
                faults.append((bad.field, bad.reason))
            except ODD_ROW as error:
                faults.append((name, f"does not have the expected structure ({error})"))
        return FeedItem(found_as, **stated, faults=tuple(faults))


@cache
def _names() -> list[str]:
    names = [field.name for field in fields(Fields)]
    return [name for name in names if name not in ("external_id", "is_listed", *NEEDED)]


# What stands at a path


def value_at(row: Any, path: str) -> Any:
    """None where there is nothing. Of an element with attributes it is the text, if it has any."""
    for key in path.split("."):
        row = row.get(key) if isinstance(row, dict) else None
    return row.get("#text", row) if isinstance(row, dict) else row


def rows_at(row: Any, path: str) -> list:
    """A list, or what stands alone where there may be several."""
    value = value_at(row, path)
    if value in (None, ""):
        return []
    if isinstance(value, list):
        return value
    return [value]


def text_at(row: Any, *paths: str) -> str:
    """The first text or whole number; of a list its first."""
    for path in paths:
        value = value_at(row, path)
        if isinstance(value, list):
            value = next((one for one in value if isinstance(one, str) and one.strip()), "")
        if type(value) is int or (isinstance(value, str) and value.strip()):
            return str(value).strip()
    return ""


# Readers


def identity(path: str) -> Field[str]:
    """Raises InvalidItemError, which refuses the item."""

    def read(row: Any) -> str:
        return external_id({path: value_at(row, path)}, path)

    return read


def always(value: T) -> Field[T]:
    return lambda row: value


def text(*paths: str) -> Field[str]:
    """The first of them that says something."""
    return lambda row: text_at(row, *paths)


def escaped(*paths: str) -> Field[str]:
    """A text in which entities stand for characters: “R&amp;D”."""
    return lambda row: unescape(text_at(row, *paths))


def html(*paths: str) -> Field[str]:
    """All of them, one after another. Each may be HTML, HTML escaped once more, or plain text."""

    def read(row: Any) -> str:
        parts = chain.from_iterable(_texts_or_number(row, path) for path in paths)
        return "\n".join(as_html(part) for part in parts if part)

    return read


def _texts_or_number(row: Any, path: str) -> list[str]:
    value = value_at(row, path)
    if isinstance(value, list):
        return [one.strip() for one in value if isinstance(one, str)]
    return [text_at(row, path)]


def texts(*paths: str, apart: str = "") -> Field[tuple[str, ...]]:
    """Of each path its text or texts. ``apart`` is what separates several in one text."""

    def read(row: Any) -> tuple[str, ...]:
        found = []
        for path in paths:
            found += [one for one in rows_at(row, path) if isinstance(one, str)]
        if apart:
            found = apart.join(found).split(apart)
        return tuple(one.strip() for one in found if one.strip())

    return read


def link(*paths: str) -> Field[str]:
    """The first that may be shown."""
    return lambda row: safe_url(*(text_at(row, path) for path in paths))


def day(*paths: str) -> Field[date | None]:
    """The date that a text starts with, in the time zone of that text, or that people wrote."""

    def read(row: Any) -> date | None:
        for path in paths:
            written = text_at(row, path)
            if written:
                return _day(written, path)
        return None

    return read


def _day(written: str, path: str) -> date:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return _moment(written, path).date()


def moment(*paths: str) -> Field[datetime | None]:
    """A date and time as UTC: ISO 8601, as in emails, or written by people; without a zone it is
    taken for UTC.
    """

    def read(row: Any) -> datetime | None:
        for path in paths:
            written = text_at(row, path)
            if written:
                return _moment(written, path).astimezone(UTC)
        return None

    return read


def _moment(written: str, path: str) -> datetime:
    readers = (_moment_in_seconds, datetime.fromisoformat, parsedate_to_datetime, _moment_in_words)
    for reader in readers:
        try:
            found = reader(written.removesuffix(" UTC"))
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
            found.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found
    raise InvalidItemError(path, f"is not a valid date: {written[:40]}")


def _moment_in_seconds(written: str) -> datetime:
    """Since 1970, or in thousandths of them."""
    if not SECONDS.fullmatch(written):
        raise ValueError
    return datetime.fromtimestamp(int(written[:10]), UTC)


def _moment_in_words(written: str) -> datetime:
    found = date_in(written)
    if found is None:
        raise ValueError
    return datetime.combine(found, time(), UTC)


def epoch(path: str) -> Field[datetime | None]:
    """Seconds or milliseconds since 1970."""

    def read(row: Any) -> datetime | None:
        number = value_at(row, path)
        if not number:
            return None
        try:
            seconds = number / 1000 if number >= SURELY_MILLISECONDS else number
            return EPOCH + timedelta(seconds=float(seconds))
        except (OverflowError, TypeError, ValueError):
            raise InvalidItemError(path, "is not a Unix timestamp") from None

    return read


def epoch_day(path: str) -> Field[date | None]:
    def read(row: Any) -> date | None:
        found = epoch(path)(row)
        return found and found.date()

    return read


def pay(
    lowest: str, highest: str, *, currency: str | Field[str], period: str | Field[str]
) -> Field[tuple[PayStatement, ...]]:
    """Amounts are numbers or texts; no statement where they are no plausible pay."""
    currency_of = text(currency) if isinstance(currency, str) else currency
    period_of = text(period) if isinstance(period, str) else period

    def read(row: Any) -> tuple[PayStatement, ...]:
        found = pay_statement(
            value_at(row, lowest),
            value_at(row, highest),
            currency_of(row),
            pay_period(period_of(row)),
        )
        if found:
            return (found,)
        return ()

    return read


def level(path: str) -> Field[str]:
    """Where one field names one level; a range says less than most titles."""

    def read(row: Any) -> str:
        named = [one for one in rows_at(row, path) if isinstance(one, str)]
        word = re.sub(r"[^a-z]", "", named[0].lower()) if len(named) == 1 else ""
        return str(LEVELS.get(word, ""))

    return read


def places(
    rows: str = "",
    *,
    parts: tuple[str, ...],
    city: str = "",
    region: str = "",
    country: str = "",
    workplace_of: Field[str] | None = None,
) -> Field[tuple[PlaceText, ...]]:
    """One of each row at ``rows``, or of the whole item: ``parts`` make its words. ``workplace_of``
    is asked of the item. Remote work of which no place is known is “Remote”.
    """

    def read(item: Any) -> tuple[PlaceText, ...]:
        where = workplace_of(item) if workplace_of else ""
        found = []
        for row in rows_at(item, rows) if rows else [item]:
            words = ", ".join(dict.fromkeys(filter(None, (text_at(row, part) for part in parts))))
            found.append(
                PlaceText(
                    words,
                    city=text_at(row, city) if city else "",
                    country=text_at(row, country) if country else "",
                    workplace=where,
                    admin1=text_at(row, region) if region else "",
                )
            )
        named = tuple(place for place in found if place.text)
        return named or remote_somewhere(where)

    return read


def remote_somewhere(where: str) -> tuple[PlaceText, ...]:
    if where == Workplace.REMOTE:
        return (PlaceText("Remote", workplace=where),)
    return ()


def remote_in(path: str, *, apart: str = "") -> Field[tuple[PlaceText, ...]]:
    """Places that a board of remote work names: from where it may be done."""

    def read(row: Any) -> tuple[PlaceText, ...]:
        names = texts(path, apart=apart)(row) or ("Remote",)
        where = Workplace.REMOTE.value
        return tuple(PlaceText(name, country=_country(name), workplace=where) for name in names)

    return read


def workplace_by(**flags: str) -> Field[str]:
    """``hybrid="location.hybrid"``: the first whose flag is set, in the order given."""

    def read(row: Any) -> str:
        for name, path in flags.items():
            if value_at(row, path) is True:
                return Workplace[name.upper()].value
        return ""

    return read


def titled(heading: str, part: str) -> str:
    if heading:
        return f"<h3>{escape(heading)}</h3>{part}"
    return part


def each(row: Any, path: str) -> Iterator[dict]:
    return (one for one in rows_at(row, path) if isinstance(one, dict))


def _country(name: str) -> str:
    return country_code(name.removesuffix(" Only"))
