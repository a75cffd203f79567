"""Dates of uploaded files that may be two days: read as their column, the file or its country
writes them, asked about where nothing shows it, and said before anything is saved.
"""

from datetime import date

import pytest

from jobboard.listings.models import Listing
from jobboard.recruiting.models import ColumnChoice, ImportJob
from tests.reading import text_of
from tests.recruiting.file_uploads import COLUMNS, address, counts, file_of, row

pytestmark = pytest.mark.django_db

GERMAN = (
    "Titel;Ort;Bewerbungslink;Bewerbungsschluss;Vergütung\r\n"
    "Datenanalyst;Graz;https://jobs.acme.example/1;02/03/2099;Tarif\r\n"
)


def with_days(*days: str, also: dict[str, str] | None = None) -> bytes:
    rows = [row(number, closes_on=day, **(also or {})) for number, day in enumerate(days, 1)]
    return file_of(rows, [*COLUMNS, *(also or {})])


def days_here() -> list[date | None]:
    return list(Listing.objects.order_by("pk").values_list("closes_on", flat=True))


def is_asked() -> bool:
    return ImportJob.objects.first().state == ImportJob.State.COLUMNS


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        ("31/12/2099", date(2099, 3, 2)),
        ("12/31/2099", date(2099, 2, 3)),
        ("31-12-99", date(2099, 3, 2)),
        ("12/31/2099 11:30 PM", date(2099, 2, 3)),
    ],
)
def test_one_date_of_the_column_shows_how_all_are_written(client, acme, import_it, shown, day):
    acme.country = "US" if day.day == 2 else "GB"  # which the column outweighs
    acme.save()

    import_it(client, acme, with_days("02/03/2099", shown))

    assert days_here()[0] == day


@pytest.mark.both_databases
def test_the_other_column_of_dates_shows_it_too(client, acme, check):
    page = check(client, acme, with_days("02/03/2099", also={"posted_on": "13/01/2026"}))

    said = "“closes_on”: we read 02/03/2099 as 2 March 2099, because “posted_on” has 13/01/2026."
    assert said in text_of(page)


@pytest.mark.parametrize("unknown", ["closes_on", "Wann"])
def test_a_question_about_columns_asks_nothing_that_another_column_shows(
    client, acme, check, unknown
):
    """Whichever of the two is not known by its name."""
    shown = "31/12/2025" if unknown == "Wann" else "02/03/2099"
    closes = "02/03/2099" if unknown == "Wann" else "31/12/2099"
    rows = [row(1, closes_on=closes, Wann=shown)]

    asked = check(client, acme, file_of(rows, [*COLUMNS, "Wann"]))

    assert is_asked()
    assert "day_order" not in asked.context["form"].fields
    columns = {f"column-{at}": name for at, name in enumerate([*COLUMNS, "posted_on"])}
    assert client.post(f"{address()}columns/", columns).status_code == 302


def test_columns_of_dates_that_show_opposite_orders_decide_nothing_for_a_third(client, acme, check):
    also = {"Wann": "31/12/2025", "Bis": "12/31/2025"}

    asked = check(client, acme, with_days("02/03/2099", also=also))

    assert "day_order" in asked.context["form"].fields


def test_it_is_asked_about_together_with_what_else_lacks(client, acme, check):
    check(client, acme, with_days("02/03/2099"))
    columns = {f"column-{at}": name for at, name in enumerate(COLUMNS) if name != "places"}

    refused = client.post(f"{address()}columns/", columns)

    assert refused.context["form"].errors.keys() == {"day_order", "places"}


def test_a_column_taken_after_all_is_asked_about_then(client, acme, check):
    """Until then nobody reads a question about dates that no job has."""
    asked = check(client, acme, with_days("2099-03-02", also={"Wann": "02/03/2026", "Was": "x"}))
    columns = {f"column-{at}": name for at, name in enumerate([*COLUMNS, "", ""])}
    assert "day_order" in asked.context["form"].fields  # “Wann” has to be chosen yet

    client.post(f"{address()}columns/", columns)
    page = client.get(f"{address()}columns/")
    refused = client.post(f"{address()}columns/", columns | {"column-11": "posted_on"})

    assert "day_order" not in page.context["form"].fields
    assert "Choose how the dates are written." in text_of(refused)
    assert "day_order" in refused.context["form"].fields


@pytest.mark.both_databases
def test_before_anything_is_saved_it_is_said_how_dates_were_read(client, acme, check):
    page = check(client, acme, with_days("02/03/2099", "12/31/2099"))

    said = "“closes_on”: we read 02/03/2099 as 3 February 2099, because another row has 12/31/2099."
    assert said in text_of(page)
    assert "How we read dates" not in text_of(check(client, acme, with_days("2099-03-02")))


def test_else_the_language_of_the_columns_shows_it(client, acme, check):
    acme.country = "US"
    acme.save()

    page = check(client, acme, GERMAN.encode())

    assert "as 2 March 2099, because the column names are in German." in text_of(page)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("US", "as 3 February 2099, because the company’s country is United States."),
        ("GB", "as 2 March 2099, because the company’s country is United Kingdom."),
    ],
)
def test_else_the_country_of_the_company_shows_it(client, acme, check, country, said):
    acme.country = country
    acme.save()

    assert said in text_of(check(client, acme, with_days("02/03/2099")))


@pytest.mark.parametrize("country", ["", "JP", "CA"])
def test_where_nothing_shows_it_it_is_asked_once(client, acme, check, import_it, country):
    acme.country = country
    acme.save()

    asked = check(client, acme, with_days("02/03/2099"))
    assert "Choose how the dates are written." in text_of(asked)
    assert "Dates such as 02/03/2099 Choose a date" in text_of(asked)  # not “(optional)”
    form = asked.context["form"]
    columns = {f"column-{at}": name for at, name in enumerate(COLUMNS)}
    refused = client.post(f"{address()}columns/", columns)
    assert "Choose how the dates are written." in text_of(refused)
    assert form.fields["day_order"].choices[1:] == [
        ("dmy", "2 March 2099"),
        ("mdy", "3 February 2099"),
    ]

    client.post(f"{address()}columns/", columns | {"day_order": "mdy"})
    assert ColumnChoice.objects.get().day_order == "mdy"
    import_it(client, acme, with_days("02/03/2099"))
    assert not is_asked()
    assert days_here() == [date(2099, 2, 3)]


def test_a_column_that_shows_both_is_asked_about_whatever_the_country(client, acme, check):
    acme.country = "GB"
    acme.save()

    check(client, acme, with_days("02/03/2099", "31/12/2099", "12/31/2099"))

    assert is_asked()


def test_a_column_that_is_not_taken_asks_nothing(client, acme, check):
    page = check(client, acme, with_days("2099-03-02", also={"What is wrong": "02/03/2099"}))

    assert counts(page) == (1, 0, 0, 0)


@pytest.mark.parametrize("day", ["2099/03/02", "02.03.2099", "02.03.2099 08:00", "3/3/2099"])
def test_dates_that_are_certain_are_read_without_a_word(client, acme, import_it, day):
    import_it(client, acme, with_days(day))

    assert days_here()[0] in (date(2099, 3, 2), date(2099, 3, 3))
