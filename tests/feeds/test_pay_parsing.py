import csv
import gzip
import json
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobboard.feeds.parsing.pay import read_pay
from jobboard.feeds.parsing.pay_period import pay_period
from jobboard.feeds.parsing.pay_range import pay_range
from roles.pay.formulas import PERIODS_PER_YEAR, annual_pay

pytestmark = pytest.mark.pure

RECALL_REACHED = 100  # percent of the labelled ranges


def written(ranges):
    """Ranges as one line: "EUR 60000-70000 year" or "USD -160000 year OTE"."""
    lines = []
    for pay in ranges:
        lowest, highest = (f"{end or ''}".removesuffix(".00") for end in (pay.lowest, pay.highest))
        lines.append(
            f"{pay.currency} {lowest}-{highest} {pay.period}{' OTE' if pay.on_target else ''}"
        )
    return "; ".join(lines)


def in_an_ad(words):
    return (
        "We build tools that help people to find their way in data.\n\n"
        f"{words}\n\n{'We meet on Mondays. ' * 6}"
    )


# Values of feeds


@pytest.mark.parametrize(
    ("lowest", "highest", "currency", "period"),
    [
        (50_000, 210_000, "USD", "year"),
        ("92145.0000", "141555", "usd", "year"),
        (11_700.0, 11_700.0, "USD", "month"),
        (150_000, 300_000, "CZK", "month"),
        (Decimal("20.5"), 30, "CAD", "hour"),
        (600, 800, "GBP", "day"),
        (None, 95_000, "EUR", "year"),
        (1_200_000, 1_800_000, "INR", "year"),
        (5_000, 6_000, "XOF", "hour"),  # we have no rough rate: what is plausible is unknown
    ],
)
def test_values_that_can_be_pay_are_taken(lowest, highest, currency, period):
    pay = pay_range(lowest, highest, currency, period)

    assert (pay.lowest, pay.highest) == (lowest and Decimal(lowest), Decimal(highest))
    assert (pay.currency, pay.period) == (currency.upper(), period)


@pytest.mark.parametrize(
    ("lowest", "highest", "currency", "period"),
    [
        (0, 0, "USD", "year"),
        (-1, -1, "USD", "year"),
        (None, None, "USD", "year"),
        (90_000, 60_000, "USD", "year"),
        (60_000, 90_000, "XXX", "year"),
        (60_000, 90_000, "USD", ""),
        (60_000, 90_000, "USD", "fortnight"),
        (45, 60, "USD", "year"),
        (90_000, 90_000, "USD", "hour"),
        (92_000, 119_000_000, "JPY", "year"),
        (100_000, 500_000, "USD", "year"),
        (1_400_000, 2_000_000, "USD", "year"),
        (60, 60, "EUR", "month"),
        ("competitive", "NaN", "USD", "year"),
        (float("nan"), float("inf"), "USD", "year"),
        (True, 10**400, "USD", "year"),
        ([60_000], {"max": 90_000}, "USD", "year"),
    ],
)
def test_values_that_nobody_pays_are_no_pay(lowest, highest, currency, period):
    assert pay_range(lowest, highest, currency, period) is None


@pytest.mark.parametrize(
    ("words", "period"),
    [
        *[
            (words, "year")
            for words in ("1 YEAR", "per-year-salary", "PA", "p.a.", "a year", "/yr", "annually")
        ],
        *[(words, "month") for words in ("1 MONTH", "monthly", "per month", "MONTH")],
        *[(words, "week") for words in ("WEEK", "weekly")],
        *[(words, "day") for words in ("daily", "per_day", "day rate")],
        *[
            (words, "hour")
            for words in ("per-hour-wage", "Per Hour", "PH", "hourly", "an hour", "/hr", "1 HOUR")
        ],
        *[
            (words, "")
            for words in (
                "",
                "NONE",
                "Bi-weekly",
                "semi-monthly",
                "2 WEEKS",
                "School Year",
                "Piece Work",
            )
        ],
        *[(words, "") for words in ("Without Compensation", "one-time", "per", "year or month")],
    ],
)
def test_a_period_is_read_from_the_word_of_a_feed(words, period):
    assert pay_period(words) == period


# Prose


@pytest.mark.parametrize(
    ("words", "pay"),
    [
        # Ways to write a range.
        ("Salary: $100,000 - $120,000", "USD 100000-120000 year"),
        ("The pay range is $100,000.00–120,000.50 USD.", "USD 100000-120000.50 year"),
        ("Salary range: $100,000 -- $120,000 annually", "USD 100000-120000 year"),
        ("Base salary is $100,000 per year to $120,000 per year.", "USD 100000-120000 year"),
        ("The base salary is between £50k and £60k.", "GBP 50000-60000 year"),
        ("Salaries range from $125-$250K.", "USD 125000-250000 year"),
        ("Salary: $180 - 230K + bonus + equity", "USD 180000-230000 year"),
        ("Gehalt: 60.000 bis 70.000 € brutto pro Jahr", "EUR 60000-70000 year"),
        ("Rémunération : 45-55 k€ brut annuel", "EUR 45000-55000 year"),
        ("Salary: EUR 48.000,00 - 60 000", "EUR 48000-60000 year"),
        ("Salary: CHF 120'000 – 150’000", "CHF 120000-150000 year"),
        ("Compensation: 75 - 90 TEUR", "EUR 75000-90000 year"),
        ("CTC: ₹25,00,000 - ₹35,00,000", "INR 2500000-3500000 year"),
        ("Compensation: 12-18 LPA", "INR 1200000-1800000 year"),
        ("年収600万円〜800万円", "JPY 6000000-8000000 year"),
        # Which currency is meant.
        ("Salary: $90,000 - $110,000 CAD", "CAD 90000-110000 year"),
        ("Salary: CA$90,000 to CA$110,000", "CAD 90000-110000 year"),
        ("Base salary in Toronto: $90,000 - $110,000", ""),
        ("Salary: $90,000 - $110,000\nOur offices are in Montreal and Sydney.", ""),
        ("Salary: $140,000 - $160,000 + superannuation", ""),
        ("Salary: $90,000 - $110,000 CAD 80,000 - 95,000", ""),
        (
            "US base salary: $90,000 - $110,000. Canada base salary: $80,000 - $95,000.",
            "USD 90000-110000 year",
        ),
        ("Salary: ¥6,000,000 - ¥8,000,000 per year", ""),
        ("Salary: 45.000 - 55.000 kr. per month", ""),
        ("Salary: €90,000 - £110,000", ""),
        ("Salary range: 60,000 - 80,000", ""),
        # Which period is meant.
        ("Hourly rate: $28 – $34", "USD 28-34 hour"),
        ("Pay range: $27.77 - $34.71", "USD 27.77-34.71 hour"),
        ("Pay range: $28 - $34", ""),
        ("Pay range: Level 3: $31.00/hour + $2.00/hour night differential", "USD 31-31 hour"),
        ("Vergütung: 4.500 - 5.500 € brutto im Monat", "EUR 4500-5500 month"),
        ("Monthly salary: 18 000 - 25 000 PLN", "PLN 18000-25000 month"),
        ("Day rate: £450/day", "GBP 450-450 day"),
        ("Salary (paid monthly): €45,000 - €55,000", ""),
        ("Salary: $3,000 - $3,500 bi-weekly", ""),
        # Several ranges, and ranges with one end.
        (
            "Level 1: $85,000 - $115,000 Level 2: $105,000 - $135,000",
            "USD 85000-115000 year; USD 105000-135000 year",
        ),
        (
            "Salary: $90,000-110,000 in Denver, and $99,000-121,000 in Boston",
            "USD 90000-110000 year; USD 99000-121000 year",
        ),
        ("Salary: $90,000 - $110,000. The salary range is $90k-$110k.", "USD 90000-110000 year"),
        ("Compensation: up to $160,000 base salary + bonus", "USD -160000 year"),
        ("Bruttojahresgehalt ab 55.000 Euro", "EUR 55000- year"),
        ("Salary: €70k+", "EUR 70000- year"),
        (
            "Base pay ranges from $95,000/year in our smallest office up to $120,000/year",
            "USD 95000-120000 year",
        ),
        ("Minimum salary: $95,000. Maximum salary: $120,000.", "USD -120000 year"),
        ("Salary: $95,000 (step 1) to the top step", ""),
        # Pay that depends on results.
        (
            "Base salary: $120k–$140k. OTE: $200k–$230k.",
            "USD 120000-140000 year; USD 200000-230000 year OTE",
        ),
        ("Annual salary of $231,000 - $275,000 OTE", "USD 231000-275000 year OTE"),
        ("Salary: $100,000, bonus: $20,000, equity: $50,000 - $80,000", "USD 100000-100000 year"),
        ("Total compensation: $250,000 - $300,000 (base + bonus)", ""),
        # Money that is no pay.
        ("Salary: competitive. You manage vendors between $50,000 and $150,000.", ""),
        ("Our compensation platform handles $100,000–$400,000 a day.", ""),
        ("Salary plus $30,000 - $50,000 in stock", ""),
        ("Base salary + $30,000 - $50,000", ""),
        ("Salary: about $95,000", ""),
        ("We offer $1500 USD annually for professional development", ""),
        ("Competitive salary and a yearly learning budget of €1000", ""),
        ("Salary transparency matters to us. We raised $50M and look after $2 billion.", ""),
        ("Wage law fines range from €20,000 to €60,000.", ""),
        ("Salary, and a match of up to $15,000 annually", ""),
        ("All employees receive $20,000 - $30,000 towards adoption.", ""),
        ("Salary: $80K-$120K (Glassdoor est.)", ""),
        ("Salary: $120,000 - 401k - dental", ""),
        ("Gehalt: 4.000 - 5.000 € netto pro Monat", ""),
        ("Salary: $100,000 - $120,000 - $140,000", ""),
        ("Salary: $0 - $0", ""),
        ("Salary: $1 - $999,999,999", ""),
    ],
)
def test_prose_states_pay_only_where_it_is_certain(words, pay):
    assert written(read_pay(in_an_ad(words))) == pay


@pytest.mark.parametrize(
    ("words", "in_a_field", "in_prose"),
    [
        ("$120k-$150k", "USD 120000-150000 year", ""),
        ("€60.000", "EUR 60000-60000 year", ""),
        ("$45 an hour", "USD 45-45 hour", ""),
        ("from €70k", "EUR 70000- year", ""),
        ("Zone 2: $120k-$150k", "USD 120000-150000 year", "USD 120000-150000 year"),
        ("$20,000 sign-on bonus", "", ""),
        ("£398", "", ""),
        ("180 - 230K", "", ""),
        ("-1", "", ""),
    ],
)
def test_a_field_of_pay_needs_no_word_for_pay(words, in_a_field, in_prose):
    assert written(read_pay(words, only_pay=True)) == in_a_field
    assert written(read_pay(words)) == in_a_field  # too short to be prose
    assert written(read_pay(in_an_ad(words))) == in_prose


def test_a_range_has_the_name_of_its_level_or_zone():
    ranges = read_pay(
        "Pay range: Zone 1 (Reno, Boise) $90,000 - $99,000, "
        "Zone 2: $80,000 - $88,000, Other: $70k - $77k"
    )

    assert [pay.name for pay in ranges] == ["Zone 1", "Zone 2", ""]


def test_a_label_behind_a_range_is_not_taken_for_the_next_ones():
    ranges = read_pay("Pay range: $90,000 - $99,000 Level 1 $80,000 - $88,000 Level 2")

    assert [pay.name for pay in ranges] == ["", ""]


def test_whoever_knows_where_a_job_is_says_what_its_dollar_is():
    words = "Salary: $90,000 - $110,000"

    assert [written(read_pay(words, dollar=dollar)) for dollar in ("CAD", "", "TTD")] == [
        "CAD 90000-110000 year",
        "",
        "",
    ]


@settings(max_examples=300)
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("$€£¥k0123456789.,'-– \n/+()%"), st.characters()),
        max_size=200,
    )
)
@example("salary: $" + "9" * 5000 + " - $١٢٠,000 \ud800 USD NaN")
@example("from 0 €")
@example("salary " + "$1,000" * 300)
@example("salary: " + "$100,000 - " * 300)
def test_no_text_is_too_odd(text):
    for words in (text, f"Salary: {text} a year"):
        for pay in read_pay(words) + read_pay(words, only_pay=True):
            assert pay_range(pay.lowest, pay.highest, pay.currency, pay.period)
    assert pay_period(text) in {"", *PERIODS_PER_YEAR}
    pay_range(text, text, text, "year")


# Real data


@pytest.mark.shared_data
def test_labelled_pay_is_read_as_a_careful_reader_does(shared_data):
    labelled = json.loads((shared_data / "gold/salary_gold_open.json").read_text())["salary"]
    stated = expected = right = 0
    for row in labelled:
        if "text" not in row:
            continue
        wanted = {
            (end["min"], end["max"], end["currency"], end["period"])
            for end in row["expected_ranges"]
        }
        got = {(pay.lowest, pay.highest, pay.currency, pay.period) for pay in read_pay(row["text"])}
        stated, expected, right = (
            stated + len(got),
            expected + len(wanted),
            right + len(got & wanted),
        )
        assert got <= wanted, row["text"]
    print(
        f"{stated} stated, {expected} expected: "
        f"precision {right / stated:.0%}, recall {right / expected:.0%}"
    )

    assert 100 * right / expected >= RECALL_REACHED


@pytest.mark.shared_data
def test_labelled_values_of_feeds_are_judged_as_a_careful_reader_does(shared_data):
    labelled = json.loads((shared_data / "gold/salary_gold_open.json").read_text())["salary"]
    for row in (row["structured"] for row in labelled if "structured" in row):
        pay = pay_range(
            row["min"], row["max"], row.get("currency", "USD"), pay_period(row["interval"])
        )
        if row["expect"].startswith("annual"):
            yearly = [
                str(annual_pay(end, pay.period)) for end in dict.fromkeys([pay.lowest, pay.highest])
            ]
            assert "-".join(yearly) == row["expect"].split()[1]
        else:
            assert pay is None, row


@pytest.mark.shared_data
def test_what_the_reference_calls_plausible_is_taken_and_what_it_calls_implausible_is_not(
    shared_data,
):
    with gzip.open(shared_data / "listings/midat_open.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["salary_max_orig"]]
    usd = [
        row
        for row in rows
        if row["currency_original"] == "USD" and pay_period(row["salary_interval_orig"]) == "year"
    ]
    taken = [
        row
        for row in usd
        if pay_range(row["salary_min_orig"], row["salary_max_orig"], "USD", "year")
    ]

    reference = json.loads((shared_data / "listings/midat_reference_open.json").read_text())
    assert len(taken) == reference["usd_yearly_plausible_all"]["count"]


@pytest.mark.shared_data
def test_no_real_string_is_too_odd_and_no_title_or_place_is_pay(shared_data):
    with (shared_data / "gold/salary_snippets_open.jsonl").open() as file:
        snippets = [read_pay(json.loads(line)["snippet"]) for line in file]
    assert sum(map(bool, snippets)) >= 135

    with gzip.open(shared_data / "gold/title_strings_open.csv.gz", "rt", encoding="utf-8") as file:
        strings = [cell for row in csv.reader(file) for cell in row]
    with (shared_data / "gold/location_strings_open.csv").open() as file:
        strings += [cell for row in csv.reader(file) for cell in row]
    assert not [text for text in strings if read_pay(text)]
