"""Says where somebody's pay stands: each source for itself, never blended, on one axis in the
currency of the pay.
"""

from dataclasses import dataclass
from itertools import chain

from jobboard.common.text.words import full_amount
from jobboard.insights.pay_panel import RolePay
from jobboard.insights.pictures.strips import FigureSource
from roles.pay.formulas import PERIODS_COUNTED, Spread
from roles.pay.page import SalaryFigures
from roles.pay.regions import area_name

from .form import TypedPay
from .official import official_standing
from .posted import posted_standing
from .standing import PayStanding, of_level, rate_words
from .survey import get_spread, survey_standing

# The axis reaches so far beyond the figures. Pay that is further away is drawn at its end.
MAX_BEYOND = 1.5


@dataclass(frozen=True)
class FairPay:
    """``standings``: the survey, posted pay, and official statistics where there are any.
    ``picture`` is of the group that the first sentence is about, if there is one.
    """

    pay: TypedPay
    standings: list[PayStanding]
    picture: Spread | None
    picture_of: str
    notes: list[str]

    @property
    def sources(self) -> list[FigureSource]:
        return [standing.source for standing in self.standings]

    @property
    def axis_values(self) -> list[float]:
        drawn = list(chain.from_iterable(source.values for source in self.sources))
        own = float(self.pay.yearly)
        if drawn:
            own = min(own, max(drawn) * MAX_BEYOND)
        return [*drawn, own]


def fair_pay(pay: TypedPay, figures: SalaryFigures, role_pay: RolePay) -> FairPay:
    """``figures`` are those of the group that was asked for."""
    row = figures.picture
    standings = [
        survey_standing(pay, figures),
        posted_standing(pay, figures.role, figures.cell),
    ]
    official = official_standing(pay, role_pay)
    if official:
        standings.append(official)
    notes = _build_notes(pay, figures)
    for standing in standings:
        notes += standing.notes
    if row is None:
        return FairPay(pay, standings, None, "", notes)
    responses = of_level(row.cell.level, "responses")
    title = f"{area_name(row.cell.country)}, {responses}"
    return FairPay(pay, standings, get_spread(pay, row), title, notes)


def _build_notes(pay: TypedPay, figures: SalaryFigures) -> list[str]:
    notes = ["All amounts are before tax."]
    if pay.period != "year":
        notes.append(
            f"{pay} is {pay.currency} {full_amount(round(pay.yearly))} a year: we count "
            f"{PERIODS_COUNTED[pay.period]} a year, as in full-time work."
        )
    if pay.rate:
        notes.append(
            f"{pay.currency} {full_amount(round(pay.yearly))} is about USD "
            f"{full_amount(round(pay.yearly_usd))} ({rate_words(pay.rate)}). The survey used other "
            "rates, one for each year, so a difference of a few percent says little."
        )
    if not figures.cell.level:
        notes.append("You didn’t choose a level, so this compares all levels.")
    if not figures.cell.country:
        notes.append("You didn’t choose a country, so this compares all countries.")
    return notes
