"""The rows of an uploaded file: what is wrong with each, and what the import does with others."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO

from django.db import transaction
from django.utils import timezone

from jobboard.common.batches import delete_in_batches
from jobboard.common.locks import one_of_many
from jobboard.common.text.words import fold, plural
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import FeedItem, InvalidFeedError, InvalidItemError, limit
from jobboard.feeds.adapters.own_csv import ReadRow
from jobboard.feeds.adapters.own_csv_lists import PAY, PLACES
from jobboard.feeds.importing.outcomes import RowOutcome, What
from jobboard.feeds.importing.report import ImportReport
from jobboard.feeds.importing.uploaded import REFERENCE, as_downloaded, is_unchanged
from jobboard.feeds.tables.rows import TableRow, storable
from jobboard.listings.models import Company, Feed, Listing
from roles.models import Role

from .models import ImportJob, ImportRow
from .upload_columns import MAX_COLUMNS, FileColumns
from .upload_findings import with_own_headers

MAX_ROWS = 5_000
WRITTEN_AT_ONCE = 200
EXAMPLE_ID = "example-1"
KINDS = {
    What.NEW: ImportRow.What.NEW,
    What.CHANGED: ImportRow.What.CHANGED,
    What.SAME: ImportRow.What.SAME,
    What.CLOSES: ImportRow.What.CLOSES,
}
NEEDS_PAY = "is missing. Enter the pay, or use pay_text to say why it isn’t stated"


@dataclass
class UploadedRow:
    """A row as read. ``warnings`` are (field, reason, value), for people to look at; ``outcome``
    says what the import does with a row without faults.
    """

    number: int
    cells: list[str]
    item: FeedItem
    faults: list[InvalidItemError]
    outcome: RowOutcome | None = None
    warnings: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def result(self) -> FeedItem | InvalidItemError:
        """What the importer is given. It has to know of a row with faults too: the job of that row
        is still in the file, and must not be closed.
        """
        if not self.faults:
            return self.item
        first = self.faults[0]
        error = InvalidItemError(first.field, first.reason)
        error.external_id = self.item.external_id
        return error


# --- Reading --------------------------------------------------------------------------------------


def read_table(content: bytes) -> tuple[list[str], list[TableRow]]:
    """The headers, and the rows below. Raises InvalidFeedError."""
    names, table = own_csv.open_table(BytesIO(content))
    headers = [storable(name) for name in names]
    rows = list(table)
    if not headers:
        raise InvalidFeedError("The first row of the file must say what its columns are called.")
    if len(headers) > MAX_COLUMNS:
        raise InvalidFeedError(
            f"The file has {len(headers)} columns. You can upload up to {MAX_COLUMNS}."
        )
    if len(rows) > MAX_ROWS:
        raise InvalidFeedError(
            f"The file has {len(rows):,} rows. You can upload up to {MAX_ROWS:,} jobs at a time."
        )
    return headers, rows


def check_rows(
    columns: FileColumns, table: Iterable[TableRow], company: Company | None
) -> list[UploadedRow]:
    """Read the rows, give each its id and check it for what the form would ask for."""
    checks = RowChecks(company)
    rows = []
    for row in _with_ids(own_csv.read_rows(table, columns.columns), columns):
        rows.append(UploadedRow(row.number, row.cells, row.item, checks.find_faults(row)))
    _reject_repeated(rows)
    return rows


def _with_ids(rows: Iterable[ReadRow], columns: FileColumns) -> Iterator[ReadRow]:
    """Our own ids get the form that a download has. A file without ids gets them from its links."""
    if "id" not in columns.fields:
        yield from _with_ids_from_links(list(rows))
        return
    for row in rows:
        external_id = row.item.external_id
        if columns.is_public and external_id.isdecimal():
            external_id = f"{REFERENCE}{external_id}"
        yield _with_id(row, as_downloaded(external_id))


def _with_ids_from_links(rows: Sequence[ReadRow]) -> Iterator[ReadRow]:
    links = Counter(_way_to_apply(row.item) for row in rows)
    for row in rows:
        is_only_one = links[_way_to_apply(row.item)] == 1
        yield _with_id(row, _make_id(row.item, is_only_one=is_only_one))


def _with_id(row: ReadRow, external_id: str) -> ReadRow:
    return replace(row, item=replace(row.item, external_id=external_id))


def _way_to_apply(item: FeedItem) -> str:
    return item.apply_url or item.apply_email


def _make_id(item: FeedItem, *, is_only_one: bool) -> str:
    """Make an id from the link alone, if no other job has it: then the id stays when the title
    changes. Blank if the row does not say enough.
    """
    way_to_apply = _way_to_apply(item)
    if not (way_to_apply and item.title):
        return ""
    parts = [way_to_apply]
    if not (is_only_one and item.apply_url):
        parts.append(fold(item.title))
        parts += [fold(place.text) for place in item.places]
    return f"link-{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:20]}"


def _reject_repeated(rows: Sequence[UploadedRow]) -> None:
    first_rows: dict[str, int] = {}
    for row in rows:
        external_id = row.item.external_id
        if not external_id:
            continue
        if external_id in first_rows:
            number = str(first_rows[external_id])
            row.faults.append(InvalidItemError("id", f"is the same job as in row {number}", number))
        else:
            first_rows[external_id] = row.number


class RowChecks:
    """Checks a row as a whole; its cells were checked when they were read."""

    def __init__(self, company: Company | None) -> None:
        self.company = company
        self.today = timezone.now().date()
        self.roles = set(Role.objects.published().values_list("slug", flat=True))
        self.existing_ids: set[str] = set()
        if company:
            self.existing_ids = get_existing_ids(company)

    def find_faults(self, row: ReadRow) -> list[InvalidItemError]:
        item = row.item
        faulty = {fault.field for fault in row.faults}
        if "row" in faulty:
            return row.faults
        if item.external_id == EXAMPLE_ID:
            return [InvalidItemError("id", "is the example from the template. Delete this row")]
        company_faults = list(self._check_company(item))
        if company_faults:
            return company_faults  # another company's job: nothing else matters
        # A value that cannot be read is not missing.
        for group in (PAY, PLACES):
            if not faulty.isdisjoint(group):
                faulty.add(group[0])
        faults = list(row.faults)
        faults += [fault for fault in self._check_item(item) if fault.field not in faulty]
        faults = [fault for fault in faults if not self._keeps_stored_value(item, fault)]
        if faults and not row.faults and self.company and is_unchanged(item, self.company):
            return []  # the stored job lacks the same
        return faults

    def _keeps_stored_value(self, item: FeedItem, fault: InvalidItemError) -> bool:
        """Whether the job exists, and the file has no column for what is missing."""
        name = fault.field
        if name == "salary_min":
            name = "pay"
        return item.external_id in self.existing_ids and name in item.absent

    def _check_item(self, item: FeedItem) -> Iterator[InvalidItemError]:
        if len(item.title) > limit("title"):
            reason = f"has {len(item.title)} characters. The maximum is {limit('title')}"
            yield InvalidItemError("title", reason, str(len(item.title)))
        if item.role and item.role not in self.roles:
            slug = item.role[:40]
            yield InvalidItemError("role", f"is not one of our roles: {slug}", slug)
        if item.closes_on and item.closes_on < self.today:
            day = str(item.closes_on)
            yield InvalidItemError("closes_on", f"is in the past: {day}", day)
        if not item.places:
            yield InvalidItemError("places", "is missing")
        if not item.pay and not item.pay_text:
            yield InvalidItemError("salary_min", NEEDS_PAY)

    def _check_company(self, item: FeedItem) -> Iterator[InvalidItemError]:
        if self.company is None:
            if not item.company:
                yield InvalidItemError("company", "is missing")
        elif item.company and fold(item.company) != fold(self.company.name):
            name = item.company[:40]
            yield InvalidItemError("company", f"must be {self.company} or blank, not {name}", name)


def get_existing_ids(company: Company) -> set[str]:
    """The ids by which a file can name the jobs that ``company`` has here."""
    jobs = Listing.objects.filter(company=company)
    ids = set(jobs.filter(feed__kind=Feed.Kind.CSV).values_list("external_id", flat=True))
    for pk in jobs.values_list("pk", flat=True):
        ids.add(f"{REFERENCE}{pk}")
    return ids


# --- What the import does with them ---------------------------------------------------------------


def apply_report(rows: Sequence[UploadedRow], report: ImportReport) -> None:
    """Note with each row what the importer did with it, or would do."""
    rows_by_number = dict(enumerate(rows, start=1))
    for outcome in report.outcomes:
        row = rows_by_number[outcome.number]
        row.outcome = outcome
        for warning in outcome.warnings:
            row.warnings.append((warning.field, warning.reason, warning.value))
    for number, reason in report.twins:
        rows_by_number[number].warnings.append(("id", reason, ""))
    for number, name, reason in report.bad:
        row = rows_by_number[number]
        if not row.faults:
            row.faults.append(InvalidItemError(name, reason))
    for number, _, reason in report.skipped:
        rows_by_number[number].faults.append(InvalidItemError("id", reason))


# --- Saving ---------------------------------------------------------------------------------------


def save_rows(
    job: ImportJob, columns: FileColumns, rows: Sequence[UploadedRow], closing: Sequence[Listing]
) -> None:
    """Replace the rows of an earlier attempt, a few at a time so that no write waits long."""
    delete_in_batches(job.found_rows.all())
    import_rows = [_build_row(job, columns, row) for row in rows]
    import_rows += [_build_closing_row(job, listing) for listing in closing]
    for start in range(0, len(import_rows), WRITTEN_AT_ONCE):
        with one_of_many(), transaction.atomic():
            ImportRow.objects.bulk_create(import_rows[start : start + WRITTEN_AT_ONCE])


def _build_row(job: ImportJob, columns: FileColumns, row: UploadedRow) -> ImportRow:
    if row.faults or row.outcome is None:
        faults = [(fault.field, fault.reason) for fault in row.faults]
        return ImportRow(
            job=job,
            number=row.number,
            what=ImportRow.What.WRONG,
            title=storable(row.item.title)[:200],
            notes=_build_notes(columns, faults),
            cells=[storable(cell) for cell in row.cells],
        )
    outcome = row.outcome
    warnings = [(name, reason) for name, reason, _ in row.warnings]
    return ImportRow(
        job=job,
        number=row.number,
        what=KINDS[outcome.what],
        title=outcome.title[:200],
        place=outcome.place[:400],
        pay=outcome.pay[:300],
        changes=outcome.changes[:200],
        notes=_build_notes(columns, warnings),
    )


def _build_closing_row(job: ImportJob, listing: Listing) -> ImportRow:
    return ImportRow(
        job=job,
        what=ImportRow.What.CLOSES,
        title=listing.title[:200],
        place=listing.place_summary[:400],
        pay=(listing.pay_text or listing.pay_note)[:300],
    )


def _build_notes(columns: FileColumns, notes: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [[columns.get_header(name), with_own_headers(reason, columns)] for name, reason in notes]


def pad_cells(cells: Sequence[str], width: int) -> list[str]:
    """Add empty cells, until there are as many as columns."""
    return [*cells, *[""] * width][:width]


def describe_faults(row: ImportRow) -> str:
    """The text for the column “What is wrong”."""
    return "; ".join(f"{column}: {reason}" for column, reason in row.notes)


def why_none_closes(rows: Iterable[UploadedRow]) -> str:
    """Why no job can be closed for being missing from the file; '' if the file allows it."""
    rows_without_id = sum(not row.item.external_id for row in rows)
    if not rows_without_id:
        return ""
    rows_in_words = plural(rows_without_id, "row")
    return (
        f"No job closes, because {rows_in_words} with errors could be any of them. "
        "Fix the errors and upload the whole file again."
    )
