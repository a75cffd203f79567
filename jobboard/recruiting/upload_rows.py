"""The rows of an uploaded file: all that is wrong with each, and what becomes of the others."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO

from django.db import transaction
from django.utils import timezone

from jobboard.common.batches import delete_in_batches
from jobboard.common.locks import one_of_many
from jobboard.common.text.words import fold, plural
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import FeedItem, InvalidFeedError, InvalidItemError, limit
from jobboard.feeds.adapters.own_csv import ReadRow
from jobboard.feeds.adapters.own_csv_columns import COLUMNS
from jobboard.feeds.adapters.own_csv_lists import PAY, PLACES
from jobboard.feeds.importing.outcomes import Outcome, What
from jobboard.feeds.importing.report import Report
from jobboard.feeds.importing.uploaded import REFERENCE, as_downloaded, stands_so
from jobboard.feeds.tables.rows import TableRow, storable
from jobboard.listings.models import Company, Feed, Listing
from roles.models import Role

from .models import ImportJob, ImportRow
from .upload_columns import MAX_COLUMNS, FileColumns

MAX_ROWS = 5_000
WRITTEN_AT_ONCE = 200
EXAMPLE_ID = "example-1"
# Of one sentence, so many values and ranges of rows are listed.
VALUES_LISTED = 5
RANGES_LISTED = 20
SENTENCES_KEPT = 100
KINDS = {
    What.NEW: ImportRow.What.NEW,
    What.CHANGED: ImportRow.What.CHANGED,
    What.SAME: ImportRow.What.SAME,
    What.CLOSES: ImportRow.What.CLOSES,
}
NEEDS_PAY = "is missing. Enter the pay, or use pay_text to say why it isn’t stated"
_NAME = re.compile(r"“([a-z_]+)”|\b([a-z]+(?:_[a-z]+)+)\b")


@dataclass
class UploadedRow:
    """``said`` are sentences to look at, ``outcome`` what becomes of a row that is in order."""

    number: int
    cells: list[str]
    item: FeedItem
    faults: list[InvalidItemError]
    outcome: Outcome | None = None
    said: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def result(self) -> FeedItem | InvalidItemError:
        """As the importer takes it: a row with faults is there all the same."""
        if not self.faults:
            return self.item
        first = self.faults[0]
        bad = InvalidItemError(first.field, first.reason)
        bad.external_id = self.item.external_id
        return bad


# --- Reading --------------------------------------------------------------------------------------


def read_table(content: bytes) -> tuple[list[str], list[TableRow]]:
    """The headers, and the rows below. Raises InvalidFeedError."""
    names, found = own_csv.open_table(BytesIO(content))
    headers = [storable(name) for name in names]
    rows = list(found)
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


def rows_of(
    found: FileColumns, rows: Iterable[TableRow], company: Company | None
) -> list[UploadedRow]:
    """Each with its id, and held to what the form asks for."""
    read = own_csv.read_rows(rows, found.columns)
    with_ids = list(_with_ids(read, found))
    checks = Checks(company)
    uploaded = [
        UploadedRow(row.number, row.cells, row.item, checks.faults_of(row)) for row in with_ids
    ]
    _refuse_repeated(uploaded)
    return uploaded


def _with_ids(rows: Iterable[ReadRow], found: FileColumns) -> Iterator[ReadRow]:
    """Our own ids as a download writes them; where the file has none, made of what it says."""
    if "id" in found.fields:
        for row in rows:
            given = row.item.external_id
            if found.is_public and given.isdecimal():
                given = f"{REFERENCE}{given}"
            yield replace(row, item=replace(row.item, external_id=as_downloaded(given)))
        return
    read = list(rows)
    links = Counter(_way_to_apply(row.item) for row in read)
    for row in read:
        way = _way_to_apply(row.item)
        is_its_own = links[way] == 1 and bool(row.item.apply_url)
        yield replace(row, item=replace(row.item, external_id=_made_id(row.item, way, is_its_own)))


def _way_to_apply(item: FeedItem) -> str:
    return item.apply_url or item.apply_email


def _made_id(item: FeedItem, way: str, is_its_own: bool) -> str:
    """Of the link alone, so that a job is known by it when its title changes, unless several jobs
    share the link. None where the row does not say enough.
    """
    if not (way and item.title):
        return ""
    words = [way]
    if not is_its_own:
        words += [fold(item.title), *(fold(place.text) for place in item.places)]
    return f"link-{hashlib.sha256(chr(10).join(words).encode()).hexdigest()[:20]}"


def _refuse_repeated(rows: Sequence[UploadedRow]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        found_as = row.item.external_id
        if not found_as:
            continue
        if found_as in first:
            other = str(first[found_as])
            row.faults.append(InvalidItemError("id", f"is the same job as in row {other}", other))
        else:
            first[found_as] = row.number


class Checks:
    """What a row has to hold beside what each of its cells is."""

    def __init__(self, company: Company | None) -> None:
        self.company, self.today = company, timezone.now().date()
        self.roles = set(Role.objects.published().values_list("slug", flat=True))
        self.here = ids_here(company) if company else set()

    def faults_of(self, row: ReadRow) -> list[InvalidItemError]:
        item = row.item
        if any(fault.field == "row" for fault in row.faults):
            return row.faults
        if item.external_id == EXAMPLE_ID:
            return [InvalidItemError("id", "is the example from the template. Delete this row")]
        of_others = list(self._of_company(item))
        if of_others:
            return of_others  # nothing more of it matters
        known = {fault.field for fault in row.faults}
        # What cannot be read is not missing.
        known |= {group[0] for group in (PAY, PLACES) if known & set(group)}
        more = [fault for fault in self._more(item) if fault.field not in known]
        faults = [fault for fault in (*row.faults, *more) if not self._stays(item, fault)]
        if faults and not row.faults and self.company and stands_so(item, self.company):
            return []  # it lacked that before
        return faults

    def _stays(self, item: FeedItem, fault: InvalidItemError) -> bool:
        """Whether the job is here, and the file has no column for what is missing."""
        fields = {"salary_min": "pay"}
        name = fields.get(fault.field, fault.field)
        return item.external_id in self.here and name in item.absent

    def _more(self, item: FeedItem) -> Iterator[InvalidItemError]:
        if len(item.title) > limit("title"):
            reason = f"has {len(item.title)} characters. The maximum is {limit('title')}"
            yield InvalidItemError("title", reason, str(len(item.title)))
        if item.role and item.role not in self.roles:
            yield InvalidItemError(
                "role", f"is not one of our roles: {item.role[:40]}", item.role[:40]
            )
        if item.closes_on and item.closes_on < self.today:
            yield _is_past(item.closes_on)
        if not item.places:
            yield InvalidItemError("places", "is missing")
        if not item.pay and not item.pay_text:
            yield InvalidItemError("salary_min", NEEDS_PAY)

    def _of_company(self, item: FeedItem) -> Iterator[InvalidItemError]:
        if self.company is None:
            if not item.company:
                yield InvalidItemError("company", "is missing")
        elif item.company and fold(item.company) != fold(self.company.name):
            name = item.company[:40]
            yield InvalidItemError("company", f"must be {self.company} or blank, not {name}", name)


def _is_past(day: date) -> InvalidItemError:
    return InvalidItemError("closes_on", f"is in the past: {day}", str(day))


def ids_here(company: Company) -> set[str]:
    """By which a file knows the jobs of ``company``."""
    jobs = Listing.objects.filter(company=company)
    uploaded = jobs.filter(feed__kind=Feed.Kind.CSV).values_list("external_id", flat=True)
    return {*uploaded, *(f"{REFERENCE}{pk}" for pk in jobs.values_list("pk", flat=True))}


# --- What becomes of them -------------------------------------------------------------------------


def note_report(rows: Sequence[UploadedRow], report: Report) -> None:
    """What the importer made of the rows, or would make."""
    at = dict(enumerate(rows, start=1))
    for outcome in report.outcomes:
        at[outcome.number].outcome = outcome
        at[outcome.number].said += [(one.field, one.reason, one.value) for one in outcome.warnings]
    for number, reason in report.twins:
        at[number].said.append(("id", reason, ""))
    for number, name, reason in report.bad:
        if not at[number].faults:
            at[number].faults.append(InvalidItemError(name, reason))
    for number, _, reason in report.skipped:
        at[number].faults.append(InvalidItemError("id", reason))


@dataclass
class Sentence:
    """What holds for many rows: 500 with the same fault are one line."""

    column: str
    reason: str
    values: str
    rows: str
    count: int


def sentences(found: FileColumns, said: Iterable[tuple[int, str, str, str]]) -> list[Sentence]:
    """Of (row, field, reason, value), those of most rows first."""
    groups: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for number, name, reason, value in said:
        kind = reason.replace(value, "…") if value else reason
        groups.setdefault((name, kind), []).append((number, reason, value))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1][0][0]))
    return [_sentence(found, name, kind, rows) for (name, kind), rows in ordered[:SENTENCES_KEPT]]


def _sentence(
    found: FileColumns, name: str, kind: str, rows: list[tuple[int, str, str]]
) -> Sentence:
    values = list(dict.fromkeys(value for _, _, value in rows if value))
    listed = ", ".join(values[:VALUES_LISTED])
    if len(values) > VALUES_LISTED:
        listed += f" and {len(values) - VALUES_LISTED:,} more"
    return Sentence(
        column=found.header_of(name),
        reason=in_their_words(rows[0][1] if len(values) < 2 else kind, found),
        values=listed if len(values) > 1 else "",
        rows=ranges([number for number, _, _ in rows]),
        count=len(rows),
    )


def ranges(numbers: Iterable[int]) -> str:
    """“2–501, 600 and 12 more”."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    words = [f"{low}" if low == high else f"{low}–{high}" for low, high in found[:RANGES_LISTED]]
    left = sum(high - low + 1 for low, high in found[RANGES_LISTED:])
    return ", ".join(words) + (f" and {left:,} more" if left else "")


def in_their_words(reason: str, found: FileColumns) -> str:
    """``reason`` with the headers of the file instead of our names of its columns, as the end of a
    line.
    """

    def header(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name in COLUMNS:
            return f"“{found.header_of(name)}”"
        return match[0]

    return _NAME.sub(header, reason.rstrip("."))


# --- Keeping --------------------------------------------------------------------------------------


def keep_rows(
    job: ImportJob, found: FileColumns, rows: Sequence[UploadedRow], closing: Sequence[Listing]
) -> None:
    """Instead of those of an attempt before; a few at a time, so that nobody waits for it."""
    delete_in_batches(job.found_rows.all())
    kept = [
        *(_kept(job, found, row) for row in rows),
        *(_kept_closing(job, one) for one in closing),
    ]
    for start in range(0, len(kept), WRITTEN_AT_ONCE):
        with one_of_many(), transaction.atomic():
            ImportRow.objects.bulk_create(kept[start : start + WRITTEN_AT_ONCE])


def _kept(job: ImportJob, found: FileColumns, row: UploadedRow) -> ImportRow:
    if row.faults or row.outcome is None:
        return ImportRow(
            job=job,
            number=row.number,
            what=ImportRow.What.WRONG,
            title=storable(row.item.title)[:200],
            notes=_notes(found, [(one.field, one.reason) for one in row.faults]),
            cells=[storable(cell) for cell in row.cells],
        )
    outcome = row.outcome
    return ImportRow(
        job=job,
        number=row.number,
        what=KINDS[outcome.what],
        title=outcome.title[:200],
        place=outcome.place[:400],
        pay=outcome.pay[:300],
        changes=outcome.changes[:200],
        notes=_notes(found, [(name, reason) for name, reason, _ in row.said]),
    )


def _kept_closing(job: ImportJob, listing: Listing) -> ImportRow:
    return ImportRow(
        job=job,
        what=ImportRow.What.CLOSES,
        title=listing.title[:200],
        place=listing.place_summary[:400],
        pay=(listing.pay_text or listing.pay_note)[:300],
    )


def _notes(found: FileColumns, said: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [[found.header_of(name), in_their_words(reason, found)] for name, reason in said]


def padded(cells: Sequence[str], width: int) -> list[str]:
    """As many cells as there are columns."""
    return [*cells, *[""] * width][:width]


def wrong_in_words(row: ImportRow) -> str:
    """For the column of a file that says it."""
    return "; ".join(f"{column}: {reason}" for column, reason in row.notes)


def unclosable(rows: Iterable[UploadedRow]) -> str:
    """Why no job is closed for being missing; '' where the file says which are."""
    nameless = sum(not row.item.external_id for row in rows)
    if not nameless:
        return ""
    return (
        f"No job closes, because {plural(nameless, 'row')} with errors could be any of them. "
        "Fix the errors and upload the whole file again."
    )
