"""Two people act on the rows of one job at the same moment: none of them fails."""

from importlib import import_module
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection

from jobboard.listings import lifecycle
from jobboard.listings.lifecycle import ending, folding
from jobboard.listings.models import Listing
from tests.factories import CompanyFactory, ListingFactory
from tests.waiting import somebody_waits, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def job_and_copies():
    """A job with an open copy, and another job that an editor is about to join to it."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    company = CompanyFactory()
    job, copy, other = ListingFactory.create_batch(3, live=True, company=company)
    lifecycle.join_listings(job=job, copies=[copy])
    return job, copy, other


def at_once(job: Listing, copy: Listing, other: Listing, monkeypatch) -> list[Exception]:
    """The copy is closed while ``other`` and it are joined to ``job``: the closing holds its lock
    until the joining waits for it. Returns what failed.
    """
    failed: list[Exception] = []
    is_locked = Event()
    note = ending.record

    def note_when_the_other_waits(*args, **values):
        note(*args, **values)
        is_locked.set()
        wait_until(somebody_waits)

    def run(action):
        try:
            action()
        except OperationalError as error:
            failed.append(error)
        finally:
            connection.close()

    def close():
        lifecycle.close_listing(listing=copy, outcome="withdrawn", by=None)

    def join():
        is_locked.wait()
        lifecycle.join_listings(job=job, copies=[other, Listing(pk=copy.pk, company=job.company)])

    monkeypatch.setattr(ending, "record", note_when_the_other_waits)
    threads = [Thread(target=run, args=[action]) for action in (close, join)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_a_copy_is_closed_while_its_job_is_joined_with_another(job_and_copies, monkeypatch):
    job, copy, other = job_and_copies

    assert at_once(job, copy, other, monkeypatch) == []

    assert Listing.objects.get(pk=copy.pk).status == "closed"
    assert Listing.objects.get(pk=other.pk).folded_into_id == job.pk


def test_control_without_one_order_the_two_wait_for_each_other(job_and_copies, monkeypatch):
    for module in (import_module("jobboard.listings.lifecycle.record"), folding):
        monkeypatch.setattr(module, "lock_jobs", lambda pks: None)

    (error,) = at_once(*job_and_copies, monkeypatch)

    assert "deadlock" in str(error)
