"""Public pages are kept in memory for as long as they would be made the same, and for nobody else
than who may see what everybody sees.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ListingFactory


@pytest.fixture
def queries():
    with CaptureQueriesContext(connection) as captured:
        yield captured


def test_a_page_is_made_once_and_anew_after_a_change(browser, queries):
    visitor = browser()
    job = ListingFactory(live=True, title="First")
    first = visitor.get("/jobs/")
    before = len(queries)
    again = visitor.get("/jobs/")

    assert len(queries) - before == 1  # the version
    assert again.content == first.content
    assert again.headers.items() - first.headers.items() == {
        ("X-Request-ID", again["X-Request-ID"])
    }
    job.title = "Second"
    job.save()
    assert b"Second" in visitor.get("/jobs/").content
