"""Names that could be taken for an employer's that is known."""

import pytest

from jobboard.listings.employers import lookalikes
from jobboard.listings.employers.lookalikes import KnownName, Lookalikes, same_letters
from jobboard.listings.models import Company
from jobboard.listings.trust.risk import find_risks
from tests.factories import CompanyFactory, ListingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(monkeypatch):
    names = [KnownName("OpenAI", "openai.com", "in our directory of employers")]
    names += [KnownName("Google", "google.com", "in our directory of employers")]
    monkeypatch.setattr(lookalikes, "KNOWN_NAMES", [lambda: names])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Open AI", "“Open AI” looks like OpenAI (openai.com)"),
        ("0penAI", "looks like OpenAI"),
        ("OpenAl", "looks like OpenAI"),
        ("OpenAI Careers", "looks like OpenAI"),
        ("ＯｐｅｎＡＩ", "looks like OpenAI"),
        ("Googlе", "mixes alphabets"),
        ("Gооgle Inc.", "mixes alphabets"),
        ("Оpеn AI", "mixes alphabets"),
        ("Gogle", "is spelled almost like Google"),
        ("Googel", "is spelled almost like Google"),
        ("Google Labs Berlin", "contains the name of Google"),
        ("OpenAI", "has this name, and that it is this one is not proven"),
    ],
)
def test_a_name_that_could_be_taken_for_another_is_named(known, name, words):
    found = Lookalikes().of(name, Company(name=name))

    assert any(words in likeness.words for likeness in found), found


@pytest.mark.parametrize("name", ["Micros0ft", "NVlDIA", "Google DeepMind Hiring"])
def test_who_is_borrowed_most_is_known_without_a_directory(monkeypatch, name):
    monkeypatch.setattr(lookalikes, "KNOWN_NAMES", [lookalikes.well_known])

    assert "a well-known employer" in Lookalikes().of(name, Company(name=name))[0].words


@pytest.mark.parametrize("name", ["Acme", "Open Bakery", "AI Open Day", "株式会社"])
def test_other_names_are_left_alone(known, name):
    assert Lookalikes().of(name, Company(name=name)) == []


def test_the_employer_itself_is_no_lookalike(known):
    itself = Company(name="OpenAI", verified_by="email", verified_domain="openai.com")

    assert Lookalikes().of("Open AI", itself) == []


def test_companies_on_the_board_are_known_and_the_company_itself_is_not_its_own_double():
    real = ListingFactory(live=True, company__name="Nordwind Labs").company
    CompanyFactory(name="Südwind Labs")  # nobody has seen it

    assert Lookalikes().of("N0rdwind Labs", Company(name="N0rdwind Labs"))
    assert Lookalikes().of("Sudwind Lab", Company(name="Sudwind Lab")) == []
    assert Lookalikes().of("Nordwind  Labs", real) == []


def test_the_shipped_directory_is_known():
    assert any("Abridge" in one.words for one in Lookalikes().of("Abrìdge", Company(name="x")))


def test_whoever_reviews_a_first_job_is_told(known):
    job = ListingFactory(company__name="Open AI", status="in_review")

    risks = find_risks([job])[job.pk]

    assert risks[0].words.startswith("“Open AI” looks like OpenAI (openai.com)")
    assert risks[0].weight == 3


def test_letters_that_only_look_the_same_are_other_letters():
    assert same_letters("Acme  labs", "ACME-Labs")
    assert same_letters("Müller", "Muller")
    assert not same_letters("Google", "Googlе")
    assert not same_letters("OpenAI", "OpenAl")
