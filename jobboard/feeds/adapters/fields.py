"""A table of readers for the fields of an item, and the readers that most sources need.

A path is “location.city”. In rows of XML its parts are tags, and “@name” is an attribute. A reader
raises InvalidItemError for an invalid value; only that field is left out then.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from html import escape, unescape
from itertools import chain
from typing import Any, TypeVar

from jobboard.common.text.words import country_code
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import Level, PayStatement, PlaceText, Workplace

from .base import ODD_ROW, FeedItem, InvalidItemError, external_id
from .values import as_html, safe_url

T = TypeVar("T")
Field = Callable[[Any], T]

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


REQUIRED_FIELDS = ("title", "apply_url")


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The reader of each field of FeedItem. A field without one stays unstated."""

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
        """Raises InvalidItemError if id, title or link of ``row`` cannot be read. Any other field
        is left out then and named in ``faults``.
        """
        external_id = self.external_id(row)
        if self.is_listed and not self.is_listed(row):
            return FeedItem(external_id, title=self.title(row), is_listed=False)
        values: dict[str, Any] = {"title": self.title(row), "apply_url": self.apply_url(row)}
        faults = []
        for name in _optional_names():
            reader = getattr(self, name)
            if reader is None:
                continue
            try:
                values[name] = reader(row)
            except InvalidItemError as error:
                faults.append((error.field, error.reason))
            except ODD_ROW as error:
                faults.append((name, f"does not have the expected structure ({error})"))
        return FeedItem(external_id, **values, faults=tuple(faults))


@cache
def _optional_names() -> list[str]:
    names = [field.name for field in fields(Fields)]
    return [name for name in names if name not in ("external_id", "is_listed", *REQUIRED_FIELDS)]


# Values at a path


def value_at(row: Any, path: str) -> Any:
    """The value at ``path``; None if there is nothing. For an element with attributes it is the
    text, if it has any.
    """
    for key in path.split("."):
        if not isinstance(row, dict):
            return None
        row = row.get(key)
    if isinstance(row, dict):
        return row.get("#text", row)
    return row


def rows_at(row: Any, path: str) -> list:
    """A list; a single value as a list of one."""
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
            value = _first_text(value)
        if type(value) is int or (isinstance(value, str) and value.strip()):
            return str(value).strip()
    return ""


def _first_text(values: list) -> str:
    for value in values:
        if isinstance(value, str) and value.strip():
            return value
    return ""


# Readers


def identity(path: str) -> Field[str]:
    """Raises InvalidItemError, which rejects the item."""

    def read(row: Any) -> str:
        return external_id({path: value_at(row, path)}, path)

    return read


def always(value: T) -> Field[T]:
    return lambda row: value


def text(*paths: str) -> Field[str]:
    """The first of them that is not blank."""
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
        return [text.strip() for text in _only_texts(value)]
    return [text_at(row, path)]


def _only_texts(values: list) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def texts(*paths: str, apart: str = "") -> Field[tuple[str, ...]]:
    """The text or texts at each path. ``apart`` separates several in one text."""

    def read(row: Any) -> tuple[str, ...]:
        values: list[str] = []
        for path in paths:
            values += _only_texts(rows_at(row, path))
        if apart:
            values = apart.join(values).split(apart)
        return tuple(filter(None, map(str.strip, values)))

    return read


def link(*paths: str) -> Field[str]:
    """The first that may be shown."""
    return lambda row: safe_url(*(text_at(row, path) for path in paths))


def pay(
    lowest: str, highest: str, *, currency: str | Field[str], period: str | Field[str]
) -> Field[tuple[PayStatement, ...]]:
    """Amounts are numbers or texts. Implausible ones are no statement."""
    read_currency = _reader(currency)
    read_period = _reader(period)

    def read(row: Any) -> tuple[PayStatement, ...]:
        statement = pay_statement(
            value_at(row, lowest),
            value_at(row, highest),
            read_currency(row),
            pay_period(read_period(row)),
        )
        if statement:
            return (statement,)
        return ()

    return read


def _reader(path_or_reader: str | Field[str]) -> Field[str]:
    if isinstance(path_or_reader, str):
        return text(path_or_reader)
    return path_or_reader


def level(path: str) -> Field[str]:
    """A field that names one level. A range tells less than most titles, so it is left out."""

    def read(row: Any) -> str:
        names = _only_texts(rows_at(row, path))
        if len(names) != 1:
            return ""
        return str(LEVELS.get(re.sub(r"[^a-z]", "", names[0].lower()), ""))

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
    """One place for each row at ``rows``, or for the item itself; its text joins ``parts``.
    ``workplace_of`` reads the item. Remote work without a place is “Remote”.
    """

    def read(item: Any) -> tuple[PlaceText, ...]:
        workplace = ""
        if workplace_of:
            workplace = workplace_of(item)
        place_rows = [item]
        if rows:
            place_rows = rows_at(item, rows)
        found_places = []
        for row in place_rows:
            place = PlaceText(
                join_parts(*(text_at(row, part) for part in parts)),
                city=_text_at_path(row, city),
                country=_text_at_path(row, country),
                workplace=workplace,
                admin1=_text_at_path(row, region),
            )
            if place.text:
                found_places.append(place)
        return tuple(found_places) or remote_somewhere(workplace)

    return read


def _text_at_path(row: Any, path: str) -> str:
    """'' for no path."""
    if path:
        return text_at(row, path)
    return ""


def join_parts(*parts: str) -> str:
    """“Berlin, Germany”: each part once, without blank ones."""
    return ", ".join(dict.fromkeys(filter(None, parts)))


def remote_somewhere(workplace: str) -> tuple[PlaceText, ...]:
    if workplace == Workplace.REMOTE:
        return (PlaceText("Remote", workplace=workplace),)
    return ()


def remote_in(path: str, *, apart: str = "") -> Field[tuple[PlaceText, ...]]:
    """Places from which a board of remote work says that the job may be done."""
    read_names = texts(path, apart=apart)
    workplace = Workplace.REMOTE.value

    def read(row: Any) -> tuple[PlaceText, ...]:
        places = []
        for name in read_names(row) or ("Remote",):
            places.append(PlaceText(name, country=_country(name), workplace=workplace))
        return tuple(places)

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
    """The objects at ``path``, without anything else."""
    for value in rows_at(row, path):
        if isinstance(value, dict):
            yield value


def _country(name: str) -> str:
    return country_code(name.removesuffix(" Only"))
