"""Who reads writes nothing: nothing but questions reach the site's database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve

from tests.factories import ListingFactory
from tests.journeys.page_types import PAGE_TYPES, make_things
from tests.site.test_http import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

# What a reader gets that is no page.
FILES = [
    "/jobs.csv",
    "/jobs.json",
    "/jobs/feed/",
    "/jobs/suggestions/?q=da",
    "/articles/feed/",
    "/sitemap.xml",
    "/sitemap-jobs.xml",
    "/robots.txt",
    "/salaries.csv",
    "/salaries.json",
    "/roles/ai-architect.json",
    "/roles/ai-architect.csv",
    "/salaries/data-engineer.json",
    "/compare/ai-architect-vs-deep-learning-engineer.csv",
    "/api/v1/openapi.json",
    "/api/v1/listings?facets=1",
    "/api/v1/companies",
    "/api/v1/roles",
    "/api/v1/skills",
    "/api/v1/roles/ai-architect",
    "/api/v1/salaries/data-engineer",
    "/api/v1/comparisons/ai-architect-vs-deep-learning-engineer",
    "/healthz/live",
    "/healthz/ready",
]
A_FEW = ["/", "/jobs/", "/jobs/?q=job", "/jobs.csv", "/jobs/feed/", "/api/v1/listings"]
# What is not only read.
ACTS = {
    "browse:apply": "counts that somebody went to apply, which is what it is for",
    "account_reset_password_from_key": "puts the key of a mailed link into a session",
}


@contextmanager
def no_writes(said: list[str]) -> Iterator[None]:
    """Adds to ``said`` each statement that is no question. A transaction would take the write lock
    of SQLite; within a test it is a savepoint.
    """

    def watch(execute, sql, params, many, context):
        if not sql.lstrip(" (\n").upper().startswith("SELECT") or "FOR UPDATE" in sql.upper():
            said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def writes_of(addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        said: list[str] = []
        with no_writes(said):
            Client(raise_request_exception=False).get(address, follow=True)
        found += [f"{address}: {sql}" for sql in said]
    return found


def test_pages_files_and_the_api_write_nothing():
    job = ListingFactory(live=True)

    assert writes_of([*A_FEW, job.get_absolute_url()]) == []


@pytest.mark.slow
def test_no_page_file_or_address_of_the_api_writes(settings, starter_with_samples):
    settings.EMAIL_IS_LOCAL = True
    things = make_things()
    kinds = [kind for kind in PAGE_TYPES if not kind.user and kind.url_name not in ACTS]
    others = {path for path in addresses() if resolve(path).view_name not in ACTS}
    walked = {kind.path.format(**vars(things)) for kind in kinds} | {*FILES, *others}

    assert len(walked) > 150
    assert writes_of(sorted(walked)) == []


def test_control_a_click_is_counted_and_seen_as_a_write():
    job = ListingFactory(live=True)

    assert any("INSERT" in sql for sql in writes_of([f"/jobs/{job.pk}/apply/"]))
