"""The same jobs as different programs save them are the same jobs."""

from datetime import date
from io import BytesIO

import pytest

from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import InvalidItemError
from jobboard.listings.choices import PlaceText
from tests.feeds.tables.files_of_programs import COLUMNS, FILES, GERMAN, LINK, PLAIN, as_text
from tests.feeds.tables.workbook_files import xlsx, xlsx_rows

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_the_same_job_is_read_whichever_program_saved_it(data):
    (item,) = own_csv.parse(BytesIO(data))

    assert not isinstance(item, InvalidItemError), str(item)
    assert (item.external_id, item.title, item.apply_url) == ("7", "Data Engineer", LINK)
    assert [place.text for place in item.places] == ["Zürich", "Genève"]
    (pay,) = item.pay
    assert (pay.lowest, pay.highest, pay.currency, pay.period) == (45_000, 55_000, "EUR", "year")
    assert (item.level, item.closes_on) == ("entry", date(2099, 12, 31))
    assert len(own_csv.read_types(*item.types)) == 1
    assert "Zürich" in item.description


@pytest.mark.slow
@pytest.mark.parametrize("make", [pytest.param("cp1252", marks=pytest.mark.slow), "xlsx"])
def test_a_file_of_five_thousand_rows_is_read_and_names_each_bad_one(make):
    rows = [[f"{number}", *GERMAN[1:]] for number in range(5_000)]
    rows[4_000][6] = "viel"
    text = as_text(rows, ";").encode("cp1252")
    data = text if make == "cp1252" else xlsx(xlsx_rows([COLUMNS, *rows]))

    items = list(own_csv.parse(BytesIO(data)))

    bad = [str(item) for item in items if isinstance(item, InvalidItemError)]
    assert len(items) == 5_000
    assert bad == ["salary_min: is not a number like 52000 or 27.50: viel (row 4002)"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({6: "45.000 €", 8: "USD"}, "salary_currency: must be one for both amounts, not EUR and"),
        ({6: "45.000 €", 7: "£50,000"}, "salary_currency: must be one for both amounts, not EUR"),
        ({6: "$45,000", 7: "", 8: ""}, "salary_currency: is missing"),
        ({6: "45,00,000"}, "salary_min: is not a number like 52000 or 27.50: 45,00,000"),
        ({10: "02/03/2099"}, "closes_on: can be two dates: 02/03/2099. Write it like 2026-12-31"),
        ({10: "bald"}, "closes_on: is not a valid date: bald"),
        ({4: "Häuptling"}, "level: must be Entry-level / Junior, Mid-level / Intermediate, "),
        ({5: "immer"}, "employment_types: must be Full-time, Part-time, Contractor,"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_asked_for_and_not_guessed(changed, reason):
    cells = [changed.get(number, cell) for number, cell in enumerate(GERMAN)]
    (item,) = own_csv.parse(BytesIO(as_text([cells], ";").encode("cp1252")))

    assert str(item).startswith(reason)


@pytest.mark.parametrize(
    ("level", "read"),
    [
        ("Junior", ("entry", "")),
        ("Senior", ("senior", "")),
        ("Mid/Senior", ("mid", "senior")),
        ("EXECUTIVE", ("executive", "")),
    ],
)
def test_a_level_can_be_said_in_the_words_of_titles(level, read):
    cells = [*PLAIN[:4], level, *PLAIN[5:]]
    (item,) = own_csv.parse(BytesIO(as_text([cells]).encode()))

    assert (item.level, item.level_max) == read


def test_countries_workplaces_and_answers_can_be_words():
    text = (
        "id,title,apply_url,places,country,workplace,visa\n"
        f"1,Data Engineer,{LINK},Berlin,Germany,Onsite,Nein\n"
    )
    (item,) = own_csv.parse(BytesIO(text.encode()))

    assert item.places == (PlaceText("Berlin", country="DE", workplace="on_site"),)
    assert item.visa == "no"
