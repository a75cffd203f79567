"""What the page says of somebody's pay, counted again from the rows of the survey, without any of
our code.
"""

import csv
import gzip
import io
import json
import random
import re
from collections import defaultdict

import pytest
from django.test import Client

from tests.conftest import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.shared_data]

LEVELS = {"EN": "entry", "MI": "mid", "SE": "senior", "EX": "executive"}
PERIODS = {"year": 1, "month": 12, "week": 52, "day": 260, "hour": 2080}


def countries(codes):
    return set(codes.split())


EURO = countries("AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK")
EUROPE = EURO | countries(
    "AD AL BA BY CH CZ DK GB GI HU IS LI MC MD ME MK NO PL RO RS RU SE SM UA XK"
)
OCEANIA = countries("AS AU FJ NZ PG")
LATIN_AMERICA = countries("AR BO BR BS BZ CL CO CR CU DO EC GT HN HT JM MX NI PA PE PR PY SV UY VE")
# A country to ask for, and what it is widened to before all countries.
CHAINS = {
    "PT": [("the euro area", EURO), ("Europe", EUROPE)],
    "DE": [("the euro area", EURO), ("Europe", EUROPE)],
    "GB": [("Europe", EUROPE)],
    "US": [("North America", {"US", "CA"})],
    "CA": [("North America", {"US", "CA"})],
    "BR": [("Latin America and the Caribbean", LATIN_AMERICA)],
    "NZ": [("Oceania", OCEANIA)],
    "": [],
}
NAMES = {
    "PT": "Portugal",
    "DE": "Germany",
    "GB": "the United Kingdom",
    "US": "the United States",
    "CA": "Canada",
    "BR": "Brazil",
    "NZ": "New Zealand",
}
SENTENCE = re.compile(
    r"is higher than (at most |at least )?([\d,]+)(?: to ([\d,]+))? of ([\d,]+) "
    r".*?responses from ([^:]*):"
)
ASKED = 60


@pytest.fixture
def answers(shared_data):
    """Slug of a role → (level, country, USD) of each row."""
    slugs = {}
    for path in (ROOT / "roles" / "starter" / "roles").glob("*.json"):
        role = json.loads(path.read_text("utf-8"))
        for title in [role["name"], *role["aliases"]]:
            if role["status"] == "published":
                slugs[" ".join(title.lower().split())] = role["slug"]
    found = defaultdict(list)
    packed = (shared_data / "salaries" / "salaries_2025-08-03.csv.gz").read_bytes()
    for row in csv.DictReader(io.StringIO(gzip.decompress(packed).decode())):
        slug = slugs.get(" ".join(row["job_title"].lower().split()))
        if slug:
            level = LEVELS[row["experience_level"]]
            found[slug].append((level, row["company_location"], int(row["salary_in_usd"])))
    return found


def expected(rows, level, country):
    """The first area with ten rows of the level, and their pay; None where there is none."""
    areas = [(NAMES[country], {country})] if country else []
    for name, included in [*areas, *CHAINS[country], ("all countries", None)]:
        pay = [
            usd
            for row_level, row_country, usd in rows
            if level in ("", row_level) and (included is None or row_country in included)
        ]
        if len(pay) >= 10:
            return name, pay
    return None


def said(slug, asked):
    page = Client().get(f"/salaries/{slug}/", asked).content.decode()
    head = page.partition("<h1>")[2].partition('class="meta')[0]
    return " ".join(re.sub(r"<[^>]*>", " ", head).split())


def bounds(found):
    """At least and at most so many are lower, of so many."""
    limit, first, second, of = found[1], found[2], found[3], found[4]
    low = int(first.replace(",", ""))
    high = int((second or first).replace(",", ""))
    n = int(of.replace(",", ""))
    if limit == "at most ":
        low = 0
    if limit == "at least ":
        high = n
    return low, high, n


def test_the_counts_hold_for_the_rows_and_the_nearest_area_with_ten_is_taken(starter, answers):
    draw = random.Random(23)  # noqa: S311 (which questions are asked)
    with (ROOT / "roles" / "starter" / "fx_rates.csv").open() as file:
        rates = {row["currency"]: float(row["usd_per_unit"]) for row in csv.DictReader(file)}
    compared = 0
    for _ in range(ASKED):
        slug = draw.choice(sorted(answers))
        level, country = draw.choice(["", *LEVELS.values()]), draw.choice(sorted(CHAINS))
        currency, period = draw.choice(["USD", "EUR", "PLN", "JPY"]), draw.choice(sorted(PERIODS))
        usd_per_unit = rates.get(currency, 1.0)
        amount = round(draw.uniform(10_000, 350_000) / usd_per_unit / PERIODS[period], 2)
        asked = {
            "amount": f"{amount:.2f}",
            "currency": currency,
            "period": period,
            "level": level,
            "country": country,
        }
        area = expected(answers[slug], level, country)
        text = said(slug, asked)
        found = SENTENCE.search(text)
        if area is None:
            assert found is None, text
            continue
        name, pay = area
        low, high, n = bounds(found)
        lower = sum(usd < amount * PERIODS[period] * usd_per_unit for usd in pay)
        assert (n, found[5]) == (len(pay), name), text
        assert low <= lower <= high, text
        compared += 1
    assert compared > ASKED // 2
