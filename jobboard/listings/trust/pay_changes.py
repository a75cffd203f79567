"""Tells whether a job promises far more pay than was approved, for a year and in one currency."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jobboard.listings.choices import PayStatement
from jobboard.listings.content import ListingContent
from jobboard.listings.pay.base import is_base
from roles.pay.formulas import annual_pay

from .text_risks import HEAVY, JobTexts, Risk
from .texts.pay_in_words import Promise, pay_in_words

MAX_PAY_RISE = Decimal("1.25")
PAY_JUMPS = Decimal(2)  # times what it was
# In USD a year, or in a currency without a rate: where no pay was stated, there is nothing else to
# compare a first one with.
MAX_WITHOUT_EARLIER = Decimal(500_000)

Unit = tuple[str, str]  # currency and period
Ends = list[Decimal]
ByUnit = dict[Unit, Ends]
Amount = tuple[Unit, Decimal]
Rates = Mapping[str, Decimal]  # currency → what one unit is worth in USD, where that is known


@dataclass(frozen=True)
class Pay:
    """All that a job says about pay: its statements, and what its texts promise beside them."""

    statements: tuple[PayStatement, ...]
    promises: tuple[Promise, ...]

    @property
    def currencies(self) -> set[str]:
        stated = {statement.currency for statement in self.statements}
        return stated | {promise.currency for promise in self.promises}


def get_pay(content: ListingContent, texts: JobTexts) -> Pay:
    """Read all the job says about pay. An amount in a title or beside the pay is pay, too."""
    short = "\n".join([content.title, content.pay_note])
    promises = (*pay_in_words(texts.text), *pay_in_words(short, is_of_pay=True))
    return Pay(content.pay, tuple(dict.fromkeys(promises)))


def risks_of_pay(before: Pay, after: Pay, rates: Rates) -> Iterator[Risk]:
    """Find risks of changed pay; ``rates`` has those of all currencies that can be compared."""
    earlier = _highest(before.statements)
    all_earlier: list[Amount] = []
    for by_unit in earlier.values():
        all_earlier += _maxima(by_unit)
    all_earlier += [(promise.unit, promise.amount) for promise in before.promises]
    for kind, by_unit in _highest(after.statements).items():
        same_kind = earlier.get(kind, {})
        compared = _maxima(same_kind) or all_earlier
        for unit, ends in by_unit.items():
            risk = _jump(unit, ends[1], compared, rates) or _rise(unit, ends, same_kind)
            if risk:
                yield risk
    earlier_promises = set(before.promises)
    for promise in after.promises:
        if promise not in earlier_promises:
            risk = _jump(promise.unit, promise.amount, all_earlier, rates, promise.words)
            if risk:
                yield risk


def _maxima(by_unit: ByUnit) -> list[Amount]:
    return [(unit, ends[1]) for unit, ends in by_unit.items()]


def _highest(statements: Iterable[PayStatement]) -> dict[str, ByUnit]:
    """Return, for each kind of pay, currency and period, the highest minimum and the highest
    maximum. An open end is taken for the other one.
    """
    by_kind: dict[str, ByUnit] = defaultdict(dict)
    for statement in statements:
        ends = [end for end in (statement.lowest, statement.highest) if end is not None]
        if not ends:
            continue
        lowest = ends[0]
        highest = ends[-1]
        by_unit = by_kind[_kind(statement)]
        earlier = by_unit.setdefault(statement.unit, [lowest, highest])
        by_unit[statement.unit] = [max(earlier[0], lowest), max(earlier[1], highest)]
    return by_kind


def _kind(statement: PayStatement) -> str:
    if is_base(statement):
        return "base"
    where = ""
    if statement.is_elsewhere:
        where = "elsewhere"
    return f"{statement.kind} {where} {statement.gross}"


def _jump(
    unit: Unit,
    amount: Decimal,
    compared: list[Amount],
    rates: Rates,
    phrase: str = "",
) -> Risk | None:
    """Return a risk if the amount is at least twice all that was ``compared``, or nothing can be
    compared with it.
    """
    phrase = phrase or describe_amount(unit, amount)
    currency, period = unit
    if not compared:
        yearly = _yearly_usd(unit, amount, rates)
        if yearly is None:
            yearly = annual_pay(amount, period)
        if yearly > MAX_WITHOUT_EARLIER:
            return Risk(HEAVY, f"It stated no pay before, and now promises {phrase}.")
        return None
    if all(currency == other for (other, _), _ in compared):
        # One currency needs no rate.
        rates = {currency: Decimal(1)}
    now = _yearly_usd(unit, amount, rates)
    earlier = (_yearly_usd(other, highest, rates) for other, highest in compared)
    highest = max((yearly for yearly in earlier if yearly is not None), default=None)
    if now is None or highest is None:
        return Risk(HEAVY, f"Pay can’t be compared with what it was: {phrase}.")
    if now >= highest * PAY_JUMPS:
        return Risk(HEAVY, f"Pay is at least twice what it was: {phrase}.")
    return None


def _yearly_usd(unit: Unit, amount: Decimal, rates: Rates) -> Decimal | None:
    currency, period = unit
    rate = rates.get(currency)
    if rate is None:
        return None
    return annual_pay(amount, period) * rate


def _rise(unit: Unit, ends: Ends, same_kind: ByUnit) -> Risk | None:
    phrase = describe_amount(unit, ends[1])
    if not same_kind:
        return Risk(2, f"It states {phrase}, and stated no such pay before.")
    if unit not in same_kind:
        return Risk(2, f"Pay is in another currency or period: {phrase}.")
    for old, new in zip(same_kind[unit], ends, strict=True):
        if new > old * MAX_PAY_RISE:
            return Risk(2, f"Pay is over 25% more than it was: {phrase}.")
    return None


def describe_amount(unit: Unit, amount: Decimal) -> str:
    currency, period = unit
    return f"{currency} {amount:,.0f} per {period}"
