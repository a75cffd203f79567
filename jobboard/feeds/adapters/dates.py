"""Readers of dates and moments, as ``fields`` describes readers."""

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from jobboard.feeds.parsing.texts.closing import date_in

from .base import InvalidItemError
from .fields import Field, text_at, value_at

UNIX_TIME = re.compile(r"[12]\d{9}(?:\d{3})?")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# As seconds, this is the year 33658. A number from here on counts milliseconds.
MIN_MILLISECONDS = 10**12


def day(*paths: str) -> Field[date | None]:
    """The date at the start of a text, in the time zone of that text, or as people write it."""

    def read(row: Any) -> date | None:
        for path in paths:
            text = text_at(row, path)
            if text:
                return _day(text, path)
        return None

    return read


def _day(text: str, path: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return _moment(text, path).date()


def moment(*paths: str) -> Field[datetime | None]:
    """A date and time as UTC: in ISO 8601, as in emails, or as people write it. Without a zone it
    counts as UTC.
    """

    def read(row: Any) -> datetime | None:
        for path in paths:
            text = text_at(row, path)
            if text:
                return _moment(text, path).astimezone(UTC)
        return None

    return read


def _moment(text: str, path: str) -> datetime:
    readers = (_moment_in_seconds, datetime.fromisoformat, parsedate_to_datetime, _moment_in_words)
    for reader in readers:
        try:
            result = reader(text.removesuffix(" UTC"))
            if result.tzinfo is None:
                result = result.replace(tzinfo=UTC)
            result.astimezone(UTC)  # fails at the ends of the calendar
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return result
    raise InvalidItemError(path, f"is not a valid date: {text[:40]}")


def _moment_in_seconds(text: str) -> datetime:
    """Seconds or milliseconds since 1970."""
    if not UNIX_TIME.fullmatch(text):
        raise ValueError
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _moment_in_words(text: str) -> datetime:
    day = date_in(text)
    if day is None:
        raise ValueError
    return datetime.combine(day, time(), UTC)


def epoch(path: str) -> Field[datetime | None]:
    """Seconds or milliseconds since 1970."""

    def read(row: Any) -> datetime | None:
        number = value_at(row, path)
        if not number:
            return None
        try:
            if number >= MIN_MILLISECONDS:
                number = number / 1000
            return EPOCH + timedelta(seconds=float(number))
        except (OverflowError, TypeError, ValueError):
            raise InvalidItemError(path, "is not a Unix timestamp") from None

    return read


def epoch_day(path: str) -> Field[date | None]:
    read_moment = epoch(path)

    def read(row: Any) -> date | None:
        moment = read_moment(row)
        if moment:
            return moment.date()
        return None

    return read
