"""Each adapter on a small answer with the traps of its kind, on bad answers and on real ones; Ashby
apart.
"""

import copy
import gzip
import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from jobboard.feeds.adapters import base, own_csv, paging
from jobboard.feeds.adapters.base import FeedItem, InvalidFeedError, InvalidItemError
from jobboard.feeds.adapters.boards import adzuna
from jobboard.feeds.adapters.formats import jobposting
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.adapters.systems import workday
from jobboard.feeds.tables import files
from jobboard.feeds.tables.values import names_of
from jobboard.listings.choices import Level, PayStatement, PlaceText
from jobboard.listings.models import Feed

pytestmark = pytest.mark.pure

DATA = Path(__file__).parent / "data"
SITE = "https://acme.wd5.myworkdayjobs.com/Careers"
API = "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Careers"
JSON_FILES = {
    "ashby": "ashby.json",
    "greenhouse": "greenhouse.json",
    "lever": "lever.json",
    "workday": "workday.json",
    "remotive": "remotive.json",
    "usajobs": "usajobs.json",
    "adzuna": "adzuna.json",
}
YEAR_2026 = time_machine.travel(datetime(2026, 11, 20, 1, tzinfo=UTC), tick=False)


def parse(kind, data, address=""):
    return list(
        ADAPTERS[kind].parse(
            BytesIO(data if isinstance(data, bytes) else json.dumps(data).encode()), address
        )
    )


def read(kind, name, address=""):
    return parse(kind, (DATA / name).read_bytes(), address)


def one(kind, name, **changes):
    """The first row of a fixture with ``changes``, as its adapter reads it."""
    answer = json.loads((DATA / name).read_text())
    (
        answer
        if isinstance(answer, list)
        else next(rows for rows in answer.values() if isinstance(rows, list))
    )[0] |= changes
    return parse(kind, answer, SITE)[0]


def pay(item):
    return [(pay.lowest, pay.highest, pay.currency, pay.period) for pay in item.pay]


def test_every_kind_of_feed_has_an_adapter():
    assert set(ADAPTERS) == set(Feed.Kind.values)


# Greenhouse


def test_greenhouse_fields_are_read():
    item, prospects, remote, bad = read("greenhouse", "greenhouse.json")

    assert (item.external_id, item.title, item.company) == ("101", "Data Scientist", "Globex")
    assert item.description == "<h2>The work</h2><p>R&amp;D with &lt;tables&gt;.</p>"
    assert item.places == (PlaceText("Oslo, Norway | Bergen, Norway", workplace="hybrid"),)
    assert item.types == ("Full-time", "Contract")
    assert pay(item) == [(90_000, Decimal("120000.50"), "EUR", "year")]
    assert item.posted_at == datetime(2026, 11, 3, 1, 30, tzinfo=UTC)
    assert item.closes_on == date(2026, 12, 31)
    assert item.apply_url == "https://boards.example.com/globex/jobs/101"
    assert prospects == FeedItem("102", title="Leave us your details", is_listed=False)
    assert remote.places == (PlaceText("Remote", workplace="remote"),)
    assert remote.description == "<p>Not escaped &amp; short.</p>"
    assert str(bad) == "apply_url: is missing"


@pytest.mark.parametrize(
    ("changes", "period"),
    [
        ({"title": "Hourly rate", "min_cents": 4400, "max_cents": 5000}, "hour"),
        ({"blurb": "Paid per hour", "min_cents": 4400, "max_cents": 5000}, "hour"),
        ({"title": "Annual salary", "blurb": "40 hours a week"}, "year"),
        ({"title": "Monthly", "min_cents": 400000, "max_cents": 500000}, "month"),
        ({"title": "Zone 1"}, "year"),
        ({"title": "Zone 1", "min_cents": 4400, "max_cents": 5000}, None),
        ({"title": "Zone 1", "currency_type": "PLN"}, None),
        ({"title": "Zone 1", "min_cents": 1200000, "max_cents": 1500000}, None),
        (
            {
                "title": "Annual",
                "currency_type": "JPY",
                "min_cents": 800000000,
                "max_cents": 900000000,
            },
            None,
        ),
        (
            {"blurb": "An hourly rate for 40 hours a week", "min_cents": 4400, "max_cents": 5000},
            None,
        ),
        ({"min_cents": None, "max_cents": True}, None),
    ],
)
def test_a_greenhouse_range_is_pay_only_if_its_period_is_sure(changes, period):
    row = {
        "min_cents": 9000000,
        "max_cents": 12000000,
        "currency_type": "USD",
        "title": "",
        "blurb": "",
    } | changes

    item = one("greenhouse", "greenhouse.json", pay_input_ranges=[row])

    assert [str(one.period) for one in item.pay] == ([period] if period else [])


def test_greenhouse_fields_that_disagree_on_the_workplace_say_nothing():
    rows = [{"name": "Workplace", "value": "Remote"}, {"name": "Location type", "value": "On-site"}]

    assert one("greenhouse", "greenhouse.json", metadata=rows).places[0].workplace == ""


# Lever


def test_lever_fields_are_read():
    item, intern, late = read("lever", "lever.json")

    assert (item.external_id, item.title, item.types) == ("a-1", "ML Engineer", ("Full-time",))
    assert item.posted_at == datetime(2026, 11, 2, 12, 0, 0, 500_000, tzinfo=UTC)
    assert item.places == (
        PlaceText("Madrid", country="ES", workplace="on_site"),
        PlaceText("Seville", workplace="on_site"),
    )
    assert pay(item) == [(50_000, Decimal("65000.50"), "EUR", "year")]
    assert item.pay_text == "Plus a bonus."
    assert item.apply_url == "https://jobs.example.com/acme/a-1"
    assert (
        item.description == "<div>You rank things.</div>\n"
        "<h3>What you&#x27;ll do &amp; how</h3><ul><li>Rank.</li><li>Measure.</li></ul>\n"
        "<div>Plus a bonus.</div>\n<div>Come as you are.</div>"
    )
    assert (intern.places, intern.pay, intern.posted_at) == ((), (), None)
    assert intern.apply_url == "https://jobs.example.com/acme/a-2/apply"
    assert (late.title, late.posted_at) == ("Late", None)
    assert late.faults == (("createdAt", "is not a Unix timestamp"),)


# Workday


@YEAR_2026
def test_a_workday_list_gives_links_on_its_site_and_days_from_today():
    items = read("workday", "workday.json", f"{SITE}/?q=data")

    assert [item.external_id for item in items[:4]] == ["R-1001", "R-1002", "R1003", "R1004-7"]
    assert items[0].apply_url == f"{SITE}/job/Oslo/Data-Engineer_R-1001"
    assert items[0].places == (PlaceText("Oslo", workplace="hybrid"),)
    assert items[1].places == ()
    assert [item.posted_at and item.posted_at.isoformat() for item in items[:4]] == [
        "2026-11-12T00:00:00+00:00",
        "2026-11-20T00:00:00+00:00",
        None,
        "2026-11-19T00:00:00+00:00",
    ]
    assert str(items[4]) == "externalPath: is missing"


@pytest.mark.parametrize(
    "address", ["", "https://acme.wd5.myworkdayjobs.com", "http://acme.wd5.myworkdayjobs.com/x"]
)
def test_a_workday_list_without_its_site_says_what_it_needs(address):
    assert str(read("workday", "workday.json", address)[0]).startswith(
        "apply_url: is not in the list: "
        "the feed needs the address of the career site, such as https://"
    )


def test_a_workday_jobs_own_answer_is_read_under_the_same_id():
    (item,) = read("workday", "workday_job.json")

    assert (item.external_id, item.company, item.types) == ("R-1001", "Acme AS", ("Full time",))
    assert item.places == (
        PlaceText("Oslo", country="Norway", workplace="hybrid"),
        PlaceText("Bergen", workplace="hybrid"),
    )
    assert (item.posted_at, item.closes_on) == (
        datetime(2026, 10, 5, tzinfo=UTC),
        date(2026, 12, 5),
    )
    assert item.apply_url == f"{SITE}/job/Oslo/Data-Engineer_R-1001"


def test_a_workday_item_becomes_whole_from_its_own_answer():
    item = read("workday", "workday.json", f"{SITE.replace('acme.', 'Acme.')}/")[1]

    whole = workday.SOURCE.with_details(item, (DATA / "workday_job.json").read_bytes())

    assert workday.SOURCE.details_address(item, SITE) == f"{API}/job/Oslo/ML-Engineer_R-1002-2"
    assert (whole.description, whole.external_id) == ("<p>You move data.</p>", "R-1002")
    assert whole.apply_url == item.apply_url


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b'{"jobPostings": []}', b'{"jobPostingInfo": {"title": "x"}}']
)
def test_an_item_without_an_own_answer_is_refused(answer):
    with pytest.raises((InvalidFeedError, InvalidItemError)):
        workday.SOURCE.with_details(FeedItem("R-1001"), answer)


# Remotive


def test_remotive_fields_are_read():
    item, bare = read("remotive", "remotive.json")

    assert (item.external_id, item.title, item.company) == ("7", "Data Engineer", "Initech")
    assert item.places == (PlaceText("Remote (Americas, Europe)", workplace="remote"),)
    assert (item.types, item.tags, item.pay_text) == (
        ("full_time",),
        ("python", "SQL"),
        "$90 - $150 /hour",
    )
    assert item.apply_url == "https://board.example.com/jobs/7"
    assert item.posted_at == datetime(2026, 11, 12, 6, 35, 18, tzinfo=UTC)
    assert (bare.places, bare.posted_at) == ((PlaceText("Remote", workplace="remote"),), None)


# USAJOBS


def test_usajobs_fields_are_read():
    item, clerk, elsewhere = read("usajobs", "usajobs.json")

    assert (item.external_id, item.title, item.company) == (
        "111",
        "DATA SCIENTIST",
        "Office of Counting",
    )
    assert item.apply_url == "https://www.usajobs.gov/job/111?Channel=API"
    assert item.places == (
        PlaceText(
            "Arlington, Virginia",
            city="Arlington",
            country="United States",
            workplace="remote",
            admin1="Virginia",
        ),
        PlaceText("Anywhere in the U.S. (remote job)", country="United States", workplace="remote"),
    )
    assert item.types == ("Full-time", "Permanent")
    assert pay(item) == [(106_437, 158_322, "USD", "year")]
    assert (item.posted_at, item.closes_on) == (
        datetime(2026, 11, 6, tzinfo=UTC),
        date(2026, 12, 6),
    )
    assert (
        item.description == "<p>You count.</p>\n<h3>Duties</h3><p>Count.</p>\n<p>Recount.</p>\n"
        "<h3>Qualifications</h3><p>A degree<br>or &lt;4 years of practice &amp; tests.</p>"
    )
    assert (clerk.places, clerk.company) == ((), "Department of Sums")
    assert clerk.apply_url == "https://www.usajobs.gov/job/112"
    assert pay(clerk) == [(Decimal("21.50"), 30, "USD", "hour")]
    assert elsewhere.apply_url == "https://agency.example.gov/113"  # written with http


def test_usajobs_archive_has_a_job_a_line():
    rows = json.loads((DATA / "usajobs.json").read_text())["SearchResult"]["SearchResultItems"]
    del rows[0]["MatchedObjectId"]
    lines = "\r\n".join(json.dumps(row) for row in rows[:2])

    assert [item.external_id for item in parse("usajobs", lines.encode())] == ["AB-1", "112"]
    assert [item.external_id for item in parse("usajobs", rows[1])] == ["112"]
    assert [item.external_id for item in parse("usajobs", rows[:1])] == ["AB-1"]


# Adzuna


def test_adzuna_fields_are_read_and_estimates_are_no_pay():
    item, estimated, german = read("adzuna", "adzuna.json")

    assert (item.external_id, item.title, item.company) == (
        "9001",
        "Data Engineer & Analyst",
        "Soylent",
    )
    assert item.description == "<p>You move &amp; count data…</p>"
    assert item.places == (
        PlaceText(
            "Leeds, Yorkshire And The Humber, UK",
            city="Leeds",
            country="UK",
            admin1="Yorkshire And The Humber",
        ),
    )
    assert item.types == ("full_time", "permanent")
    assert pay(item) == [(50_000, Decimal("60000.50"), "GBP", "year")]
    assert item.apply_url == "https://board.example.com/details/9001"
    assert estimated.pay == ()
    assert german.pay == ()  # whose country has a name we do not know
    assert estimated.places == (PlaceText("US", country="US"),)


def test_the_parent_town_that_adzuna_shows_beside_a_town_is_no_second_place():
    path = ["France", "Ile-de-France", "Yvelines", "Versailles", "Viroflay"]
    location = {"display_name": "Viroflay, Versailles", "area": path}

    (place,) = one("adzuna", "adzuna.json", location=location).places

    assert (place.text, place.city) == ("Viroflay, Ile-de-France, France", "Viroflay")


@pytest.mark.parametrize("flag", ["1", 1, True, None, "", "false"])
def test_only_a_salary_that_adzuna_says_is_stated_is_pay(flag):
    assert one("adzuna", "adzuna.json", salary_is_predicted=flag).pay == ()


# A page with JobPosting


def test_all_postings_of_a_page_are_read_and_broken_blocks_named():
    results = read("jobposting", "jobposting.html", "https://jobs.example.com/all?page=1")

    broken, item, remote = results
    assert str(broken) == "markup: cannot be read: The JSON file is incomplete."
    assert (item.external_id, item.title, item.company) == ("501", "R&D Engineer", "Hooli")
    assert item.apply_url == "https://jobs.example.com/jobs/501"
    assert item.description == "<p>You build things.</p>"
    assert item.places == (
        PlaceText("Porto, PT", city="Porto", country="PT", admin1="Porto"),
        PlaceText("Rua Um, Braga"),
    )
    assert item.types == ("FULL_TIME", "CONTRACTOR", "INTERN")
    assert pay(item) == [(30_000, Decimal("40000.50"), "EUR", "year")]
    assert (item.posted_at, item.closes_on) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        date(2026, 12, 24),
    )
    assert remote.external_id == remote.apply_url == "https://jobs.example.com/all?page=1"
    assert remote.description == "<p>First line.</p>\n\n<p>Second &amp; last.</p>"
    assert remote.places == (
        PlaceText("Remote (Spain)", country="Spain", workplace="remote"),
        PlaceText("Remote (Texas, USA)", workplace="remote"),
        PlaceText("Madrid, ES", city="Madrid", country="ES"),
    )
    assert (remote.pay, remote.pay_text) == ((), "30 to 40 thousand a year")


def posting(**fields):
    (item,) = parse(
        "jobposting", {"@type": "JobPosting", "title": "x", "url": "https://example.com/1"} | fields
    )
    return item


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({"jobLocationType": "TELECOMMUTE"}, (PlaceText("Remote", workplace="remote"),)),
        (
            {
                "jobLocationType": "TELECOMMUTE",
                "jobLocation": {"address": {"addressCountry": "DE"}},
            },
            (PlaceText("DE", country="DE", workplace="remote"),),
        ),
        ({"jobLocation": {"name": "Head office"}}, (PlaceText("Head office"),)),
        ({"applicantLocationRequirements": {"@type": "Country", "name": "Spain"}}, ()),
    ],
)
def test_places_of_a_posting(fields, places):
    assert posting(**fields).places == places


@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        (
            {"currency": "EUR", "value": {"value": 25.5, "unitText": "HOUR"}},
            (Decimal("25.50"), Decimal("25.50"), "hour"),
        ),
        (
            {"currency": "EUR", "minValue": 50000, "maxValue": 60000, "unitText": "YEAR"},
            (50_000, 60_000, "year"),
        ),
        (
            [{"currency": "EUR", "value": {"minValue": "50000", "unitText": "YEAR"}}],
            (50_000, None, "year"),
        ),
        ({"currency": "EUR", "value": {"value": 50000}}, None),
        ({"value": {"value": 50000, "unitText": "YEAR"}}, None),
        (50000, None),
    ],
)
def test_pay_of_a_posting(salary, expected):
    found = [(one.lowest, one.highest, one.period) for one in posting(baseSalary=salary).pay]

    assert found == ([expected] if expected else [])


def test_a_posting_is_found_as_its_identifier_or_its_address():
    assert posting(identifier="A 1").external_id == "A 1"
    assert posting(identifier={"name": "Acme"}).external_id == "https://example.com/1"
    assert len(posting(url="https://example.com/" + "x" * 200).external_id) == 64
    assert str(posting(url=None)) == "identifier: is missing, and so is the page address"


# Our own CSV


def csv_rows(
    *rows,
    header="id,title,apply_url,salary_min,salary_max,salary_currency,salary_period,level,closes_on",
):
    return parse("csv", "\n".join([header, *rows]).encode())


def test_all_columns_of_our_own_csv_are_read():
    item, bare, bad = read("csv", "own.csv")

    assert (item.external_id, item.title, item.company) == ("1", "Data Engineer", "Acme")
    assert item.description == '# The work\n\nYou move, and count, "data".'
    assert not item.description_is_html
    assert item.places == (
        PlaceText("Lisbon", workplace="hybrid"),
        PlaceText("Remote (Spain)", workplace="hybrid"),
    )
    assert (item.types, item.level, item.role) == (
        ("full_time", "contractor"),
        "senior",
        "data-engineer",
    )
    assert pay(item) == [(52_000, Decimal("60000.50"), "EUR", "year")]
    assert (item.posted_at, item.closes_on) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        date(2026, 12, 31),
    )
    assert (item.skills, item.visa) == (("Python", "SQL"), "yes")
    assert (bare.external_id, bare.title, bare.apply_email) == (
        "+2",
        "=Sums",
        "jobs@acme.example.com",
    )
    assert bare.places == (PlaceText("Remote", workplace="remote"),)
    assert pay(bare) == [(Decimal("27.50"), None, "USD", "hour")]
    assert str(bad) == "salary_min: is not a number like 52000 or 27.50: 12,5 Mio (row 6)"


URL = "https://example.com/1"


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        (f",x,{URL},,,,,,", "id: is missing"),
        (f"1, ,{URL},,,,,,", "title: is empty"),
        ("1,x,,,,,,,", "apply_url: is missing"),
        ("1,x,ftp://example.com,,,,,,", "apply_url: Enter an address that starts with https://"),
        (f"1,x,{URL},60000,50000,EUR,year,,", "salary_max: is below salary_min"),
        (
            f"1,x,{URL},60.0000,,EUR,year,,",
            "salary_min: is not a number like 52000 or 27.50: 60.0000",
        ),
        (f"1,x,{URL},-1,,EUR,year,,", "salary_min: is not a number like 52000 or 27.50: -1"),
        (f"1,x,{URL},50000,,,year,,", "salary_currency: is missing"),
        (
            f"1,x,{URL},50000,,DOLLAR,year,,",
            "salary_currency: must be a currency’s three letters or sign, such as EUR or €, "
            "not DOLLAR",
        ),
        (f"1,x,{URL},50000,,EUR,,,", "salary_period: is missing"),
        (
            f"1,x,{URL},50000,,EUR,fortnight,,",
            "salary_period: must be year, month, week, day or hour, not fortnight",
        ),
        (
            f"1,x,{URL},50000,,EUR,hour,,",
            "salary_min: or salary_max is not a realistic amount for this currency",
        ),
        (f"1,x,{URL},,,,,guru,", f"level: must be {names_of(Level)}, not guru"),
        (f"1,x,{URL},,,,,,31.02.2026", "closes_on: is not a valid date: 31.02.2026"),
        (f"1,x,{URL},,,,,,02/03/2026", "closes_on: can be two dates: 02/03/2026. Write it like"),
        (f"1,x,{URL},,", "row: has 5 cells but there are names for 9"),
        ('1,"x"y,,,,,,,', "row: is not valid CSV: "),
        ("1,\ud800,,,,,,,", "title: has characters that are not UTF-8"),
        (f"1,caf\udce9,{URL},,,,,,", "title: has characters that are not UTF-8"),
    ],
)
def test_a_bad_row_is_named_by_field_reason_and_row_and_the_next_follows(row, bad, monkeypatch):
    monkeypatch.setattr(files, "ENCODING_CHECK_BYTES", 10)
    header = (
        "id,title,apply_url,salary_min,salary_max,salary_currency,salary_period,level,closes_on"
    )
    good = f'good,"in\nZürich",{URL},,,,,,'
    data = "\n".join([header, good, row, good, ""]).encode(
        "utf-8", "surrogateescape" if "\udce9" in row else "surrogatepass"
    )

    before, result, after = parse("csv", data)

    assert str(result).startswith(bad)
    assert str(result).endswith(" (row 3)")
    assert before.external_id == after.external_id == "good"


@pytest.mark.parametrize(
    ("levels", "read"),
    [
        ("mid,senior", ("mid", "senior")),
        ("mid,", ("mid", "")),
        (",", ("", "")),
        ("senior,mid", "level_max: must be above “level”, or blank (row 2)"),
        ("senior,senior", "level_max: must be above “level”, or blank (row 2)"),
        (",senior", "level_max: must be above “level”, or blank (row 2)"),
    ],
)
def test_a_row_may_name_a_range_of_levels(levels, read):
    (item,) = csv_rows(f"1,x,{URL},{levels}", header="id,title,apply_url,level,level_max")

    if isinstance(read, str):
        assert str(item) == read
    else:
        assert (item.level, item.level_max) == read


def test_a_bad_row_says_whose_it_is_so_that_its_job_does_not_end():
    no_level, too_short = csv_rows(f"7,x,{URL},,,,,guru,", "8,x")

    assert (no_level.external_id, too_short.external_id) == ("7", "")


def test_a_nul_stops_no_row():
    assert [
        item.title
        for item in csv_rows(f"1,a,{URL},,,,,,", f"2,b\0,{URL},,,,,,", f"3,c,{URL},,,,,,")
    ] == [
        "a",
        "b\0",
        "c",
    ]


def test_a_quote_that_never_ends_swallows_no_rows_silently():
    results = csv_rows(f"1,a,{URL},,,,,,", f'2,"b,{URL},,,,,,', f"3,c,{URL},,,,,,")

    assert results[0].external_id == "1"
    assert str(results[1]).startswith("row: is not valid CSV: ")


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        (
            f"1,x,{URL},a@example.com,,,",
            "apply_email: cannot be used together with apply_url. Enter only one (row 2)",
        ),
        (
            "1,x,,a at example,,,",
            "apply_email: is not a valid email address: a at example (row 2)",
        ),
        (
            f"1,x,{URL},,somewhere,,",
            "workplace: must be On-site, Hybrid or Remote, not somewhere (row 2)",
        ),
        (
            f"1,x,{URL},,,full_time;forever,",
            "employment_types: must be Full-time, Part-time, Contractor, Temporary, Internship, "
            "Volunteer, Per diem or Other, not forever (row 2)",
        ),
        (f"1,x,{URL},,,,maybe", "visa: must be Yes, No or Not stated, not maybe (row 2)"),
    ],
)
def test_other_columns_are_checked_too(row, bad):
    (result,) = csv_rows(
        row, header="id,title,apply_url,apply_email,workplace,employment_types,visa"
    )

    assert str(result) == bad


LISTS = "id,title,apply_url,places,workplace,hybrid_days,salary_min,salary_max,salary_currency"
LISTS += ",salary_period,pay_kind,pay_gross,pay_place"


def test_values_for_each_location_and_each_pay_range_are_separated_by_semicolons():
    (item,) = csv_rows(
        f"1,x,{URL},Lisbon; Porto; Spain,hybrid; on_site; remote,2;;,50000; 70000,60000;,EUR,year,"
        "base; on_target,gross,; Lisbon",
        header=LISTS,
    )

    assert item.places == (
        PlaceText("Lisbon", workplace="hybrid", hybrid_days=2),
        PlaceText("Porto", workplace="on_site"),
        PlaceText("Spain", workplace="remote"),
    )
    unit = ("EUR", "year")
    assert item.pay == (
        PayStatement(Decimal(50_000), Decimal(60_000), *unit, kind="base", gross="gross"),
        PayStatement(Decimal(70_000), None, *unit, kind="on_target", gross="gross", place="Lisbon"),
    )


def test_one_value_holds_for_all_locations():
    (item,) = csv_rows(f"1,x,{URL},Lisbon; Porto,hybrid,3,,,,,,,", header=LISTS)

    assert {(place.workplace, place.hybrid_days) for place in item.places} == {("hybrid", 3)}


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        (
            "Lisbon; Porto; Faro,hybrid; remote,,,,,,,,",
            "workplace: has 2 values, but “places” has 3. "
            "Enter one for each, separated by semicolons (row 2)",
        ),
        (
            "Lisbon,,,50000; 60000,70000,EUR,year,,,",
            "salary_max: has 1 value, but “salary_min” has 2. "
            "Enter one for each, separated by semicolons (row 2)",
        ),
        ("Lisbon,hybrid,6,,,,,,,", "hybrid_days: must be a number from 1 to 5, not 6 (row 2)"),
        (
            "Lisbon,,,50000,,EUR,year,bonus,,",
            "pay_kind: must be Base pay, On-target earnings or Total compensation, not bonus "
            "(row 2)",
        ),
        (
            f"Lisbon,,,50000,,EUR,year,,,{'x' * 121}",
            "pay_place: is longer than 120 characters (row 2)",
        ),
    ],
)
def test_lists_of_a_row_must_fit_together(row, bad):
    (result,) = csv_rows(f"1,x,{URL},{row}", header=LISTS)

    assert str(result) == bad


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\n", "The file is empty."),
        (b"<!doctype html>", "The file is HTML or XML instead of CSV. It may be an error page."),
        (
            b'{"jobs": []}',
            ("These columns are missing: id, title, apply_url or apply_email. Separate columns"),
        ),
        (
            b"id:title:apply_url\n",
            ("These columns are missing: id, title, apply_url or apply_email. Separate columns"),
        ),
        (
            b'""',
            ("These columns are missing: id, title, apply_url or apply_email. Separate columns"),
        ),
        (
            b"id,title\n",
            (
                "These columns are missing: apply_url or apply_email. "
                "Separate columns with commas, semicolons or tabs."
            ),
        ),
        (
            b"id,title,apply_url,mood,id\n",
            "These columns are unknown or repeated: mood, id",
        ),
        (b'id,"title"x\n', "The first row of the file is not valid CSV: "),
        ("id,title\n".encode("utf-16"), "These columns are missing: apply_url or"),
    ],
)
def test_a_file_that_is_not_our_csv_says_what_it_is(data, sentence):
    with pytest.raises(InvalidFeedError) as refusal:
        own_csv.parse(BytesIO(data))

    assert str(refusal.value).startswith(sentence)


def test_csv_is_read_as_its_rows_are_asked_for():
    file = BytesIO(b"id,title,apply_url\n" + b"1,x,https://example.com/1\n" * 10_000)

    next(own_csv.parse(file))

    assert file.tell() < 100_000 < len(file.getvalue())


# Answers in pages


class Site:
    """Answers with one page after the other, and remembers what it was asked."""

    def __init__(self, *pages):
        self.pages, self.asked = iter(pages), []

    def get(self, url, *, json=None):
        self.asked.append((url, json))
        return next(self.pages)


def page(kind, count):
    shape = {
        "workday": {"jobPostings": [{}] * count},
        "adzuna": {"results": [{}] * count},
        "usajobs": {"SearchResult": {"SearchResultItems": [{}] * count}},
    }
    return json.dumps(shape[kind]).encode()


@pytest.mark.parametrize(
    ("kind", "address", "size", "asked"),
    [
        ("workday", f"{SITE}?q=x", 20, [f"{API}/jobs", f"{API}/jobs"]),
        (
            "adzuna",
            "https://api.example.com/jobs/gb/search/1?app_id=a&what=data+science",
            50,
            [
                f"https://api.example.com/jobs/gb/search/{n}?app_id=a&what=data+science&results_per_page=50"
                for n in (1, 2)
            ],
        ),
        (
            "usajobs",
            "https://data.example.gov/api/search?Keyword=data&Page=7&JobCategoryCode=1&JobCategoryCode=2",
            500,
            [
                f"https://data.example.gov/api/search?Keyword=data&JobCategoryCode=1&JobCategoryCode=2&Page={n}&ResultsPerPage=500"
                for n in (1, 2)
            ],
        ),
    ],
)
def test_pages_are_asked_for_until_one_is_not_full(kind, address, size, asked):
    site = Site(page(kind, size), page(kind, size - 1))

    answers = list(ADAPTERS[kind].pages(site.get, address))

    assert answers == [page(kind, size), page(kind, size - 1)]
    assert [url for url, _ in site.asked] == asked
    offsets = [json and json["offset"] for _, json in site.asked]
    assert offsets == ([0, 20] if kind == "workday" else [None, None])


def test_a_feed_with_too_many_pages_does_not_pass_for_whole(monkeypatch):
    monkeypatch.setattr(paging, "MAX_PAGES", 2)
    pages = workday.SOURCE.pages(Site(*[page("workday", 20)] * 3).get, SITE)

    with pytest.raises(InvalidFeedError, match="The feed has more than 2 pages of 20"):
        list(pages)


@pytest.mark.parametrize("kind", ["workday", "adzuna"])
def test_pages_of_an_address_that_cannot_have_any_are_refused(kind):
    with pytest.raises(InvalidFeedError, match="The feed"):
        list(ADAPTERS[kind].pages(Site().get, "https://example.com/"))


# Answers that are none


@pytest.mark.parametrize("kind", JSON_FILES)
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n", "The file is empty."),
        (
            b"<!doctype html><title>Not found</title>",
            "The file is HTML or XML instead of JSON. It may be an error page.",
        ),
        (b'{"jobs": [', "The JSON file is incomplete."),
        ('[{"note": "ä"}]'.encode("latin-1"), "The file is not encoded as UTF-8."),
        ('{"jobs": []}'.encode("utf-16"), "The file is not encoded as UTF-8."),
        (b"id;title\n1;x", "The file is not JSON: Expecting value in line 1, column 1."),
        (
            b"[" * 100_000,
            (
                "The JSON file cannot be read "
                "because it has very long numbers or is nested too deeply."
            ),
        ),
        (b'{"error": "no such board"}', "The file is JSON but is not from "),
        (b"7", "The file is JSON but is not from "),
    ],
)
def test_a_file_that_is_no_answer_says_in_one_sentence_what_it_is(kind, data, sentence):
    with pytest.raises(InvalidFeedError) as refusal:
        ADAPTERS[kind].parse(BytesIO(data))

    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize("kind", JSON_FILES)
def test_an_answer_cut_off_or_with_a_byte_order_mark(kind):
    data = (DATA / JSON_FILES[kind]).read_bytes()

    with pytest.raises(InvalidFeedError, match="The JSON file is incomplete"):
        ADAPTERS[kind].parse(BytesIO(data[: len(data) // 2]))
    assert len(parse(kind, b"\xef\xbb\xbf" + data)) == len(parse(kind, data)) > 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"<html><p>Nothing</p>", "The page has no schema.org JobPosting in JSON-LD."),
        (b'{"jobs": []}', "The page has no schema.org JobPosting in JSON-LD."),
        (b"id,title", "The page has no schema.org JobPosting in JSON-LD."),
        (
            b'<script type="application/ld+json">{"@type": "JobPosting"',
            "The JSON file is incomplete",
        ),
        (b"[" * 100_000, "The JSON file cannot be read"),
        (
            b"<script " * 20_000 + b"<!--" * 20_000 + b"<a " * 20_000,
            "The page has no schema.org JobPosting",
        ),
        ("<p>é".encode("latin-1"), "The page has no schema.org JobPosting in JSON-LD."),
    ],
)
def test_a_page_without_postings_says_so(data, sentence):
    with pytest.raises(InvalidFeedError) as refusal:
        ADAPTERS["jobposting"].parse(BytesIO(data))

    assert str(refusal.value).startswith(sentence)


class Endless:
    def read(self, size):
        return b"x" * size

    readline = read


@pytest.mark.parametrize("kind", [*JSON_FILES, "jobposting", "csv"])
def test_a_file_without_an_end_is_refused(kind, monkeypatch):
    monkeypatch.setattr(base, "MAX_RESPONSE_BYTES", 2**20)

    with pytest.raises(InvalidFeedError):
        ADAPTERS[kind].parse(Endless())


# Whatever a feed may send


def paths(value, path=()):
    """Where anything stands in a JSON value."""
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(deeper for key, child in children for deeper in paths(child, (*path, key)))]


ODD_VALUES = [
    None,
    True,
    -1,
    10**400,
    0.1,
    float("nan"),
    "",
    "\x00\ud800",
    "https://[",
    [],
    [None, [], "x"],
    {},
    {"id": 1},
]
A_FEW_ODD_VALUES = [None, 10**400, "\x00\ud800", [None, [], "x"], {"id": 1}]
POSTING = {
    "@type": "JobPosting",
    "url": "https://example.com/1",
    "title": "x",
    "identifier": {"value": 1},
    "hiringOrganization": {"name": "x"},
    "jobLocationType": "TELECOMMUTE",
    "applicantLocationRequirements": [{"@type": "Country", "name": "Spain"}],
    "jobLocation": [{"address": {"addressLocality": "x", "addressCountry": {"name": "ES"}}}],
    "baseSalary": {"currency": "EUR", "value": {"minValue": 1, "value": 2, "unitText": "YEAR"}},
}
SHAPES = {
    kind: json.loads((DATA / name).read_text())
    for kind, name in JSON_FILES.items()
    if kind != "ashby"
} | {
    "workday job": json.loads((DATA / "workday_job.json").read_text()),
    "jobposting": [POSTING],
    **{
        path.stem.replace("_", " "): json.loads(path.read_text())
        for path in (DATA / "sources").glob("*.json")
        if path.stem.partition("_")[0] in ADAPTERS
    },
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "odd",
    [A_FEW_ODD_VALUES, pytest.param(ODD_VALUES, marks=pytest.mark.slow)],
    ids=["a few", "all"],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_odd_value_anywhere_raises_anything_but_a_refusal(shape, odd):
    for path in paths(SHAPES[shape])[1:]:
        for value in odd:
            answer = copy.deepcopy(SHAPES[shape])
            parent = answer
            for key in path[:-1]:
                parent = parent[key]
            parent[path[-1]] = value
            try:
                results = parse(shape.split()[0], answer, SITE)
            except InvalidFeedError:
                continue
            assert all(isinstance(result, FeedItem | InvalidItemError) for result in results)


KEYS = sorted(
    {key for path in paths(list(SHAPES.values())) for key in path if isinstance(key, str)}
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("kind", sorted(ADAPTERS))
@given(value=ANY_JSON)
def test_no_json_raises_anything_but_a_refusal(kind, value):
    with suppress(InvalidFeedError):
        assert all(
            isinstance(result, FeedItem | InvalidItemError) for result in parse(kind, value, SITE)
        )


@pytest.mark.parametrize("kind", sorted(ADAPTERS))
@given(
    data=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_no_bytes_raise_anything_but_a_refusal(kind, data):
    for start in (b"", b"id,title,apply_url\n", b'<script type="application/ld+json">'):
        with suppress(InvalidFeedError):
            parse(kind, start + data)


# Real answers


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


REAL = {
    "greenhouse_jobs": [
        (
            "5311686008",
            "Country Lead, Data Center Security",
            "2026-07-10T20:15:41",
            ["Sydney, Australia"],
            "remote",
            [],
        ),
        (
            "5215052008",
            "Amazon GTM Partnership, Startups",
            "2026-05-11T21:58:31",
            ["San Francisco, CA | New York City, NY | Seattle, WA"],
            "on_site",
            [],
        ),
        (
            "5023394008",
            "Anthropic Fellows Program",
            "2025-12-11T17:27:23",
            ["London, UK; Ontario, CAN; Remote-Friendly, United States; San Francisco, CA"],
            "on_site",
            [],
        ),
        (
            "5101378008",
            "Account Executive, Public Sector",
            "2026-04-07T20:10:24",
            ["Sydney, Australia"],
            "",
            [],
        ),
    ],
    "lever_postings": [
        (
            "b4ad9572-e20f-4185-a284-99d9740d04f0",
            "Android Engineer I - Subscriptions",
            "2026-06-30T12:12:15.482",
            ["London", "Stockholm"],
            "remote",
            [],
        ),
        (
            "cc5ccf57-b851-4c25-8840-ed4cd0535c12",
            "Analyst, Licensing Finance – FP&A",
            "2026-03-02T20:21:24.346",
            ["New York, NY"],
            "on_site",
            [],
        ),
        (
            "66acb66f-de37-4d95-a353-874db92838ef",
            "Advertiser Solutions Vendor Lead - Programmatic and Direct Support",
            "2026-06-10T16:42:19.214",
            ["London"],
            "hybrid",
            [],
        ),
        (
            "08d82da1-0c72-44d1-91eb-7fa22dee3d39",
            "Analytics Engineer II",
            "2026-05-13T15:23:52.322",
            ["Stockholm", "London"],
            "hybrid",
            [],
        ),
    ],
    "ashby_jobs": [
        (
            "03e2d4e1-73ad-4f09-a058-2eb9ce34c2bc",
            "Technical Consultant, Mid-Market",
            "2026-07-07T20:47:09.753",
            ["Remote (US)", "San Francisco, CA", "New York, NY (HQ)"],
            "remote",
            [(168_000, 231_000, "USD", "year"), (151_000, 207_000, "USD", "year")],
        ),
        (
            "1515fe6d-1d8e-475b-a5ee-cefe43e78cb7",
            "Account Executive",
            "2026-06-08T19:17:53.481",
            ["London"],
            "on_site",
            [],
        ),
        (
            "0907ae2a-5334-4d64-9a76-cc9428224546",
            "Director, Performance Marketing",
            "2026-06-11T17:21:26.410",
            ["New York, NY (HQ)", "Remote (US)"],
            "hybrid",
            [(212_000, 291_000, "USD", "year"), (191_000, 262_000, "USD", "year")],
        ),
        (
            "7a6ad0e2-8249-476e-a173-2b1a6bd7766b",
            "Engagement Manager",
            "2026-06-10T18:45:18.963",
            ["London"],
            "on_site",
            [],
        ),
    ],
    "workday_search": [
        ("RQ216675", "Data Engineer", "2026-11-12", ["USA DC Washington"], "", []),
        (
            "RQ221571",
            "Cloud Data Engineer",
            "2026-11-12",
            ["DEU Wiesbaden - Wiesbaden Army Airfield (APC180)"],
            "",
            [],
        ),
        (
            "RQ222489",
            "Data Engineer Senior Principal (Hybrid)",
            "2026-11-12",
            ["USA NC Fort Bragg"],
            "",
            [],
        ),
        (
            "RQ223218",
            "Data Engineer - TS/SCI with Polygraph",
            "2026-11-12",
            ["USA VA Chantilly"],
            "",
            [],
        ),
    ],
    "workday_job_detail": [
        ("RQ216675", "Data Engineer", "2026-07-07", ["USA DC Washington"], "", [])
    ],
    "remotive_jobs": [
        (
            "2090989",
            "Assistant Account Payable",
            "2026-07-12T06:35:18",
            ["Remote (USA)"],
            "remote",
            [],
        ),
        (
            "2091068",
            "Head of Marketing & Communications",
            "2026-07-16T08:06:41",
            ["Remote (Worldwide)"],
            "remote",
            [],
        ),
        (
            "2091056",
            "Staff Software Engineer, Product (Belo Horizonte)",
            "2026-07-09T14:45:43",
            ["Remote (Brazil)"],
            "remote",
            [],
        ),
        (
            "1919265",
            "Senior Independent Software Developer",
            "2026-07-16T10:10:51",
            ["Remote (Americas, Europe, Israel)"],
            "remote",
            [],
        ),
    ],
    "usajobs_jobs": [
        (
            "PHMSA.PSRG-2026-0018",
            "General Engineer (Inspector) (Control Room Management) - DIRECT HIRE",
            "2026-07-06",
            ["Anywhere in the U.S. (remote job)"],
            "remote",
            [(106_437, 158_322, "USD", "year")],
        ),
        (
            "FSA-2026-0118",
            (
                'IT Specialist (APPSW) "Software Engineer", GS-2210-15 FPL GS-15 (Direct Hire)'
                " (Open Continuous)"
            ),
            "2026-07-01",
            [],
            "",
            [(147_945, 197_200, "USD", "year")],
        ),
        (
            "AAC-FAA-26-PUB NOT-96468",
            "Public Notice for General Engineer (Direct Hire)",
            "2025-12-12",
            ["May be filled in various FAA duty locations"],
            "",
            [(52_998, 172_257, "USD", "year")],
        ),
    ],
    "adzuna_search": [
        (
            "5801147013",
            "Senior Software Developer",
            "2026-07-15T08:33:45",
            ["State Farm, Virginia, US"],
            "",
            [(85_389, 116_975, "USD", "year")],
        ),
        (
            "5801265421",
            "Manager of ETL Development",
            "2026-07-15T10:13:04",
            ["Boston, Massachusetts, US"],
            "",
            [],
        ),
        (
            "5801264268",
            "Google Cloud Platform Data Engineer",
            "2026-07-15T09:48:28",
            ["Eagan, Minnesota, US"],
            "",
            [],
        ),
        (
            "5801171816",
            "Distinguished Technologist, Distributed Systems & Agentic Query Optimization",
            "2026-07-15T08:46:03",
            ["Trammells, Texas, US"],
            "",
            [],
        ),
    ],
}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", REAL)
@YEAR_2026
def test_real_answers_are_read(shared_data, name):
    data = (shared_data / f"ats/lubobali__{name}.json").read_bytes()

    items = parse(
        name.partition("_")[0], data, "https://gdit.wd5.myworkdayjobs.com/External_Career_Site"
    )

    assert [
        (
            item.external_id,
            item.title,
            item.posted_at,
            [place.text for place in item.places],
            next((place.workplace for place in item.places), ""),
            pay(item),
        )
        for item in items
    ] == [(found_as, title, moment(posted), *rest) for found_as, title, posted, *rest in REAL[name]]
    assert all(item.description or name == "workday_search" for item in items)
    assert "&lt;div" not in "".join(item.description for item in items)


@pytest.mark.shared_data
def test_the_archive_of_usajobs_is_read(shared_data):
    items = parse(
        "usajobs", gzip.decompress((shared_data / "listings/usajobs_open.jsonl.gz").read_bytes())
    )

    assert len({item.external_id for item in items}) == len(items) == 344
    assert all(item.apply_url.startswith("https://www.usajobs.gov/GetJob/") for item in items)
    assert sum(len(item.places) for item in items) == 1229
    assert {str(one.period) for item in items for one in item.pay} == {"year", "hour"}
    assert min(item.closes_on for item in items).year == 2016


def test_a_posting_with_a_date_nobody_can_read_comes_without_it():
    page = (
        b'{"@type": "JobPosting", "title": "Gardener", "datePosted": "soon", "identifier":'
        b' {"value": "g-1"}}'
    )

    (job,) = jobposting.SOURCE.parse(BytesIO(page), "https://example.com/jobs")

    assert (job.external_id, job.title, job.posted_at) == ("g-1", "Gardener", None)
    assert job.faults == (("datePosted", "is not a valid date: soon"),)


@pytest.mark.parametrize(
    ("posted", "closes"),
    [("November 1, 2026", "31/12/2026"), ("1 Nov 2026", "Dec 31st, 2026")],
)
def test_a_posting_may_write_its_dates_in_words(posted, closes):
    page = f"""{{"@type": "JobPosting", "title": "Gardener", "url": "/jobs/1",
        "datePosted": "{posted}", "validThrough": "{closes}"}}"""

    (job,) = jobposting.SOURCE.parse(BytesIO(page.encode()), "https://example.com/jobs")

    assert (job.posted_at, job.closes_on) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        date(2026, 12, 31),
    )


def test_commas_behind_the_last_value_of_a_posting_are_no_fault():
    page = b"""{"@type": "JobPosting", "title": "Gardener, }", "url": "/jobs/1",
        "jobLocation": [{"name": "Oslo",}, ], }"""

    (job,) = jobposting.SOURCE.parse(BytesIO(page), "https://example.com/jobs")

    assert job.title == "Gardener, }"
    assert [place.text for place in job.places] == ["Oslo"]


def test_adzunas_links_lose_what_is_new_in_each_answer():
    row = {
        "id": "7",
        "title": "Gardener",
        "redirect_url": "https://www.adzuna.com/land/ad/7?se=abc&utm_medium=api&v=9",
    }

    (item,) = adzuna.SOURCE.parse(BytesIO(json.dumps({"results": [row]}).encode()))

    assert item.apply_url == "https://www.adzuna.com/land/ad/7?utm_medium=api"
