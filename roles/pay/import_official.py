"""Imports official wages and exchange rates from their published files, and adds them to those
that are stored.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from operator import attrgetter

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from roles.models import FxRate, OfficialWage, Role, SalarySource

from . import official, survey
from .survey import InvalidLineError, InvalidSurveyFileError, Row


def import_statistics(content: bytes) -> tuple[str, Counter[str]]:
    """Write a table, which its header identifies. Returns what it holds, and how many rows were
    added, changed, unchanged.

    A table is taken as a whole or not at all: raises InvalidSurveyFileError.
    """
    try:
        table = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        columns = set(table.fieldnames or ())
        for what, (required, read, write) in TABLES.items():
            if required <= columns:
                rows = read(table)
                if not rows:
                    raise InvalidSurveyFileError("has no rows")
                with transaction.atomic():
                    return what, write(rows, hashlib.sha256(content).hexdigest())
    except InvalidLineError as bad:
        raise InvalidSurveyFileError(f"was rejected at {bad}") from bad
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidSurveyFileError("is not a UTF-8 CSV file") from error
    raise InvalidSurveyFileError(
        "has the header of neither OEWS wages nor annual rates of the ECB or FRED"
    )


def _write_wages(wages: list[official.Wage], sha256: str) -> Counter[str]:
    """Write wages in USD per year, with their source."""
    rows = []
    for wage in wages:
        stated = {name: value for name, value in wage._asdict().items() if value != ""}
        rows.append(OfficialWage(**stated))
    counts = _write(OfficialWage, rows, key=("soc", "year", "area"))
    years = sorted(OfficialWage.objects.values_list("year", flat=True))
    about = {
        "version": f"{years[0]}-{years[-1]}",
        "rows": len(years),
        "sha256": sha256,
        "imported_at": timezone.now(),
    }
    SalarySource.objects.update_or_create(
        slug=official.WAGES_SOURCE["slug"], defaults=official.WAGES_SOURCE | about
    )
    Role.objects.all().mark_changed()
    return counts


def _write_rates(rates: list[official.Rate], sha256: str) -> Counter[str]:
    """One rate a currency and year: the ECB's, or FRED's where the ECB has none. Their days differ
    by a few.
    """
    new_rates = []
    for rate in rates:
        values = rate._asdict() | {"date": date.fromisoformat(rate.date)}
        new_rates.append(FxRate(**values))
    from_ecb = set()
    for fx_rate in (*new_rates, *FxRate.objects.all()):
        if fx_rate.source == survey.ECB:
            from_ecb.add((fx_rate.date.year, fx_rate.currency))

    def is_used(rate: FxRate) -> bool:
        return rate.source != survey.FRED or (rate.date.year, rate.currency) not in from_ecb

    counts = _write(FxRate, [rate for rate in new_rates if is_used(rate)], key=("date", "currency"))
    unused = [rate.pk for rate in FxRate.objects.all() if not is_used(rate)]
    FxRate.objects.filter(pk__in=unused).delete()
    return counts


def _write(model: type[Model], objects: Iterable[Model], key: tuple[str, ...]) -> Counter[str]:
    """Add and change rows of ``model`` by their unique ``key``; of several objects with one key the
    last counts.
    """
    names = [field.attname for field in model._meta.concrete_fields]
    values = [name for name in names if name not in ("id", *key)]
    get_key = attrgetter(*key)
    get_values = attrgetter(*values)
    existing = {get_key(row): row for row in model._default_manager.all()}
    new = {get_key(row): row for row in objects}
    rows: dict[str, list[Model]] = {"added": [], "changed": [], "unchanged": []}
    for row_key, row in new.items():
        old = existing.get(row_key)
        row.pk = old and old.pk
        if old is None:
            outcome = "added"
        elif get_values(old) == get_values(row):
            outcome = "unchanged"
        else:
            outcome = "changed"
        rows[outcome].append(row)
    model._default_manager.bulk_create(rows["added"])
    model._default_manager.bulk_update(rows["changed"], values, batch_size=100)
    return Counter({outcome: len(of_outcome) for outcome, of_outcome in rows.items()})


# By what a table holds: its required columns, and the functions that read and write it.
Reader = Callable[[Iterable[Row]], list]
Writer = Callable[[list, str], Counter[str]]
TABLES: dict[str, tuple[set[str], Reader, Writer]] = {
    "Official wages": (
        {"YEAR", "OCC_CODE", "OCC_TITLE", "O_GROUP", "TOT_EMP", *official.OEWS_COLUMNS.values()},
        official.official_wages,
        _write_wages,
    ),
    "ECB rates": ({"currency", "usd_per_unit_mean", "last_day"}, official.ecb_rates, _write_rates),
    "FRED rates": ({"Date", "Country", "Exchange rate"}, official.fred_rates, _write_rates),
}
