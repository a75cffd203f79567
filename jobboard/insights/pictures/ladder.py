"""Builds the top of a role's salary page: one figure in a sentence, how far it had to be widened,
and every other figure as a strip on the same axis.
"""

from collections.abc import Iterable

from django.utils.text import capfirst

from jobboard.common.text.words import country_currency, country_with_article, in_thousands, plural
from jobboard.insights.pay_panel import RolePay
from jobboard.listings.facts import MarketFacts
from roles.models import FxRate
from roles.pay.page import LEVELS, Row, SalaryFigures, get_query
from roles.pay.regions import area_name, the_area
from roles.pay.survey import Cell

from .level_switch import LEVEL_WORDS
from .strips import FigureSource, Strip, official_strip, posted_strip, survey_strip
from .verdict import Verdict


def salary_verdict(figures: SalaryFigures) -> Verdict:
    """The first figure on the way up that has enough answers, or why there is none."""
    row = figures.picture
    level = _level_word(figures.cell)
    if row is None:
        return Verdict(too_few(figures))
    figure = row.figure
    area = the_area(row.cell.country)
    low = in_thousands(figure.p25)
    high = in_thousands(figure.p75)
    sentences = [
        f"Half of {level}survey respondents in {area} earn between "
        f"**{figure.currency} {low}** and **{high}** a year."
    ]
    if row.cell != figures.cell:
        sentences.append(widened(figures, area))
    if figure.top_country != row.cell.country:
        share = f"{figure.top_share:.0%}"
        sentences.append(
            f"{share} of the responses are from {country_with_article(figure.top_country)}."
        )
    return Verdict(" ".join(sentences))


def _level_word(cell: Cell) -> str:
    if cell.level:
        return f"{LEVEL_WORDS[cell.level]} "
    return ""


def too_few(figures: SalaryFigures) -> str:
    """A sentence for a level that has too few responses even in all countries."""
    level = _level_word(figures.cell)
    widest = 0
    if figures.ladder:
        widest = figures.ladder[-1].figure.n
    if not widest:
        return f"The survey has no {level}responses for this role."
    return (
        f"Only {plural(widest, f'{level}survey response')} for this role, which is too few to show "
        "figures."
    )


def widened(figures: SalaryFigures, area: str) -> str:
    """A sentence on why ``area`` stands for what was asked."""
    level = _level_word(figures.cell)
    count = 0
    if figures.chosen:
        count = figures.chosen.n
    responses = f"no {level}responses"
    if count:
        responses = f"only {plural(count, f'{level}response')}"
    if figures.cell.country:
        return f"{capfirst(the_area(figures.cell.country))} has {responses}, so this is {area}."
    if count == 1:
        return f"{responses.capitalize()} matches your filters, so this is {area}."
    return f"{responses.capitalize()} match your filters, so this is {area}."


def in_own_currency(row: Row | None) -> str:
    """The median in the currency of the country that was asked for, or ''."""
    if row is None or not row.cell.country or row.figure.p50 is None:
        return ""
    currency = country_currency(row.cell.country)
    if currency in ("", "USD"):
        return ""
    rate = FxRate.objects.newest(currency)
    if rate is None:
        return ""
    amount = in_thousands(row.figure.p50 / rate.usd_per_unit)
    return f"The median is about {currency} {amount} at the rate of {rate.date.year}."


def salary_sources(
    figures: SalaryFigures, pay: RolePay, at_level: MarketFacts | None
) -> list[FigureSource]:
    """The ladder of the survey, then the other sources; each figure once."""
    sources = []
    is_picture_alone = list(figures.ladder) == [figures.picture]  # the page begins with it
    if figures.ladder and not is_picture_alone:
        rungs = [_build_rung(row, figures) for row in figures.ladder]
        sources.append(FigureSource("Survey", "from what you chose to all countries", rungs))
    if at_level:
        name = f"{_level_word(figures.cell)}jobs, all countries".capitalize()
        strip = posted_strip(name, "", at_level)
        sources.append(
            FigureSource("Posted pay in open jobs", "midpoints of yearly ranges", [strip])
        )
    if pay.official:
        note = f"{pay.official.area} {pay.official.year}, all levels"
        strip = official_strip(pay.official.title, "", pay)
        sources.append(FigureSource("Official statistics", note, [strip]))
    return sources


def _build_rung(row: Row, figures: SalaryFigures) -> Strip:
    name = ", ".join(filter(None, [row.label, LEVELS.get(row.cell.level)]))
    if row == figures.picture:
        return Strip(name, "", "", "shown above")
    return survey_strip(name, "", row.figure, _url(row.cell))


def breakdowns(figures: SalaryFigures) -> list[FigureSource]:
    """Figures by level where the picture is, and by workplace type over all answers."""
    area = ""
    if figures.picture:
        area = figures.picture.cell.country
    cells_above = _get_cells_above(figures)
    levels = [Cell(level, area) for level in LEVELS]
    level_strips = list(_build_level_strips(figures, levels, cells_above))
    rows = _find_rows(figures, "workplace type")
    workplace_strips = [_build_strip(row.label, row, cells_above) for row in rows]
    sources = []
    if level_strips:
        sources.append(FigureSource("By level", the_area(area), level_strips))
    if workplace_strips:
        sources.append(
            FigureSource("By workplace type", "all countries and levels", workplace_strips)
        )
    return sources


def by_country(figures: SalaryFigures) -> list[FigureSource]:
    """Countries with enough answers over all levels, most answers first."""
    rows = _find_rows(figures, "country")
    if not rows:
        return []
    cells_above = _get_cells_above(figures)
    strips = [_build_strip(area_name(row.cell.country), row, cells_above) for row in rows]
    return [FigureSource("Survey", "all levels", strips)]


def _find_rows(figures: SalaryFigures, title: str) -> list[Row]:
    for table in figures.tables:
        if table.title == title:
            return table.rows
    return []


def _get_cells_above(figures: SalaryFigures) -> set[Cell]:
    return {row.cell for row in figures.ladder}


def _build_level_strips(
    figures: SalaryFigures, cells: list[Cell], cells_above: set[Cell]
) -> Iterable[Strip]:
    for cell in cells:
        figure = figures.of(cell)
        if figure:
            yield _build_strip(LEVELS[cell.level], Row("", figure, cell), cells_above)


def _build_strip(name: str, row: Row, cells_above: set[Cell]) -> Strip:
    if row.cell in cells_above:
        return Strip(name, "", "", "shown above")
    return survey_strip(name, "", row.figure, _url(row.cell))


def _url(cell: Cell) -> str:
    return f"?{get_query(cell)}"
