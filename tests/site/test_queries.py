"""What a page costs in queries, with little and with much behind it."""

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from jobboard.search.index import writing
from tests.factories import (
    ArticleFactory,
    ComparisonFactory,
    FeedFactory,
    ListingFactory,
    RoleFactory,
    SkillFactory,
)

JOB = "the first job"
# For each page the most queries it may cost.
PAGES = {
    "/": 12,
    "/jobs/": 3,
    "/jobs/?level=mid&workplace=remote&salary_from=1000&q=job": 3,
    "/jobs/feed/": 2,
    "/jobs.csv": 5,
    "/jobs.json": 5,
    "/api/v1/listings?per_page=100": 6,
    "/api/v1/listings?per_page=100&facets=1": 6,
    "/api/v1/companies": 2,
    "/api/v1/roles": 2,
    "/api/v1/roles/role-a": 12,
    "/api/v1/comparisons/role-a-vs-role-b": 11,
    "/api/v1/salaries/role-a?source=posted": 4,
    JOB: 8,
    "/companies/": 2,
    "/companies/acme/": 4,  # one of them for the roles that it hires for
    "/roles/": 6,
    "/roles/role-a/": 12,
    "/compare/": 3,
    "/compare/role-a-vs-role-b/": 8,
    "/salaries/": 6,
    "/salaries/role-a/": 8,
    "/salaries/role-a/?amount=80000&level=mid&country=PT": 12,
    "/articles/": 2,
    "/articles/a-guide/": 3,
    "/articles/feed/": 2,
    "/about/": 2,
}


def fill(company, role, count):
    """``count`` more jobs of the role at the company, with three skills each and as many like the
    first one elsewhere, and of a complete role of their own.
    """
    for number in range(count):
        skills = SkillFactory.create_batch(3)
        ListingFactory(
            featured=True,
            paid=True,
            company=company,
            role=role,
            required=skills,
            level="mid",
            workplace="remote",
        )
        other = RoleFactory(complete=True)
        ListingFactory(live=True, paid=True, role=other, required=skills)
        ListingFactory(live=True, role=role, company=company, same_as=role.listings.earliest("pk"))
        ArticleFactory(roles=[role, other])
        if number < 5:
            ComparisonFactory(role_1=role, role_2=other)


def queries(client, page):
    """The queries of a page whose profiles are in memory already."""
    assert client.get(page).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    return [query["sql"] for query in captured]


@pytest.fixture(scope="module")
def measured(django_db_setup, django_db_blocker, tmp_path_factory):
    """page → its queries with little and with much behind it. Both are made once for all pages."""
    folder = tmp_path_factory.mktemp("search")
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(SEARCH_FOLDER=folder),
    ):
        job = make_little()
        writing.rebuild()
        little = queries_of_pages(job)
        fill(job.company, job.role, 24)
        writing.update()
        much = queries_of_pages(job)
        transaction.set_rollback(True)
    return {page: (little[page], much[page]) for page in PAGES}


def make_little():
    """One row for each page; returns the job."""
    role = RoleFactory(slug="role-a", complete=True)
    ComparisonFactory(role_1=role, role_2=RoleFactory(slug="role-b", complete=True))
    ArticleFactory(page=True)
    ArticleFactory(slug="a-guide", roles=[role])
    job = ListingFactory(
        live=True,
        paid=True,
        role=role,
        company__slug="acme",
        required=SkillFactory.create_batch(3),
        level="mid",
        workplace="remote",
        feed=FeedFactory(board=True, kind="remotive"),
    )
    fill(job.company, role, 1)
    return job


def queries_of_pages(job) -> dict[str, list[str]]:
    found = {}
    for page in PAGES:
        cache.clear()
        found[page] = queries(Client(), job.get_absolute_url() if page == JOB else page)
    return found


@pytest.mark.parametrize(("page", "most"), PAGES.items())
def test_a_page_costs_few_queries_and_no_more_for_twenty_five_rows_than_for_one(
    measured, page, most
):
    one, many = measured[page]

    assert len(one) <= most, "\n".join(one)
    assert len(many) == len(one), "\n".join(many)
