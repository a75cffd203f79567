"""Pay at the visitor's level, as near to their country as there are enough responses, and in their
currency.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import capfirst

from jobboard.common.text.words import (
    country_with_article,
    format_amount_range,
    full_amount,
    in_thousands,
    plural,
)
from jobboard.you.visitor import Visitor
from roles.models import FxRate, Role
from roles.pay.page import Row, SalaryFigures
from roles.pay.regions import the_area
from roles.pay.survey import Cell

THOUSANDS = -3  # digits: converted pay is no more exact than that


@dataclass(frozen=True)
class YourFigure:
    """The survey's ``row`` for a role at the visitor's level; ``counted`` are the responses from
    their own country, where that was too few.
    """

    role: Role
    visitor: Visitor
    row: Row
    counted: int

    @property
    def area(self) -> str:
        """A country, a region, or '' for all countries."""
        return self.row.cell.country

    @property
    def is_near(self) -> bool:
        """Whether it is of the visitor's country or region."""
        return bool(self.area)

    @property
    def median_usd(self) -> Decimal:
        return self.row.figure.p50 or Decimal(0)

    @property
    def sentence(self) -> str:
        """“At mid-level in Portugal, the survey median for Data Analyst is EUR 45K a year before
        tax (12 responses, small sample).”
        """
        figure = self.row.figure
        sample = [plural(figure.n, "response")]
        if figure.top_country != self.area:
            sample.append(f"{figure.top_share:.0%} from {country_with_article(figure.top_country)}")
        if figure.spread.few:
            sample.append("small sample")
        return (
            f"At {self.visitor.level_after_at} in {the_area(self.area)}, the survey median for "
            f"{self.role} is {money(self.median_usd, self.visitor)} a year before tax "
            f"({', '.join(sample)})."
        )

    @property
    def widened(self) -> str:
        """Why it is not of their country; '' where it is, or they named none."""
        country = self.visitor.country
        if not country or self.area == country:
            return ""
        responses = "no responses"
        if self.counted:
            responses = f"only {plural(self.counted, 'response')}"
        return f"{capfirst(country_with_article(country))} has {responses} at that level."

    @property
    def said(self) -> str:
        return " ".join(filter(None, [self.sentence, self.widened]))


def figure_for(role: Role, visitor: Visitor) -> YourFigure | None:
    """The figure for the visitor; None without a level, as pay is never told across levels, or
    where too few answered.
    """
    if not visitor.level:
        return None
    figures = SalaryFigures(role, Cell(visitor.level, visitor.country))
    row = figures.picture
    if row is None:
        return None
    counted = 0
    if figures.chosen:
        counted = figures.chosen.n
    return YourFigure(role, visitor, row, counted)


def money(usd: Decimal | int, visitor: Visitor) -> str:
    """An amount of a statistic in their currency, else in US dollars: “EUR 45K”."""
    rate = visitor.rate
    if rate is None:
        return f"USD {in_thousands(usd)}"
    return f"{rate.currency} {in_thousands(usd / rate.usd_per_unit)}"


def pay_in(rate: FxRate, lowest: int | None, highest: int | None) -> str:
    """Converts yearly pay in US dollars: “EUR 111,000 - 137,000”, “up to EUR 137,000”."""
    low = lowest and round(lowest / rate.usd_per_unit, THOUSANDS)
    high = highest and round(highest / rate.usd_per_unit, THOUSANDS)
    if low is None or high is None:
        return format_amount_range(
            low, high, lambda amount: f"{rate.currency} {full_amount(amount)}"
        )
    return f"{rate.currency} {format_amount_range(low, high)}"
