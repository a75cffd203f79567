"""Pay for a visitor starts at what they said: level, country and currency."""

import re

import pytest
from django.test import Client

from jobboard.listings.models import Listing
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    client = Client()
    client.cookies["you"] = "role=data-analyst&country=PT&level=mid"
    return client


def test_all_salaries_are_shown_at_their_level(starter_with_samples, visitor, client):
    page, everybody = visitor.get("/salaries/"), client.get("/salaries/")

    survey, posted = page.context["columns"]
    assert survey.note.startswith("Mid-level, all countries")
    assert posted.note.startswith("Mid-level, ")
    analyst = next(pay for pay, *_ in page.context["rows"] if pay.role.slug == "data-analyst")
    said = next(strip.said for strip in survey.strips if strip.name == "Data Analyst")
    assert f"{analyst.by_level['mid'].n:,} responses" in said
    html = page.content.decode()
    assert '<option value="data-analyst" selected>' in html
    assert '<option value="mid" selected>' in html
    assert '<input type="hidden" name="country" value="PT">' in html
    assert everybody.context["columns"][0].note.startswith("all levels")
    assert "selected" not in everybody.content.decode()


def test_own_pay_is_asked_on_a_job_at_their_level_and_in_their_currency(
    starter_with_samples, visitor, client
):
    job = Listing.objects.live().filter(role__slug="data-engineer", level="senior").first()

    question = visitor.get(job.get_absolute_url()).context["own_pay"]

    assert (question.level, question.country, question.currency) == ("mid", "PT", "EUR")
    assert client.get(job.get_absolute_url()).context["own_pay"].level == "senior"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("currency=EUR", r"That is about up to EUR [\d,]+ a year at the rate of \d+, counting"),
        ("country=CH", r"That is about up to CHF 260,000 a year, counting"),
    ],
)
def test_pay_by_the_day_says_how_many_days_are_counted(starter_with_samples, client, said, words):
    job = Listing.objects.get(title="Freelance Data Engineer, Private Banking")
    client.cookies["you"] = said

    page = text_of(client.get(job.get_absolute_url()))

    assert re.search(rf"{words} 260 days a year\.", page)


def test_pay_by_the_year_in_their_currency_is_not_said_again(starter_with_samples, client):
    job = Listing.objects.live().filter(salary_currency="USD", salary_period="year").first()
    client.cookies["you"] = "currency=USD"

    assert "That is about" not in text_of(client.get(job.get_absolute_url()))
