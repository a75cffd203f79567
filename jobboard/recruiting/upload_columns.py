"""What the columns of an uploaded file hold: known by their names or chosen by whoever uploads it,
and kept for the next file with the same ones.
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
SAMPLES = 3
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
    """'' where nothing says it."""

    order: str
    why: str


NO_ORDER = DayOrder("", "")


@dataclass
class FileColumns:
    """``samples`` are the first values of each column, ``fields`` our names, LEFT_OUT for a column
    that is not taken, None where it has to be chosen. ``is_public`` is the file of a search.

    ``days`` are the WrittenDays of each column, ``day_order`` is what somebody chose for them,
    ``usual_order`` what is usual where the file comes from.
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
        fields = [name or LEFT_OUT for name in self.fields]
        return Columns(fields, self.for_all, dict(self._day_orders()))

    def days_of(self, name: str) -> WrittenDays:
        """How the column of that field writes its dates."""
        if name in self.fields:
            return self._written_at(self.fields.index(name))
        return WrittenDays()

    def _written_at(self, at: int) -> WrittenDays:
        if at < len(self.days):
            return WrittenDays(*self.days[at])
        return WrittenDays()

    @property
    def undecided_day(self) -> str:
        """A date that may be two days, of a column that holds dates or may, where the file does
        not show which.
        """
        for at, name in enumerate(self.fields):
            written = self._written_at(at)
            if name in MAY_HOLD_DAYS and written.unclear and not self._shown_order(at).order:
                return written.unclear
        return ""

    def day_order_of(self, name: str) -> DayOrder:
        """As the file shows, as chosen, or as usual where it comes from."""
        shown = self._shown_order(self.fields.index(name))
        if shown.order:
            return shown
        if self.day_order:
            return DayOrder(self.day_order, "as you chose")
        if self.usual_order and not self.days_of(name).are_mixed:
            return DayOrder(self.usual_order, self.usual_where)
        return NO_ORDER

    def _shown_order(self, at: int) -> DayOrder:
        """As that column shows, or else the others do, whatever they hold, if they agree."""
        own = self._written_at(at)
        if own.order:
            return DayOrder(own.order, f"because another row has {own.shown_by}")
        written = [(header, self._written_at(one)) for one, header in enumerate(self.headers)]
        shown = [(header, days) for header, days in written if days.order]
        if own.are_mixed or len({days.order for _, days in shown}) != 1:
            return NO_ORDER
        header, days = shown[0]
        return DayOrder(days.order, f"because “{header}” has {days.shown_by}")

    def _day_orders(self) -> Iterator[tuple[str, str]]:
        for name in DAYS:
            if self.days_of(name).unclear:
                yield name, self.day_order_of(name).order

    def with_certain_days(self, cells: Sequence[str]) -> list[str]:
        """As a file of some of the rows has to say it, which may lack what shows the order."""
        certain = list(cells)
        for name, order in self._day_orders():
            at = self.fields.index(name)
            if day := day_by(certain[at], order):
                certain[at] = day.isoformat()
        return certain

    @property
    def asks_for_day_order(self) -> bool:
        return not all(order for _, order in self._day_orders())

    @property
    def days_read(self) -> list[str]:
        """How each column was read whose dates may be two days."""
        said = []
        for name, order in self._day_orders():
            written = self.days_of(name).unclear
            if day := day_by(written, order):
                said.append(
                    f"“{self.header_of(name)}”: we read {written} as {day:%-d %B %Y}, "
                    f"{self.day_order_of(name).why}."
                )
        return said

    @property
    def lacking(self) -> list[str]:
        """The fields that each job needs and nothing gives."""
        given = {*self.fields, *self.for_all}
        lacking = []
        if "title" not in given:
            lacking.append("title")
        if not given & WHERE:
            lacking.append("places")
        if not given & set(WAYS_TO_APPLY):
            lacking.append("apply_url")
        if not given & {*PAY_AMOUNTS, "pay_text"}:
            lacking.append("salary_min")
        elif given & PAY_AMOUNTS and "salary_period" not in given and not self._unit_says_period:
            lacking.append("salary_period")
        if self.asks_for_day_order:
            lacking.append("day_order")
        return lacking

    @property
    def _unit_says_period(self) -> bool:
        """Whether the column of the currency says it too: “EUR/Monat”."""
        if "salary_currency" not in self.fields:
            return False
        samples = self.samples[self.fields.index("salary_currency")]
        return any(written_unit(text)[1] for text in samples)

    @property
    def has_unknown(self) -> bool:
        return None in self.fields

    def header_of(self, name: str) -> str:
        """How the file calls the column of that field; our own label where it has none."""
        if name in self.fields:
            return self.headers[self.fields.index(name)]
        return LABELS.get(name, name.capitalize())

    def as_json(self) -> dict:
        return asdict(self)


def columns_of(
    headers: list[str], rows: Sequence[TableRow], company: Company | None
) -> FileColumns:
    """As they were chosen for the same headers before, or else as far as their names say."""
    samples = _samples(len(headers), rows)
    days = [list(astuple(one)) for one in _days(len(headers), rows)]
    if headers == PUBLIC_COLUMNS:
        taken: list[str | None] = [
            name if name in TAKEN_OF_PUBLIC else LEFT_OUT for name in headers
        ]
        return FileColumns(headers, samples, taken, is_public=True)
    names = fields_of(headers)
    order, where = _usual_order(headers, company)
    found = FileColumns(headers, samples, names, days=days, usual_order=order, usual_where=where)
    kept = _choices(headers, company).first()
    if kept:
        found.fields = _with_kept(names, headers, kept)
        found.for_all, found.day_order = kept.for_all, kept.day_order
        return found
    found.fields = [
        LEFT_OUT if name is None and not (header or any(values)) else name
        for name, header, values in zip(names, headers, samples, strict=True)
    ]
    found.for_all = _said_in_headers(headers, found.fields)
    return found


def _days(count: int, rows: Sequence[TableRow]) -> list[WrittenDays]:
    return [days_in(_cells_at(at, rows)) for at in range(count)]


def _cells_at(at: int, rows: Sequence[TableRow]) -> Iterator[str]:
    return (row.cells[at] for row in rows if at < len(row.cells))


def _usual_order(headers: Sequence[str], company: Company | None) -> tuple[str, str]:
    """How the language of the headers writes dates, or the company’s country, and which it is."""
    languages = languages_of(headers)
    if order := order_of_languages(languages):
        names = " or ".join(str(Locale(language).english_name) for language in languages)
        return order, f"because the column names are in {names}"
    country = company.country if company else ""
    return order_of_country(country), f"because the company’s country is {country_name(country)}"


def _with_kept(names: list[str | None], headers: list[str], kept: ColumnChoice) -> list[str | None]:
    """The kept fields, in which the column that says what is wrong has no place."""
    chosen = iter(kept.fields)
    return [
        next(chosen) if same_headers([header]) else names[at] for at, header in enumerate(headers)
    ]


def keep_choice(found: FileColumns, company: Company | None) -> None:
    fields = [
        name
        for header, name in zip(found.headers, found.fields, strict=True)
        if not is_wrong_column(header)
    ]
    ColumnChoice.objects.update_or_create(
        company=company,
        headers=_digest(found.headers),
        defaults={
            "fields": fields,
            "for_all": found.for_all,
            "day_order": found.day_order,
            "changed_at": timezone.now(),
        },
    )


def _choices(headers: list[str], company: Company | None):
    return ColumnChoice.objects.filter(company=company, headers=_digest(headers))


def _digest(headers: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(same_headers(headers)).encode()).hexdigest()[:32]


def _samples(count: int, rows: Iterable[TableRow]) -> list[list[str]]:
    samples: list[list[str]] = [[] for _ in range(count)]
    for row in rows:
        for values, cell in zip(samples, row.cells, strict=False):
            value = storable(" ".join(cell.split()))[:MAX_SAMPLE_LENGTH]
            if value and value not in values and len(values) < SAMPLES:
                values.append(value)
        if all(len(values) == SAMPLES for values in samples):
            break
    return samples


def _said_in_headers(headers: list[str], fields: Sequence[str | None]) -> dict[str, str]:
    """“Salary from (EUR per year)” says the currency and the period of all rows."""
    said: dict[str, str] = {}
    for header, name in zip(headers, fields, strict=True):
        if name not in PAY_AMOUNTS:
            continue
        for word in read_header(header).beside.replace("/", " ").split():
            if currency := written_currency(word):
                said.setdefault("salary_currency", currency)
        period = _period_in(header)
        if period:
            said.setdefault("salary_period", period)
    return {name: value for name, value in said.items() if name not in fields}


def _period_in(header: str) -> str:
    """“(EUR/year)”, “Annual salary from”, “Jahresgehalt von”."""
    found = PERIOD_WORD.search(header)
    if found:
        return period_in(found)
    return pay_period(read_header(header).beside)
