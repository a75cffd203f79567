"""Models of what work pays: surveys, official statistics and exchange rates."""

from .fx_rate import FxRate
from .official_wage import OfficialWage
from .role_occupation import RoleOccupation
from .salary_figure import SalaryFigure
from .salary_observation import SalaryObservation
from .salary_source import SalarySource
from .salary_title import SalaryTitle

__all__ = [
    "FxRate",
    "OfficialWage",
    "RoleOccupation",
    "SalaryFigure",
    "SalaryObservation",
    "SalarySource",
    "SalaryTitle",
]
