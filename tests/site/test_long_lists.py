"""Lists of the admin that grow with the number of jobs: cut where a whole answer would read every
row, and they say so.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobboard.common.web import long_lists
from jobboard.listings.admin.jobs import ListingAdmin
from jobboard.listings.models import Listing
from tests.factories import CompanyFactory, ListingFactory, UserFactory
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

JOBS = "/admin/listings/listing/"
COMPANIES = "/admin/listings/company/"


@pytest.fixture
def boss(client):
    user = UserFactory(staff=True, is_superuser=True)
    client.force_login(user)
    return client


def titles(page) -> list[str]:
    return [listing.title for listing in page.context["cl"].result_list]


def test_a_count_that_would_read_every_job_is_cut_and_says_so(boss, monkeypatch):
    ListingFactory.create_batch(4, live=True)
    assert "4 listings" in text_of(boss.get(JOBS))

    monkeypatch.setattr(long_lists, "MAX_LISTED", 3)

    assert "more than 3 listings" in text_of(boss.get(JOBS))
    monkeypatch.setattr(ListingAdmin, "list_per_page", 2)
    assert len(titles(boss.get(JOBS, {"p": "2"}))) == 1
    assert boss.get(JOBS, {"p": "3"}).status_code == 302


def test_a_search_looks_at_the_newest_jobs_and_at_all_of_a_company_it_names(boss, monkeypatch):
    company = CompanyFactory(name="Harbour Works")
    old = ListingFactory(live=True, title="Old analyst", company=company)
    ListingFactory(live=True, title="New analyst")
    monkeypatch.setattr(long_lists, "SEARCHED", 1)

    assert titles(boss.get(JOBS, {"q": "analyst"})) == ["New analyst"]
    assert titles(boss.get(JOBS, {"q": "works harbour"})) == [old.title]
    assert titles(boss.get(JOBS, {"q": "nobody"})) == []
    assert "Searches the newest" in text_of(boss.get(JOBS))


def test_jobs_are_narrowed_to_the_last_days(boss):
    ListingFactory(live=True, title="Old")
    Listing.objects.update(posted_at=timezone.now() - timedelta(days=8))
    ListingFactory(live=True, title="New")

    assert titles(boss.get(JOBS, {"posted": "7"})) == ["New"]
    assert sorted(titles(boss.get(JOBS, {"posted": "30"}))) == ["New", "Old"]
    assert sorted(titles(boss.get(JOBS, {"posted": "x"}))) == ["New", "Old"]


@pytest.mark.parametrize("order", ["1", "-1", "3", "99", "x"])
def test_no_order_but_the_one_with_an_index_is_followed(boss, order):
    ListingFactory(live=True, title="B", company__name="A")
    ListingFactory(live=True, title="A", company__name="B")

    assert titles(boss.get(JOBS, {"o": order})) == titles(boss.get(JOBS))


@pytest.mark.parametrize("path", [JOBS, f"{JOBS}?q=job", COMPANIES])
def test_a_list_costs_no_more_queries_for_many_rows(boss, path):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert boss.get(path).status_code == 200
        return len(captured)

    ListingFactory(live=True)
    queries()
    few = queries()
    ListingFactory.create_batch(8, live=True)

    assert queries() == few


def test_a_company_shows_its_open_jobs(boss):
    company = CompanyFactory()
    ListingFactory.create_batch(2, live=True, company=company)
    ListingFactory(closed=True, company=company)

    [row] = boss.get(COMPANIES).context["cl"].result_list

    assert row.live_count == 2
