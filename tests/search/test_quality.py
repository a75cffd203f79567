"""What is found, and in which order, as somebody judged who read the jobs:
data/search_quality.json.

A row there is a ``query`` string of /jobs/, the beginning of a word that is ``typed``, or a job
that others are ``like``, and what its reader wants: what stands among the ``first`` N, what the
first N ``titles``, ``companies`` or ``places`` look like, what is ``found``, what is ``not_found``,
which words are ``corrected``. A job's name is its id in its feed. What is wanted and not yet so
says why in ``xfail``. Relevance is the index's alone, so only it answers here.
"""

import csv
import gzip
import json
import re
from datetime import timedelta
from io import BytesIO
from operator import attrgetter
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import override_settings
from django.utils import timezone

from jobboard.feeds.adapters.base import FeedItem, each_item
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.importing.importer import import_items
from jobboard.listings.choices import PlaceText
from jobboard.listings.models import Feed, Listing
from jobboard.search.find import search, similar, suggest
from jobboard.search.index import writing
from jobboard.search.results.page import ListingSearch
from tests import shipped_rows
from tests.feeds.test_real_feeds import lines, read_security_job, read_snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

JUDGED = json.loads(
    Path(__file__).with_name("data").joinpath("search_quality.json").read_text(encoding="utf-8")
)
COLUMNS = {"titles": "title", "companies": "company.name", "places": "place_line"}
ALL = 5_000
SIMILAR = 6


def rows(whose: str):
    marked = []
    for row in JUDGED[whose]["rows"]:
        asked = row.get("query") or row.get("typed") or row["like"]
        marks = (
            [pytest.mark.xfail(reason=row["xfail"], raises=AssertionError, strict=True)]
            if "xfail" in row
            else []
        )
        marked.append(pytest.param(row, marks=marks, id=f"{asked}: {row['wants']}"))
    return marked


def own_feeds(_):
    yield "jobposting", each_item(JUDGED["own"]["jobs"], read_own_job)


def read_own_job(row):
    return FeedItem(
        row["id"],
        title=row["title"],
        company=row["company"],
        description=row["text"],
        description_is_html=False,
        places=(PlaceText(row["place"]),),
        apply_url="https://careers.company.example/jobs/1",
    )


def real_feeds(request):
    folder = request.getfixturevalue("shared_data") / "listings"
    federal = gzip.decompress((folder / "usajobs_open.jsonl.gz").read_bytes())
    yield "usajobs", ADAPTERS["usajobs"].parse(BytesIO(federal))
    yield (
        "jobposting",
        each_item(map(json.loads, lines(folder / "security_ai_open.jsonl.gz")), read_security_job),
    )
    yield (
        "greenhouse",
        each_item(csv.DictReader(lines(folder / "midat_open.csv.gz")), read_snapshot),
    )


@pytest.fixture(scope="module")
def jobs(request, kept_rows, django_db_blocker, tmp_path_factory):
    """All jobs of some feeds, live and in an index, read once for all rows about them. It goes with
    the last one.
    """
    folder, now = tmp_path_factory.mktemp("search"), timezone.now()
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(SEARCH_FOLDER=folder):
        shipped_rows.fill(shipped_rows.CONTENT)
        for kind, items in request.param(request):
            import_items(feed=Feed.objects.create(kind=kind), items=items, now=now)
        Listing.objects.update(
            status="published", published_at=now, expires_at=now + timedelta(days=30)
        )
        connection.check_constraints()  # once, or PostgreSQL does it again at the end of each test
        writing.rebuild()
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("jobs", [own_feeds], indirect=True)
@pytest.mark.parametrize("row", rows("own"))
def test_our_own_jobs_are_found_as_their_readers_want(jobs, row):
    check(row)


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.parametrize("jobs", [real_feeds], indirect=True)
@pytest.mark.parametrize("row", rows("real"))
def test_real_jobs_are_found_as_their_readers_want(jobs, row):
    check(row)


def check(row) -> None:
    jobs, corrected = [], {}
    if "typed" in row:
        names = [suggestion.label for suggestion in suggest(row["typed"])]
    else:
        ids, corrected = like(row["like"]) if "like" in row else searched(row["query"])
        by_id = Listing.objects.select_related("company").in_bulk(ids)
        jobs = [by_id[pk] for pk in ids]
        names = [job.external_id for job in jobs]
    assert corrected == row.get("corrected", {})
    assert faults(row, names, jobs) == {}


def like(name: str):
    return similar(Listing.objects.get(external_id=name), limit=SIMILAR), {}


def searched(query: str):
    asked = ListingSearch(QueryDict(query))
    assert (dict(asked.form.errors), asked.ignored) == ({}, [])
    found = search(asked.criteria, limit=ALL)
    return found.ids, found.corrected


def faults(row, names: list[str], jobs: list[Listing]) -> dict[str, list[str]]:
    """What is wrong, and with which; nothing when the row's reader is content."""
    wrong = {
        "not found": [name for name in row.get("found", []) if name not in names],
        "found": [name for name in row.get("not_found", []) if name in names],
    }
    for count, wanted in row.get("first", {}).items():
        wrong[f"not among the first {count}"] = [
            name for name in wanted if name not in names[: int(count)]
        ]
    for column, attribute in COLUMNS.items():
        for count, pattern in row.get(column, {}).items():
            first = [attrgetter(attribute)(job) for job in jobs[: int(count)]]
            wrong[f"fewer than {count}"] = [] if len(first) == int(count) else [column]
            wrong[f"among the first {count} {column}"] = [
                said for said in first if not re.search(pattern, said, re.IGNORECASE)
            ]
    return {what: which for what, which in wrong.items() if which}
