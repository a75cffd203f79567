"""The salary survey in the database: its answers, the roles its titles count for, and the figures
made of both.
"""

import gzip
import hashlib
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BufferedIOBase, BufferedReader
from itertools import chain, groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobboard.common.batches import delete_in_batches
from jobboard.common.locks import one_of_many
from jobboard.common.text.words import fold
from roles.models import Role, SalaryFigure, SalaryObservation, SalarySource, SalaryTitle

from . import survey
from .survey import Answers, Cell, InvalidLineError, InvalidSurveyFileError

BATCH = 250  # rows a transaction, in which nobody else can write
MAX_REMOVED_PERCENT = 30  # of the answers that are here, by a file that nobody forced

Item = TypeVar("Item")
Progress = Callable[[str, float], None]
"""Called with what is being done, and how much of it is done (0 to 1)."""


class ConcurrentImportError(Exception):
    """Another import wrote at the same time, so the answers are not those of the file. Running it
    again mends it.
    """


@dataclass
class Report:
    rows: int
    added: int
    removed: int
    refused: int
    figures: int | None = None  # None: those that were there still hold


def _decompress(file: BufferedReader) -> BufferedIOBase:
    if file.peek(2)[:2] == b"\x1f\x8b":
        return gzip.open(file)
    return file


class SurveyFile:
    """A file of the survey, plain or gzip, to be read as often as needed without ever
    holding it.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        self.path = path
        self.progress = progress
        self.sha256 = ""
        self.refused = 0  # lines

    def lines(self, doing: str) -> Iterator[str]:
        """Yield all lines, as text. At their end ``sha256`` is that of the uncompressed content.
        Raises InvalidSurveyFileError.
        """
        digest = hashlib.sha256()
        try:
            with self.path.open("rb") as raw, _decompress(raw) as file:
                size = self.path.stat().st_size
                for number, line in enumerate(file):
                    digest.update(line)
                    yield line.decode()
                    if number % BATCH == 0:
                        self.progress(doing, raw.tell() / size)
        except UnicodeDecodeError as error:
            raise InvalidSurveyFileError("is not UTF-8 text") from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InvalidSurveyFileError("is a damaged or incomplete gzip archive") from error
        except OSError as error:
            raise InvalidSurveyFileError(f"cannot be read: {error.strerror}") from error
        self.sha256 = digest.hexdigest()

    def check(self, on_bad: Callable[[InvalidLineError], None]) -> Counter[int]:
        """The count of each good line, by its hash. Raises InvalidSurveyFileError."""
        counts: Counter[int] = Counter()
        try:
            for number, line, key, occurrence in survey.numbered(self.lines("Checking")):
                try:
                    survey.observation(line, number)
                except InvalidLineError as bad:
                    self.refused += 1
                    on_bad(bad)
                else:
                    counts[key] = occurrence
        except InvalidLineError as header:
            raise InvalidSurveyFileError(
                f"is not the salary survey: its first line {header.reason}"
            ) from header
        if not counts:
            raise InvalidSurveyFileError("has no readable lines")
        return counts


def import_survey(
    path: Path,
    *,
    version: date,
    on_bad: Callable[[InvalidLineError], None],
    progress: Progress = lambda doing, share: None,
    dry_run: bool = False,
    force: bool = False,
) -> Report:
    """Replace the stored answers with those of the file, then compute the figures again.

    The file is read twice, first to check it, so that an invalid file changes nothing. Answers are
    written and removed in small transactions, so an import that was interrupted is simply run
    again; until then pages show the figures of the version before. Raises InvalidSurveyFileError
    and ConcurrentImportError.
    """
    file = SurveyFile(path, progress)
    in_file = file.check(on_bad)
    existing, removed_ids = _compare(in_file)
    rows = in_file.total()
    unchanged = existing.total()
    report = Report(rows, added=rows - unchanged, removed=len(removed_ids), refused=file.refused)
    source = _get_source()
    if not force:
        _check_loss(source, version, unchanged, len(removed_ids))
    if dry_run:
        return report

    is_same_file = source.sha256 == file.sha256 and source.version == version.isoformat()
    if not (report.added or report.removed) and source.is_settled and is_same_file:
        refresh_figures(source, map_titles(source))
        return report
    source.sha256 = ""
    checksum = file.sha256
    source.save()
    if report.added:
        _add(source, file, existing)
    _remove(source, removed_ids)
    map_titles(source)
    source.version = version.isoformat()
    source.sha256 = checksum
    source.rows = rows
    report.figures = _replace_figures(source, progress)
    return report


def _get_source() -> SalarySource:
    """The survey's own row; a new one is not saved yet."""
    existing = SalarySource.objects.filter(slug=survey.SOURCE["slug"]).first()
    return existing or SalarySource(**survey.SOURCE)


def _compare(in_file: Counter[int]) -> tuple[Counter[int], array]:
    """Return how often each line is stored already, by hash, and the ids of the answers that are
    not in the file any more.

    The occurrences of a line are numbered without gaps: added in order, removed from the last one
    down.
    """
    existing: Counter[int] = Counter()
    removed_ids = array("q")
    answers = SalaryObservation.objects.filter(source__slug=survey.SOURCE["slug"]).order_by(
        "-occurrence"
    )
    for pk, key, occurrence in answers.values_list("pk", "line_hash", "occurrence").iterator():
        if occurrence > in_file[key]:
            removed_ids.append(pk)
        else:
            existing[key] += 1
    return existing, removed_ids


def _check_loss(source: SalarySource, version: date, unchanged: int, removed: int) -> None:
    """Raises InvalidSurveyFileError for a file that removes much, or is older than what is here."""
    total = unchanged + removed
    if removed * 100 > total * MAX_REMOVED_PERCENT:
        raise InvalidSurveyFileError(
            f"would remove {removed:,} of {total:,} responses. Use --force to import it anyway"
        )
    if source.imported_at and version.isoformat() < source.version:
        raise InvalidSurveyFileError(
            f"is the version of {version}, "
            f"but the newer version of {source.version} is already imported. Use --force to go back"
        )


def _add(source: SalarySource, file: SurveyFile, existing: Counter[int]) -> None:
    titles = dict(source.titles.values_list("title", "pk"))

    def title_id(title: str) -> int:
        if title not in titles:
            titles[title] = source.titles.get_or_create(title=title)[0].pk
        return titles[title]

    def new_answers() -> Iterator[SalaryObservation]:
        for number, line, key, occurrence in survey.numbered(file.lines("Adding")):
            if occurrence > existing[key]:
                try:
                    values = survey.observation(line, number, occurrence)._asdict()
                except InvalidLineError:
                    continue
                title = title_id(values.pop("title"))
                yield SalaryObservation(source=source, title_id=title, line_hash=key, **values)

    for batch in _batches(new_answers()):
        with one_of_many():
            SalaryObservation.objects.bulk_create(batch, ignore_conflicts=True)


def _remove(source: SalarySource, ids: Iterable[int]) -> None:
    for batch in _batches(ids):
        with one_of_many():
            SalaryObservation.objects.filter(pk__in=batch).delete()
    source.titles.filter(observations=None).exclude(mapped_by=SalaryTitle.MappedBy.EDITOR).delete()


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


# --- Titles ---------------------------------------------------------------------------------------


def map_titles(source: SalarySource) -> set[int]:
    """Let titles count for the role that has them as name or alias, save where an editor chose.

    Returns the ids of the roles that gained or lost a title: their figures no longer hold.
    """
    names = Role.objects.ids_by_name()
    changed = []
    concerned = set()
    for title in source.titles.exclude(mapped_by=SalaryTitle.MappedBy.EDITOR):
        role_id = names.get(fold(title.title))
        mapped_by = SalaryTitle.MappedBy.NOBODY
        if role_id:
            mapped_by = SalaryTitle.MappedBy.AUTO
        if (role_id, mapped_by) != (title.role_id, title.mapped_by):
            concerned |= {title.role_id, role_id}
            title.role_id = role_id
            title.mapped_by = mapped_by
            changed.append(title)
    for batch in _batches(changed):
        with one_of_many():
            SalaryTitle.objects.bulk_update(batch, ["role", "mapped_by"])
    return set(filter(None, concerned))


def remap_titles() -> None:
    """Map the titles again after roles or aliases changed, with the figures of the roles
    concerned.
    """
    source = SalarySource.objects.filter(slug=survey.SOURCE["slug"]).first()
    if source:
        refresh_figures(source, map_titles(source))


def refresh_role(role: Role) -> None:
    """Compute the figures of a role that got the titles of another one."""
    source = SalarySource.objects.filter(slug=survey.SOURCE["slug"]).first()
    if source:
        refresh_figures(source, [role.pk])


# --- Figures --------------------------------------------------------------------------------------


def refresh_figures(source: SalarySource, role_ids: Iterable[int]) -> None:
    """Compute the figures of roles whose titles changed. Not while answers are being replaced: that
    ends with all.
    """
    if not source.is_settled:
        return
    for role in Role.objects.filter(pk__in=role_ids):
        answers = _read_answers(source.titles.filter(role=role)).values()
        figures = list(_compute_figures(source, role.slug, "", answers))
        with transaction.atomic():
            SalaryFigure.objects.filter(source_key=source.slug, role_key=role.slug).delete()
            SalaryFigure.objects.bulk_create(figures)


def _replace_figures(source: SalarySource, progress: Progress) -> int:
    """Compute the figures of all titles and roles, then let them take the place of the old ones.

    They are written beforehand, where no page reads them, and swapped a title or role at a time, so
    that nobody waits long. Saves ``source``. Returns how many there are. Raises
    ConcurrentImportError.
    """
    unseen = SalaryFigure.objects.filter(layer=SalaryFigure.BEING_COMPUTED)
    delete_in_batches(unseen)
    roles_before = _get_title_roles(source)
    count = 0
    for batch in _batches(_compute_all_figures(source, progress)):
        for figure in batch:
            figure.layer = SalaryFigure.BEING_COMPUTED
        with one_of_many():
            SalaryFigure.objects.bulk_create(batch)
        count += len(batch)
    if (source.observations.count(), unseen.count()) != (source.rows, count):
        raise ConcurrentImportError
    _swap(source)
    source.imported_at = timezone.now()
    source.save()
    chosen_meanwhile = roles_before ^ _get_title_roles(source)
    refresh_figures(source, {role_id for _, role_id in chosen_meanwhile if role_id})
    return count


def _swap(source: SalarySource) -> None:
    figures = SalaryFigure.objects.filter(source_key=source.slug).order_by()
    for role_key, title_key in list(figures.values_list("role_key", "title_key").distinct()):
        with_keys = figures.filter(role_key=role_key, title_key=title_key)
        with one_of_many(), transaction.atomic():
            with_keys.filter(layer=source.layer).delete()
            with_keys.filter(layer=SalaryFigure.BEING_COMPUTED).update(layer=source.layer)


def _get_title_roles(source: SalarySource) -> set[tuple[int, int | None]]:
    return set(source.titles.values_list("pk", "role_id"))


def _compute_all_figures(source: SalarySource, progress: Progress) -> Iterator[SalaryFigure]:
    answers = _read_answers(source.titles.all())
    yield from _compute_figures(source, "", "", answers.values())
    titles = list(source.titles.select_related("role").order_by("role__slug", "title"))
    for done, title in enumerate(titles):
        yield from _compute_figures(source, "", title.title, [answers.get(title.pk, {})])
        progress("Computing", done / len(titles))
    for role, its_titles in groupby(titles, key=attrgetter("role")):
        if role:
            its_answers = [answers.get(title.pk, {}) for title in its_titles]
            yield from _compute_figures(source, role.slug, "", its_answers)


def _read_answers(titles: QuerySet[SalaryTitle]) -> dict[int, dict[Cell, Answers]]:
    """Title id → its answers in their compact form, from one query."""
    answers = SalaryObservation.objects.filter(title__in=titles).order_by("title_id")
    columns = ["title_id", *Cell._fields, "usd", "occurrence"]
    rows = answers.values_list(*columns, named=True).iterator()
    by_title = {}
    for title_id, its_rows in groupby(rows, key=attrgetter("title_id")):
        by_title[title_id] = survey.group(its_rows)
    return by_title


def _compute_figures(
    source: SalarySource, role_key: str, title_key: str, answers: Iterable[dict[Cell, Answers]]
) -> Iterator[SalaryFigure]:
    groups = chain.from_iterable(groups.items() for groups in answers)
    for cell, figure in survey.roll_up(groups).items():
        yield SalaryFigure(
            layer=source.layer,
            source_key=source.slug,
            role_key=role_key,
            title_key=title_key,
            as_of=date.fromisoformat(source.version),
            n_distinct=figure.n_distinct,
            first_year=figure.first_year,
            last_year=figure.last_year,
            top_country=figure.top_country,
            top_share=figure.top_share,
            **cell._asdict(),
            **vars(figure.spread),
        )
