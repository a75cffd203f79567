"""Official wages and exchange rates by command."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from roles import starter_content
from roles.models import FxRate, OfficialWage, SalarySource

pytestmark = pytest.mark.django_db

COLUMNS = "YEAR,AREA_TITLE,OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,A_PCT10,A_PCT25,A_MEDIAN,A_PCT75"
WAGES = f"""{COLUMNS},A_PCT90
2023,U.S.,15-2051,Data Scientists,detailed,192710,61070,79810,108020,140360,#
2023,U.S.,15-0000,Computer and Mathematical,major,5177390,49000,70000,104200,137000,170000
2024,U.S.,15-2051,Data Scientists,detailed,**,*,82630,112590,155810,194410
"""
ECB = """year,currency,usd_per_unit_mean,per_eur_mean,days,last_day
2022,EUR,1.053,1,257,2022-12-30
2026,IDR,5.924e-05,19744.106,70,2026-04-13
"""
FRED = """Date,Country,Exchange rate
2022-01-01,Euro,0.8
2021-01-01,Euro,0.5
2022-01-01,Taiwan,32
"""


@pytest.fixture
def bring(tmp_path):
    """Import a file of these contents; returns what the command prints."""

    def import_text(text):
        path, out = tmp_path / "file.csv", StringIO()
        path.write_text(text)
        call_command("import_statistics", path, stdout=out)
        return out.getvalue().strip()

    return import_text


def rates():
    return [
        (str(rate.date), rate.currency, rate.usd_per_unit)
        for rate in FxRate.objects.order_by("date", "currency")
    ]


@pytest.mark.both_databases
def test_wages_are_added_changed_or_left_by_occupation_year_and_area(bring):
    assert bring(WAGES) == "Official wages: 2 added, 0 changed, 0 unchanged."
    first = OfficialWage.objects.get(year=2023)
    assert (first.p10, first.p90, first.top_coded, first.area) == (61070, None, "p90", "U.S.")
    assert OfficialWage.objects.get(year=2024).employment is None

    assert (
        bring(WAGES.replace("79810", "79820")) == "Official wages: 0 added, 1 changed, 1 unchanged."
    )

    assert (OfficialWage.objects.get(year=2023).pk, OfficialWage.objects.get(year=2023).p25) == (
        first.pk,
        79820,
    )
    source = SalarySource.objects.get(slug="bls-oews")
    assert (source.version, source.rows, bool(source.imported_at)) == ("2023-2024", 2, True)


@pytest.mark.slow
def test_what_we_ship_does_not_take_imported_wages_away(starter, bring):
    bring(WAGES.replace("2024,", "2030,"))
    starter_content.StarterFingerprint.objects.filter(kind="table").update(
        fingerprint="of another release"
    )

    assert starter_content.load()["official_wages.csv"] == {"left alone": 1}

    assert OfficialWage.objects.filter(year=2030).exists()
    assert SalarySource.objects.get(slug="bls-oews").version == "2020-2030"


@pytest.mark.both_databases
def test_every_dated_rate_is_kept_and_importing_again_changes_nothing(bring):
    assert bring(ECB) == "ECB rates: 2 added, 0 changed, 0 unchanged."

    assert bring(ECB.replace("1.053,", "1.054,")) == "ECB rates: 0 added, 1 changed, 1 unchanged."

    assert rates() == [
        ("2022-12-30", "EUR", Decimal("1.054")),
        ("2026-04-13", "IDR", Decimal("0.00005924")),
    ]


@pytest.mark.parametrize("order", [(ECB, FRED), (FRED, ECB), (FRED, ECB, FRED)])
@pytest.mark.both_databases
def test_a_year_has_the_rate_of_the_ecb_or_else_of_fred_whichever_comes_first(bring, order):
    for text in order:
        bring(text)

    assert rates() == [
        ("2021-12-31", "EUR", Decimal(2)),
        ("2022-12-30", "EUR", Decimal("1.053")),
        ("2022-12-31", "TWD", Decimal("0.03125")),
        ("2026-04-13", "IDR", Decimal("0.00005924")),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "header of neither"),
        ("<!DOCTYPE html>", "header of neither"),
        ("work_year,salary_currency,usd_per_unit_mean\n2020,CAD,0.7\n", "header of neither"),
        (WAGES.splitlines()[0] + "\n", "has no rows"),
        (WAGES.replace("U.S.", "Ohio"), "line 2"),
        (WAGES.replace("82630", "many"), "line 4"),
        (WAGES.replace(",82630,112590,155810,194410", ""), "line 4"),
        (ECB.replace("2026-04-13", "soon"), "line 3"),
        (FRED.replace("Taiwan", "Atlantis"), "line 4"),
        (FRED.replace(",32", ",0"), "line 4"),
    ],
)
def test_another_table_or_one_with_a_bad_row_is_refused_whole(bring, text, reason):
    with pytest.raises(CommandError, match=reason):
        bring(text)

    assert not OfficialWage.objects.exists()
    assert not FxRate.objects.exists()


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path):
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\xff")

    with pytest.raises(CommandError, match="not a UTF-8 CSV file"):
        call_command("import_statistics", tmp_path / "picture.csv")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_statistics", tmp_path / "absent.csv")


@pytest.mark.shared_data
def test_the_published_files_are_read_to_the_last_row(shared_data):
    files = [
        "wages/oews_national_2020_2024_computer_math",
        "fx/fred_annual_1971_2025",
        "fx/ecb_annual_average_2018_2026_derived",
    ]
    for name in files:
        call_command("import_statistics", shared_data / f"{name}.csv")

    assert OfficialWage.objects.count() == 121
    assert FxRate.objects.newest("EUR").date == date(2026, 4, 13)
    assert FxRate.objects.newest("TWD").date == date(2025, 12, 31)
    assert FxRate.objects.filter(date__year__gte=2018, currency="EUR").count() == 9
    assert FxRate.objects.filter(date__year=1971).count() == 10
