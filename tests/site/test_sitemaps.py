"""What search engines are told of: open pages alone, with the moment they last changed."""

import re

import pytest

from jobboard.listings import lifecycle
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


def test_too_many_jobs_for_one_file_are_spread_over_several(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST_IN_ONE", 2)
    monkeypatch.setattr(sitemaps.SiteMap, "limit", 2)
    jobs = {job.get_absolute_url() for job in ListingFactory.create_batch(5, live=True)}

    files = entries(client)
    assert {"/sitemap-jobs.xml", "/sitemap-jobs.xml?p=2", "/sitemap-jobs.xml?p=3"} <= files.keys()
    found = [
        path
        for file in files
        for path in entries(client, file)
        if path.startswith("/jobs/") and file.count("jobs")
    ]

    assert sorted(found) == sorted(jobs)
    assert client.get("/sitemap-nothing.xml").status_code == 404
