"""Ranks somebody's pay in official statistics, which know neither levels nor counts."""

from decimal import Decimal

from jobboard.insights.pay_panel import RolePay
from jobboard.insights.pictures.strips import FigureSource, Strip
from jobboard.insights.pictures.verdict import Verdict
from roles.pay.formulas import Spread
from roles.pay.rank import describe_rank, rank

from .form import TypedPay
from .standing import PayStanding, between, in_currency_of, short


def official_standing(pay: TypedPay, role_pay: RolePay) -> PayStanding | None:
    """Where the pay stands by official statistics; None where no occupation is like the role, or
    nothing of it was published.
    """
    wage = role_pay.official
    occupation = role_pay.occupation
    if wage is None or occupation is None:
        return None
    own_rank = rank(pay.yearly_usd, wage)
    if not own_rank.is_known:
        return None
    spread = in_currency_of(pay, wage, 0, Decimal(1))
    nearest = ""
    if occupation.match == "nearest":
        nearest = ", the closest occupation"
    sentence = (
        f"For {wage.title}{nearest}, your pay is {describe_rank(own_rank)} in official "
        f"{wage.area} statistics for {wage.year}. They cover all levels and don’t count responses."
    )
    lead = ""
    if spread.p50 is not None:
        lead = f"{pay.currency} {short(spread.p50)}"
    title = f"{wage.area} {wage.year}, all levels"
    strip = Strip(wage.title, "", lead, _middle_half(spread), spread)
    return PayStanding(Verdict(sentence), FigureSource("Official statistics", title, [strip]))


def _middle_half(spread: Spread) -> str:
    if spread.p25 is None or spread.p75 is None:
        return ""
    return f"middle half {between(spread.p25, spread.p75)}"
