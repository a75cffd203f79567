"""Compute the pay figures that the starter ships.

    python -m scripts.make_starter_figures DATA_FOLDER

The rows behind them stay outside the repository.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from jobboard.common.text.words import fold
from roles.pay import official, survey
from roles.pay.formulas import PERCENTILES

STARTER = Path(__file__).resolve().parent.parent / "roles" / "starter"

SURVEY_FILE = "salaries/salaries_2025-08-03.csv.gz"
WAGES_FILE = "wages/oews_national_2020_2024_computer_math.csv"
ECB_FILE = "fx/ecb_annual_average_2018_2026_derived.csv"
FRED_FILE = "fx/fred_annual_1971_2025.csv"

SURVEY_SOURCE = survey.SOURCE | {"version": "2025-08-03"}
WAGES_SOURCE = official.WAGES_SOURCE | {"version": "2020-2024"}

PERCENTILE_NAMES = tuple(f"p{q}" for q in PERCENTILES)
FIGURE_COLUMNS = (
    *("role", *survey.Cell._fields, "n", "n_distinct", *PERCENTILE_NAMES),
    *("first_year", "last_year", "top_country", "top_share"),
)


def plain(value: Any) -> Any:
    """Numbers without exponent and trailing zeros, at most 8 decimals; None is empty; the rest as
    it is.
    """
    if isinstance(value, float | Decimal):
        return f"{value:.8f}".rstrip("0").rstrip(".")
    return "" if value is None else value


def csv_text(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([plain(value) for value in row] for row in rows)
    return text.getvalue()


def starter_files(data: Path, roles: list[dict[str, Any]]) -> dict[str, str]:
    """File names to contents, the same for the same data and roles.

    Checksums are of the uncompressed file: compressing again changes the archive, not the data.
    """
    survey_bytes = gzip.decompress((data / SURVEY_FILE).read_bytes())
    wages_bytes = (data / WAGES_FILE).read_bytes()
    wages = official.official_wages(csv.DictReader(io.StringIO(wages_bytes.decode())))

    role_of = survey.role_by_title(roles)
    rows_of = defaultdict(list)
    row_count = 0
    for row in survey.read_survey(io.StringIO(survey_bytes.decode())):
        row_count += 1
        if slug := role_of.get(fold(row.title)):
            rows_of[slug].append(row)
    figures = [
        (
            *(slug, *cell, figure.spread.n, figure.n_distinct),
            *(getattr(figure.spread, name) for name in PERCENTILE_NAMES),
            *(figure.first_year, figure.last_year, figure.top_country, figure.top_share),
        )
        for slug in sorted(rows_of)
        for cell, figure in survey.summarise(rows_of[slug]).items()
    ]

    with (data / ECB_FILE).open(newline="") as ecb, (data / FRED_FILE).open(newline="") as fred:
        rates = official.newest_rates(csv.DictReader(ecb), csv.DictReader(fred))

    sources = [
        SURVEY_SOURCE | {"sha256": hashlib.sha256(survey_bytes).hexdigest(), "rows": row_count},
        WAGES_SOURCE | {"sha256": hashlib.sha256(wages_bytes).hexdigest(), "rows": len(wages)},
    ]
    return {
        "salary_figures.csv": csv_text(FIGURE_COLUMNS, figures),
        "official_wages.csv": csv_text(official.Wage._fields, wages),
        "fx_rates.csv": csv_text(official.Rate._fields, rates),
        "salary_sources.json": json.dumps(sources, indent=2, ensure_ascii=False) + "\n",
    }


def main(data_folder: Path, *, dry_run: bool) -> None:
    roles = [
        json.loads(path.read_text("utf-8")) for path in sorted((STARTER / "roles").glob("*.json"))
    ]
    if not roles:
        sys.exit(f"There are no role files in {STARTER / 'roles'}.")
    try:
        files = starter_files(
            data_folder, [role for role in roles if role["status"] == "published"]
        )
    except (OSError, ValueError, survey.InvalidLineError) as error:
        sys.exit(str(error))
    for name, text in files.items():
        if not dry_run:
            (STARTER / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {text.count(chr(10))} lines, {len(text.encode()) / 1000:.0f} KB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_folder", type=Path)
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be written without writing it"
    )
    arguments = parser.parse_args()
    main(arguments.data_folder, dry_run=arguments.dry_run)
