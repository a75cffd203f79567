"""What the columns of an uploaded file hold: known by their names or chosen by whoever uploads it,
and kept for the next file with the same ones.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from django.utils import timezone

from jobboard.feeds.adapters.own_csv_columns import WAYS_TO_APPLY, Columns
from jobboard.feeds.parsing.cells import written_currency
from jobboard.feeds.parsing.pay.period import PERIOD_WORD, pay_period, period_in
from jobboard.feeds.tables.headers import (
    LEFT_OUT,
    fields_of,
    is_wrong_column,
    read_header,
    same_headers,
)
from jobboard.feeds.tables.rows import TableRow, storable
from jobboard.listings.data import COLUMNS as PUBLIC_COLUMNS
from jobboard.listings.models import Company

from .models import ColumnChoice

MOST_COLUMNS = 100
SAMPLES = 3
LONGEST_SAMPLE = 80
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
FOR_ALL = ["places", "apply_url", "apply_email", "salary_currency", "salary_period"]
WHERE = {"places", "city", "country", "workplace"}
PAY_AMOUNTS = {"salary_min", "salary_max"}
# Of the file of a search, the rest is said in other words than in an upload.
TAKEN_OF_PUBLIC = {"id", "title", "company"}


@dataclass
class FileColumns:
    """``samples`` are the first values of each column, ``fields`` our names, LEFT_OUT for a column
    that is not taken, None where it has to be chosen. ``is_public`` is the file of a search.
    """

    headers: list[str]
    samples: list[list[str]]
    fields: list[str | None]
    for_all: dict[str, str] = field(default_factory=dict)
    is_public: bool = False

    @property
    def columns(self) -> Columns:
        return Columns([name or LEFT_OUT for name in self.fields], self.for_all)

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
        if given & PAY_AMOUNTS and "salary_period" not in given:
            lacking.append("salary_period")
        return lacking

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
    headers: list[str], rows: Iterable[TableRow], company: Company | None
) -> FileColumns:
    """As they were chosen for the same headers before, or else as far as their names say."""
    samples = _samples(len(headers), rows)
    if headers == PUBLIC_COLUMNS:
        taken: list[str | None] = [
            name if name in TAKEN_OF_PUBLIC else LEFT_OUT for name in headers
        ]
        return FileColumns(headers, samples, taken, is_public=True)
    names = fields_of(headers)
    kept = _choices(headers, company).first()
    if kept:
        return FileColumns(headers, samples, _with_kept(names, headers, kept), kept.for_all)
    fields = [
        LEFT_OUT if name is None and not (header or any(values)) else name
        for name, header, values in zip(names, headers, samples, strict=True)
    ]
    return FileColumns(headers, samples, fields, _said_in_headers(headers, fields))


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
        defaults={"fields": fields, "for_all": found.for_all, "changed_at": timezone.now()},
    )


def _choices(headers: list[str], company: Company | None):
    return ColumnChoice.objects.filter(company=company, headers=_digest(headers))


def _digest(headers: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(same_headers(headers)).encode()).hexdigest()[:32]


def _samples(count: int, rows: Iterable[TableRow]) -> list[list[str]]:
    samples: list[list[str]] = [[] for _ in range(count)]
    for row in rows:
        for values, cell in zip(samples, row.cells, strict=False):
            value = storable(" ".join(cell.split()))[:LONGEST_SAMPLE]
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
    return period_in(found) if found else pay_period(read_header(header).beside)
