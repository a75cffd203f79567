"""Where somebody's pay stands among the midpoints of ranges that open jobs state."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jobboard.common.text.words import plural
from jobboard.insights.pictures.strips import Source, Strip
from jobboard.insights.pictures.verdict import Verdict
from jobboard.listings.facts import MarketFacts
from jobboard.search.live.jobs import JobsWanted, LiveJobs
from roles.models import FxRate, Role
from roles.pay.formulas import LEAST_FOR_PERCENTILES, spread
from roles.pay.page import LEVELS
from roles.pay.regions import REGIONS, area_name, the_area
from roles.pay.survey import Cell

from .form import TypedPay
from .standing import Standing, between, of_level, rate_words, short


@dataclass(frozen=True)
class Midpoints:
    """Of the jobs of one group that state pay per year in ``currency``; ``values`` are ascending
    and in the currency of the pay.
    """

    level: str
    country: str
    total: int
    currency: str = ""
    values: tuple[Decimal, ...] = ()
    rate: FxRate | None = None

    @property
    def name(self) -> str:
        return ", ".join(filter(None, [area_name(self.country), LEVELS.get(self.level)]))

    @property
    def jobs(self) -> str:
        """“open mid-level jobs”."""
        return f"open {of_level(self.level, 'job' if self.total == 1 else 'jobs')}"


def groups(role: Role, cell: Cell) -> list[tuple[Cell, MarketFacts]]:
    """The role's open jobs at the level in the country, then in all countries."""
    jobs = LiveJobs()
    found = []
    for country in dict.fromkeys([cell.country, ""]):
        if country not in REGIONS:
            found.append((Cell(cell.level, country), _facts(jobs, role, cell.level, country)))
    return found


def _facts(jobs: LiveJobs, role: Role, level: str, country: str) -> MarketFacts:
    if not level and not country:
        return jobs.facts_of_roles([role]).get(role.pk, MarketFacts())
    return jobs.facts_of_some(role, JobsWanted(level=level, country=country))


def posted_standing(pay: TypedPay, role: Role, cell: Cell) -> Standing:
    found = [_midpoints(pay, one, facts) for one, facts in groups(role, cell)]
    strips = [_strip(pay, one) for one in found]
    source = Source("Posted pay in open jobs", "midpoints of yearly ranges", strips)
    rates = {one.rate for one in found if one.rate}
    notes = [f"Posted pay in {rate.currency}: {rate_words(rate)}." for rate in rates]
    return Standing(Verdict(_sentence(pay, found)), source, tuple(notes))


def _midpoints(pay: TypedPay, cell: Cell, facts: MarketFacts) -> Midpoints:
    currency, rate = _currency(pay, facts)
    worth = _usd_per_unit(pay, currency, rate) / pay.usd_per_unit
    values = [Decimal(value) * worth for value in facts.midpoints.get(currency, [])]
    return Midpoints(cell.level, cell.country, facts.total, currency, tuple(sorted(values)), rate)


def _currency(pay: TypedPay, facts: MarketFacts) -> tuple[str, FxRate | None]:
    """That of the pay where enough jobs state it, else the one that most jobs state; with its rate
    where it has one of its own.
    """
    if len(facts.midpoints.get(pay.currency, [])) >= LEAST_FOR_PERCENTILES:
        return pay.currency, None
    if facts.currency in ("", "USD", pay.currency):
        return facts.currency, None
    rate = FxRate.objects.newest(facts.currency)
    return (facts.currency, rate) if rate else (pay.currency, None)


def _usd_per_unit(pay: TypedPay, currency: str, rate: FxRate | None) -> Decimal:
    if currency == pay.currency:
        return pay.usd_per_unit
    return rate.usd_per_unit if rate else Decimal(1)


def _sentence(pay: TypedPay, found: Sequence[Midpoints]) -> str:
    """About the narrowest group with enough jobs; else about the widest."""
    enough = [one for one in found if len(one.values) >= LEAST_FOR_PERCENTILES]
    one = enough[0] if enough else found[-1]
    area = the_area(one.country)
    if not one.total:
        return f"No {of_level(one.level, 'job')} for this role is open."
    of_all = f"**{len(one.values):,}** of {one.total:,} {one.jobs} in {area}"
    if not one.values:
        return f"None of {one.total:,} {one.jobs} in {area} states yearly pay that we can compare."
    verb = "states" if len(one.values) == 1 else "state"
    return f"{of_all} {verb} yearly pay in {one.currency}. Yours is {_compared(pay, one)}."


def _compared(pay: TypedPay, one: Midpoints) -> str:
    below, n = _below(pay, one), len(one.values)
    if n == 1:
        return "higher than its midpoint" if below else "not higher than its midpoint"
    count = f"{below:,}" if below else "none"
    if below == n:
        count = "all"
    return f"higher than **{count}** of their midpoints"


def _below(pay: TypedPay, one: Midpoints) -> int:
    return sum(value < pay.yearly for value in one.values)


def _strip(pay: TypedPay, one: Midpoints) -> Strip:
    if not one.values:
        said = f"no yearly pay in {plural(one.total, 'job')}" if one.total else "no open jobs"
        return Strip(one.name, "", "", said)
    n = len(one.values)
    said = (
        f"{n:,} of {plural(one.total, 'job')} · yours is higher than {_below(pay, one):,} of {n:,}"
    )
    if n < LEAST_FOR_PERCENTILES:
        lead = f"{pay.currency} {between(one.values[0], one.values[-1])}"
        return Strip(one.name, "", lead, said, jobs=tuple(map(float, one.values)))
    percentiles = spread(one.values, pay.currency)
    lead = f"{pay.currency} {short(percentiles.p50 or 0)}"
    return Strip(one.name, "", lead, said, percentiles)
