"""Ranks somebody's pay among the midpoints of ranges that open jobs state."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jobboard.common.text.words import plural
from jobboard.insights.pictures.strips import FigureSource, Strip
from jobboard.insights.pictures.verdict import Verdict
from jobboard.listings.facts import MarketFacts
from jobboard.search.live.jobs import JobsWanted, LiveJobs
from roles.models import FxRate, Role
from roles.pay.formulas import MIN_FOR_PERCENTILES, spread
from roles.pay.page import LEVELS
from roles.pay.regions import REGIONS, area_name, the_area
from roles.pay.survey import Cell

from .form import TypedPay
from .standing import PayStanding, between, of_level, rate_words, short


@dataclass(frozen=True)
class Midpoints:
    """Midpoints of the jobs of one group that state pay per year in ``currency``; ``values`` are
    ascending and in the currency of the pay.
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
        noun = "jobs"
        if self.total == 1:
            noun = "job"
        return f"open {of_level(self.level, noun)}"


def groups(role: Role, cell: Cell) -> list[tuple[Cell, MarketFacts]]:
    """The role's open jobs at the level in the country, then in all countries."""
    jobs = LiveJobs()
    groups = []
    for country in dict.fromkeys([cell.country, ""]):
        if country not in REGIONS:
            facts = _get_facts(jobs, role, cell.level, country)
            groups.append((Cell(cell.level, country), facts))
    return groups


def _get_facts(jobs: LiveJobs, role: Role, level: str, country: str) -> MarketFacts:
    if not level and not country:
        return jobs.facts_of_roles([role]).get(role.pk, MarketFacts())
    return jobs.facts_of_some(role, JobsWanted(level=level, country=country))


def posted_standing(pay: TypedPay, role: Role, cell: Cell) -> PayStanding:
    midpoints = [_get_midpoints(pay, group, facts) for group, facts in groups(role, cell)]
    strips = [_build_strip(pay, group) for group in midpoints]
    source = FigureSource("Posted pay in open jobs", "midpoints of yearly ranges", strips)
    rates = {group.rate for group in midpoints if group.rate}
    notes = [f"Posted pay in {rate.currency}: {rate_words(rate)}." for rate in rates]
    return PayStanding(Verdict(_build_sentence(pay, midpoints)), source, tuple(notes))


def _get_midpoints(pay: TypedPay, cell: Cell, facts: MarketFacts) -> Midpoints:
    currency, rate = _choose_currency(pay, facts)
    worth = _usd_per_unit(pay, currency, rate) / pay.usd_per_unit
    values = [Decimal(value) * worth for value in facts.midpoints.get(currency, [])]
    return Midpoints(cell.level, cell.country, facts.total, currency, tuple(sorted(values)), rate)


def _choose_currency(pay: TypedPay, facts: MarketFacts) -> tuple[str, FxRate | None]:
    """The currency of the pay where enough jobs state it, else the one that most jobs state, with
    its rate unless that is USD or the currency of the pay.
    """
    if len(facts.midpoints.get(pay.currency, [])) >= MIN_FOR_PERCENTILES:
        return pay.currency, None
    if facts.currency in ("", "USD", pay.currency):
        return facts.currency, None
    rate = FxRate.objects.newest(facts.currency)
    if rate is None:
        return pay.currency, None
    return facts.currency, rate


def _usd_per_unit(pay: TypedPay, currency: str, rate: FxRate | None) -> Decimal:
    if currency == pay.currency:
        return pay.usd_per_unit
    if rate:
        return rate.usd_per_unit
    return Decimal(1)


def _build_sentence(pay: TypedPay, groups: Sequence[Midpoints]) -> str:
    """About the narrowest group with enough jobs; else about the widest."""
    enough = (group for group in groups if len(group.values) >= MIN_FOR_PERCENTILES)
    group = next(enough, groups[-1])
    if not group.total:
        return f"No {of_level(group.level, 'job')} for this role is open."
    jobs = f"{group.total:,} {group.jobs} in {the_area(group.country)}"
    n = len(group.values)
    if not n:
        return f"None of {jobs} states yearly pay that we can compare."
    stated = f"**{n:,}** of {jobs} state yearly pay in {group.currency}."
    if n == 1:
        stated = f"**1** of {jobs} states yearly pay in {group.currency}."
    return f"{stated} Yours is {_compare(pay, group)}."


def _compare(pay: TypedPay, group: Midpoints) -> str:
    below = _count_below(pay, group)
    n = len(group.values)
    if n == 1:
        if below:
            return "higher than its midpoint"
        return "not higher than its midpoint"
    count = f"{below:,}"
    if below == 0:
        count = "none"
    elif below == n:
        count = "all"
    return f"higher than **{count}** of their midpoints"


def _count_below(pay: TypedPay, group: Midpoints) -> int:
    return sum(value < pay.yearly for value in group.values)


def _build_strip(pay: TypedPay, group: Midpoints) -> Strip:
    if not group.total:
        return Strip(group.name, "", "", "no open jobs")
    jobs = plural(group.total, "job")
    if not group.values:
        return Strip(group.name, "", "", f"no yearly pay in {jobs}")
    n = len(group.values)
    text = f"{n:,} of {jobs} · yours is higher than {_count_below(pay, group):,} of {n:,}"
    if n < MIN_FOR_PERCENTILES:
        lead = f"{pay.currency} {between(group.values[0], group.values[-1])}"
        return Strip(group.name, "", lead, text, jobs=tuple(map(float, group.values)))
    percentiles = spread(group.values, pay.currency)
    lead = f"{pay.currency} {short(percentiles.p50 or 0)}"
    return Strip(group.name, "", lead, text, percentiles)
