"""“Is my pay fair?”: what a visitor types of their pay, and where it stands in each source."""

import re
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jobboard.common.text.words import COUNTRIES
from jobboard.insights.fair_pay.form import CURRENCIES
from jobboard.listings.models import Place
from roles.models import FxRate, OfficialWage, RoleOccupation
from roles.pay.formulas import spread
from roles.pay.rank import describe_rank, rank
from roles.pay.regions import REGIONS, wider_areas
from tests.factories import ListingFactory, RoleFactory
from tests.insights.test_role_pages import survey
from tests.reading import section, tight

ENGINEER = "/salaries/data-engineer/"
# Where nobody lives, or nobody but guests.
EMPTY_COUNTRIES = {"AQ", "BV", "GS", "HM", "IO", "TF"}


def words(html) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def ask(client, page=ENGINEER, **asked):
    response = client.get(f"{page}?{urlencode(asked)}")
    assert response.status_code == 200
    return response


def answer(client, page=ENGINEER, **asked) -> str:
    """The sentences at the top."""
    html = ask(client, page, **asked).content.decode()
    return words(html.partition("<h1>")[2].partition('class="meta')[0])


def errors(client, **asked) -> list[str]:
    html = ask(client, **asked).content.decode()
    summary = re.search(r'class="error-summary.*?</ul>', html, re.DOTALL)
    return re.findall(r'<a href="#m_\w+">(.*?)</a>', summary[0]) if summary else []


@pytest.fixture
def engineer(db):
    """At the median of 30 responses from the euro area is 80,000 USD, of 120 from all countries
    120,000 USD.
    """
    engineer = RoleFactory(name="Data Engineer", slug="data-engineer")
    survey(engineer, 2, level="mid", country="PT")
    survey(engineer, 30, level="mid", country="EZ", median=80_000, top_country="ES", top_share=0.4)
    survey(engineer, 120, level="mid", median=120_000)
    survey(engineer, 400)
    return engineer


@pytest.fixture
def euro(db):
    return FxRate.objects.create(
        currency="EUR", date=timezone.now().date(), usd_per_unit="1.25", source="ECB annual mean"
    )


# --- A place among values -------------------------------------------------------------------------


@pytest.mark.pure
@given(
    st.lists(st.integers(1, 40), min_size=10, max_size=70),
    st.integers(0, 41),
)
def test_the_count_of_lower_values_is_always_within_what_percentiles_tell(values, amount):
    at_least, at_most = rank(Decimal(amount), spread(values, "USD")).values_below(len(values))

    assert at_least <= sum(value < amount for value in values) <= at_most


@pytest.mark.pure
def test_the_count_is_told_as_closely_as_percentiles_allow():
    values = list(range(1, 31))  # the 8th and 9th are around the 25th percentile, and so on
    bounds = [
        rank(Decimal(amount), spread(values, "USD")).values_below(30) for amount in (1, 5, 12, 31)
    ]

    assert bounds == [(0, 3), (3, 8), (8, 15), (27, 30)]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (1, "in the bottom 10%"),
        (19, "in the bottom 25%, above the bottom 10%"),
        (26, "below the median, above the bottom 25%"),
        (50, "at the median"),
        (51, "above the median, below the top 25%"),
        (75, "at the start of the top 25%"),
        (80, "in the top 25%, below the top 10%"),
        (99, "in the top 10%"),
    ],
)
def test_a_place_is_said_in_words(amount, said):
    assert describe_rank(rank(Decimal(amount), spread(list(range(101)), "USD"))) == said


@pytest.mark.pure
def test_what_was_not_published_is_not_said():
    top_coded = OfficialWage(p10=10, p25=20, p50=30, p75=40, p90=None)
    withheld = OfficialWage(p10=None, p25=None, p50=30, p75=40, p90=50)
    nothing = OfficialWage()

    assert describe_rank(rank(Decimal(1_000), top_coded)) == "in the top 25%"
    assert describe_rank(rank(Decimal(1), withheld)) == "below the median"
    assert not rank(Decimal(1), nothing).is_known


# --- Whom it is compared with ---------------------------------------------------------------------


@pytest.mark.pure
def test_every_country_is_widened_to_a_region_before_all_countries():
    chains = {code: wider_areas(code) for code in COUNTRIES.keys() - EMPTY_COUNTRIES}

    assert [code for code, chain in chains.items() if len(chain) < 2] == []
    assert chains["PT"] == ["EZ", "XE", ""]
    assert chains["PL"] == ["XC", "XE", ""]
    assert chains["CA"] == ["XN", ""]
    assert chains["IN"] == ["XS", "XI", "XA", ""]
    assert chains["AU"] == ["XO", "XA", ""]
    assert chains["NG"] == ["XF", "XM", ""]
    for chain in chains.values():
        sizes = [len(REGIONS[code][1]) for code in chain if code]
        assert sizes == sorted(sizes)


def test_the_country_is_widened_and_the_level_stays(client, engineer, euro):
    said = answer(client, amount="80,000", currency="EUR", level="mid", country="PT")

    # EUR 80,000 is USD 100,000: more than the 75th percentile, 80,000 times 1.25.
    assert (
        "EUR 80,000 a year is higher than 15 to 22 of 30 mid-level survey responses from the euro "
        "area: at the start of the top 25%." in said
    )
    assert "The middle half earn between EUR 48K and 80K a year." in said
    assert "Portugal has only 2 mid-level responses, so this is the euro area." in said
    assert "40% of the responses are from Spain." in said


def test_each_rung_of_the_ladder_is_a_link_to_the_same_question(client, engineer):
    page = ask(client, amount="100k", currency="USD", period="year", level="mid", country="PT")
    ladder = section(page, "whom")

    assert re.findall(r'href="\?([^"]*)">([^<]*)</a>', ladder) == [
        (
            "amount=100000&amp;currency=USD&amp;period=year&amp;level=mid&amp;country=EZ",
            "Euro area, Mid-level",
        ),
        (
            "amount=100000&amp;currency=USD&amp;period=year&amp;level=mid",
            "All countries, Mid-level",
        ),
    ]
    assert "Portugal, Mid-level too few responses (2)" in words(ladder)
    assert (
        "30 responses, 2023–2025 · 40% from Spain · yours is higher than 15 to 22 of 30"
        in words(ladder)
    )


def test_a_region_can_be_asked_for_and_a_country_by_its_name(client, engineer):
    assert "from the euro area" in answer(client, amount="1", level="mid", country="EZ")
    assert "Portugal has only 2" in answer(client, amount="1", level="mid", country="portugal")


def test_without_a_level_or_a_country_the_page_says_what_it_compares(client, engineer):
    page = ask(client, amount="150000")

    assert "survey responses from all countries: at the median" in answer(client, amount="150000")
    assert "You didn’t choose a level, so this compares all levels." in words(page.content.decode())
    assert "You didn’t choose a country" in words(page.content.decode())


def test_a_level_with_too_few_responses_anywhere_is_a_count(client, engineer):
    survey(engineer, 9, level="executive")
    said = answer(client, amount="100000", level="executive", country="PT")

    assert "Only 9 executive survey responses for this role, which is too few" in said
    assert "higher than" not in said


# --- What is typed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "amount", "yearly", "counted"),
    [
        ("month", "8,000", "96,000", "12 months"),
        ("week", "2,000", "104,000", "52 weeks"),
        ("day", "400.50", "104,130", "260 days"),
        ("hour", "62,50", "130,000", "2,080 hours"),
    ],
)
def test_pay_of_another_period_is_counted_per_year_and_the_page_says_how(
    client, engineer, period, amount, yearly, counted
):
    page = words(ask(client, amount=amount, period=period, level="mid").content.decode())

    assert f"is USD {yearly} a year: we count {counted} a year" in page


@pytest.mark.parametrize(
    "written", ["80000", "80,000", "80.000", "80 000", "80k", "80,000.00", " 80'000 ", "USD 80,000"]
)
def test_an_amount_is_read_as_people_write_it(client, engineer, written):
    assert "USD 80,000 a year is higher" in answer(client, amount=written, level="mid")


def test_a_currency_beside_the_amount_counts(client, engineer, euro):
    assert "EUR 80,000 a year is" in answer(client, amount="€80,000", level="mid")


def test_a_conversion_is_told_with_its_date(client, engineer, euro):
    page = words(ask(client, amount="80000", currency="eur", level="mid").content.decode())

    assert f"EUR 80,000 is about USD 100,000 (ECB annual mean up to {euro.date:%-d %b %Y})" in page
    assert "All amounts are before tax." in page


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"amount": ""}, "Enter your pay before tax, such as 80,000."),
        ({"amount": "0"}, "Enter an amount above 0."),
        ({"amount": "-5"}, "Enter an amount above 0."),
        ({"amount": "a lot"}, "Enter one amount in figures, such as 80,000."),
        ({"amount": "80-90k"}, "Enter one amount in figures, such as 80,000."),
        ({"amount": "1,00,000"}, "Enter one amount in figures, such as 80,000."),
        ({"amount": "9" * 31}, "Enter an amount of up to 30 characters."),
        (
            {"amount": "1000000001"},
            "Enter a lower amount. We compare pay of up to USD 1,000,000,000 a year.",
        ),
        (
            {"amount": "999999", "period": "hour"},
            "Enter a lower amount. We compare pay of up to USD 1,000,000,000 a year.",
        ),
        ({"amount": "1", "currency": "ZZZ"}, "Choose a currency from the list."),
        ({"amount": "1", "currency": "EURO"}, "Choose a currency from the list."),
        (
            {"amount": "1", "currency": "KES"},
            "Choose another currency. We don’t have an exchange rate for KES.",
        ),
        (
            {"amount": "€1", "currency": "USD"},
            "Choose EUR, or remove it from the amount. Now it says USD.",
        ),
        ({"amount": "1", "period": "fortnight"}, "Choose a period from the list."),
        ({"amount": "1", "level": "boss"}, "Choose a level from the list."),
        ({"amount": "1", "country": "Atlantis"}, "Choose a country from the list."),
        ({"amount": "1", "country": "x" * 61}, "Choose a country from the list."),
        ({"amount": "1\x00"}, "Enter one amount in figures, such as 80,000."),
        ({"amount": "1", "country": "P\x00"}, "Choose a country from the list."),
    ],
)
def test_what_cannot_be_read_is_said_and_stays_in_its_field(client, engineer, asked, message):
    assert errors(client, **asked) == [message]

    page = ask(client, **asked).content.decode()
    assert "higher than" not in page
    assert page.count('aria-invalid="true"') == 1
    assert "<title>Error: Data Engineer salary" in words_of_title(page)


def words_of_title(page: str) -> str:
    return " ".join(re.search(r"<title>.*?</title>", page, re.DOTALL)[0].split())


def test_what_was_understood_beside_an_error_counts(client, engineer):
    page = ask(client, amount="nothing", currency="GBP", level="mid", country="PT")
    html = page.content.decode()

    assert 'value="nothing"' in html
    assert "<option selected>GBP</option>" in html
    assert "Half of mid-level survey respondents in the euro area" in words(html)


def test_every_currency_that_is_offered_has_a_shipped_rate(starter):
    known = set(FxRate.objects.fresh().values_list("currency", flat=True))

    assert set(CURRENCIES) <= known | {"USD"}


# --- Open jobs and official statistics ------------------------------------------------------------


def jobs(role, *ranges, currency="USD", **fields):
    for low, high in ranges:
        ListingFactory(
            live=True,
            role=role,
            salary_min=low,
            salary_max=high,
            salary_currency=currency,
            salary_period="year",
            **{"level": "mid"} | fields,
        )


def test_posted_pay_is_counted_at_the_level_by_midpoints(client, engineer):
    jobs(engineer, (80_000, 100_000), (100_000, 120_000), (150_000, 170_000))
    jobs(engineer, (10_000, 20_000), level="senior")
    ListingFactory(live=True, role=engineer, level="mid")

    said = answer(client, amount="110000", level="mid")

    assert (
        "3 of 4 open mid-level jobs in all countries state yearly pay in USD. Yours is higher than "
        "1 of their midpoints." in said
    )


@pytest.mark.parametrize(("amount", "count"), [("1", "none"), ("200000", "all")])
def test_none_and_all_of_the_midpoints_are_said_so(client, engineer, amount, count):
    jobs(engineer, (80_000, 100_000), (100_000, 120_000))

    said = answer(client, amount=amount, level="mid")

    assert f"Yours is higher than {count} of their midpoints." in said


@pytest.mark.parametrize(("amount", "said"), [("1", "not higher"), ("200000", "higher")])
def test_a_single_midpoint_is_said_to_be_one(client, engineer, amount, said):
    jobs(engineer, (80_000, 100_000))

    found = answer(client, amount=amount, level="mid")

    assert f"states yearly pay in USD. Yours is {said} than its midpoint." in found


def test_jobs_in_the_currency_of_the_pay_are_not_converted(client, engineer, euro):
    jobs(engineer, *[(60_000 + 1_000 * step, 80_000) for step in range(10)], currency="EUR")
    jobs(engineer, *[(100_000, 120_000)] * 12)

    said = answer(client, amount="72000", currency="EUR", level="mid")

    assert "10 of 22 open mid-level jobs in all countries state yearly pay in EUR." in said
    assert "Yours is higher than 4 of their midpoints." in said


def test_a_few_jobs_in_the_currency_of_the_pay_leave_the_more_common_one(client, engineer, euro):
    jobs(engineer, (60_000, 80_000), currency="EUR")
    jobs(engineer, (90_000, 110_000), (130_000, 150_000))

    said = answer(client, amount="90000", currency="EUR", level="mid")

    assert "2 of 3 open mid-level jobs in all countries state yearly pay in USD." in said
    assert "Yours is higher than 1 of their midpoints." in said  # 90,000 EUR are 112,500 USD


def test_where_no_job_is_open_the_page_says_so(client, engineer):
    assert "No mid-level job for this role is open." in answer(client, amount="1", level="mid")


def test_official_statistics_are_told_with_all_that_they_do_not_know(client, engineer):
    RoleOccupation.objects.create(role=engineer, soc="15-2051", match="nearest")
    OfficialWage.objects.create(
        soc="15-2051",
        title="Data Scientists",
        year=2024,
        p10=60_000,
        p25=80_000,
        p50=110_000,
        p75=150_000,
        top_coded="p90",
    )

    said = answer(client, amount="90000", level="mid", country="PT")

    assert (
        "For Data Scientists, the closest occupation, your pay is below the median, above the "
        "bottom 25% in official U.S. statistics for 2024. They cover all levels and don’t count "
        "responses." in said
    )


# --- The page -------------------------------------------------------------------------------------


def test_pay_is_kept_nowhere_and_found_by_no_search_engine(client, engineer):
    page = ask(client, amount="100000", level="mid")

    assert page["Cache-Control"] == "private, no-store"
    assert not page.has_header("ETag")
    assert 'content="noindex, follow"' in page.content.decode()
    assert not page.cookies


def test_the_page_without_pay_is_kept_as_before_and_asks(client, engineer):
    page = client.get(ENGINEER)

    assert page["Cache-Control"] == "no-cache"
    assert "Is my pay fair?" in page.content.decode()
    assert "noindex" not in page.content.decode()


def test_what_visitors_said_about_themselves_is_chosen_already(client, engineer):
    client.cookies["you"] = "level=mid&country=PT&currency=MXN"
    page = client.get(ENGINEER).content.decode()
    form = tight(re.search(r'id="my-pay".*?</form>', page, re.DOTALL)[0])

    assert re.findall(r'<option(?: value="(\w+)")? selected>([^<]*)', form) == [
        ("", "MXN"),
        ("mid", "Mid-level"),
        ("PT", "Portugal"),
    ]


def test_pay_far_beyond_all_figures_is_drawn_at_the_end_of_the_axis(client, engineer):
    html = ask(client, amount="900000000", level="mid").content.decode()

    assert 'x1="100%" x2="100%"' in html
    assert "2000M" not in html


def test_a_job_asks_for_pay_and_its_level_and_country_go_along(client, engineer):
    job = ListingFactory(live=True, paid=True, role=engineer, level="mid")
    lisbon = Place.objects.create(name="Lisbon", folded="lisbon", country="PT", kind="city")
    job.places.create(text="Lisbon", place=lisbon)
    html = client.get(job.get_absolute_url()).content.decode()
    form = re.search(rf'<form[^>]*action="{ENGINEER}".*?</form>', html, re.DOTALL)[0]

    assert re.findall(r'name="(\w+)"', form) == ["amount", "currency", "period", "level", "country"]
    assert 'name="level" value="mid"' in form
    assert 'name="country" value="PT"' in form
