"""Words that people write into the cells of a file, and what is read of them."""

from io import BytesIO

import pytest

from jobboard.feeds.adapters import own_csv
from jobboard.feeds.tables.values import choice_of
from jobboard.listings.choices import Level, PayGross, Workplace

pytestmark = pytest.mark.pure

HEAD = (
    "id;title;apply_url;workplace;places;employment_types;salary_min;salary_currency;salary_period"
)


AMOUNTS = {"year": "50000", "month": "5000", "hour": "50"}


def read(workplace="", types="", currency="EUR", period="year", amount="50000"):
    cells = ["1", "Data Engineer", "https://acme.example/1", workplace, "Oslo", types, amount]
    (item,) = own_csv.parse(BytesIO(f"{HEAD}\n{';'.join([*cells, currency, period])}".encode()))
    return item


@pytest.mark.parametrize(
    ("word", "workplace"),
    [
        *[(word, "on_site") for word in ("Vor Ort", "On-site", "In office", "Büro", "Sur site")],
        *[(word, "on_site") for word in ("Presencial", "Bureau", "Oficina", "on_site")],
        *[(word, "hybrid") for word in ("Hybrid", "Hybride", "Híbrido", "Teilweise Homeoffice")],
        *[(word, "remote") for word in ("Homeoffice", "Télétravail", "Remoto", "Fully remote")],
    ],
)
def test_a_workplace_is_said_in_everyday_words(word, workplace):
    assert read(workplace=word).places[0].workplace == workplace


@pytest.mark.parametrize(
    ("word", "types"),
    [
        *[(word, ()) for word in ("Permanent", "unbefristet", "Festanstellung", "Indefinido")],
        ("Permanent, Full-time", ("Full-time",)),
        ("VZ", ("Full-time",)),
        ("Selbstständig", ("Contractor",)),
        ("Temporal", ("Temporary",)),
    ],
)
def test_an_employment_type_is_said_in_everyday_words(word, types):
    assert read(types=word).types == types


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("Berufserfahren", "mid"),
        ("Mit Berufserfahrung", "mid"),
        ("Berufseinsteiger", "entry"),
        ("Débutant", "entry"),
        ("Confirmé", "mid"),
        ("Experto", "senior"),
        ("Führungskraft", "executive"),
        ("Mid-level / Intermediate", "mid"),
        ("Intermediate", "mid"),
        ("wizard", None),
    ],
)
def test_a_level_is_said_in_everyday_words(word, level):
    assert choice_of("level", word, Level) == level


@pytest.mark.parametrize(
    ("word", "gross"), [("Brutto", "gross"), ("net", "net"), ("Before tax", "gross")]
)
def test_before_and_after_tax_are_said_in_everyday_words(word, gross):
    assert choice_of("pay_gross", word, PayGross) == gross


@pytest.mark.parametrize(
    ("currency", "period", "stated"),
    [
        ("EUR/Monat", "", ("EUR", "month")),
        ("", "EUR/Monat", ("EUR", "month")),
        ("€ / Jahr", "", ("EUR", "year")),
        ("USD per hour", "", ("USD", "hour")),
        ("EUR", "EUR brutto/Jahr", ("EUR", "year")),
        ("Euro", "mensuel", ("EUR", "month")),
        ("EUR al mes", "", ("EUR", "month")),
    ],
)
def test_currency_and_period_may_be_in_one_cell(currency, period, stated):
    item = read(currency=currency, period=period, amount=AMOUNTS[stated[1]])

    assert (item.pay[0].currency, item.pay[0].period) == stated


def test_a_word_that_is_not_known_is_answered_with_words_that_people_see():
    assert str(read(workplace="Irgendwo")) == (
        "workplace: must be On-site, Hybrid or Remote, not Irgendwo (row 2)"
    )
    assert choice_of("workplace", "Irgendwo", Workplace) is None
