"""Ranks somebody's pay among the answers of a survey."""

from decimal import Decimal

from django.utils.http import urlencode

from jobboard.common.text.words import country_with_article, plural
from jobboard.insights.pictures.ladder import too_few, widened
from jobboard.insights.pictures.strips import FigureSource, Strip
from jobboard.insights.pictures.verdict import Verdict
from roles.models import SalaryFigure
from roles.pay.formulas import Spread
from roles.pay.page import LEVELS, Row, SalaryFigures
from roles.pay.rank import describe_rank, rank
from roles.pay.regions import the_area
from roles.pay.survey import Cell

from .form import TypedPay
from .standing import PayStanding, higher_than, in_currency_of, of_level, short

USD = Decimal(1)


def survey_standing(pay: TypedPay, figures: SalaryFigures) -> PayStanding:
    """The sentence is about the first group on the way up that has enough responses."""
    strips = [_build_strip(pay, row, figures) for row in figures.ladder]
    note = ""
    if figures.cell.country:
        note = "from your country to all countries"
    return PayStanding(
        Verdict(_build_sentence(pay, figures)), FigureSource("Salary survey", note, strips)
    )


def _build_sentence(pay: TypedPay, figures: SalaryFigures) -> str:
    row = figures.picture
    level = figures.cell.level
    if row is None:
        return too_few(figures)
    figure = row.figure
    area = the_area(row.cell.country)
    own_rank = rank(pay.yearly_usd, figure.spread)
    spread = get_spread(pay, row)
    low = short(spread.p25 or 0)
    high = short(spread.p75 or 0)
    responses = of_level(level, "survey responses")
    sentences = [
        f"**{pay}** is {higher_than(own_rank, figure.n)} {responses} from {area}: "
        f"{describe_rank(own_rank)}.",
        f"The middle half earn between {pay.currency} {low} and {high} a year.",
    ]
    if row.cell != figures.cell:
        sentences.append(widened(figures, area))
    if share := share_of_top(figure, row.cell):
        sentences.append(
            f"{share} of the responses are from {country_with_article(figure.top_country)}."
        )
    return " ".join(sentences)


def get_spread(pay: TypedPay, row: Row) -> Spread:
    return in_currency_of(pay, row.figure.spread, row.figure.n, USD)


def share_of_top(figure: SalaryFigure, cell: Cell) -> str:
    """“65%”; '' where all are from one country."""
    if figure.top_country == cell.country:
        return ""
    return f"{figure.top_share:.0%}"


def _build_strip(pay: TypedPay, row: Row, figures: SalaryFigures) -> Strip:
    figure = row.figure
    name = ", ".join(filter(None, [row.label, LEVELS.get(row.cell.level)]))
    url = ""
    if row.cell != figures.cell:
        url = address(pay, row.cell)
    if figure.spread.is_suppressed:
        return Strip(name, "", "", f"too few responses ({figure.n})", url=url)
    spread = get_spread(pay, row)
    parts = [f"{plural(figure.n, 'response')}, {format_years(figure)}"]
    if share := share_of_top(figure, row.cell):
        parts.append(f"{share} from {country_with_article(figure.top_country)}")
    if spread.few:
        parts.append("small sample")
    comparison = higher_than(rank(pay.yearly_usd, figure.spread), figure.n)
    parts.append(f"yours is {Verdict(comparison)}")
    median = f"{pay.currency} {short(spread.p50 or 0)}"
    return Strip(name, "", median, " · ".join(parts), spread, url=url)


def format_years(figure: SalaryFigure) -> str:
    """The years of the responses: “2024” or “2022–2024”."""
    if figure.first_year == figure.last_year:
        return str(figure.last_year)
    return f"{figure.first_year}–{figure.last_year}"


def address(pay: TypedPay, cell: Cell) -> str:
    """The query of the same question about another group."""
    params = {
        "amount": f"{pay.amount.normalize():f}",
        "currency": pay.currency,
        "period": pay.period,
        "level": cell.level,
        "country": cell.country,
    }
    return "?" + urlencode({name: value for name, value in params.items() if value})
