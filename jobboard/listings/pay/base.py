"""Chooses the statements of pay that a job's card, its filter and its figures go by."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from operator import itemgetter
from typing import Any

from jobboard.listings.choices import PayGross, PayKind, PayStatement, SalaryFrom

BASE_KINDS = {PayKind.UNSTATED, PayKind.BASE}
# What a job's columns hold where base_pay() finds none.
NO_PAY = PayStatement(
    lowest=None, highest=None, currency="", period="", origin=SalaryFrom.FORM.value
)


def describe_pay(statement: PayStatement) -> str:
    """“Lisbon, Senior: on-target earnings EUR 80,000–90,000 a year after tax”."""
    whom = ", ".join(filter(None, [statement.place, statement.level]))
    tax = ""
    if statement.gross == PayGross.NET:
        tax = "after tax"
    amounts = " ".join(filter(None, [statement.kind_label, str(statement), tax]))
    if whom:
        return f"{whom}: {amounts}"
    return amounts


def is_base(statement: PayStatement) -> bool:
    """Whether it is base pay of the job's own places, before tax as far as it is said.

    A kind that is not stated counts as base pay. Pay after tax is compared with nothing.
    """
    if statement.is_elsewhere or statement.gross == PayGross.NET:
        return False
    return statement.kind in BASE_KINDS


def put_together(statements: Iterable[PayStatement]) -> list[PayStatement]:
    """Return the statements that ``base_pay`` is the range around."""
    base = list(filter(is_base, statements))
    called_base = [statement for statement in base if statement.kind == PayKind.BASE]
    return _of_one_unit(called_base or base)


def base_pay(statements: Iterable[PayStatement]) -> PayStatement | None:
    """The range around all base pay of the job's own places; None where none is stated.

    Where the employer calls some of it base pay, that alone counts. Only statements in the first
    one's currency and period are put together: nothing is converted. Open ends stay open.
    """
    same = put_together(statements)
    if same:
        return _around(same)
    return None


def _around(same: Sequence[PayStatement]) -> PayStatement:
    """The range around all of them, which are in one unit."""
    lowest = same[0].lowest
    highest = same[0].highest
    for statement in same[1:]:
        lowest = _further(min, lowest, statement.lowest)
        highest = _further(max, highest, statement.highest)
    if lowest is None and highest is None:
        return same[0]
    return replace(
        same[0],
        lowest=lowest,
        highest=highest,
        gross=_common_value(same, "gross"),
        place=_common_value(same, "place"),
        level=_common_value(same, "level"),
        origin=_least_certain_origin(same),
    )


def _further(
    choose: Callable[[Decimal, Decimal], Decimal], end: Decimal | None, other: Decimal | None
) -> Decimal | None:
    """An end that is open for one of them is open for all."""
    if end is None or other is None:
        return None
    return choose(end, other)


def other_pay(statements: Iterable[PayStatement]) -> PayStatement | None:
    """Return what is stated of the job's own places if no base pay is: the range around what is
    alike to the first. Its kind and tax say what it is.
    """
    own = [statement for statement in statements if not statement.is_elsewhere]
    if not own or base_pay(own):
        return None
    return _around([statement for statement in own if _what(statement) == _what(own[0])])


def of_rows(rows: Iterable[dict[str, Any]]) -> list[PayStatement]:
    """Build statements from rows as the database gives them in JSON."""
    return [_of_row(row) for row in sorted(rows, key=itemgetter("position"))]


def _of_row(row: dict[str, Any]) -> PayStatement:
    return PayStatement(
        lowest=_amount(row["lowest"]),
        highest=_amount(row["highest"]),
        currency=row["currency"],
        period=row["period"],
        kind=row["kind"],
        gross=row["gross"],
    )


def _amount(value: float | None) -> Decimal | None:
    if value is None:
        return None
    return Decimal(str(value))


def _what(statement: PayStatement) -> tuple[str, ...]:
    return statement.kind, statement.gross, *statement.unit


def _least_certain_origin(statements: Sequence[PayStatement]) -> str:
    """Return the origin of the range around them: the text, as soon as a part of it is from
    there.
    """
    for statement in statements:
        if statement.origin == SalaryFrom.TEXT:
            return SalaryFrom.TEXT.value
    return statements[0].origin


def _common_value(statements: Iterable[PayStatement], name: str) -> str:
    """The one value that all have, else ''."""
    distinct = {getattr(statement, name) for statement in statements}
    if len(distinct) == 1:
        return distinct.pop()
    return ""


def _of_one_unit(statements: Sequence[PayStatement]) -> list[PayStatement]:
    return [statement for statement in statements if statement.unit == statements[0].unit]
