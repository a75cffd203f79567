"""The same job as different programs save it in a file."""

import codecs
import csv
from datetime import date
from decimal import Decimal
from io import StringIO

from jobboard.feeds.adapters.own_csv_columns import COLUMNS as OUR_COLUMNS
from jobboard.feeds.adapters.own_csv_export import build_row
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent
from tests.feeds.tables.workbook_files import ods, ods_cell, ods_row, xlsx, xlsx_rows

COLUMNS = [
    *("id", "title", "apply_url", "places", "level", "employment_types"),
    *("salary_min", "salary_max", "salary_currency", "salary_period", "closes_on", "description"),
]
NAMES = [column.replace("_", " ").title() for column in COLUMNS]  # as people head their columns
TEXT = "You build pipelines in Zürich.\nYou like it – really."
LINK = "https://careers.acme.example/1"
FIRST = ["7", "Data Engineer", LINK, "Zürich; Genève"]


def as_text(
    rows: list[list[str]], separator: str = ",", ends: str = "\r\n", names: list[str] = COLUMNS
) -> str:
    text = StringIO()
    csv.writer(text, delimiter=separator, lineterminator=ends).writerows([names, *rows])
    return text.getvalue()


def row(level: str, kind: str, lowest: str, highest: str, currency: str, *rest: str) -> list[str]:
    return [*FIRST, level, kind, lowest, highest, currency, *rest, TEXT]


PLAIN = row("entry", "full_time", "45000", "55000", "EUR", "year", "2099-12-31")
GERMAN = row("Junior", "Vollzeit", "45.000 €", "55.000 €", "", "Jahr", "31.12.2099")
FRENCH = row("junior", "temps plein", "45\u202f000", "55\u202f000", "€", "par an", "31/12/2099")
ON_A_MAC = [*GERMAN[:11], "Zürich"]
ENGLISH = row("Junior", "Full-time", "45,000", "55,000.00", "EUR", "per year", "31/12/2099")
SCRAPED = row("Entry", "Full Time", "€45k", "€55K", "eur", "yearly", "December 31, 2099")


def excel_workbook() -> bytes:
    """Texts are shared, a date is a number with a format, and so is an amount."""
    shared = (*NAMES, *FIRST[1:], "Junior", "Vollzeit", "EUR", "Jahr", TEXT)
    head = "".join(f'<c t="s"><v>{number}</v></c>' for number in range(len(NAMES)))
    at = {text: number for number, text in enumerate(shared)}
    texts = [f'<c t="s"><v>{at[text]}</v></c>' for text in shared[len(NAMES) :]]
    title, link, places, level, kind, currency, period, description = texts
    cells = (
        f'<c r="A2"><v>7</v></c>{title}{link}{places}{level}{kind}<c><v>45000</v></c>'
        f'<c><v>55000</v></c>{currency}{period}<c s="2"><v>73050</v></c>{description}'
    )
    return xlsx(f'<row r="1">{head}</row><row r="2">{cells}</row>', shared=shared)


def excel_with_unformatted_dates() -> bytes:
    unformatted = [*GERMAN[:10], "73050", TEXT]
    return xlsx(xlsx_rows([COLUMNS, unformatted]), xlsx_rows([["Notes of ours"]]))


def libreoffice_workbook() -> bytes:
    cells = [ods_cell(text) for text in PLAIN]
    cells[0] = ods_cell("7", "float", value="7")
    cells[6] = ods_cell("45.000,00 €", "currency", currency="EUR", value="45000")
    cells[10] = ods_cell("31.12.99", "date", date_value="2099-12-31")
    return ods(f"{ods_row(NAMES)}<table:table-row>{''.join(cells)}</table:table-row>")


def our_own_export() -> bytes:
    content = ListingContent(
        title="Data Engineer",
        apply_url=LINK,
        places=(PlaceText("Zürich"), PlaceText("Genève")),
        level="entry",
        employment_types=("full_time",),
        pay=(PayStatement(Decimal(45_000), Decimal(55_000), "EUR", "year"),),
        closes_on=date(2099, 12, 31),
        description=TEXT,
    )
    return as_text([build_row(content, "7")], names=OUR_COLUMNS).encode("utf-8-sig")


FILES = {
    "Excel workbook": excel_workbook(),
    "Excel workbook, dates as numbers": excel_with_unformatted_dates(),
    "Excel, CSV UTF-8": as_text([ENGLISH], names=NAMES).encode("utf-8-sig"),
    "Excel in Germany, CSV": as_text([GERMAN], ";").encode("cp1252"),
    "Excel in France, CSV UTF-8": as_text([FRENCH], ";").encode("utf-8-sig"),
    "Excel, Unicode text": as_text([GERMAN], "\t").encode("utf-16"),
    "Excel, CSV with its separator": ("sep=;\r\n" + as_text([GERMAN], ";")).encode("cp1252"),
    "Excel for Mac, CSV": as_text([ON_A_MAC], ";", "\r").encode("mac-roman"),
    "LibreOffice workbook": libreoffice_workbook(),
    "LibreOffice, CSV": as_text([PLAIN], ",", "\n").encode(),
    "a scraper's CSV": ("\n" + as_text([SCRAPED], ",", "\n") + "\n\n").encode(),
    "UTF-16 without Excel": codecs.BOM_UTF16_BE + as_text([ENGLISH]).encode("utf-16-be"),
    "our own export": our_own_export(),
}
