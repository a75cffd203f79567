"""What search engines are told of: open pages alone, with the moment they last changed."""

import re

import pytest

from jobboard.listings import lifecycle
from jobboard.search.index import tally
from jobboard.search.live import jobs
from jobboard.site import sitemaps
from tests.factories import ComparisonFactory, ListingFactory, RoleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def entries(client, address="/sitemap.xml") -> dict[str, str]:
    """Path → the day it last changed."""
    body = client.get(address).content.decode()
    found = re.findall(
        r"<loc>http://localhost:8000([^<]*)</loc>(?:<lastmod>([^<]*)</lastmod>)?", body
    )
    return dict(found)


def test_every_page_that_changes_says_when_it_did(client):
    role = RoleFactory(slug="role-a", complete=True)
    ComparisonFactory(role_1=role, role_2=RoleFactory(slug="role-b", complete=True))
    listing = ListingFactory(live=True, role=role, company__slug="acme")
    found = entries(client)

    for path in (
        listing.get_absolute_url(),
        "/companies/acme/",
        "/roles/role-a/",
        "/compare/role-a-vs-role-b/",
    ):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", found[path]), path


def test_a_job_that_closes_is_gone_at_once(client):
    listing = ListingFactory(live=True)
    assert listing.get_absolute_url() in entries(client)

    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)

    assert listing.get_absolute_url() not in entries(client)


@pytest.fixture
def _three_in_a_file(monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_URLS_PER_SITEMAP", 3)
    for module in (sitemaps, jobs, tally):
        monkeypatch.setattr(module, "IDS_IN_RANGE", 3)


def jobs_in(client, files) -> dict[str, str]:
    """Path of a job → the file that names it."""
    of_jobs = [file for file in files if file.startswith("/sitemap-jobs.xml")]
    return {path: file for file in of_jobs for path in entries(client, file)}


@pytest.mark.usefixtures("_three_in_a_file")
def test_too_many_jobs_for_one_file_are_spread_over_several(client):
    made = [job.get_absolute_url() for job in ListingFactory.create_batch(7, live=True)]

    files = entries(client)

    found = jobs_in(client, files)
    assert sorted(found) == sorted(made)
    assert 3 <= len(set(found.values())) <= 4
    assert {"/sitemap-companies.xml", "/sitemap-companies.xml?p=3"} <= files.keys()
    assert client.get("/sitemap-companies.xml?p=4").status_code == 404
    assert client.get("/sitemap-jobs.xml?p=x").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


@pytest.mark.usefixtures("_three_in_a_file")
def test_a_job_stays_in_its_file_when_others_come_and_go(client):
    first, *others = ListingFactory.create_batch(7, live=True)
    before = jobs_in(client, entries(client))

    for job in others[:4]:
        lifecycle.close_listing(listing=job, outcome="withdrawn", by=None)
    ListingFactory(live=True)

    after = jobs_in(client, entries(client))
    assert first.get_absolute_url() in after
    assert all(before.get(path, file) == file for path, file in after.items())
