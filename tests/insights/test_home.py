"""The home page counts what the lists it links to show, and says where samples stand as all do."""

import pytest

from jobboard.insights import home
from jobboard.search.live.jobs import LiveCounts
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, in_days
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def test_it_counts_the_new_jobs_that_its_link_lists(client):
    for days in (0, -1, -3):
        ListingFactory(live=True, posted_at=in_days(days))

    page = text_of(client.get("/"))
    listed = text_of(client.get("/jobs/?posted=1"))

    assert "2 jobs new since yesterday" in page
    assert "Posted since yesterday" in listed
    assert "2 jobs" in listed


def test_large_counts_have_commas(client, monkeypatch):
    monkeypatch.setattr(home.LiveJobs, "counts", lambda self: LiveCounts(12_345, 6_789))

    page = text_of(client.get("/"))

    assert "12,345 open jobs" in page
    assert "6,789 with pay stated" in page


def test_samples_are_said_to_be_some_in_a_band_above_every_page(client):
    role = RoleFactory(name="Reef Engineer", slug="reef-engineer")
    RoleFactory(name="Data Engineer", slug="data-engineer")
    ListingFactory(live=True, role=role, company=CompanyFactory(is_demo=True))

    for address in (
        "/",
        "/jobs/",
        "/roles/reef-engineer/",
        "/salaries/reef-engineer/",
        "/compare/data-engineer-vs-reef-engineer/",
    ):
        page = " ".join(client.get(address).content.decode().split())
        main = page.partition("<main")[2]
        assert main.find('<div class="strip"> <div class="wrap"> <p class="sample">') in range(
            60
        ), address
