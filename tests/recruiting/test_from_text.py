"""A pasted ad fills in the form it is pasted into, with the words that say each value."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from jobboard.recruiting.forms.first_post import FirstPostForm
from jobboard.recruiting.forms.from_text import MAX_TEXT_LENGTH, read_proposals
from tests.factories import RoleFactory, SkillFactory
from tests.reading import text_of
from tests.recruiting.test_first_post import filled

pytestmark = pytest.mark.django_db

AD = """**Senior Machine Learning Engineer (m/f/d)**

Acme builds maps.

Location: Berlin, Germany or Remote (EU)
Salary: €80,000 – €95,000 gross per year

What you need
• Python
• Full-time

Nice to have
• Apache Spark

We cannot sponsor visas. Apply by {day:%-d %B %Y}."""


@pytest.fixture
def ad():
    RoleFactory(name="Machine Learning Engineer")
    for name in ["Python", "Apache Spark"]:
        SkillFactory(name=name)
    return AD.format(day=timezone.now() + timedelta(days=30))


def sent(**values: str) -> dict:
    kept = {name: filled()[name] for name in ("submission", "version", "company_name", "email")}
    return kept | {"rows": "read-text"} | values


def test_a_pasted_ad_fills_in_the_form(client, ad):
    form = client.post("/post/", sent(description=ad)).context["form"]

    day = (timezone.now() + timedelta(days=30)).date()
    values = {name: form[name].value() for name in form.fields}
    assert (
        values
        | {
            "title": "Senior Machine Learning Engineer (m/f/d)",
            "level": "senior",
            "employment_types": ["full_time"],
            "place": "Berlin, Germany",
            "country": "DE",
            "place_2": "Remote (EU)",
            "workplace_2": "remote",
            "salary_min": "80000",
            "salary_max": "95000",
            "salary_currency": "EUR",
            "salary_period": "year",
            "pay_gross": "gross",
            "visa": "no",
            "closes_on": day.isoformat(),
            "skills_required": "Python",
            "skills_nice": "Apache Spark",
        }
        == values
    )
    assert "- Python\n- Full-time" in values["description"]
    assert form.errors == {}


def test_the_words_that_say_it_stand_beside_each_field(client, ad):
    page = text_of(client.post("/post/", sent(description=ad)))

    assert "We filled in what your text says, and quote it next to each field." in page
    assert "From your text: “Salary: €80,000 – €95,000 gross per year”" in page
    assert "From your text: “We cannot sponsor visas.”" in page


def test_what_was_typed_stays(client, ad):
    typed = {"title": "Data Engineer", "place": "Munich", "salary_max": "70000", "visa": "yes"}

    form = client.post("/post/", sent(description=ad, **typed)).context["form"]

    assert {name: form[name].value() for name in typed} == typed
    assert "place_2" not in form.fields
    assert not form["salary_min"].value()


def test_what_was_filled_in_can_be_sent(client, ad):
    form = client.post("/post/", sent(description=ad)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value is not None}

    sendable = FirstPostForm(values | {"apply_url": "www.acme.example/jobs"})

    assert sendable.errors == {}


@pytest.mark.parametrize("text", ["", "Hello", "<script>alert(1)</script>Location: <b>x"])
def test_of_a_text_that_says_nothing_that_is_said(client, text):
    page = text_of(client.post("/post/", sent(description=text)))

    assert "We found nothing in your text for the fields that are still blank." in page


def test_words_of_the_text_are_shown_as_text(client, ad):
    hostile = ad.replace("Salary:", "Salary <b onclick=x>:")

    page = client.post("/post/", sent(description=hostile)).content.decode()

    assert "<b onclick" not in page


WALK = """Data Engineer

Company: Acme Maps
Based in Lisbon, Portugal. Hybrid, 2 days a week in the office.

Apply at https://example.com/jobs/7 or send your CV to jobs@example.com."""


def test_company_place_days_and_way_to_apply_are_filled_in_from_sentences(client, ad):
    RoleFactory(name="Data Engineer")

    page = client.post("/post/", sent(description=WALK, company_name=""))

    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    said = {"place": "Lisbon, Portugal", "country": "PT", "workplace": "hybrid"}
    said |= {"hybrid_days": "2", "company_name": "Acme Maps"}
    said |= {"apply_url": "https://example.com/jobs/7", "apply_email": None}
    assert values | said == values
    assert "From your text: “Hybrid, 2 days a week in the office.”" in text_of(page)


def test_a_way_to_apply_that_was_typed_stays_the_only_one(client, ad):
    typed = sent(description=WALK, apply_email="ada@acme.example")

    form = client.post("/post/", typed).context["form"]

    assert (form["apply_email"].value(), form["apply_url"].value()) == ("ada@acme.example", None)


def test_a_member_is_not_asked_for_the_company_that_the_text_names(client, acme):
    form = client.get("/recruit/jobs/new/").context["form"]
    kept = {name: form[name].value() for name in ("submission", "version")}

    page = client.post("/recruit/jobs/new/", kept | {"description": WALK, "rows": "read-text"})

    assert page.context["form"]["place"].value() == "Lisbon, Portugal"
    assert "Acme Maps" not in "".join(map(str, page.context["form"].read_from_text))


def test_a_text_that_is_too_long_is_not_cut_and_that_is_said(client, ad):
    text = ad + "\n\nThe end.".rjust(MAX_TEXT_LENGTH)

    page = client.post("/post/", sent(description=text))

    form = page.context["form"]
    assert form["description"].value() == text
    assert form["description"].errors == [
        "Shorten the text to 20,000 characters first. We filled in nothing from it."
    ]
    assert "Shorten the text to 20,000 characters first." in text_of(page)
    assert "We found nothing" not in text_of(page)


@pytest.mark.parametrize("sign", " \u00a0-–:@(|*_[\t\n")
def test_a_long_row_of_signs_is_read_soon(sign):
    text = f"a{sign * (MAX_TEXT_LENGTH - 10)}b"
    started = time.process_time()

    read_proposals(text)

    assert time.process_time() - started < 2  # what grows with the square takes longer


@pytest.mark.parametrize(
    "piece",
    [
        "$1",
        "100.000 € ",
        "EUR/year 5 ",
        "bonus 10% of 50.000 € ",
        "2 days a week in the office ",
        "remote in Germany, ",
    ],
)
def test_what_an_ad_says_again_and_again_is_read_soon(piece):
    started = time.process_time()

    read_proposals((piece * MAX_TEXT_LENGTH)[:MAX_TEXT_LENGTH])

    assert time.process_time() - started < 4  # what grows with the square takes longer


def test_many_different_amounts_are_read_soon():
    text = ", ".join(f"${amount:,} per year" for amount in range(50_000, 51_000))
    started = time.process_time()

    read_proposals(text)

    assert time.process_time() - started < 4  # to compare each two of them takes longer
