"""What is kept each week of the market of a role."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from jobboard.insights import history
from jobboard.insights.history import save_week
from jobboard.insights.retire_role import retire_role
from jobboard.listings.models import Listing
from jobboard.site.schedule import SCHEDULE
from roles.models import Role, RoleWeek
from tests.factories import ListingFactory, RoleFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db

SUNDAY_NIGHT = datetime(2027, 1, 3, 23, 59, tzinfo=UTC)


@pytest.fixture
def role(clock):
    clock.move_to(SUNDAY_NIGHT)
    role, python = RoleFactory(), SkillFactory(name="Python", slug="python")
    for number in range(11):
        ListingFactory(
            live=True,
            role=role,
            required=[python] if number else [],
            salary_min=100_000 + number * 1_000,
            salary_max=120_000 + number * 1_000,
            salary_currency="EUR",
            salary_period="year",
            company__is_demo=not number,
        )
    ListingFactory(live=True)
    return role


def test_a_week_is_kept_once_as_its_first_run_found_it(client, role, clock):
    save_week()
    ListingFactory(live=True, role=role)
    save_week()
    clock.shift(timedelta(minutes=1))  # Monday
    save_week()

    first, second = client.get(f"/roles/{role.slug}.json").json()["history"]

    assert first == {
        "week": "2026-12-28",
        "counted_at": "2027-01-03T23:59:00Z",
        "open": 11,
        "of_them_samples": 1,
        "naming_skills": 10,
        "skills": {"python": 10},
        "pay": [
            {
                "currency": "EUR",
                "n": 11,
                "p10": 111_000.0,
                "p25": 112_500.0,
                "p50": 115_000.0,
                "p75": 117_500.0,
                "p90": 119_000.0,
            }
        ],
    }
    assert (second["week"], second["open"]) == ("2027-01-04", 12)
    assert client.get(f"/api/v1/roles/{role.slug}").json()["history"][0]["skills"] == {"python": 10}


def test_a_role_without_jobs_and_one_published_within_the_week_have_a_row(role):
    save_week()
    late = RoleFactory()
    save_week()

    assert RoleWeek.objects.filter(role=late).values_list("week", "open_jobs", "pay").get() == (
        date(2026, 12, 28),
        0,
        [],
    )
    assert RoleWeek.objects.count() == Role.objects.published().count()


def test_what_two_workers_keep_at_once_is_kept_once(role, monkeypatch):
    def meanwhile(*arguments, **named):
        monkeypatch.undo()
        save_week()
        return {}

    monkeypatch.setattr("jobboard.insights.history.LiveJobs.facts_of_roles", meanwhile)

    save_week()

    assert RoleWeek.objects.get(role=role).open_jobs == 11


def test_the_index_and_the_database_keep_the_same(index, role):
    Listing.objects.filter(salary_min=105_000).update(level="mid", changed_at=timezone.now())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.SEARCH_FOLDER", None)
        save_week()
    columns = ("open_jobs", "samples", "naming_skills", "skills", "pay")
    by_database = list(RoleWeek.objects.order_by("role").values_list(*columns))
    RoleWeek.objects.all().delete()

    save_week()

    assert list(RoleWeek.objects.order_by("role").values_list(*columns)) == by_database


def test_the_clock_keeps_it():
    assert save_week in [entry.run for entry in SCHEDULE]


def test_a_week_keeps_the_most_frequent_skills(monkeypatch):
    monkeypatch.setattr(history, "MAX_SKILLS", 2)
    role, often, rare = RoleFactory(), SkillFactory(slug="often"), SkillFactory(slug="b-rare")
    ListingFactory(live=True, role=role, required=[often, rare])
    ListingFactory(live=True, role=role, required=[often, SkillFactory(slug="a-rare")])
    save_week()

    assert RoleWeek.objects.get(role=role).skills == {"often": 2, "a-rare": 1}


def test_a_role_that_is_replaced_leaves_the_weeks_that_the_other_lacks(role, clock):
    save_week()
    clock.shift(timedelta(minutes=1))  # Monday
    into = RoleFactory()
    save_week()

    retire_role(role=role, into=into, by=UserFactory())

    weeks = RoleWeek.objects.filter(role=into).order_by("week")
    assert list(weeks.values_list("week", "open_jobs")) == [
        (date(2026, 12, 28), 11),
        (date(2027, 1, 4), 0),
    ]
