"""Which of a job's statements of pay its card, its filter and its figures go by."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .choices import PayGross, PayKind, PayStatement

PAY_WORDS: dict[str, str] = {
    PayKind.UNSTATED: "",
    PayKind.BASE: "base pay ",
    PayKind.ON_TARGET: "on-target earnings ",
    PayKind.TOTAL: "total compensation ",
}
AFTER_TAX: dict[str, str] = {
    PayGross.UNSTATED: "",
    PayGross.GROSS: "",
    PayGross.NET: " after tax",
}
"""How a kind of pay is named before its amounts, and tax after them."""

BASE_KINDS = {PayKind.UNSTATED, PayKind.BASE}


def in_words(statement: PayStatement) -> str:
    """“Lisbon, Senior: on-target earnings EUR 80,000–90,000 a year after tax”."""
    whom = ", ".join(filter(None, [statement.place, statement.level]))
    amounts = f"{PAY_WORDS[statement.kind]}{statement}{AFTER_TAX[statement.gross]}"
    return f"{whom}: {amounts}" if whom else amounts


def is_base(statement: PayStatement) -> bool:
    """Whether it is base pay of the job's own places, before tax as far as it is said.

    A kind that is not stated counts as base pay. Pay after tax is compared with nothing.
    """
    if statement.is_elsewhere or statement.gross == PayGross.NET:
        return False
    return statement.kind in BASE_KINDS


def base_pay(statements: Iterable[PayStatement]) -> PayStatement | None:
    """The range around all base pay of the job's own places; None where none is stated.

    Where the employer calls some of it base pay, that alone counts. Only statements in the first
    one's currency and period are put together: nothing is converted. Open ends stay open.
    """
    own = [statement for statement in statements if is_base(statement)]
    named = [statement for statement in own if statement.kind == PayKind.BASE]
    same = _of_one_unit(named or own)
    if not same:
        return None
    lows = [statement.lowest for statement in same if statement.lowest is not None]
    highs = [statement.highest for statement in same if statement.highest is not None]
    lowest = min(lows) if len(lows) == len(same) else None
    highest = max(highs) if len(highs) == len(same) else None
    if lowest is None and highest is None:
        return same[0]
    return replace(same[0], lowest=lowest, highest=highest)


def _of_one_unit(statements: Sequence[PayStatement]) -> list[PayStatement]:
    return [statement for statement in statements if statement.unit == statements[0].unit]
