"""Matches the columns of an uploaded file to fields: by their names, or as whoever uploads it
chose, which is saved for the next file with the same headers.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, field
from typing import NamedTuple

from babel import Locale
from django.utils import timezone

from jobboard.common.text.words import country_name
from jobboard.feeds.adapters.own_csv_columns import WAYS_TO_APPLY, Columns
from jobboard.feeds.parsing.cells import written_currency, written_unit
from jobboard.feeds.parsing.pay.period import PERIOD_WORD, pay_period, period_in
from jobboard.feeds.tables.days import (
    WrittenDays,
    day_by,
    days_in,
    order_of_country,
    order_of_languages,
)
from jobboard.feeds.tables.headers import (
    LEFT_OUT,
    fields_of,
    is_wrong_column,
    languages_of,
    read_header,
    same_headers,
)
from jobboard.feeds.tables.rows import TableRow, storable
from jobboard.listings.data.one_job import COLUMNS as PUBLIC_COLUMNS
from jobboard.listings.models import Company

from .models import ColumnChoice

MAX_COLUMNS = 100
MAX_SAMPLES = 3
MAX_SAMPLE_LENGTH = 80
LABELS = {
    "id": "Your reference",
    "title": "Title",
    "apply_url": "Link to apply",
    "apply_email": "Email to apply",
    "company": "Company",
    "description": "Description",
    "places": "Location",
    "city": "City",
    "country": "Country",
    "workplace": "Workplace type",
    "hybrid_days": "Days on-site per week",
    "employment_types": "Employment type",
    "level": "Level",
    "level_max": "Highest level",
    "role": "Role",
    "salary_min": "Minimum pay",
    "salary_max": "Maximum pay",
    "salary_currency": "Currency",
    "salary_period": "Pay period",
    "pay_kind": "What the pay includes",
    "pay_gross": "Before or after tax",
    "pay_place": "Location of the pay",
    "pay_level": "Level of the pay",
    "pay_text": "Pay in words",
    "posted_on": "Posted on",
    "closes_on": "Closing date",
    "skills_required": "Required skills",
    "skills_nice": "Nice-to-have skills",
    "skills": "Skills",
    "client": "Client you recruit for",
    "visa": "Visa sponsorship",
    "eligibility": "Who can apply",
    "eligible_countries": "Countries that can apply",
}
"""Our columns, as people are asked about them."""

# What can be said once for a whole file.
FOR_ALL = ["places", "apply_url", "apply_email", "salary_currency", "salary_period", "pay_text"]
WHERE = {"places", "city", "country", "workplace"}
PAY_AMOUNTS = {"salary_min", "salary_max"}
DAYS = ["posted_on", "closes_on"]
MAY_HOLD_DAYS = (*DAYS, None)  # also one that has to be chosen yet
# Of the file of a search, the rest is said in other words than in an upload.
TAKEN_OF_PUBLIC = {"id", "title", "company"}


class DayOrder(NamedTuple):
    """Both are '' if nothing states the order."""

    order: str
    why: str


NO_ORDER = DayOrder("", "")


@dataclass
class FileColumns:
    """The columns of a file. ``samples`` are the first values of each. ``fields`` are our names for
    the columns: LEFT_OUT for one that is ignored, None for one that somebody has to choose.
    ``is_public`` is true for the file of a search.

    ``days`` are the WrittenDays of each column, ``day_order`` is what somebody chose for them and
    ``usual_order`` is the custom of the file’s language or country.
    """

    headers: list[str]
    samples: list[list[str]]
    fields: list[str | None]
    for_all: dict[str, str] = field(default_factory=dict)
    is_public: bool = False
    days: list[list[str]] = field(default_factory=list)
    day_order: str = ""
    usual_order: str = ""
    usual_where: str = ""

    @property
    def columns(self) -> Columns:
        """What a reader of the rows needs to know about the columns."""
        fields = [name or LEFT_OUT for name in self.fields]
        return Columns(fields, self.for_all, dict(self._day_orders()))

    def get_days(self, name: str) -> WrittenDays:
        """Return how the column of that field writes its dates."""
        if name in self.fields:
            return self._days_in_column(self.fields.index(name))
        return WrittenDays()

    def _days_in_column(self, index: int) -> WrittenDays:
        if index < len(self.days):
            return WrittenDays(*self.days[index])
        return WrittenDays()

    @property
    def undecided_day(self) -> str:
        """An ambiguous date of a column that holds dates, or may, if the file does not show which
        day is meant.
        """
        for index, name in enumerate(self.fields):
            days = self._days_in_column(index)
            if name in MAY_HOLD_DAYS and days.unclear and not self._order_shown(index).order:
                return days.unclear
        return ""

    def get_day_order(self, name: str) -> DayOrder:
        """The order that the file shows, else the chosen one, else the usual one of its origin."""
        order_shown = self._order_shown(self.fields.index(name))
        if order_shown.order:
            return order_shown
        if self.day_order:
            return DayOrder(self.day_order, "as you chose")
        if self.usual_order and not self.get_days(name).are_mixed:
            return DayOrder(self.usual_order, self.usual_where)
        return NO_ORDER

    def _order_shown(self, index: int) -> DayOrder:
        """Return the order of dates that the column itself shows, else the one all other columns
        that show an order agree on.
        """
        days = self._days_in_column(index)
        if days.order:
            return DayOrder(days.order, f"because another row has {days.shown_by}")
        if days.are_mixed:
            return NO_ORDER
        orders: dict[str, DayOrder] = {}
        for other, header in enumerate(self.headers):
            other_days = self._days_in_column(other)
            why = f"because “{header}” has {other_days.shown_by}"
            if other_days.order:
                orders.setdefault(other_days.order, DayOrder(other_days.order, why))
        if len(orders) == 1:
            return next(iter(orders.values()))
        return NO_ORDER

    def _day_orders(self) -> Iterator[tuple[str, str]]:
        for name in DAYS:
            if self.get_days(name).unclear:
                yield name, self.get_day_order(name).order

    def with_certain_days(self, cells: Sequence[str]) -> list[str]:
        """The cells with ISO dates: a file of some of the rows may lack the row that shows which
        order the dates have.
        """
        cells = list(cells)
        for name, order in self._day_orders():
            index = self.fields.index(name)
            if day := day_by(cells[index], order):
                cells[index] = day.isoformat()
        return cells

    @property
    def asks_for_day_order(self) -> bool:
        return not all(order for _, order in self._day_orders())

    @property
    def days_read(self) -> list[str]:
        """Sentences that say how each column of ambiguous dates was read."""
        sentences = []
        for name, order in self._day_orders():
            text = self.get_days(name).unclear
            day = day_by(text, order)
            if not day:
                continue
            header = self.get_header(name)
            why = self.get_day_order(name).why
            sentences.append(f"“{header}”: we read {text} as {day:%-d %B %Y}, {why}.")
        return sentences

    @property
    def lacking(self) -> list[str]:
        """The fields that each job needs and nothing gives."""
        stated = {*self.fields, *self.for_all}
        lacking = []
        if "title" not in stated:
            lacking.append("title")
        if stated.isdisjoint(WHERE):
            lacking.append("places")
        if stated.isdisjoint(WAYS_TO_APPLY):
            lacking.append("apply_url")
        if stated.isdisjoint({*PAY_AMOUNTS, "pay_text"}):
            lacking.append("salary_min")
        elif stated & PAY_AMOUNTS and "salary_period" not in stated and not self._unit_has_period:
            lacking.append("salary_period")
        if self.asks_for_day_order:
            lacking.append("day_order")
        return lacking

    @property
    def _unit_has_period(self) -> bool:
        """Whether the column of the currency states the period too: “EUR/Monat”."""
        if "salary_currency" not in self.fields:
            return False
        samples = self.samples[self.fields.index("salary_currency")]
        return any(written_unit(text)[1] for text in samples)

    @property
    def has_unknown(self) -> bool:
        return None in self.fields

    def get_header(self, name: str) -> str:
        """Return the file's name for the column of that field; our own label if it has no such
        column.
        """
        if name in self.fields:
            return self.headers[self.fields.index(name)]
        return LABELS.get(name, name.capitalize())

    def as_json(self) -> dict:
        return asdict(self)


def match_columns(
    headers: list[str], rows: Sequence[TableRow], company: Company | None
) -> FileColumns:
    """Match columns as somebody chose for a file with the same headers, else as far as we know the
    names.
    """
    samples = _take_samples(len(headers), rows)
    if headers == PUBLIC_COLUMNS:
        return FileColumns(headers, samples, _fields_of_public_file(headers), is_public=True)
    names = fields_of(headers)
    order, where = _usual_order(headers, company)
    columns = FileColumns(
        headers,
        samples,
        names,
        days=[list(astuple(_days_in_column(index, rows))) for index in range(len(headers))],
        usual_order=order,
        usual_where=where,
    )
    choice = _saved_choices(headers, company).first()
    if choice:
        columns.fields = _fields_of_choice(choice, headers, names)
        columns.for_all = choice.for_all
        columns.day_order = choice.day_order
        return columns
    for index, name in enumerate(names):
        is_empty = not headers[index] and not any(samples[index])
        if name is None and is_empty:
            columns.fields[index] = LEFT_OUT
    columns.for_all = _values_in_headers(headers, columns.fields)
    return columns


def _fields_of_public_file(headers: Sequence[str]) -> list[str | None]:
    fields: list[str | None] = []
    for name in headers:
        if name in TAKEN_OF_PUBLIC:
            fields.append(name)
        else:
            fields.append(LEFT_OUT)
    return fields


def _days_in_column(index: int, rows: Sequence[TableRow]) -> WrittenDays:
    return days_in(row.cells[index] for row in rows if index < len(row.cells))


def _usual_order(headers: Sequence[str], company: Company | None) -> tuple[str, str]:
    """The order in which the language of the headers, else the company’s country, writes dates,
    and why we assume it.
    """
    languages = languages_of(headers)
    if order := order_of_languages(languages):
        names = " or ".join(str(Locale(language).english_name) for language in languages)
        return order, f"because the column names are in {names}"
    country = ""
    if company:
        country = company.country
    return order_of_country(country), f"because the company’s country is {country_name(country)}"


def _fields_of_choice(
    choice: ColumnChoice, headers: list[str], names: list[str | None]
) -> list[str | None]:
    """The saved choice leaves out the column “What is wrong”, which may be in the file again."""
    saved_fields = iter(choice.fields)
    fields = list(names)
    for index, header in enumerate(headers):
        if not is_wrong_column(header):
            fields[index] = next(saved_fields)
    return fields


def save_choice(columns: FileColumns, company: Company | None) -> None:
    fields = []
    for header, name in zip(columns.headers, columns.fields, strict=True):
        if not is_wrong_column(header):
            fields.append(name)
    ColumnChoice.objects.update_or_create(
        company=company,
        headers=_digest(columns.headers),
        defaults={
            "fields": fields,
            "for_all": columns.for_all,
            "day_order": columns.day_order,
            "changed_at": timezone.now(),
        },
    )


def _saved_choices(headers: list[str], company: Company | None):
    return ColumnChoice.objects.filter(company=company, headers=_digest(headers))


def _digest(headers: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(same_headers(headers)).encode()).hexdigest()[:32]


def _take_samples(count: int, rows: Iterable[TableRow]) -> list[list[str]]:
    samples: list[list[str]] = [[] for _ in range(count)]
    for row in rows:
        for values, cell in zip(samples, row.cells, strict=False):
            value = storable(" ".join(cell.split()))[:MAX_SAMPLE_LENGTH]
            if value and value not in values and len(values) < MAX_SAMPLES:
                values.append(value)
        if all(len(values) == MAX_SAMPLES for values in samples):
            break
    return samples


def _values_in_headers(headers: list[str], fields: Sequence[str | None]) -> dict[str, str]:
    """“Salary from (EUR per year)” states the currency and the period of all rows."""
    values: dict[str, str] = {}
    for header, name in zip(headers, fields, strict=True):
        if name not in PAY_AMOUNTS:
            continue
        for word in read_header(header).beside.replace("/", " ").split():
            if currency := written_currency(word):
                values.setdefault("salary_currency", currency)
        period = _period_in(header)
        if period:
            values.setdefault("salary_period", period)
    for name in fields:
        if name:
            values.pop(name, None)
    return values


def _period_in(header: str) -> str:
    """“(EUR/year)”, “Annual salary from”, “Jahresgehalt von”."""
    period_word = PERIOD_WORD.search(header)
    if period_word:
        return period_in(period_word)
    return pay_period(read_header(header).beside)
