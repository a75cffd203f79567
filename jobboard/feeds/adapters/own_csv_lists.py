"""Columns of our CSV that belong together: each may hold a value for each location, or for each pay
range, separated by semicolons.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import TextChoices

from jobboard.common.text.words import country_code, plural
from jobboard.feeds.parsing.cells import WrittenAmount, written_amount, written_currency
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayGross, PayKind, PayStatement, PlaceText, Workplace
from jobboard.listings.models import ListingPay

from .base import BadItem, at, limit
from .values import workplace

Row = dict[str, str]

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
SEMICOLON = re.compile(r"\s*;\s*")


def read_places(row: Row) -> Iterator[PlaceText]:
    """Raises BadItem."""
    if not at(row, "places"):
        where = _workplace(row)
        if where == Workplace.REMOTE:
            yield PlaceText("Remote", workplace=where)
        return
    for part in _parts(row, PLACES):
        if part["places"]:
            yield _place(part)


def _place(part: Row) -> PlaceText:
    where = _workplace(part)
    days, country = part["hybrid_days"], country_code(part["country"])
    if days and not DAYS.fullmatch(days):
        raise BadItem("hybrid_days", f"must be a number from 1 to 5, not {days[:40]}")
    if part["country"] and not country:
        raise BadItem("country", f"must be a two-letter country code, not {part['country'][:40]}")
    is_hybrid = where == Workplace.HYBRID
    return PlaceText(
        part["places"],
        part["city"],
        country,
        where,
        hybrid_days=int(days) if days and is_hybrid else None,
    )


def _workplace(row: Row) -> str:
    """Raises BadItem."""
    text = at(row, "workplace")
    return workplace(text) or choice("workplace", text, Workplace)


def read_pay(row: Row) -> Iterator[PayStatement]:
    """Raises BadItem."""
    for part in _parts(row, PAY):
        lowest, highest = (_amount(part, name) for name in ("salary_min", "salary_max"))
        if lowest or highest:
            yield _statement(part, lowest, highest)


def _statement(
    part: Row, lowest: WrittenAmount | None, highest: WrittenAmount | None
) -> PayStatement:
    if lowest and highest and lowest.amount > highest.amount:
        raise BadItem("salary_max", "is below salary_min")
    period = pay_period(part["salary_period"])
    if not period:
        raise _unknown(part, "salary_period")
    for name, column in (("pay_place", "place"), ("pay_level", "level")):
        longest = limit(column, ListingPay)
        if len(part[name]) > longest:
            raise BadItem(name, f"is longer than {longest} characters")
    pay = pay_statement(
        lowest and lowest.amount,
        highest and highest.amount,
        _currency(part, filter(None, [lowest, highest])),
        period,
        kind=choice("pay_kind", part["pay_kind"], PayKind),
        gross=choice("pay_gross", part["pay_gross"], PayGross),
        place=part["pay_place"],
        level=part["pay_level"],
    )
    if pay is None:
        raise BadItem(
            "salary_min", "or salary_max is not a realistic amount for this currency and period"
        )
    return pay


def _currency(part: Row, amounts: Iterable[WrittenAmount]) -> str:
    """As its own column states it, or the amounts. Raises BadItem."""
    stated = written_currency(part["salary_currency"])
    if part["salary_currency"] and not stated:
        raise _unknown(part, "salary_currency")
    found = {one.currency for one in amounts if one.currency} | ({stated} - {""})
    if not found:
        raise _unknown(part, "salary_currency")
    if len(found) > 1:
        raise BadItem(
            "salary_currency", f"must be one for both amounts, not {' and '.join(sorted(found))}"
        )
    return found.pop()


def _unknown(part: Row, name: str) -> BadItem:
    return BadItem(name, f"is unknown: {part[name][:40]}" if part[name] else "is missing")


def _amount(part: Row, name: str) -> WrittenAmount | None:
    text = part[name]
    amount = written_amount(text) if text else None
    if text and amount is None:
        raise BadItem(name, f"is not a number like 52000 or 27.50: {text[:40]}")
    return amount


def choice(name: str, text: str, choices: type[TextChoices]) -> str:
    """Raises BadItem."""
    value = re.sub(r"[\s-]+", "_", text.lower())
    if value and value not in choices.values:
        options = ", ".join(filter(None, choices.values))
        raise BadItem(name, f"must be one of {options}, not {text[:40]}")
    return value


def _parts(row: Row, names: Sequence[str]) -> list[Row]:
    """The columns ``names`` as rows of their own. Raises BadItem where it is not clear which values
    belong together.
    """
    columns = {name: SEMICOLON.split(at(row, name)) for name in names}
    longest = max(names, key=lambda name: len(columns[name]))
    count = len(columns[longest])
    for name, values in columns.items():
        if len(values) < count:
            columns[name] = _for_all(name, values, count, longest)
    return [{name: columns[name][number] for name in names} for number in range(count)]


def _for_all(name: str, values: Collection[str], count: int, longest: str) -> list[str]:
    [first, *others] = values
    if others or (first and name in EACH_ITS_OWN):
        raise BadItem(
            name,
            f"has {plural(len(values), 'value')}, but {longest} has {count}. "
            "Enter one for each, separated by semicolons",
        )
    return [first] * count
