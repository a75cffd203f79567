"""A site of the release before keeps its data: places and pay."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from jobboard.listings.choices import PayStatement
from jobboard.listings.lifecycle import EDITOR_DECIDED
from jobboard.listings.models import Listing
from jobboard.listings.pay.base import base_pay
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.slow,  # a released migration does not change
]

BEFORE = [("listings", "0007_wording")]
PUBLISHED = {"status": "published", "published_at": timezone.now(), "closes_on": "2027-06-30"}
MIDNIGHT, OTHER_END = datetime(2027, 7, 1, tzinfo=UTC), datetime(2027, 6, 1, 9, tzinfo=UTC)
PAY = [
    {"salary_min": 60_000, "salary_max": 75_000, "pay_year_min_usd": 69_000},
    {"salary_min": 60_000, "pay_year_min_usd": 69_000, "salary_from": "text"},
    {"salary_max": 75_000, "pay_year_max_usd": 86_250, "salary_from": "feed"},
    {"salary_min": 10_000, "salary_max": 500_000},
]

# Whom a job with an office in France says it is open to, and the countries that are left of
# Germany, France and Portugal.
NAMED = {
    "Remote in Portugal": ["PT"],
    "Germany": ["DE", "PT"],
    "Germany, Portugal": ["DE", "PT"],
    "The Iberian peninsula": ["DE", "FR", "PT"],
    "": ["DE", "FR", "PT"],
}


@dataclass
class Before:
    """A site in the hands of the release before."""

    model: Any
    """Called with app and name."""

    def __post_init__(self) -> None:
        companies = self.model("listings", "Company").objects
        self.company = companies.create(name="Corvid Labs", slug="corvid-labs")

    def job(self, *places, changed=False, countries=(), **values) -> int:
        """The id of a new job; of each location its text, place and workplace."""
        listing = self.model("listings", "Listing").objects.create(
            company=self.company,
            title="Data Engineer",
            apply_email="jobs@corvid.example",
            changed_at=timezone.now(),
            place_line=" · ".join(text for text, *_ in places),
            **values,
        )
        for position, (text, place, workplace) in enumerate(places):
            listing.places.create(text=text, place=place, workplace=workplace, position=position)
        for country in countries:
            listing.countries.create(country=country)
        if changed:
            listing.events.create(kind="place_changed", actor="employer")
        return listing.pk

    def place(self, name: str, country: str, kind="city", **values) -> Any:
        places = self.model("listings", "Place").objects
        return places.create(name=name, folded=name.lower(), country=country, kind=kind, **values)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """What jobs of the release before are called here → their ids. They were migrated once, since
    that takes seconds.
    """
    with django_db_blocker.unblock():
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        jobs = old_jobs(Before(executor.loader.project_state(BEFORE).apps.get_model))
        call_command("migrate", verbosity=0)
        yield jobs
        call_command("flush", verbosity=0, interactive=False)


def old_jobs(before: Before) -> dict[str, int]:
    euros = {"salary_currency": "EUR", "salary_period": "year"}
    berlin, oslo, anywhere = ("Berlin", None, ""), ("Oslo", None, ""), ("Anywhere", None, "")
    austin = before.place("Austin", "US", admin1="Texas", timezone="America/Chicago")
    texas = before.place("Texas", "US", kind="region")
    paris, london = before.place("Paris", "FR"), before.place("London", "GB")
    feed = before.model("listings", "Feed").objects.create(kind="remotive")
    jobs = {
        "with a range": before.job(berlin, salary_min=60_000, salary_from="form", **euros),
        "with pay from its text": before.job(
            berlin,
            salary_max=300,
            salary_currency="PLN",
            salary_period="hour",
            salary_from="text",
        ),
        "without pay": before.job(berlin, pay_note="By grade"),
        "hybrid": before.job(
            ("Austin", austin, "hybrid"),
            ("Texas", texas, "remote"),
            anywhere,
            workplace="hybrid",
            hybrid_days=2,
        ),
        "remote": before.job(berlin, workplace="remote"),
        "until midnight in Austin": before.job(
            ("Austin", austin, ""), expires_at=MIDNIGHT, **PUBLISHED
        ),
        "until midnight in Texas": before.job(
            ("Texas", texas, ""), expires_at=MIDNIGHT, **PUBLISHED
        ),
        "until midnight anywhere": before.job(anywhere, expires_at=MIDNIGHT, **PUBLISHED),
        "until another moment": before.job(
            ("Austin", austin, ""), expires_at=OTHER_END, **PUBLISHED
        ),
        "with locations twice": before.job(
            ("Paris", paris, "hybrid"),
            ("London", london, "hybrid"),
            ("London", london, ""),
            ("London", london, "remote"),
            ("Remote", None, ""),
            ("Remote", None, ""),
            changed=True,
        ),
        "with two locations, changed": before.job(berlin, oslo, changed=True),
        "with two locations": before.job(berlin, oslo),
        "with one location, changed": before.job(berlin, changed=True),
        "published by an editor": before.job(feed=feed, external_id="a"),
        "published by its feed": before.job(feed=feed, external_id="b"),
    }
    portugal = before.place("Portugal", "PT", kind="country")
    hybrid = ("Paris", paris, "hybrid"), ("Remote in Portugal", portugal, "remote")
    for text in NAMED:
        jobs[f"open to {text}"] = before.job(
            *hybrid, eligibility="listed", eligibility_text=text, countries=("DE", "FR", "PT")
        )
    jobs["open to nobody named"] = before.job(*hybrid, countries=("FR", "PT"))
    events = before.model("listings", "ListingEvent").objects
    events.create(listing_id=jobs["published by an editor"], kind="published", actor="admin")
    events.create(listing_id=jobs["published by its feed"], kind="published", actor="feed")
    for number, pay in enumerate(PAY):
        jobs[f"with pay {number}"] = before.job(berlin, **euros, **pay)
    return jobs


@pytest.fixture
def job(site):
    """Call it with what a job is called for the job as it is now."""
    return lambda name: Listing.objects.get(pk=site[name])


def test_a_stored_range_becomes_a_statement_for_all_locations(job):
    listing = job("with a range")

    (statement,) = listing.pay.all()
    assert statement.statement == PayStatement(
        Decimal(60_000), None, "EUR", "year", gross="gross", origin="form"
    )
    assert listing.states_pay
    assert (listing.salary_min, listing.salary_currency) == (60_000, "EUR")


def test_tax_is_only_said_of_pay_that_the_form_asked_for(job):
    assert job("with pay from its text").pay.get().gross == ""


def test_a_job_without_pay_states_none(job):
    listing = job("without pay")

    assert not listing.states_pay
    assert not listing.pay.exists()
    assert listing.pay_note == "By grade"


def test_a_place_gets_its_region_its_time_zone_and_the_days_of_a_hybrid_job(job):
    listing = job("hybrid")

    rows = listing.places.values_list("text", "region", "timezone", "hybrid_days")
    assert list(rows) == [
        ("Austin", "Texas", "America/Chicago", 2),
        ("Texas", "Texas", "", None),
        ("Anywhere", "", "", None),
    ]
    assert [kind.value for kind in listing.workplace_types] == ["hybrid", "remote"]


def test_the_workplace_of_a_job_whose_places_state_none_stays(job):
    assert job("remote").is_remote_only


@pytest.mark.parametrize("number", range(len(PAY)))
def test_pay_figures_are_what_they_were(job, number):
    """No figure of a stored job changes: a range without a kind counts as base pay, as before."""
    listing, before = job(f"with pay {number}"), {"salary_from": "form"} | PAY[number]

    columns = ("salary_min", "salary_max", "pay_year_min_usd", "pay_year_max_usd", "salary_from")
    assert [getattr(listing, name) for name in columns] == [before.get(name) for name in columns]
    base = base_pay(row.statement for row in listing.pay.all())
    assert (base.lowest, base.highest) == (listing.salary_min, listing.salary_max)
    assert (*base.unit, base.origin) == ("EUR", "year", listing.salary_from)


def test_a_closing_date_ends_where_the_work_is_and_other_ends_stay(job):
    assert job("until midnight in Austin").expires_at == datetime(2027, 7, 1, 5, tzinfo=UTC)
    assert job("until midnight in Texas").expires_at == datetime(2027, 7, 1, 6, tzinfo=UTC)
    assert job("until midnight anywhere").expires_at == datetime(2027, 7, 1, 12, tzinfo=UTC)
    assert job("until another moment").expires_at == OTHER_END


def test_a_location_that_the_form_stored_twice_stands_once(job):
    listing = job("with locations twice")

    assert [(row.text, row.workplace) for row in listing.places.all()] == [
        ("Paris", "hybrid"),
        ("London", "hybrid"),
        ("London", "remote"),
        ("Remote", ""),
    ]
    assert listing.place_line == "Paris · London · London · Remote"


def test_what_is_not_certain_is_listed_for_an_admin_until_somebody_acts(client, job):
    client.force_login(UserFactory(staff=True))
    address = reverse("admin:listings_listing_changelist") + "?locations=check"

    def listed():
        return list(client.get(address).context["cl"].result_list)

    doubtful, repaired = job("with two locations, changed"), job("with locations twice")
    assert set(listed()) == {doubtful, repaired}
    doubtful.events.create(kind="confirmed", actor="employer")
    assert listed() == [repaired]


def test_what_an_editor_published_of_a_feed_stays_public_whatever_is_read_of_it(job):
    assert job("published by an editor").relevance_why == EDITOR_DECIDED
    assert job("published by its feed").relevance_why == ""


@pytest.mark.parametrize("text", NAMED)
def test_the_country_of_an_office_goes_from_those_remote_work_is_open_to_if_that_is_certain(
    job, text
):
    countries = job(f"open to {text}").countries.order_by("country")
    assert [*countries.values_list("country", flat=True)] == NAMED[text]


def test_a_job_that_names_no_countries_keeps_those_of_its_places_in_its_places_alone(job):
    listing = job("open to nobody named")
    assert not listing.countries.exists()
    assert [row.place.country for row in listing.places.all()] == ["FR", "PT"]
