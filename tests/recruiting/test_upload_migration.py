"""What was said of the rows of an upload before they had a table of their own."""

from importlib import import_module

import pytest
from django.apps import apps

from jobboard.recruiting.models import ImportJob
from tests.factories import MembershipFactory
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_rows_with_errors_of_uploads_before_are_kept(client):
    membership = MembershipFactory()
    refused = [[2, "title", "is empty"], [2, "places", "is missing"], [5, "title", "is empty"]]
    before = {"created": 1, "updated": 0, "unchanged": 0, "refused": refused, "warned": []}
    job = ImportJob.objects.create(
        company=membership.company,
        by=membership.user,
        content=b"",
        rows=6,
        state=ImportJob.State.DONE,
        outcome=before,
    )

    migration = import_module("jobboard.recruiting.migrations.0003_columns_and_rows_of_uploads")
    migration.keep_rows(apps, None)

    job.refresh_from_db()
    assert job.outcome["wrong"] == 2
    assert [row.notes for row in job.found_rows.all()][1] == [["title", "is empty"]]
    client.force_login(membership.user)
    page = text_of(client.get(f"/recruit/upload/{job.pk}/"))
    assert "2 rows with errors" in page
    assert "2, 5" in page
