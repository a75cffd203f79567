"""Salary pages and their files: what a cell shows, what stands instead, and that too few answers
show no figure.
"""

import csv
import io
import json
import re
from itertools import product

import pytest
from django.utils import timezone

from roles.models import FxRate, Role, SalaryFigure
from roles.pay.page import LEVELS, REMOTE
from tests.factories import ListingFactory, RoleFactory
from tests.insights.test_role_pages import survey
from tests.reading import section, text_of, tight

pytestmark = pytest.mark.django_db

PERCENTILES = ("p10", "p25", "p50", "p75", "p90")


def read_json(client, path):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    return json.loads(response.content)


def figures_in(value):
    """Every object in a JSON answer that has a count and percentiles."""
    if isinstance(value, dict):
        if "n" in value and "p50" in value:
            yield value
        for part in value.values():
            yield from figures_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from figures_in(part)


def shown_with_too_few(figures) -> list:
    # Official figures come without a count.
    counted = [one for one in figures if one["n"] is not None]
    return [
        one
        for one in counted
        if one["n"] < 10 and any(one[name] is not None for name in PERCENTILES)
    ]


def wrong_in_matrix(response) -> list:
    """Cells of level by country that say something else than their figure allows."""
    rows = [row for _, rows in response.context["figures"].by_level_and_country for row in rows]
    page = response.content.decode()
    table = re.search(r'id="by-level-and-country".*?</table>', page, re.DOTALL) if rows else None
    shown = re.findall(r"<td[^>]*>(.*?)</td>", table[0], re.DOTALL) if table else []
    texts = [words(cell) for cell in shown]
    allowed = [
        (
            "no responses"
            if row is None
            else f"too few ({row.figure.n})"
            if row.figure.n < 10
            else f"{row.figure.p50:,.0f}"
        )
        for row in rows
    ]
    return [
        pair
        for pair in zip(texts, allowed, strict=True)
        if pair[0].removesuffix(" small sample") != pair[1]
    ]


# --- A cell ---------------------------------------------------------------------------------------


@pytest.fixture
def engineer(db):
    engineer = RoleFactory(
        name="Data Engineer",
        slug="data-engineer",
        broader=RoleFactory(name="Engineer", slug="engineer"),
    )
    survey(engineer, 400, n_distinct=350)
    survey(engineer, 120, level="senior", country="US", median=180_000)
    survey(engineer, 4, level="entry", country="PT")
    survey(engineer, 40, level="entry", median=90_000)
    survey(engineer.broader, 800, median=140_000)
    return engineer


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def answer(client, query, slug="data-engineer"):
    """What the page says first: its sentence and what the figure counts."""
    head = client.get(f"/salaries/{slug}/?{query}").content.decode().partition('class="picker')[0]
    return words(head.partition('class="verdict"')[2])


@pytest.mark.both_databases
def test_a_cell_is_said_in_a_sentence_with_count_distinct_count_years_and_country_share(
    client, engineer
):
    overall, seniors = answer(client, ""), answer(client, "level=senior&country=US")

    assert "Half of survey respondents in all countries earn between USD 112K and 188K" in overall
    assert "90% of the responses are from the United States." in overall
    assert "400 responses, 350 distinct, 2023–2025" in overall
    assert (
        "Half of senior survey respondents in the United States earn between USD 135K and 225K"
        in seniors
    )
    assert "120 responses, 120 distinct, 2023–2025" in seniors
    assert "are from" not in seniors


def test_too_few_answers_of_a_country_are_widened_to_its_regions_before_all_countries(
    client, engineer
):
    query = "level=entry&country=PT"
    assert "Half of entry-level survey respondents in all countries" in answer(client, query)
    assert "Portugal has only 4 entry-level responses, so this is all countries." in answer(
        client, query
    )

    survey(engineer, 12, level="entry", country="XE", median=60_000)
    assert "so this is Europe." in answer(client, query)

    survey(engineer, 11, level="entry", country="EZ", median=50_000)
    found = answer(client, query)
    assert "Half of entry-level survey respondents in the euro area" in found
    assert "so this is the euro area." in found
    rungs = words(section(client.get(f"/salaries/data-engineer/?{query}"), "sources"))
    assert "Portugal, Entry-level too few responses (4)" in rungs
    assert "Euro area, Entry-level shown above" in rungs
    assert "Europe, Entry-level USD 60K" in rungs
    assert "All countries, Entry-level USD 90K" in rungs


def test_filters_that_nobody_meets_are_said_to_be_the_reason(client, engineer):
    assert ("No entry-level responses match your filters, so this is all countries.") in answer(
        client, "level=entry&year=2024"
    )


def test_a_level_with_too_few_answers_anywhere_is_a_count_and_never_another_level(client, engineer):
    survey(engineer, 6, level="executive")

    found = answer(client, "level=executive&country=JP")

    assert "Only 6 executive survey responses for this role, which is too few" in found
    assert "USD" not in found


def test_the_median_of_a_country_stands_in_its_currency_too(client, engineer):
    survey(engineer, 40, country="PT", median=117_000)
    FxRate.objects.create(
        currency="EUR", date=timezone.now().date(), usd_per_unit="1.17", source="ECB"
    )

    assert "The median is about EUR 100K at the rate of" in answer(client, "country=PT")
    assert "EUR" not in answer(client, "country=US")


def test_a_cell_that_is_not_among_the_shipped_figures_is_said_to_be(client, engineer):
    page = words(
        client.get("/salaries/data-engineer/?level=senior&country=US&year=2024").content.decode()
    )

    assert (
        "This site has no figures for this many filters at once. Remove a filter to see one."
        in page
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("level=boss", "Level: Select a valid choice. boss is not one of the available choices."),
        ("country=usa", "Country: Enter a two-letter country code."),
        ("year=then", "Year: Select a valid choice."),
        ("remote=7", "Remote: Select a valid choice."),
    ],
)
def test_a_bad_value_is_named_and_the_others_still_count(client, engineer, query, words):
    page = text_of(client.get(f"/salaries/data-engineer/?{query}&stray=1"))
    response = client.get(f"/salaries/data-engineer.json?{query}")

    assert words in page
    assert "400 responses" in page
    assert (response.status_code, list(response.json()["errors"])) == (
        422,
        [query.partition("=")[0]],
    )


def test_a_role_without_answers_leads_to_the_broader_role(client, engineer):
    RoleFactory(name="Pipeline Poet", slug="pipeline-poet", broader=engineer)

    page = words(client.get("/salaries/pipeline-poet/?level=entry").content.decode())

    assert "The survey has no entry-level responses for this role." in page
    assert "The broader role Data Engineer has 400 responses with a median of USD 150,000." in page


def test_an_error_stands_beside_its_field_and_a_code_may_be_written_small(client, engineer):
    page = tight(client.get("/salaries/data-engineer/?country=usa").content.decode())

    assert '<p class="errorlist" id="c_country_error">Enter a two-letter country code.</p>' in page
    assert 'name="country" aria-invalid="true" aria-describedby="c_country_error"' in page
    assert "120 responses" in answer(client, "level=senior&country=us")


def test_the_list_of_roles_leads_to_the_page_of_one(client, engineer):
    response = client.get("/salaries/?role=data-engineer&level=senior")

    assert (response.status_code, response["Location"]) == (
        302,
        "/salaries/data-engineer/?level=senior",
    )
    assert client.get("/salaries/?role=nobody").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["level=%00", "country=%ff%fe", "year=99999999999999999999", "remote=-1", "level=a&level=b"],
)
def test_no_query_breaks_the_page(client, engineer, query):
    assert client.get(f"/salaries/data-engineer/?{query}").status_code == 200


def test_an_old_address_keeps_what_was_asked(client, engineer):
    engineer = Role.objects.get(pk=engineer.pk)
    engineer.slug = "pipeline-engineer"
    engineer.save()

    for end in ["/", ".json", ".csv"]:
        response = client.get(f"/salaries/data-engineer{end}?level=senior&country=US")
        assert (response.status_code, response["Location"]) == (
            301,
            f"/salaries/pipeline-engineer{end}?level=senior&country=US",
        )


# --- By year --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "years"),
    [
        ({2022: 9, 2023: 10, 2024: 50, 2025: 60}, ["2023", "2024", "2025"]),
        ({2022: 30, 2023: 9, 2024: 50, 2025: 60}, None),  # two years in a row
        ({2021: 30, 2023: 40, 2024: 50}, None),
        ({2023: 40, 2024: 50, 2025: 9}, None),  # the last one is not enough
    ],
)
@pytest.mark.both_databases
def test_a_trend_takes_three_years_in_a_row_with_enough_answers_each(
    client, engineer, counts, years
):
    for year, n in counts.items():
        survey(engineer, n, year=year)

    page = client.get("/salaries/data-engineer/").content.decode()
    by_year = page[page.index('id="by-year"') :].partition("</details>")[0]

    drawn = re.search(r'aria-label="Data Engineer, median by year: ([^"]*)"', by_year)
    assert (drawn and re.findall(r"(20\d\d) ", drawn[1])) == years
    assert ("Not enough data for a trend." in by_year) == (years is None)
    assert by_year.count('<th scope="row">') == len(counts)


# --- Posted ---------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_posted_pay_stands_by_currency_and_says_what_is_left_out(client):
    role = RoleFactory(name="AI Architect", slug="ai-architect")
    for number in range(10):
        ListingFactory(live=True, paid=True, role=role, title=f"In dollars {number}")
    ListingFactory(
        live=True,
        role=role,
        salary_min=80_000,
        salary_max=90_000,
        salary_currency="EUR",
        salary_period="year",
    )
    ListingFactory(live=True, role=role, salary_min=50, salary_currency="USD", salary_period="hour")

    page = client.get("/salaries/ai-architect/").content.decode()
    posted = words(page.partition('id="posted"')[2].partition("</details>")[0])
    data = read_json(client, "/salaries/ai-architect.json")

    assert "USD 10 115,000 115,000 small sample 115,000 EUR 1 too few jobs (1)" in posted
    assert "Of 12 open jobs , 1 states no yearly range and is left out." in posted
    assert "In dollars 9 Company" in posted
    assert [(one["currency"], one["n"], one["p50"]) for one in data["posted_by_currency"]] == [
        ("USD", 10, 115_000.0),
        ("EUR", 1, None),
    ]


# --- Too few, anywhere ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.sqlite_alone
def test_no_page_or_file_shows_a_percentile_of_fewer_than_ten_answers(client, starter_with_samples):
    """Over every role we ship and a third of the cells its page offers, by turns: counts stand
    beside figures, so both can be read.
    """
    assert SalaryFigure.objects.filter(n__lt=10).count() > 100
    found, seen = [], 0

    for number, slug in enumerate(Role.objects.published().values_list("slug", flat=True)):
        cells = {("", ""), *product(LEVELS, ["", "US", "GB", "DE"])}
        queries = [f"level={level}&country={country}" for level, country in sorted(cells)]
        queries += [
            f"remote={remote}&year={year}" for remote, year in product(REMOTE, ["", 2022, 2025])
        ]
        for query in queries[number % 3 :: 3]:
            page = client.get(f"/salaries/{slug}/?{query}").content.decode()
            for row in re.findall(r"<li>.*?</li>", page, re.DOTALL):
                found += re.findall(r"USD \d+k|<rect", row) if "too few responses" in row else []
            figures = list(figures_in(read_json(client, f"/salaries/{slug}.json?{query}")))
            found += shown_with_too_few(figures)
            seen += len(figures)
        rows = csv.DictReader(io.StringIO(client.get(f"/salaries/{slug}.csv").content.decode()))
        found += [
            row
            for row in rows
            if row["n"] and int(row["n"]) < 10 and any(row[name] for name in PERCENTILES)
        ]
        page = client.get(f"/salaries/{slug}/").content.decode()
        found += wrong_in_matrix(client.get(f"/salaries/{slug}/"))
        for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL):
            if few := re.search(r"too few (?:answers|jobs) \((\d+)\)", row):
                assert int(few[1]) < 10
                found += re.findall(r"USD [\d,]{5,}|<rect", row)
    found += shown_with_too_few(figures_in(read_json(client, "/salaries.json")))

    assert found == []
    assert seen > 1_000


def test_a_figure_of_too_few_would_be_seen():
    assert shown_with_too_few(figures_in({"a": [{"n": 9, **dict.fromkeys(PERCENTILES, 1)}]}))
    assert not shown_with_too_few(figures_in({"a": [{"n": 9, **dict.fromkeys(PERCENTILES)}]}))


def test_the_files_name_their_sources_and_licences(client, starter_with_samples):
    data = read_json(client, "/salaries/data-engineer.json?level=senior&country=US")

    assert {source["layer"]: source["licence"] for source in data["sources"]} == {
        "survey": "CC0 1.0",
        "official": "Public domain (US government work)",
    }
    figure = data["figure"]
    assert (figure["source"], figure["level"], figure["country"], figure["currency"]) == (
        "survey",
        "senior",
        "US",
        "USD",
    )
    assert {
        "n",
        "n_distinct",
        *PERCENTILES,
        "years",
        "top_country",
        "top_country_share",
        "as_of",
    } <= set(figure)
    assert data["official"]["title"]
