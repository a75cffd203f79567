"""Pay of roles from their three sources, never blended: posted, survey, official."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, SlugField

from jobboard.common.storage.prepared import Blanks, prepared
from jobboard.listings.facts import MarketFacts
from roles.models import OfficialWage, Role, RoleOccupation, SalaryFigure
from roles.pay.data import FIELDS, official_data, spread_data, survey_data
from roles.pay.formulas import SMALL_SAMPLE_SIZE, Spread
from roles.pay.page import LEVELS


@dataclass
class RolePay:
    """The pay of one role by source; a source that has nothing is None."""

    role: Role
    survey: SalaryFigure | None = None
    official: OfficialWage | None = None
    occupation: RoleOccupation | None = None
    posted: MarketFacts | None = None
    by_level: dict[str, SalaryFigure] = field(default_factory=dict)  # of the survey, "" is all

    @property
    def open_jobs(self) -> int:
        if self.posted:
            return self.posted.total
        return 0

    def at(self, level: str) -> Spread | None:
        """The survey's figure at ``level``, over all countries."""
        figure = self.by_level.get(level)
        if figure:
            return figure.spread
        return None

    @property
    def spreads(self) -> list[Spread | OfficialWage]:
        """The spreads of the sources that have figures: survey, posted, official."""
        spreads: list[Spread | OfficialWage] = []
        if self.survey:
            spreads.append(self.survey.spread)
        if self.posted:
            spreads.append(self.posted.posted)
        if self.official:
            spreads.append(self.official)
        return spreads

    @property
    def has_enough_answers(self) -> bool:
        """Whether the survey's figure stands without the broader role's beside it."""
        return self.survey is not None and self.survey.n >= SMALL_SAMPLE_SIZE

    @property
    def best(self) -> Spread | None:
        """The one to show: survey, else posted; None when both are held back."""
        candidates = [self.survey and self.survey.spread, self.posted and self.posted.posted]
        for spread in candidates:
            if spread and not spread.is_suppressed:
                return spread
        return None


def get_pays(roles: list[Role], posted: dict[int, MarketFacts] | None = None) -> dict[int, RolePay]:
    """Role id → its pay, in one query. ``posted`` (role id → facts) comes from the open jobs."""
    levels: dict[str, dict[str, SalaryFigure]] = {role.slug: {} for role in roles}
    if roles:
        for figure in _survey_by_level(slugs=list(levels)):
            levels[figure.role_key][figure.level] = figure
    pays = {}
    for role in roles:
        by_level = levels[role.slug]
        pay = RolePay(role, survey=by_level.get(""), by_level=by_level)
        if posted:
            pay.posted = posted.get(role.pk)
        for occupation in role.profile.occupations:
            if occupation.soc in role.profile.wages:
                pay.occupation = occupation
                pay.official = role.profile.wages[occupation.soc]
                break
        pays[role.pk] = pay
    return pays


@prepared(slugs=SlugField())
def _survey_by_level(slugs: Blanks) -> QuerySet[SalaryFigure]:
    return SalaryFigure.objects.survey().by_level().filter(role_key__in=slugs)


def usual_level(pays: list[RolePay]) -> str:
    """The level at which even the role with the fewest survey answers has most of them; '' where
    one of the roles has none at any level.
    """

    def fewest(level: str) -> int:
        return min(_answers(pay, level) for pay in pays)

    level = max(LEVELS, key=fewest)
    if fewest(level):
        return level
    return ""


def most_covered_level(pays: list[RolePay]) -> str:
    """The level at which the survey has enough answers for most roles, of those the most common."""

    def answers(level: str) -> tuple[int, int]:
        counts = [_answers(pay, level) for pay in pays]
        return sum(count >= SMALL_SAMPLE_SIZE for count in counts), sum(counts)

    return max(LEVELS, key=answers)


def _answers(pay: RolePay, level: str) -> int:
    spread = pay.at(level)
    if spread:
        return spread.n
    return 0


def include_samples(pays: Iterable[RolePay]) -> bool:
    """Whether any of the posted figures counts invented jobs: the page then says so."""
    return any(pay.posted and pay.posted.samples for pay in pays)


def axis_values(spreads: Iterable[Spread | None]) -> list[Decimal | float]:
    """The outer percentiles of all spreads not held back, for an axis that reaches them."""
    values: list[Decimal | float] = []
    for spread in spreads:
        if spread and spread.p50 is not None:
            values += [end for end in (spread.p10, spread.p90) if end is not None]
    return values


def posted_data(spread: Spread, left_out: int, counted_on: date) -> dict[str, Any]:
    """The middle of yearly ranges in one currency, without ``left_out`` open jobs."""
    return dict.fromkeys(FIELDS) | {
        "source": "posted",
        "n": spread.n,
        **spread_data(spread),
        "currency": spread.currency,
        "left_out": left_out,
        "as_of": counted_on,
    }


def pay_data(pay: RolePay, counted_on: date) -> dict[str, Any]:
    """The pay of a role by source; null where a source has nothing."""
    posted = pay.posted
    official = None
    if pay.official and pay.occupation:
        official = official_data(pay.official, pay.occupation.match)
    return {
        "survey": pay.survey and survey_data(pay.survey),
        "posted": posted and posted_data(posted.posted, posted.left_out, counted_on),
        "official": official,
    }
