"""The names of columns that are known without being asked about."""

import csv

import pytest

from jobboard.feeds.adapters.own_csv_columns import COLUMNS
from jobboard.feeds.tables.headers import TABLE, fields_of, plain_words, same_headers

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Job Title", "title"),
        ("stellenbezeichnung", "title"),
        ("Intitulé du poste", "title"),
        ("Título del puesto", "title"),
        ("Título da vaga", "title"),
        ("Vacaturetitel", "title"),
        ("Location(s)", "places"),
        ("LOCATION *", "places"),
        ("Salary from (EUR)", "salary_min"),
        ("Gehalt_bis", "salary_max"),
        ("applyUrl", "apply_url"),
        ("apply-url", "apply_url"),
        ("Lien pour postuler", "apply_url"),
        ("Fecha límite", "closes_on"),
        ("Sluitingsdatum", "closes_on"),
        ("What is wrong", ""),
        ("Abteilung", None),
    ],
)
def test_a_header_is_known_in_any_of_its_spellings(header, field):
    assert fields_of([header]) == [field]


def test_our_own_names_are_our_own_columns():
    assert fields_of(COLUMNS) == COLUMNS


def test_of_two_columns_of_one_field_the_second_is_asked_about():
    assert fields_of(["Title", "Job title"]) == ["title", None]


def test_the_column_that_says_what_is_wrong_makes_no_other_file():
    assert same_headers(["Title", "What is wrong"]) == same_headers(["title"])


def test_no_name_stands_for_two_fields():
    names: dict[str, str] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["field"] in COLUMNS
            for header in row["headers"].split(";"):
                assert names.setdefault(plain_words(header), row["field"]) == row["field"], header
