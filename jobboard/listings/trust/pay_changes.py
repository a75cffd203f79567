"""Whether a job promises far more pay than was approved, for a year and in one currency."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jobboard.listings.choices import PayStatement
from jobboard.listings.content import ListingContent
from jobboard.listings.pay.base import is_base
from roles.pay.formulas import annual_pay

from .said import HEAVY, Risk, Said
from .texts.pay_in_words import Promise, pay_in_words

MAX_PAY_RISE = Decimal("1.25")
PAY_JUMPS = Decimal(2)  # times what it was
# In USD a year, or in a currency without a rate: where no pay was stated, there is nothing else to
# compare a first one with.
MAX_WITHOUT_EARLIER = Decimal(500_000)

Unit = tuple[str, str]  # currency and period
Ends = list[Decimal]
ByUnit = dict[Unit, Ends]
Rates = Mapping[str, Decimal]  # currency → what one unit is worth in USD, where that is known


@dataclass(frozen=True)
class Pay:
    """All that a job says of pay: its statements, and what its texts promise beside them."""

    statements: tuple[PayStatement, ...]
    promises: tuple[Promise, ...]

    @property
    def currencies(self) -> set[str]:
        stated = {one.currency for one in self.statements}
        return stated | {one.currency for one in self.promises}


def pay_of(content: ListingContent, said: Said) -> Pay:
    """What stands in a title or beside the pay is pay, where it is an amount."""
    short = "\n".join([content.title, content.pay_note])
    promises = (*pay_in_words(said.text), *pay_in_words(short, is_of_pay=True))
    return Pay(content.pay, tuple(dict.fromkeys(promises)))


def risks_of_pay(before: Pay, after: Pay, rates: Rates) -> Iterator[Risk]:
    """``rates`` has those of all their currencies that can be compared."""
    earlier = _highest(before.statements)
    everything = [(unit, ends[1]) for by_unit in earlier.values() for unit, ends in by_unit.items()]
    everything += [((one.currency, one.period), one.amount) for one in before.promises]
    for kind, by_unit in _highest(after.statements).items():
        same_kind = earlier.get(kind, {})
        compared = [(unit, ends[1]) for unit, ends in same_kind.items()] or everything
        for unit, ends in by_unit.items():
            risk = _jump(unit, ends[1], compared, rates) or _rise(unit, ends, same_kind)
            yield from filter(None, [risk])
    known = set(before.promises)
    for promise in after.promises:
        if promise not in known:
            unit = (promise.currency, promise.period)
            if risk := _jump(unit, promise.amount, everything, rates, promise.words):
                yield risk


def _highest(statements: Iterable[PayStatement]) -> dict[str, ByUnit]:
    """Of each kind of pay, currency and period: the highest minimum, and the highest maximum. An
    open end is taken for the other one.
    """
    found: dict[str, ByUnit] = defaultdict(dict)
    for one in statements:
        kind = _kind(one)
        lowest = one.lowest if one.lowest is not None else one.highest
        highest = one.highest if one.highest is not None else one.lowest
        if lowest is None or highest is None:
            continue
        ends = found[kind].setdefault(one.unit, [lowest, highest])
        found[kind][one.unit] = [max(ends[0], lowest), max(ends[1], highest)]
    return found


def _kind(statement: PayStatement) -> str:
    if is_base(statement):
        return "base"
    where = "elsewhere" if statement.is_elsewhere else ""
    return f"{statement.kind} {where} {statement.gross}"


def _jump(
    unit: Unit,
    amount: Decimal,
    compared: list[tuple[Unit, Decimal]],
    rates: Rates,
    words: str = "",
) -> Risk | None:
    """At least twice all that was ``compared``, or nothing that can be compared with it."""
    said = words or in_words(unit, amount)
    now = _yearly_usd(unit, amount, rates)
    if not compared:
        yearly = annual_pay(amount, unit[1]) if now is None else now
        if yearly > MAX_WITHOUT_EARLIER:
            return Risk(HEAVY, f"It stated no pay before, and now promises {said}.")
        return None
    if all(unit[0] == other for (other, _), _ in compared):
        # One currency needs no rate.
        rates = {unit[0]: Decimal(1)}
        now = _yearly_usd(unit, amount, rates)
    earlier = [_yearly_usd(other, most, rates) for other, most in compared]
    comparable = [most for most in earlier if most is not None]
    if now is None or not comparable:
        return Risk(HEAVY, f"Pay can’t be compared with what it was: {said}.")
    if now >= max(comparable) * PAY_JUMPS:
        return Risk(HEAVY, f"Pay is at least twice what it was: {said}.")
    return None


def _yearly_usd(unit: Unit, amount: Decimal, rates: Rates) -> Decimal | None:
    currency, period = unit
    rate = rates.get(currency)
    if rate is None:
        return None
    return annual_pay(amount, period) * rate


def _rise(unit: Unit, ends: Ends, same_kind: ByUnit) -> Risk | None:
    said = in_words(unit, ends[1])
    if not same_kind:
        return Risk(2, f"It states {said}, and stated no such pay before.")
    if unit not in same_kind:
        return Risk(2, f"Pay is in another currency or period: {said}.")
    if any(new > old * MAX_PAY_RISE for old, new in zip(same_kind[unit], ends, strict=True)):
        return Risk(2, f"Pay is over 25% more than it was: {said}.")
    return None


def in_words(unit: Unit, amount: Decimal) -> str:
    currency, period = unit
    return f"{currency} {amount:,.0f} per {period}"
