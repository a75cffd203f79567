"""A trial says what the import does, to the word, and writes nothing."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from jobboard.feeds.adapters.base import (
    DetailsNotFetchedError,
    FeedItem,
    InvalidFeedError,
    InvalidItemError,
)
from jobboard.feeds.importing import run
from jobboard.feeds.importing.importer import import_items, try_items
from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import get_content
from jobboard.listings.models import Company, Feed, Listing, Origin
from roles.models import RoleAlias
from tests.factories import CompanyFactory, MembershipFactory, RoleFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def item(number=1, **changes) -> FeedItem:
    values = {
        "external_id": f"job-{number}",
        "title": f"Senior ML Engineer {number}",
        "company": "Acme",
        "description": "<p>You rank what people search for.</p>",
        "places": (PlaceText("Lisbon, Portugal"),),
        "pay": (PayStatement(Decimal(55_000), Decimal(75_000), "EUR", "year"),),
        "apply_url": f"https://jobs.example.com/{number}",
        "posted_at": NOW - 20 * DAY,
    }
    return FeedItem(**values | changes)


@contextmanager
def no_writes():
    def only_read(execute, sql, params, many, context):
        assert sql.startswith("SELECT"), sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(only_read):
        yield


def tried_and_imported(feed, *items, now=NOW, by=None):
    """The report of both, which must be equal."""
    with time_machine.travel(now, tick=False):
        with no_writes():
            tried = try_items(feed=feed, items=items, now=now, uploaded_by=by)
        imported = import_items(feed=feed, items=items, now=now, uploaded_by=by)
    assert tried == imported
    return imported


@pytest.fixture
def role(db):
    role = RoleFactory(name="Machine Learning Engineer")
    RoleAlias.objects.create(role=role, folded="ml engineer")
    return role


@pytest.fixture
def feed(role):
    acme = CompanyFactory(name="Acme")
    return Feed.objects.create(company=acme, kind=Feed.Kind.GREENHOUSE, publishes="directly")


def test_of_new_changed_and_unchanged_jobs(feed, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 3)
    monkeypatch.setattr(run, "WRITTEN_AT_ONCE", 2)

    first = tried_and_imported(
        feed,
        *map(item, range(7)),
        item(3, title="The same id"),
        item(8, is_listed=False),
        InvalidItemError("title", "is empty"),
        item(9, title="Gardener"),
        item(10, closes_on=NOW.date() - DAY),
    )
    second = tried_and_imported(
        feed, item(0), item(1, title="Gardener"), *map(item, range(2, 9)), now=NOW + DAY
    )

    assert (first.created, first.published, len(first.bad), len(first.skipped)) == (9, 7, 2, 1)
    assert (second.created, second.updated, second.unchanged) == (2, 1, 6)


def test_of_a_feed_that_is_not_here_yet(role):
    made = Feed(company=Company(name="New"), kind=Feed.Kind.GREENHOUSE, publishes="directly")

    with no_writes():
        report = try_items(feed=made, items=[item(1), item(2)], now=NOW)

    assert (report.created, report.published) == (2, 2)
    with no_writes():
        assert try_items(feed=made, items=[], now=NOW).created == 0


def test_of_jobs_that_vanish_and_come_back(feed):
    ten = [item(number) for number in range(10)]
    tried_and_imported(feed, *ten)
    tried_and_imported(feed, *ten[2:], now=NOW + DAY)
    closed = tried_and_imported(feed, *ten[2:], now=NOW + 2 * DAY)
    back = tried_and_imported(feed, ten[0], item(1, title="Changed"), *ten[2:], now=NOW + 3 * DAY)

    assert (closed.closed, back.reopened, back.updated) == (2, 2, 1)


@pytest.mark.parametrize(("new", "is_believed"), [(0, False), (10, False), (11, True)])
def test_of_so_many_that_vanish_that_it_is_not_believed(feed, new, is_believed):
    nine = [item(number) for number in range(9)]
    tried_and_imported(feed, *nine)
    rest = [*nine[6:], *(item(100 + number) for number in range(new))]
    tried_and_imported(feed, *rest[:3], now=NOW + DAY)

    report = tried_and_imported(feed, *rest, now=NOW + 2 * DAY)

    # Six of the 9 and the new ones are gone: 30% of 20 is believed.
    assert (report.closed, bool(report.problem)) == ((6, False) if is_believed else (0, True))


def test_of_expired_jobs_that_are_listed_again(feed):
    jobs = [item(number) for number in range(4)]
    tried_and_imported(feed, *jobs)
    Listing.objects.filter(external_id="job-3").update(last_seen_at=NOW - DAY)

    report = tried_and_imported(feed, *jobs[:3], now=NOW + 90 * DAY)

    assert (report.unchanged, report.closed) == (3, 0)
    assert Listing.objects.live(NOW + 90 * DAY).count() == 3


def test_of_an_answer_without_jobs(feed):
    tried_and_imported(feed, item(1))

    with no_writes(), pytest.raises(InvalidFeedError, match="The feed is empty"):
        try_items(feed=feed, items=[], now=NOW + DAY)

    assert feed.last_count == 1


def test_of_jobs_that_somebody_decided_about_or_edited(feed):
    jobs = [item(number) for number in range(4)]
    tried_and_imported(feed, *jobs)
    Listing.objects.filter(external_id="job-0").update(status="rejected")
    Listing.objects.filter(external_id="job-1").update(status="closed", outcome="withdrawn")
    edited = Listing.objects.get(external_id="job-2")
    with time_machine.travel(NOW):
        lifecycle.submit_change(
            listing=edited, content=get_content(edited), version=1, by=None, origin=Origin.FORM
        )
    RoleAlias.objects.create(role=RoleFactory(name="Gardener"), folded="ml")  # all is read anew

    report = tried_and_imported(feed, *jobs, now=NOW + DAY)

    assert [reason for _, _, reason in report.skipped] == [
        "it is rejected here",
        "it is closed here",
    ]


def test_of_an_item_that_cannot_be_made_whole(feed):
    def later():
        raise DetailsNotFetchedError

    def fails():
        raise InvalidItemError("description", "cannot be fetched")

    report = tried_and_imported(feed, item(1, whole=later), item(2, whole=fails), item(3))

    assert (report.created, report.is_unfinished, len(report.bad)) == (1, True, 1)


def test_of_a_boards_companies(role):
    board = Feed.objects.create(kind=Feed.Kind.REMOTIVE, publishes="directly")
    CompanyFactory(name="Acme", verified_by="admin")
    CompanyFactory(name="Globex", suspended_at=NOW)

    report = tried_and_imported(
        board,
        item(1),
        item(2, company="GLOBEX"),
        item(3, company="Initech"),
        item(4, company="initech"),
        item(5, company=""),
    )

    assert (report.created, report.published, len(report.bad)) == (4, 2, 1)


def test_of_what_a_person_uploads(feed):
    ada = MembershipFactory(company=feed.company, proof="domain").user
    file = [item(number, closes_on=(NOW + 20 * DAY).date()) for number in range(4)]
    tried_and_imported(feed, *file, by=ada)
    Listing.objects.filter(external_id="job-2").update(status="returned")
    changed = [item(number, title=f"Changed {number}") for number in range(4)]

    soon = tried_and_imported(feed, *changed[:1], now=NOW + DAY, by=ada)
    late = tried_and_imported(feed, *changed, now=NOW + 30 * DAY, by=ada)

    assert (soon.updated, soon.closed) == (1, 0)
    # Two are over by the closing date that they state still; one was returned, and is a draft.
    assert (late.updated, late.unchanged) == (1, 1)
    assert [name for _, name, _ in late.bad] == ["id", "id"]


def test_of_an_expired_job_that_a_person_uploads_again(feed):
    ada = MembershipFactory(company=feed.company, proof="domain").user
    tried_and_imported(feed, item(1), by=ada)

    report = tried_and_imported(feed, item(1, title="Changed"), now=NOW + 90 * DAY, by=ada)

    assert (report.updated, report.bad) == (1, [])
