"""Which requests may be answered from a replica. That they are, and what happens when it is late or
gone, is in tests/faults/test_several_nodes.py, with a real one.
"""

import math

import pytest
from django.db import DatabaseError, router
from django.test import Client

from jobboard.common.storage import replica
from jobboard.listings.models import Listing
from jobboard.search.index import writing
from jobboard.search.live.jobs import JobsWanted, LiveJobs
from jobboard.search.models import LoggedChange
from tests.factories import ListingFactory, RoleFactory, UserFactory


@pytest.fixture
def read_from(monkeypatch):
    """The databases that were to be read; all of it comes from the one there is."""
    found = set()
    wanted = replica.ReplicaRouter.db_for_read

    def note(router, model, **hints):
        found.add(wanted(router, model, **hints))
        return "default"

    monkeypatch.setattr(replica, "is_configured", lambda: True)
    monkeypatch.setattr(replica, "is_usable", lambda: True)
    monkeypatch.setattr(replica, "seconds_behind", lambda: 0.0)
    monkeypatch.setattr(replica.ReplicaRouter, "db_for_read", note)
    monkeypatch.setattr(router, "routers", [replica.ReplicaRouter()])
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/jobs/?q=x", "/jobs/feed/", "/api/v1/listings", "/sitemap.xml"])
def test_what_anybody_may_see_is_read_from_the_replica(read_from, path):
    ListingFactory(live=True)
    read_from.clear()

    assert Client().get(path).status_code == 200

    assert replica.REPLICA in read_from


@pytest.mark.django_db
def test_whoever_is_somebody_or_changes_something_reads_from_the_primary(read_from):
    browser = Client()
    user = UserFactory()
    browser.post("/alerts/new/", {"email": "ada@example.com", "frequency": "daily"})
    browser.get("/accounts/login/")
    browser.get("/healthz/ready")
    browser.force_login(user)
    browser.get("/jobs/")

    assert read_from == {"default"}


def test_what_the_index_lacks_is_asked_of_the_primary(rf, monkeypatch):
    request = rf.get("/")
    request.reads_replica = True
    monkeypatch.setattr(replica, "current_request", lambda: request)

    databases = [replica.ReplicaRouter().db_for_read(model) for model in (Listing, LoggedChange)]

    assert databases == [replica.REPLICA, "default"]


def test_what_a_process_keeps_for_others_is_read_from_the_primary(
    committed_index, read_from, rf, monkeypatch
):
    job, changed = ListingFactory.create_batch(2, live=True, role=RoleFactory())
    writing.update()
    changed.level = "senior"
    changed.save()
    request = rf.get("/")
    request.reads_replica = True
    monkeypatch.setattr(replica, "current_request", lambda: request)
    read_from.clear()

    jobs = LiveJobs()
    jobs.counts()
    jobs.facts_of_some(job.role, JobsWanted(level="senior"))
    jobs.within_reach({job.role.pk: frozenset([1])})
    jobs.hiring_companies()

    assert read_from == {"default"}
    assert request.reads_replica


@pytest.mark.parametrize(
    ("behind", "problem"),
    [
        (0.0, ""),
        (9.0, ""),
        (75.0, "75 seconds behind"),
        (math.inf, "behind, and does not say how far"),
        (None, "not a replica of this database"),
    ],
)
def test_a_replica_that_is_late_or_follows_nobody_is_not_read(monkeypatch, behind, problem):
    monkeypatch.setattr(replica, "seconds_behind", lambda: behind)

    assert replica.describe_problem() == problem


def test_a_replica_that_is_gone_is_not_read(monkeypatch):
    def fail():
        raise DatabaseError

    monkeypatch.setattr(replica, "seconds_behind", fail)

    assert replica.describe_problem() == "not responding"
