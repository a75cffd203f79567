"""The survey's figures of a role as its page shows them: the cell that was asked for, and what
leads to others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.http import urlencode

from roles.models import Role, SalaryFigure, SalarySource

from .formulas import MIN_FOR_PERCENTILES, Spread
from .regions import REGIONS, area_name, wider_areas
from .survey import Cell

LEVELS = {"entry": "Entry-level", "mid": "Mid-level", "senior": "Senior", "executive": "Executive"}
REMOTE = {0: "On-site", 50: "Hybrid", 100: "Remote"}
ANY_CELL = Cell()
YEARS = [(year, year) for year in range(2000, 2100)]
FALLBACK_ORDER = ("remote", "year")  # on the way to a wider cell, before the country is widened
COUNTRIES_SHOWN = 12
COUNTRIES_BY_LEVEL = 5
MIN_YEARS = 3  # for a trend
SHIPPED_DIMENSIONS = 2  # of the cells in the figures we ship; an imported survey has them all


class CellForm(forms.Form):
    """A cell as the query string names it: ``country`` is the employer's."""

    level = forms.ChoiceField(choices=list(LEVELS.items()), required=False)
    country = forms.RegexField(
        "^[A-Za-z]{2}$",
        required=False,
        error_messages={"invalid": "Enter a two-letter country code."},
    )
    year = forms.TypedChoiceField(
        choices=YEARS,
        coerce=int,
        required=False,
        empty_value=ANY_CELL.year,  # type: ignore[arg-type]  # the stubs know text only
    )
    remote = forms.TypedChoiceField(
        choices=list(REMOTE.items()),
        coerce=int,
        required=False,
        empty_value=ANY_CELL.remote,  # type: ignore[arg-type]  # the stubs know text only
    )

    def clean_country(self) -> str:
        return self.cleaned_data["country"].upper()

    @property
    def cell(self) -> Cell:
        """The cell of the valid values; an invalid one counts as any, and is among the errors."""
        self.is_valid()
        cell = ANY_CELL
        for name in ANY_CELL._fields:
            if name in self.cleaned_data:
                cell = cell._replace(**{name: self.cleaned_data[name]})
        return cell


@dataclass
class Row:
    """A figure in a table, and the query of the page that shows it."""

    label: str
    figure: SalaryFigure
    cell: Cell

    @property
    def query(self) -> str:
        return get_query(self.cell)

    @property
    def level_name(self) -> str:
        return LEVELS.get(self.cell.level, "")


@dataclass
class Table:
    """Figures along one dimension; ``few`` more have too few answers for a figure, and are not
    listed.
    """

    title: str
    rows: list[Row] = field(default_factory=list)
    few: int = 0


def get_query(cell: Cell) -> str:
    return urlencode(_chosen(cell))


def dimensions(cell: Cell) -> int:
    return len(_chosen(cell))


def _chosen(cell: Cell) -> dict[str, Any]:
    return {
        name: value for name, value in cell._asdict().items() if value != getattr(ANY_CELL, name)
    }


def get_cell(figure: SalaryFigure) -> Cell:
    return Cell(figure.level, figure.country, figure.year, figure.remote)


def wider(cell: Cell) -> Iterator[Cell]:
    """Yield wider cells: with fewer dimensions, then of wider and wider areas; the level stays. Pay
    of one level is never shown for another.
    """
    for name in FALLBACK_ORDER:
        if getattr(cell, name) != getattr(ANY_CELL, name):
            cell = cell._replace(**{name: getattr(ANY_CELL, name)})
            yield cell
    for area in wider_areas(cell.country):
        yield cell._replace(country=area)


def cell_label(cell: Cell) -> str:
    """“Senior, 2024, remote”: without the country, whose name is not ours to know."""
    year = ""
    if cell.year:
        year = str(cell.year)
    return ", ".join(filter(None, [LEVELS.get(cell.level), year, REMOTE.get(cell.remote)]))


@dataclass
class FallbackFigure:
    """A figure shown for another one that has too few answers."""

    role: Role
    row: Row
    words: str


def get_trend(years: list[tuple[int, SalaryFigure]]) -> list[Row]:
    """The trend of figures by year, oldest first: the last years in a row with enough answers, or
    nothing where these are not MIN_YEARS.
    """
    enough: list[Row] = []
    for year, figure in reversed(years):
        if figure.spread.is_suppressed or (enough and enough[-1].cell.year - year != 1):
            break
        enough.append(Row(str(year), figure, Cell(year=year)))
    if len(enough) < MIN_YEARS:
        return []
    return enough[::-1]


def trends(roles: list[Role]) -> dict[str, list[Row]]:
    """Slug → trend of each role, from one query."""
    figures = SalaryFigure.objects.survey().filter(
        _alone("year"), role_key__in=[role.slug for role in roles]
    )
    years: dict[str, list[tuple[int, SalaryFigure]]] = {}
    for figure in figures.order_by("year"):
        years.setdefault(figure.role_key, []).append((figure.year, figure))
    return {slug: get_trend(of_role) for slug, of_role in years.items()}


class SalaryFigures:
    """The survey's figures of a role that a page needs, and those of its broader role that may
    stand in for one of them, from one query.
    """

    def __init__(self, role: Role, cell: Cell = ANY_CELL) -> None:
        self.role = role
        self.cell = cell
        self.broader = role.public_broader
        self.by_cell: dict[str, dict[Cell, SalaryFigure]] = {role.slug: {}}
        of_cells = Q()
        for area_cell in (cell, *wider(cell)):
            of_cells |= Q(**area_cell._asdict())
        of_tables = (
            Q(year=ANY_CELL.year, remote=ANY_CELL.remote) | _alone("year") | _alone("remote")
        )
        is_needed = Q(of_cells | of_tables, role_key=role.slug)
        if self.broader:
            self.by_cell[self.broader.slug] = {}
            is_needed |= Q(of_cells, role_key=self.broader.slug)
        for figure in SalaryFigure.objects.survey().filter(is_needed):
            self.by_cell[figure.role_key][get_cell(figure)] = figure

    def of(self, cell: Cell) -> SalaryFigure | None:
        return self.by_cell[self.role.slug].get(cell)

    @property
    def chosen(self) -> SalaryFigure | None:
        return self.of(self.cell)

    @property
    def overall(self) -> SalaryFigure | None:
        return self.of(ANY_CELL)

    @property
    def shown(self) -> list[SalaryFigure]:
        """The figures of the role itself, by country: all that one page shows."""
        figures = self.by_cell[self.role.slug].items()
        return [figure for cell, figure in figures if cell.country not in REGIONS]

    @cached_property
    def ladder(self) -> list[Row]:
        """The chosen cell and each wider one, those without any answer left out."""
        rows = []
        for cell in [self.cell, *wider(self.cell)]:
            figure = self.of(cell)
            if figure:
                rows.append(Row(area_name(cell.country), figure, cell))
        return rows

    @property
    def picture(self) -> Row | None:
        """The first rung of the ladder that has enough answers."""
        for row in self.ladder:
            if not row.figure.spread.is_suppressed:
                return row
        return None

    @property
    def drawn(self) -> list[Spread]:
        """The spreads that one axis has to hold."""
        rows = chain.from_iterable(table.rows for table in self.tables)
        figures = [*(row.figure for row in rows), *filter(None, [self.chosen])]
        return [figure.spread for figure in figures]

    @property
    def is_not_in_starter_data(self) -> bool:
        """Whether the chosen cell may have answers that only an import would show."""
        if self.chosen or dimensions(self.cell) <= SHIPPED_DIMENSIONS:
            return False
        return not SalarySource.objects.filter(layer="survey", imported_at__isnull=False).exists()

    @property
    def instead(self) -> "FallbackFigure | None":
        """The figure shown for a chosen cell with too few answers: the broader role's, or the
        nearest wider one with enough.
        """
        if self.chosen and not self.chosen.spread.is_suppressed:
            return None
        wider_cells = list(wider(self.cell))
        candidates = [(self.role, cell) for cell in wider_cells]
        if self.broader:
            candidates.insert(0, (self.broader, self.cell))
            candidates += [(self.broader, cell) for cell in wider_cells]
        for role, cell in candidates:
            figure = self.by_cell[role.slug].get(cell)
            if figure and not figure.spread.is_suppressed:
                return FallbackFigure(role, Row("", figure, cell), cell_label(cell))
        return None

    @property
    def query(self) -> str:
        return get_query(self.cell)

    @property
    def cell_words(self) -> str:
        return cell_label(self.cell)

    @cached_property
    def _narrowed_once(self) -> list[tuple[Cell, SalaryFigure]]:
        figures = self.by_cell[self.role.slug].items()
        return [(cell, figure) for cell, figure in figures if dimensions(cell) == 1]

    @cached_property
    def countries(self) -> list[tuple[str, SalaryFigure]]:
        """Countries with any answer, most answers first."""
        countries = []
        for cell, figure in self._narrowed_once:
            if cell.country != ANY_CELL.country and cell.country not in REGIONS:
                countries.append((cell.country, figure))
        return sorted(countries, key=lambda pair: (-pair[1].n, pair[0]))

    @cached_property
    def years(self) -> list[tuple[int, SalaryFigure]]:
        years = []
        for cell, figure in self._narrowed_once:
            if cell.year != ANY_CELL.year:
                years.append((cell.year, figure))
        return sorted(years)

    @cached_property
    def trend(self) -> list[Row]:
        return get_trend(self.years)

    @cached_property
    def tables(self) -> list[Table]:
        levels = {Cell(level=key): name for key, name in LEVELS.items()}
        years = {Cell(year=year): str(year) for year, _ in self.years}
        workplaces = {Cell(remote=key): name for key, name in REMOTE.items()}
        tables = [
            Table("level", self._rows_of(levels)),
            self._country_table(),
            Table("year", self._rows_of(years)),
            Table("workplace type", self._rows_of(workplaces)),
        ]
        return [table for table in tables if table.rows]

    def _rows_of(self, labels: dict[Cell, str]) -> list[Row]:
        """The rows of the labelled cells that have a figure."""
        rows = []
        for cell, label in labels.items():
            figure = self.of(cell)
            if figure:
                rows.append(Row(label, figure, cell))
        return rows

    def _country_table(self) -> Table:
        table = Table("country")
        for code, figure in self.countries:
            if figure.n < MIN_FOR_PERCENTILES:
                table.few += 1
            elif len(table.rows) < COUNTRIES_SHOWN:
                table.rows.append(Row(code, figure, Cell(country=code)))
        return table

    @cached_property
    def by_level_and_country(self) -> list[tuple[str, list[Row | None]]]:
        """(country, a row for each level or None where nobody answered) of the countries with most
        answers.
        """
        countries = []
        for code, figure in self.countries[:COUNTRIES_BY_LEVEL]:
            if figure.n >= MIN_FOR_PERCENTILES:
                countries.append((code, [self._row(Cell(level, code)) for level in LEVELS]))
        return countries

    def _row(self, cell: Cell) -> Row | None:
        figure = self.of(cell)
        if figure:
            return Row(LEVELS[cell.level], figure, cell)
        return None


def _alone(name: str) -> Q:
    """Cells with this dimension and no other."""
    others = ANY_CELL._asdict()
    any_value = others.pop(name)
    return Q(**others) & ~Q(**{name: any_value})
