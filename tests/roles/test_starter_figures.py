import csv
import gzip
import io
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from roles.pay import official, survey
from roles.pay.formulas import MIN_FOR_PERCENTILES, PERCENTILES
from scripts.make_starter_figures import (
    ECB_FILE,
    FRED_FILE,
    STARTER,
    SURVEY_FILE,
    WAGES_FILE,
    starter_files,
)

ROOT = Path(__file__).resolve().parents[2]
HEADER = ",".join(survey.SURVEY_COLUMNS)

# Ten senior answers of 100,000 to 190,000 USD from the US, the first one twice, and one from
# Germany.
SMALL_SURVEY = f"""{HEADER}
2024,SE,FT,AI Architect,100000,USD,100000,US,0,US,M
2024,SE,FT,AI Architect,100000,USD,100000,US,0,US,M
2024,SE,FT,AI Architect,110000,USD,110000,US,0,US,M
2024,SE,FT,AI Architect,120000,USD,120000,US,0,US,M
2024,SE,FT,AI Architect,190000,USD,190000,US,0,US,M
2024,SE,FT,AI Architect,180000,USD,180000,US,0,US,M
2024,SE,FT,AI Architect,170000,USD,170000,US,0,US,M
2024,SE,FT,Artificial Intelligence Architect,160000,USD,160000,US,0,US,M
2024,SE,FT,AI Architect,130000,USD,130000,US,0,US,M
2024,SE,FT,AI Architect,140000,USD,140000,US,0,US,M
2024,SE,CT,AI Architect,150000,USD,150000,US,0,US,M
2025,MI,FT, ai  ARCHITECT ,55000,EUR,60000,PL,50,DE,S
2025,MI,FT,Data Janitor,1,USD,1,US,0,US,M
"""
SMALL_ROLES = [
    {
        "slug": "ai-architect",
        "name": "AI Architect",
        "aliases": ["artificial intelligence architect"],
    }
]

WAGES_HEADER = "YEAR,OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,A_PCT10,A_PCT25,A_MEDIAN,A_PCT75,A_PCT90"
SMALL_WAGES = f"""{WAGES_HEADER}
2021,15-2051,Data Scientists,detailed,105980,60610,78890,100910,133000,#
2020,15-2098,"Data Scientists and Others, All Other",detailed,59680,*,71790,98230,#,#
2020,15-0000,Computer and Mathematical Occupations,major,4587700,46400,64730,91350,123640,157120
"""
SMALL_ECB = """year,currency,usd_per_unit_mean,per_eur_mean,days,last_day
2025,IDR,6.069e-05,18623.058353,255,2025-12-31
2026,IDR,5.924e-05,19744.106,70,2026-04-13
2025,AUD,0.6448305,1.75176,255,2025-12-31
"""
SMALL_FRED = """Date,Country,Exchange rate
2025-01-01,Taiwan,31.1663
2024-01-01,Taiwan,32.1
2025-01-01,Australia,1.5504
"""


@pytest.fixture
def shared_data():
    folder = Path(os.environ.get("JOBBOARD_SHARED_DATA", ROOT / "../shared/data"))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}")
    return folder


@pytest.fixture
def small_data(tmp_path):
    for name, text in {WAGES_FILE: SMALL_WAGES, ECB_FILE: SMALL_ECB, FRED_FILE: SMALL_FRED}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / SURVEY_FILE).parent.mkdir()
    (tmp_path / SURVEY_FILE).write_bytes(gzip.compress(SMALL_SURVEY.encode()))
    return tmp_path


def shipped_roles():
    roles = [
        json.loads(path.read_text("utf-8")) for path in sorted((STARTER / "roles").glob("*.json"))
    ]
    return [role for role in roles if role["status"] == "published"]


def figures_in(text):
    """Percentiles as Decimal or None, by role and cell, with n."""
    return {
        (
            row["role"],
            survey.Cell(row["level"], row["country"], int(row["year"]), int(row["remote"])),
        ): (
            int(row["n"]),
            *(Decimal(row[f"p{q}"]) if row[f"p{q}"] else None for q in PERCENTILES),
        )
        for row in csv.DictReader(io.StringIO(text))
    }


def reference_figures(blocks):
    """The cells of one role in the reference file, as figures_in gives them."""
    cells = {survey.Cell(): blocks["overall"]}
    cells |= {
        survey.Cell(level=survey.LEVELS[code]): cell
        for code, cell in blocks["by_experience_level"].items()
    }
    cells |= {survey.Cell(year=int(year)): cell for year, cell in blocks["by_year"].items()}
    cells |= {
        survey.Cell(remote=int(remote)): cell for remote, cell in blocks["by_remote_ratio"].items()
    }
    cells |= {
        survey.Cell(country=cell["company_location"]): cell
        for cell in blocks["by_company_location_top5"]
    }
    cells |= {
        survey.Cell(level=survey.LEVELS[code], country="US"): cell
        for code, cell in blocks["us_by_experience_level"].items()
    }
    return {
        key: (
            cell["count"],
            *(Decimal(str(cell[name])) for name in ("p10", "p25", "median", "p75", "p90")),
        )
        for key, cell in cells.items()
        if cell["count"] >= MIN_FOR_PERCENTILES
    }


def test_a_role_has_a_figure_for_every_cell_of_at_most_two_dimensions(small_data):
    figures = figures_in(starter_files(small_data, SMALL_ROLES)["salary_figures.csv"])

    assert len(figures) == 33
    assert figures["ai-architect", survey.Cell()] == (
        12,
        100_000,
        107_500,
        135_000,
        162_500,
        179_000,
    )
    assert figures["ai-architect", survey.Cell("senior", "US")] == (
        11,
        100_000,
        115_000,
        140_000,
        165_000,
        180_000,
    )
    assert figures["ai-architect", survey.Cell(year=2025, remote=50)] == (
        1,
        None,
        None,
        None,
        None,
        None,
    )


def test_a_figure_says_how_many_answers_repeat_others_and_which_country_leads(small_data):
    lines = starter_files(small_data, SMALL_ROLES)["salary_figures.csv"].splitlines()

    assert (
        lines[1]
        == "ai-architect,,,0,-1,12,11,100000,107500,135000,162500,179000,2024,2025,US,0.9167"
    )
    assert "ai-architect,,,2025,50,1,1,,,,,,2025,2025,DE,1" in lines


def test_of_equally_frequent_countries_the_first_in_the_alphabet_leads():
    lines = [
        HEADER,
        *(f"2024,SE,FT,AI Architect,1,USD,1,US,0,{country},M" for country in ("US", "DE")),
    ]

    summary = survey.summarise(survey.read_survey(lines))

    assert summary[survey.Cell()].top_country == "DE"


def test_two_roles_cannot_claim_one_survey_title():
    roles = [
        {"slug": "a", "name": "ML Engineer", "aliases": []},
        {"slug": "b", "name": "B", "aliases": ["ml  engineer"]},
    ]

    with pytest.raises(ValueError, match="'ml engineer' belongs to a and b"):
        survey.role_by_title(roles)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("2024,XX,FT,AI Architect,1,USD,1,US,0,US,M", "experience_level"),
        ("2024,SE,FT,AI Architect,1,USD,1.5,US,0,US,M", "salary_in_usd"),
        ("2024,SE,FT,AI Architect,much,USD,1,US,0,US,M", "salary"),
        ("2024,SE,FT,AI Architect,NaN,USD,1,US,0,US,M", "salary"),
        ("2024,SE,FT,AI Architect,1,USD,-1,US,0,US,M", "salary_in_usd"),
        ("0,SE,FT,AI Architect,1,USD,1,US,0,US,M", "work_year"),
        ("2024,SE,FT,AI Architect,1,USD,1,US,0,,M", "company_location"),
        ("2024,SE,FT,AI Architect,1,USD,1,US,25,US,M", "remote_ratio"),
        ("2024,SE,FT,  ,1,USD,1,US,0,US,M", "job_title"),
        ("2024,SE,FT,AI Architect", "line"),
        ("", "line"),
    ],
)
def test_a_bad_survey_line_is_named_by_number_and_field(line, field):
    with pytest.raises(survey.InvalidLineError) as refused:
        list(survey.read_survey([HEADER, "2024,SE,FT,AI Architect,1,USD,1,US,0,US,M", line]))

    assert (refused.value.number, refused.value.field) == (3, field)


def test_another_header_is_refused():
    with pytest.raises(survey.InvalidLineError, match="line 1, header"):
        list(survey.read_survey(["year,title\n"]))


def test_official_wages_keep_top_coded_and_withheld_apart(small_data):
    assert starter_files(small_data, [])["official_wages.csv"].splitlines() == [
        "soc,title,year,employment,p10,p25,p50,p75,p90,top_coded,withheld",
        "15-2051,Data Scientists,2021,105980,60610,78890,100910,133000,,p90,",
        '15-2098,"Data Scientists and Others, All Other",2020,59680,,71790,98230,,,p75 p90,p10',
    ]


def test_the_newest_rate_of_a_currency_ships_and_ecb_goes_before_fred(small_data):
    assert starter_files(small_data, [])["fx_rates.csv"].splitlines() == [
        "date,currency,usd_per_unit,source",
        "2025-12-31,AUD,0.6448305,ECB annual mean",
        "2026-04-13,IDR,0.00005924,ECB annual mean",
        "2025-12-31,TWD,0.03208594,FRED annual rate",
    ]


@pytest.mark.shared_data
def test_fred_and_ecb_agree_on_every_currency_and_year_they_share(shared_data):
    with (shared_data / ECB_FILE).open() as file:
        ecb = {
            (row["currency"], row["year"]): float(row["usd_per_unit_mean"])
            for row in csv.DictReader(file)
        }
    with (shared_data / FRED_FILE).open() as file:
        fred = list(csv.DictReader(file))
    compared = 0

    for row in fred:
        [rate] = official.newest_rates([], [row])
        expected = ecb.get((rate.currency, rate.date[:4]))
        if expected:
            assert float(rate.usd_per_unit) == pytest.approx(expected, rel=0.015), row
            compared += 1

    assert compared == 152


@pytest.mark.shared_data
def test_shipped_figures_are_those_of_the_independent_reference(shared_data):
    reference = json.loads((shared_data / "salaries/reference_2025-08-03.json").read_text("utf-8"))[
        "roles"
    ]
    shipped = figures_in((STARTER / "salary_figures.csv").read_text("utf-8"))
    slugs = {role["name"]: role["slug"] for role in shipped_roles()}
    expected = {
        (slugs[name], cell): figure
        for name in reference.keys() & slugs.keys()
        for cell, figure in reference_figures(reference[name]["all_rows"]).items()
    }

    assert {key: shipped.get(key) for key in expected} == expected
    assert len(expected) > 50


@pytest.mark.slow
@pytest.mark.shared_data
def test_shipped_files_are_what_the_command_makes_of_the_shared_data(shared_data):
    files = starter_files(shared_data, shipped_roles())

    for name, text in files.items():
        assert (STARTER / name).read_text("utf-8") == text, (
            f"{name} is stale: run scripts/make_starter_figures.py"
        )
