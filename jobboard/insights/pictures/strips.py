"""Pay of roles as strips on one axis, source by source: what a comparison and a role page show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from jobboard.common.text.words import in_thousands, plural
from jobboard.insights.pay_panel import RolePay
from jobboard.listings.facts import MarketFacts
from roles.models import OfficialWage, SalaryFigure
from roles.pay.formulas import Spread
from roles.pay.page import Row

AXIS_CURRENCY = "USD"  # of the survey and of official figures


@dataclass(frozen=True)
class Strip:
    """One role in one source. ``jobs``: pay of single jobs, each a dot, where there are too few for
    percentiles. ``said`` is all that is known in words.
    """

    name: str
    series: str
    lead: str
    said: str
    spread: Spread | OfficialWage | None = None
    jobs: tuple[float, ...] = ()
    url: str = ""
    trend: Sequence[Row] = ()  # medians by year


@dataclass(frozen=True)
class FigureSource:
    """The strips of one source. ``note`` says what they are of."""

    title: str
    note: str
    strips: list[Strip] = field(default_factory=list)

    @property
    def only_strips(self) -> "list[FigureSource]":
        """Itself without title and note, for a page that has them elsewhere."""
        return [replace(self, title="", note="")]

    @property
    def values(self) -> Iterable[float]:
        """The values that an axis has to hold."""
        spreads = [strip.spread for strip in self.strips if strip.spread]
        ends = chain.from_iterable((spread.p10, spread.p90) for spread in spreads)
        dots = chain.from_iterable(strip.jobs for strip in self.strips)
        return [float(value) for value in chain(ends, dots) if value is not None]


def survey_strip(name: str, series: str, figure: SalaryFigure | None, url: str = "") -> Strip:
    if not figure:
        return Strip(name, series, "", "no responses", url=url)
    spread = figure.spread
    if spread.is_suppressed:
        return Strip(name, series, "", f"too few responses ({spread.n})", url=url)
    parts = [_middle_half(spread), plural(spread.n, "response")]
    if spread.few:
        parts.append("small sample")
    return Strip(name, series, _median(spread), " · ".join(parts), spread, url=url)


def with_trend(strip: Strip, trend: Sequence[Row]) -> Strip:
    return replace(strip, trend=trend)


def posted_strip(name: str, series: str, facts: MarketFacts, url: str = "") -> Strip:
    """The strip of jobs at one level. Pay in another currency than the axis's is not drawn."""
    spread = facts.posted
    total = plural(facts.total, "job")
    if not facts.total:
        return Strip(name, series, "", "no open jobs", url=url)
    if not spread.n:
        return Strip(name, series, "", f"no yearly pay in {total}", url=url)
    is_drawn = spread.currency == AXIS_CURRENCY
    if spread.is_suppressed:
        jobs = sorted(map(float, facts.midpoints[spread.currency]))
        lead = f"{spread.currency} {_between(jobs[0], jobs[-1])}"
        strip = Strip(name, series, lead, f"{spread.n} of {total}", url=url)
        if is_drawn:
            return replace(strip, jobs=tuple(jobs))
        return strip
    parts = [_middle_half(spread), f"{spread.n} of {total}"]
    if spread.few:
        parts.append("small sample")
    strip = Strip(name, series, _median(spread), " · ".join(parts), url=url)
    if is_drawn:
        return replace(strip, spread=spread)
    return strip


def official_strip(name: str, series: str, pay: RolePay) -> Strip:
    if not pay.official or not pay.occupation:
        return Strip(name, series, "", "no comparable occupation")
    parts = []
    if pay.occupation.match == "nearest":
        parts.append("closest occupation")
    if name != pay.official.title:
        parts.append(pay.official.title)
    text = ": ".join(parts)
    if pay.official.p50 is None:
        return Strip(name, series, "", f"{text}, not published".removeprefix(", "))
    return Strip(name, series, f"USD {in_thousands(pay.official.p50)}", text, pay.official)


def _median(spread: Spread) -> str:
    return f"{spread.currency} {in_thousands(spread.p50)}"


def _middle_half(spread: Spread) -> str:
    return f"middle half {_between(spread.p25, spread.p75)}"


def _between(low, high) -> str:
    if in_thousands(low) == in_thousands(high):
        return in_thousands(low)
    return f"{in_thousands(low)}–{in_thousands(high)}"
