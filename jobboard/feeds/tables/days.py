"""Finds in which order the dates of a column are written, where “02/03/2027” may be two days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from babel import Locale, UnknownLocaleError

from jobboard.feeds.parsing.cells import may_be_two_days, slashed_parts, written_day

DAY_FIRST = "dmy"
MONTH_FIRST = "mdy"
MAX_WRITTEN_LENGTH = 30  # characters


@dataclass(frozen=True)
class WrittenDays:
    """The days of a column: the first date that may be two days, and the first ones that show which
    number is the day.
    """

    unclear: str = ""
    day_first: str = ""
    month_first: str = ""

    @property
    def order(self) -> str:
        """'' where no date shows it, or two show the opposite."""
        if bool(self.day_first) == bool(self.month_first):
            return ""
        if self.day_first:
            return DAY_FIRST
        return MONTH_FIRST

    @property
    def are_mixed(self) -> bool:
        return bool(self.day_first and self.month_first)

    @property
    def shown_by(self) -> str:
        return self.day_first or self.month_first


def days_in(cells: Iterable[str]) -> WrittenDays:
    unclear = day_first = month_first = ""
    for cell in cells:
        text = cell.strip()
        if len(text) > MAX_WRITTEN_LENGTH:
            continue
        parts = slashed_parts(text)
        if parts is None:
            continue
        first, second, _ = parts
        if may_be_two_days(text):
            unclear = unclear or text
        elif first != second and written_day(text):
            if first > 12:
                day_first = day_first or text
            if second > 12:
                month_first = month_first or text
    return WrittenDays(unclear, day_first, month_first)


def day_by(text: str, order: str) -> date | None:
    """The day that ``text`` is in that order, if it may be two."""
    if not order or not may_be_two_days(text):
        return None
    parts = slashed_parts(text)
    if parts is None:
        return None
    first, second, year = parts
    if order == DAY_FIRST:
        return date(year, month=second, day=first)
    return date(year, month=first, day=second)


def order_of_languages(languages: Iterable[str]) -> str:
    """The order in which people who read these languages write dates with slashes; '' where they do
    not agree. English is written both ways.
    """
    orders = set()
    for language in languages:
        if language == "en":
            orders.add("")
        else:
            orders.add(_order_of(language))
    if len(orders) == 1:
        return orders.pop()
    return ""


def order_of_country(country: str) -> str:
    """'' where the year stands first, or nothing is known."""
    if country:
        return _order_of(f"und_{country}")
    return ""


def _order_of(locale: str) -> str:
    try:
        pattern = Locale.parse(locale).date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return ""
    letters = [letter for letter in pattern.lower() if letter in "dmy"]
    order = "".join(dict.fromkeys(letters))
    if order in (DAY_FIRST, MONTH_FIRST):
        return order
    return ""
