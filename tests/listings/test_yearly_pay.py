"""The yearly pay that jobs are compared by follows the exchange rates."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.http import QueryDict
from django.utils import timezone

from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.models import Listing
from jobboard.listings.pay.yearly import refresh_yearly_pay
from jobboard.search import database
from jobboard.search.results.page import ListingSearch
from roles.models import FxRate
from tests.factories import CompanyFactory, ListingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = "2026-11-28 12:00:00+00:00"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


def job(amount: int, currency: str) -> Listing:
    pay = PayStatement(Decimal(amount), Decimal(amount), currency, "year", origin="form")
    return write_content(
        ListingFactory.build(live=True, company=CompanyFactory(), role=None),
        ListingContent(
            title="Data Engineer",
            description="Text.",
            places=(PlaceText("Munich", "Munich", "DE"),),
            pay=(pay,),
            apply_email="jobs@acme.example",
        ),
    )


def rate(currency: str, usd: str, day: date = date(2026, 11, 1)) -> None:
    FxRate.objects.update_or_create(
        currency=currency, date=day, defaults={"usd_per_unit": Decimal(usd), "source": "Test"}
    )


def found(query: str) -> list[int]:
    return list(
        database.matching(ListingSearch(QueryDict(query)).criteria, None).values_list(
            "pk", flat=True
        )
    )


def test_new_rates_compare_every_job_anew(client):
    rate("EUR", "1.10")
    rate("USD", "1", date(2020, 1, 1))
    euros, dollars = job(100_000, "EUR"), job(100_000, "USD")
    before = euros.changed_at
    rate("EUR", "1.25")

    assert refresh_yearly_pay() == 1

    euros.refresh_from_db()
    dollars.refresh_from_db()
    assert (euros.pay_year_min_usd, dollars.pay_year_min_usd) == (125_000, 100_000)
    assert euros.changed_at >= before
    assert found("salary_from=100000&currency=EUR&salary=surely") == [euros.pk]
    assert refresh_yearly_pay() == 0


def test_the_import_of_rates_refreshes_them(tmp_path):
    rate("EUR", "1.10")
    euros = job(100_000, "EUR")
    file = tmp_path / "ecb.csv"
    file.write_text(
        "year,currency,usd_per_unit_mean,per_eur_mean,days,last_day\n"
        "2026,EUR,1.2,1,200,2026-11-20\n2026,USD,1,1.2,200,2026-11-20\n"
    )

    call_command("import_statistics", str(file))

    euros.refresh_from_db()
    assert euros.pay_year_min_usd == 120_000


def test_a_rate_that_is_too_old_compares_nothing_and_no_pay_is_lost():
    rate("RUB", "0.012", date(2022, 3, 1))
    roubles = job(5_000_000, "RUB")

    assert (roubles.pay_year_min_usd, roubles.has_pay) == (None, True)
    assert found("salary=not_comparable") == [roubles.pk]
    assert found("salary=unstated") == []


def test_a_rate_grows_old_without_anybody_touching_it():
    rate("EUR", "1.10")
    euros = job(100_000, "EUR")

    with time_machine.travel("2028-12-01 12:00:00+00:00", tick=False):
        refresh_yearly_pay()

    euros.refresh_from_db()
    assert (euros.pay_year_min_usd, euros.salary_min) == (None, 100_000)


def test_the_pay_of_a_job_is_compared_per_year_in_dollars_at_the_newest_rate():
    newest = date(2026, 11, 1)
    for day, usd in [(date(2026, 2, 1), "1.0"), (newest, "1.1")]:
        rate("EUR", usd, day)

    pay = PayStatement(Decimal(5000), Decimal(6000), "EUR", "month", origin="form")
    listing = write_content(
        ListingFactory(live=True),
        ListingContent(title="A", description="Work.", apply_email="a@acme.example", pay=(pay,)),
    )

    assert (listing.pay_year_min_usd, listing.pay_year_max_usd) == (66_000, 79_200)
    assert listing.pay_rate_on == newest
    assert listing.changed_at == timezone.now()
