"""Jobs that are equal in what they are sorted by come in one order, on all pages."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from jobboard.search.index import reading, writing
from jobboard.search.results.page import PER_PAGE, ListingSearch
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, in_days

ORDERS = [
    "q=engineer",
    "q=engineer+munich&words=1&workplace=unstated",
    "q=-intern",
    "sort=newest",
    "sort=salary",
    "sort=closing",
]


def ids_of_all_pages(query: str) -> list[int]:
    ids: list[int] = []
    page = 1
    while True:
        found = ListingSearch(QueryDict(f"{query}&page={page}")).run().result
        ids += found.ids
        if page * PER_PAGE >= found.total:
            return ids
        page += 1


@pytest.fixture
def sixty_equal_jobs(committed_index):
    """In all that is sorted by and searched, to the second."""
    second = in_days(-1).replace(microsecond=0)
    jobs = ListingFactory.create_batch(
        60,
        live=True,
        paid=True,
        title="Engineer",
        company=CompanyFactory(),
        role=RoleFactory(),
        posted_at=second,
        expires_at=second + timedelta(days=20),
    )
    writing.update()
    return jobs


@pytest.mark.slow
def test_equal_jobs_come_newest_id_first_on_all_pages_however_the_index_came_about(
    sixty_equal_jobs,
):
    newest_first = {
        query: [listing.pk for listing in reversed(sixty_equal_jobs)] for query in ORDERS
    }

    assert {query: ids_of_all_pages(query) for query in ORDERS} == newest_first
    for number in (7, 59, 30):  # each moves to a part of the index of its own
        sixty_equal_jobs[number].save()
        writing.update()
    assert reading.snapshot().searcher.num_segments == 4
    assert {query: ids_of_all_pages(query) for query in ORDERS} == newest_first
    writing.rebuild()
    assert {query: ids_of_all_pages(query) for query in ORDERS} == newest_first


def test_of_jobs_that_match_as_well_the_fresh_one_then_the_complete_one_comes_first(index, client):
    said = {"title": "Hydrologist", "description_source": "You measure rivers."}
    bare = ListingFactory(live=True, posted_at=in_days(-60), **said)
    complete = ListingFactory(
        live=True, posted_at=in_days(-61), level="mid", employment_types=1, **said
    )
    fresh = ListingFactory(live=True, posted_at=in_days(-1), **said)

    found = ListingSearch(QueryDict("q=hydrologist")).run().result

    assert found.ids == [fresh.pk, complete.pk, bare.pk]
