"""The log of changes: whatever changes a listing is in it, and a reader misses none, whichever
order transactions commit in and whatever a clock says.
"""

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from jobboard.listings.copies.joining import link_same_jobs
from jobboard.listings.models import Listing
from jobboard.search import change_log, triggers
from jobboard.search.change_log import Position, PositionLostError, changes_since, current_position
from jobboard.search.models import LoggedChange
from tests.factories import CompanyFactory, FeedFactory, ListingFactory
from tests.waiting import MAX_SECONDS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

DAY = timedelta(days=1)


def changed(position: Position) -> list[int]:
    return changes_since(position)[0]


# --- What is a change -----------------------------------------------------------------------------


def saved(listing):
    listing.title = "Engineer"
    listing.save(update_fields=["title"])


def touched(listing):
    Listing.objects.filter(pk=listing.pk).mark_changed()


def updated_by_older_code(listing):
    """Which knows of ``changed_at`` alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_listing SET changed_at = CURRENT_TIMESTAMP WHERE id = %s", [listing.pk]
        )


def updated_in_bulk(listing):
    Listing.objects.bulk_update([listing], ["expires_at", "changed_at"])


def company_renamed(listing):
    listing.company.name = "Phoenix"
    listing.company.save()


def deleted(listing):
    listing.delete()


def deleted_in_bulk(listing):
    Listing.objects.all().delete()


CHANGES = [
    saved,
    touched,
    updated_by_older_code,
    updated_in_bulk,
    company_renamed,
    deleted,
    deleted_in_bulk,
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_a_listing_is_a_change(change):
    listing = ListingFactory(live=True)
    pk, before = listing.pk, current_position()

    change(listing)

    ids, position = changes_since(before)
    assert ids == [pk]
    assert changed(position) == []


def test_new_listings_are_changes():
    before = current_position()

    one = ListingFactory(live=True)
    same = {"company": one.company, "role": one.role, "changed_at": one.changed_at}
    copies = [ListingFactory.build(**same) for _ in "ab"]
    Listing.objects.bulk_create(copies)

    assert changed(before) == list(Listing.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(("more", "which"), [("", [0, 1]), ("And more.", [1])])
def test_a_job_that_is_joined_or_linked_to_another_has_changed(more, which):
    feed, text = FeedFactory(), "You build pipelines, and look after them day and night. " * 9
    same = {"live": True, "feed": feed, "company": feed.company, "title": "Engineer"}
    jobs = [
        ListingFactory(**same, external_id=str(number), description_source=text + more * number)
        for number in range(2)
    ]
    for job, town in zip(jobs, ("Oslo", "Bergen"), strict=True):
        job.places.create(text=town)
    before = current_position()

    link_same_jobs(feed, after=None)

    assert sorted(changed(before)) == [jobs[number].pk for number in which]


def test_what_is_not_searched_is_no_change():
    listing, before = ListingFactory(live=True), current_position()

    Listing.objects.filter(pk=listing.pk).update(confirmation_requested_at=Now())

    assert changed(before) == []


def test_a_change_that_is_taken_back_is_none():
    listing, before = ListingFactory(live=True), current_position()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        listing.save()
        assert 1 / 0

    assert changed(before) == []


def test_a_listing_that_changes_often_is_named_once():
    first, second = ListingFactory(live=True), ListingFactory(live=True)
    before = current_position()

    for listing in (first, second, first, second, first):
        listing.save()

    assert changed(before) == [first.pk, second.pk]


@pytest.mark.slow
def test_a_migration_that_alters_the_table_of_listings_loses_no_change():
    title = Listing._meta.get_field("title")
    longer = models.CharField(max_length=150)
    longer.set_attributes_from_name("title")
    longer.model = Listing
    with connection.schema_editor() as editor:
        editor.alter_field(Listing, title, longer)
        editor.alter_field(Listing, longer, title)

    call_command("migrate", verbosity=0)

    before = current_position()
    listing = ListingFactory(live=True)
    assert changed(before) == [listing.pk]


# --- Order ----------------------------------------------------------------------------------------


@contextmanager
def committing_late():
    """A transaction of another process that saves a live listing at the start of the block and
    commits at its end.
    """
    saved, may_commit = threading.Event(), threading.Event()

    def save_and_wait():
        with transaction.atomic():
            ListingFactory(live=True, title="Late")
            saved.set()
            may_commit.wait(MAX_SECONDS)
        connection.close()

    thread = threading.Thread(target=save_and_wait)
    thread.start()
    assert saved.wait(MAX_SECONDS)
    yield
    may_commit.set()
    thread.join()


def after_the_highest_number(position: Position) -> Q:
    """How not to do it."""
    return Q(number__gt=int(position.seen.split(":")[1]) - 1)


# On SQLite one transaction writes at a time, so none commits late.
@pytest.mark.skipif(connection.vendor == "sqlite", reason="transactions of SQLite commit in order")
@pytest.mark.parametrize("by_snapshot", [True, False], ids=["by snapshot", "control: by number"])
def test_a_transaction_that_commits_after_later_ones_were_read_is_not_missed(
    monkeypatch, by_snapshot
):
    if not by_snapshot:
        monkeypatch.setattr(change_log, "unseen", after_the_highest_number)
    before = current_position()
    with committing_late():
        early = ListingFactory(live=True)
        ids, position = changes_since(before)
        assert ids == [early.pk]

    late = Listing.objects.get(title="Late")
    assert changed(position) == ([late.pk] if by_snapshot else [])


def test_changes_read_while_a_longer_transaction_is_open_are_not_read_again():
    if connection.vendor == "sqlite":
        pytest.skip("it would wait for the other transaction")
    before = current_position()
    with committing_late():
        for _ in range(3):
            listing = ListingFactory(live=True)
            ids, before = changes_since(before)
            assert ids == [listing.pk]


def test_a_change_between_two_questions_of_a_reader_is_not_missed(monkeypatch):
    before, first = current_position(), ListingFactory(live=True)
    between = []

    def change_and_ask():
        between.append(ListingFactory(live=True))
        return current_position()

    monkeypatch.setattr(change_log, "current_position", change_and_ask)

    assert changed(before) == [first.pk, between[0].pk]


@pytest.mark.parametrize("hours", [10, -10])
def test_a_clock_that_is_wrong_hides_no_change(hours):
    before = current_position()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        fast = ListingFactory(live=True)
    ids, position = changes_since(before)
    assert ids == [fast.pk]

    listing = ListingFactory(live=True)
    assert changed(position) == [listing.pk]


# --- What is kept ---------------------------------------------------------------------------------


def make_older(age: timedelta) -> None:
    """Every change that is in the log, with numbers of transactions that ended long ago."""
    changes = LoggedChange.objects.filter(listing_id__gt=0).order_by("number", "pk")
    for number, change in enumerate(changes, start=1):
        LoggedChange.objects.filter(pk=change.pk).update(number=number, at=Now() - age)


def seen_up_to(number: int) -> Position:
    """A reader that has seen all changes up to this one."""
    seen = f"{number + 1}:{number + 1}:" if connection.vendor == "postgresql" else str(number)
    return replace(current_position(), seen=seen)


def test_changes_are_pruned_after_a_day_and_readers_that_are_behind_are_told():
    listings = ListingFactory.create_batch(3, live=True)
    make_older(DAY + timedelta(minutes=1))

    change_log.prune()

    assert [change.listing_id for change in changes_in_the_log()] == [listings[2].pk]
    assert [change_log.is_lost(seen_up_to(number)) for number in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    assert changed(seen_up_to(2)) == [listings[2].pk]
    assert changed(current_position()) == []
    with pytest.raises(PositionLostError):
        changes_since(seen_up_to(1))


def changes_in_the_log() -> list[LoggedChange]:
    return list(LoggedChange.objects.filter(listing_id__gt=0).order_by("number", "pk"))


def test_younger_changes_are_kept(monkeypatch):
    monkeypatch.setattr(change_log, "PRUNED_AT_ONCE", 1)
    ListingFactory.create_batch(3, live=True)
    make_older(DAY * 2)
    before = current_position()
    listing = ListingFactory(live=True)

    change_log.prune()
    change_log.prune()

    assert changed(before) == [listing.pk]
    assert len(changes_in_the_log()) == 2


def test_nothing_is_pruned_before_a_day_is_over():
    ListingFactory.create_batch(3, live=True)
    make_older(DAY - timedelta(minutes=1))

    change_log.prune()

    assert len(changes_in_the_log()) == 3
    assert not change_log.is_lost(seen_up_to(0))


def test_a_machine_that_prunes_late_does_not_hide_that_another_pruned_more():
    ListingFactory.create_batch(4, live=True)
    make_older(DAY * 2)
    LoggedChange.objects.filter(number__gt=2).update(at=Now())
    LoggedChange.objects.filter(listing_id=0).update(number=4)  # by the other one

    change_log.prune()

    assert [change_log.is_lost(seen_up_to(number)) for number in (2, 3)] == [True, False]


def test_a_reader_of_another_database_is_told():
    """One that was restored goes on with numbers that were given before."""
    ListingFactory(live=True)
    position = current_position()
    log = LoggedChange.objects.filter(listing_id=0)

    log.update(at=log.get().at + DAY)

    assert change_log.is_lost(position)
    with pytest.raises(PositionLostError):
        changes_since(position)


def test_a_log_that_begins_anew_is_lost_to_every_reader():
    ListingFactory(live=True)
    position = current_position()

    change_log.begin()

    assert change_log.is_lost(position)
    assert changed(current_position()) == []
    listing = ListingFactory(live=True)
    assert changed(Position("")) == [listing.pk]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="its numbers come with the database")
def test_a_log_from_another_server_begins_anew():
    listing = ListingFactory(live=True)
    LoggedChange.objects.filter(listing_id=listing.pk).update(number=2**40)
    assert changed(current_position()) == [listing.pk] == changed(current_position())

    change_log.begin_if_unusable()

    assert changed(current_position()) == []


def test_a_sound_log_does_not_begin_anew():
    ListingFactory(live=True)
    position = current_position()

    change_log.begin_if_unusable()

    assert not change_log.is_lost(position)


def test_without_its_triggers_nothing_is_noted():
    """To see that the tests above can fail."""
    before = current_position()
    triggers.remove(connection)
    try:
        ListingFactory(live=True, company=CompanyFactory())
        assert changed(before) == []
    finally:
        triggers.install(connection)
