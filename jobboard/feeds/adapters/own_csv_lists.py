"""Columns of our CSV that belong together: each may hold a value for each location, or for each pay
range, separated by semicolons.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import TextChoices

from jobboard.common.text.words import country_code, plural
from jobboard.feeds.parsing.ads.workplace import only_workplace
from jobboard.feeds.parsing.cells import WrittenAmount, written_amount, written_unit
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.feeds.tables.values import choice_of, names_of
from jobboard.listings.choices import PayGross, PayKind, PayStatement, PlaceText, Workplace
from jobboard.listings.models import ListingPay

from .base import InvalidItemError, at, limit
from .values import workplace

Row = dict[str, str]
Value = TypeVar("Value")
NO_PARTS: list[Row] = []

PLACES = ["places", "city", "country", "workplace", "hybrid_days"]
PAY = [
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "pay_kind",
    "pay_gross",
    "pay_place",
    "pay_level",
]
EACH_ITS_OWN = {"places", "city", "salary_min", "salary_max"}
"""Of these one value is not that of all."""

DAYS = re.compile("[1-5]")
# In a column that is called “Remote”.
ANSWERS = {
    **dict.fromkeys(["yes", "y", "true", "ja", "oui", "sí", "si", "sim"], Workplace.REMOTE.value),
    **dict.fromkeys(["no", "n", "false", "nein", "non", "não", "nee"], ""),
}
SEMICOLON = re.compile(r"\s*;\s*")


PERIODS = "year, month, week, day or hour"
UNREALISTIC = "not a realistic amount for this currency and period"


class Faults:
    """All that is wrong with a row, in the order of its columns."""

    def __init__(self) -> None:
        self.found: list[InvalidItemError] = []

    def read(self, read: Callable[..., Value], *values: Any, otherwise: Value) -> Value:
        """What ``read`` makes of ``values``; ``otherwise``, and a fault more, where it cannot."""
        try:
            return read(*values)
        except InvalidItemError as fault:
            self.add(fault.field, fault.reason, fault.value)
            return otherwise

    def add(self, field: str, reason: str, value: str = "") -> None:
        """Note a fault once, also where several values of the field have it."""
        if (field, reason) not in {(fault.field, fault.reason) for fault in self.found}:
            self.found.append(InvalidItemError(field, reason, value))

    @property
    def fields(self) -> set[str]:
        return {fault.field for fault in self.found}


def read_places(row: Row, faults: Faults) -> Iterator[PlaceText]:
    """The places; the columns ``city`` and ``country`` name one where ``places`` does not."""
    if not any(at(row, name) for name in ("places", "city", "country")):
        where = faults.read(_workplace, row, otherwise="")
        if where == Workplace.REMOTE:
            yield PlaceText("Remote", workplace=where)
        return
    for part in faults.read(_parts, row, PLACES, otherwise=NO_PARTS):
        text = part["places"] or ", ".join(filter(None, [part["city"], part["country"]]))
        if text:
            yield _place(text, part, faults)


def _place(text: str, part: Row, faults: Faults) -> PlaceText:
    where = faults.read(_workplace, part, otherwise="")
    country = faults.read(_country, part["country"], otherwise="")
    days = faults.read(_days, part["hybrid_days"], otherwise=None)
    if where != Workplace.HYBRID:
        days = None
    return PlaceText(text, part["city"], country, where, hybrid_days=days)


def _days(text: str) -> int | None:
    """Raises InvalidItemError."""
    if not text:
        return None
    if not DAYS.fullmatch(text):
        raise InvalidItemError(
            "hybrid_days", f"must be a number from 1 to 5, not {text[:40]}", text[:40]
        )
    return int(text)


def _country(text: str) -> str:
    """Raises InvalidItemError."""
    code = country_code(text)
    if text and not code:
        raise InvalidItemError(
            "country", f"must be a two-letter country code, not {text[:40]}", text[:40]
        )
    return code


def _workplace(row: Row) -> str:
    """Raises InvalidItemError."""
    text = at(row, "workplace")
    if text.lower() in ANSWERS:
        return ANSWERS[text.lower()]
    return workplace(text) or only_workplace(text) or choice("workplace", text, Workplace)


def read_pay(row: Row, faults: Faults) -> Iterator[PayStatement]:
    for part in faults.read(_parts, row, PAY, otherwise=NO_PARTS):
        if not (part["salary_min"] or part["salary_max"]):
            continue
        count = len(faults.found)
        stated = _statement(part, faults)
        if stated is None and len(faults.found) == count:
            faults.add("salary_min", "or salary_max is " + UNREALISTIC)
        if stated:
            yield stated


def _statement(part: Row, faults: Faults) -> PayStatement | None:
    lowest = faults.read(_amount, part, "salary_min", otherwise=None)
    highest = faults.read(_amount, part, "salary_max", otherwise=None)
    faults.read(_check_range, lowest, highest, otherwise=None)
    amounts = [amount for amount in (lowest, highest) if amount]
    return pay_statement(
        lowest and lowest.amount,
        highest and highest.amount,
        faults.read(_currency, part, amounts, otherwise=""),
        faults.read(_period, part, otherwise=""),
        kind=faults.read(choice, "pay_kind", part["pay_kind"], PayKind, otherwise=""),
        gross=faults.read(choice, "pay_gross", part["pay_gross"], PayGross, otherwise=""),
        place=faults.read(_short, part, "pay_place", "place", otherwise=""),
        level=faults.read(_short, part, "pay_level", "level", otherwise=""),
    )


def _check_range(lowest: WrittenAmount | None, highest: WrittenAmount | None) -> None:
    """Raises InvalidItemError."""
    if lowest and highest and lowest.amount > highest.amount:
        raise InvalidItemError("salary_max", "is below salary_min")


def _period(part: Row) -> str:
    """The period that its own column states, or that of the currency. Raises InvalidItemError."""
    text = part["salary_period"]
    _, period = written_unit(text or part["salary_currency"])
    if text and not period:
        raise InvalidItemError("salary_period", f"must be {PERIODS}, not {text[:40]}", text[:40])
    if not period:
        raise InvalidItemError("salary_period", "is missing")
    return period


def _short(part: Row, name: str, column: str) -> str:
    """Raises InvalidItemError."""
    longest = limit(column, ListingPay)
    if len(part[name]) > longest:
        raise InvalidItemError(name, f"is longer than {longest} characters")
    return part[name]


def _currency(part: Row, amounts: Iterable[WrittenAmount]) -> str:
    """The currency that its own column states, that of the period, or of the amounts. Raises
    InvalidItemError.
    """
    text = part["salary_currency"]
    stated, _ = written_unit(text or part["salary_period"])
    if text and not stated:
        raise InvalidItemError(
            "salary_currency",
            f"must be a currency’s three letters or sign, such as EUR or €, not {text[:40]}",
            text[:40],
        )
    currencies = {amount.currency for amount in amounts}
    currencies.add(stated)
    currencies.discard("")
    if not currencies:
        raise InvalidItemError("salary_currency", "is missing")
    if len(currencies) > 1:
        both = " and ".join(sorted(currencies))
        raise InvalidItemError("salary_currency", f"must be one for both amounts, not {both}", both)
    return currencies.pop()


def _amount(part: Row, name: str) -> WrittenAmount | None:
    """Raises InvalidItemError."""
    text = part[name]
    if not text:
        return None
    amount = written_amount(text)
    if amount is None:
        raise InvalidItemError(name, f"is not a number like 52000 or 27.50: {text[:40]}", text[:40])
    return amount


def choice(name: str, text: str, choices: type[TextChoices]) -> str:
    """Raises InvalidItemError."""
    if not text:
        return ""
    value = choice_of(name, text, choices)
    if value is None:
        reason = f"must be {names_of(choices)}, not {text[:40]}"
        raise InvalidItemError(name, reason, text[:40])
    return value


def _parts(row: Row, names: Sequence[str]) -> list[Row]:
    """The columns ``names`` as rows of their own. Raises InvalidItemError where it is not clear
    which values belong together.
    """
    columns = {name: SEMICOLON.split(at(row, name)) for name in names}
    longest = max(names, key=lambda name: len(columns[name]))
    count = len(columns[longest])
    for name, values in columns.items():
        if len(values) < count:
            columns[name] = _for_all(name, values, count, longest)
    together = zip(*columns.values(), strict=True)
    return [dict(zip(columns, values, strict=True)) for values in together]


def _for_all(name: str, values: Collection[str], count: int, longest: str) -> list[str]:
    [first, *others] = values
    if others or (first and name in EACH_ITS_OWN):
        raise InvalidItemError(
            name,
            f"has {plural(len(values), 'value')}, but “{longest}” has {count}. "
            "Enter one for each, separated by semicolons",
        )
    return [first] * count
