"""Which of a job's statements of pay its card, its filter and its figures go by."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from operator import itemgetter
from typing import Any

from jobboard.listings.choices import PayGross, PayKind, PayStatement, SalaryFrom

BASE_KINDS = {PayKind.UNSTATED, PayKind.BASE}


def in_words(statement: PayStatement) -> str:
    """“Lisbon, Senior: on-target earnings EUR 80,000–90,000 a year after tax”."""
    whom = ", ".join(filter(None, [statement.place, statement.level]))
    kind = PayKind(statement.kind).label.lower() if statement.kind else ""
    tax = "after tax" if statement.gross == PayGross.NET else ""
    amounts = " ".join(filter(None, [kind, str(statement), tax]))
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
    """Those that ``base_pay`` is the range around."""
    own = [statement for statement in statements if is_base(statement)]
    named = [statement for statement in own if statement.kind == PayKind.BASE]
    return _of_one_unit(named or own)


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
    lows = [statement.lowest for statement in same if statement.lowest is not None]
    highs = [statement.highest for statement in same if statement.highest is not None]
    lowest = min(lows) if len(lows) == len(same) else None
    highest = max(highs) if len(highs) == len(same) else None
    if lowest is None and highest is None:
        return same[0]
    return replace(
        same[0],
        lowest=lowest,
        highest=highest,
        gross=_said_of_all(one.gross for one in same),
        place=_said_of_all(one.place for one in same),
        level=_said_of_all(one.level for one in same),
        origin=_least_certain(one.origin for one in same),
    )


def other_pay(statements: Iterable[PayStatement]) -> PayStatement | None:
    """What is stated of the job's own places where no base pay is: the range around what is alike
    to the first. What this is stands in its kind and tax.
    """
    own = [statement for statement in statements if not statement.is_elsewhere]
    if not own or base_pay(own):
        return None
    return _around([one for one in own if _what(one) == _what(own[0])])


def of_rows(rows: Iterable[dict[str, Any]]) -> list[PayStatement]:
    """From rows as the database gives them in JSON."""
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


def _least_certain(origins: Iterable[str]) -> str:
    """Where the range around them is from: the text, as soon as a part of it is."""
    distinct = list(dict.fromkeys(origins))
    if SalaryFrom.TEXT in distinct:
        return SalaryFrom.TEXT.value
    return distinct[0]


def _said_of_all(values: Iterable[str]) -> str:
    """The one value that all have, else ''."""
    distinct = set(values)
    if len(distinct) == 1:
        return distinct.pop()
    return ""


def _of_one_unit(statements: Sequence[PayStatement]) -> list[PayStatement]:
    return [statement for statement in statements if statement.unit == statements[0].unit]
