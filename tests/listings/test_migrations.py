"""A site of the release before keeps its data: places and pay."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from jobboard.listings.choices import PayStatement
from jobboard.listings.lifecycle import EDITOR_DECIDED
from jobboard.listings.models import Listing
from jobboard.listings.pay import base_pay
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

BEFORE = [("listings", "0007_wording")]


@pytest.fixture
def old():
    """The models of the release before, in a database as it left them."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps.get_model
    call_command("migrate", verbosity=0)


@pytest.fixture
def make(old):
    """Makes a job with its places as the release before stored them."""
    company = old("listings", "Company").objects.create(name="Corvid Labs", slug="corvid-labs")

    def make_job(*places, changed=False, **values):
        listing = old("listings", "Listing").objects.create(
            company=company,
            title="Data Engineer",
            apply_email="jobs@corvid.example",
            changed_at=timezone.now(),
            place_line=" · ".join(text for text, *_ in places),
            **values,
        )
        for position, (text, place, workplace) in enumerate(places):
            listing.places.create(text=text, place=place, workplace=workplace, position=position)
        if changed:
            listing.events.create(kind="place_changed", actor="employer")
        return listing.pk

    return make_job


@pytest.fixture
def place(old):
    return old("listings", "Place").objects.create


def migrated(pk: int) -> Listing:
    call_command("migrate", verbosity=0)
    return Listing.objects.get(pk=pk)


def test_a_stored_range_becomes_a_statement_for_all_locations(make):
    job = make(
        ("Berlin", None, ""),
        salary_min=60_000,
        salary_currency="EUR",
        salary_period="year",
        salary_from="form",
    )

    listing = migrated(job)

    (statement,) = listing.pay.all()
    assert statement.statement == PayStatement(
        Decimal(60_000), None, "EUR", "year", gross="gross", origin="form"
    )
    assert listing.states_pay
    assert (listing.salary_min, listing.salary_currency) == (60_000, "EUR")


def test_tax_is_only_said_of_pay_that_the_form_asked_for(make):
    job = make(salary_max=300, salary_currency="PLN", salary_period="hour", salary_from="text")

    assert migrated(job).pay.get().gross == ""


def test_a_job_without_pay_states_none(make):
    listing = migrated(make(("Berlin", None, ""), pay_note="By grade"))

    assert not listing.states_pay
    assert not listing.pay.exists()
    assert listing.pay_note == "By grade"


def test_a_place_gets_its_region_its_time_zone_and_the_days_of_a_hybrid_job(make, place):
    austin = place(
        name="Austin",
        folded="austin",
        admin1="Texas",
        country="US",
        timezone="America/Chicago",
        kind="city",
    )
    texas = place(name="Texas", folded="texas", country="US", kind="region")
    places = [("Austin", austin, "hybrid"), ("Texas", texas, "remote"), ("Anywhere", None, "")]
    job = make(*places, workplace="hybrid", hybrid_days=2)

    listing = migrated(job)

    rows = listing.places.values_list("text", "region", "timezone", "hybrid_days")
    assert list(rows) == [
        ("Austin", "Texas", "America/Chicago", 2),
        ("Texas", "Texas", "", None),
        ("Anywhere", "", "", None),
    ]
    assert [kind.value for kind in listing.workplace_types] == ["hybrid", "remote"]


def test_the_workplace_of_a_job_whose_places_state_none_stays(make):
    assert migrated(make(("Berlin", None, ""), workplace="remote")).is_remote_only


def test_pay_figures_are_what_they_were(make):
    """No figure of a stored job changes: a range without a kind counts as base pay, as before."""
    cases = [
        {"salary_min": 60_000, "salary_max": 75_000, "pay_year_min_usd": 69_000},
        {"salary_min": 60_000, "pay_year_min_usd": 69_000, "salary_from": "text"},
        {"salary_max": 75_000, "pay_year_max_usd": 86_250, "salary_from": "feed"},
        {"salary_min": 10_000, "salary_max": 500_000},
    ]
    unit = {"salary_currency": "EUR", "salary_period": "year"}
    jobs = [make(("Berlin", None, ""), **unit, **case) for case in [*cases]]
    columns = ("salary_min", "salary_max", "pay_year_min_usd", "pay_year_max_usd", "salary_from")
    before = {pk: {"salary_from": "form"} | case for pk, case in zip(jobs, cases, strict=True)}

    call_command("migrate", verbosity=0)

    for listing in Listing.objects.filter(pk__in=jobs):
        base = base_pay(row.statement for row in listing.pay.all())
        assert {name: before[listing.pk].get(name) for name in columns} == {
            name: getattr(listing, name) for name in columns
        }
        assert (base.lowest, base.highest) == (listing.salary_min, listing.salary_max)
        assert (*base.unit, base.origin) == ("EUR", "year", listing.salary_from)


def test_a_closing_date_ends_where_the_work_is_and_other_ends_stay(make, place):
    austin = place(
        name="Austin", folded="austin", country="US", timezone="America/Chicago", kind="city"
    )
    texas = place(name="Texas", folded="texas", country="US", kind="region")
    published = {"status": "published", "published_at": timezone.now(), "closes_on": "2027-06-30"}
    midnight, other = datetime(2027, 7, 1, tzinfo=UTC), datetime(2027, 6, 1, 9, tzinfo=UTC)
    jobs = [
        make(("Austin", austin, ""), expires_at=midnight, **published),
        make(("Texas", texas, ""), expires_at=midnight, **published),
        make(("Anywhere", None, ""), expires_at=midnight, **published),
        make(("Austin", austin, ""), expires_at=other, **published),
    ]

    ends = {pk: migrated(pk).expires_at for pk in jobs}

    assert list(ends.values()) == [
        datetime(2027, 7, 1, 5, tzinfo=UTC),
        datetime(2027, 7, 1, 6, tzinfo=UTC),
        datetime(2027, 7, 1, 12, tzinfo=UTC),
        other,
    ]


def test_a_location_that_the_form_stored_twice_stands_once(make, place):
    paris = place(name="Paris", folded="paris", country="FR", kind="city")
    london = place(name="London", folded="london", country="GB", kind="city")
    twice = [
        ("Paris", paris, "hybrid"),
        ("London", london, "hybrid"),
        ("London", london, ""),
        ("London", london, "remote"),
        ("Remote", None, ""),
        ("Remote", None, ""),
    ]
    job = make(*twice, changed=True)

    listing = migrated(job)

    assert [(row.text, row.workplace) for row in listing.places.all()] == [
        ("Paris", "hybrid"),
        ("London", "hybrid"),
        ("London", "remote"),
        ("Remote", ""),
    ]
    assert listing.place_line == "Paris · London · London · Remote"


def test_what_is_not_certain_is_listed_for_an_admin_until_somebody_acts(client, make):
    doubtful = make(("Berlin", None, ""), ("Oslo", None, ""), changed=True)
    make(("Berlin", None, ""), ("Oslo", None, ""))
    make(("Berlin", None, ""), changed=True)
    listing = migrated(doubtful)
    client.force_login(UserFactory(staff=True))
    address = reverse("admin:listings_listing_changelist") + "?locations=check"

    def listed():
        return [job.pk for job in client.get(address).context["cl"].result_list]

    assert listed() == [doubtful]
    listing.events.create(kind="confirmed", actor="employer")
    assert listed() == []


def test_what_an_editor_published_of_a_feed_stays_public_whatever_is_read_of_it(old, make):
    feed = old("listings", "Feed").objects.create(kind="remotive")
    by_editor, by_feed = (make(feed=feed, external_id=name) for name in "ab")
    events = old("listings", "ListingEvent").objects
    events.create(listing_id=by_editor, kind="published", actor="admin")
    events.create(listing_id=by_feed, kind="published", actor="feed")

    assert migrated(by_editor).relevance_why == EDITOR_DECIDED
    assert migrated(by_feed).relevance_why == ""
