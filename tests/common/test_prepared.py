"""A query that is put into SQL once gives what Django's own would, whatever is asked for."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.db.models import BigAutoField, DateTimeField
from django.utils import timezone

from jobboard.common.storage.prepared import prepared
from jobboard.listings.cards import live_cards
from jobboard.listings.models import Listing
from tests.factories import ListingFactory, SkillFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("count", [1, 2, 24, 25, 26])
def test_cards_are_those_of_the_query_in_the_order_asked_for(count):
    made = ListingFactory.create_batch(26, live=True, required=[SkillFactory()])
    ids = [job.pk for job in reversed(made)][:count]

    for with_required in (False, True):
        rows = Listing.objects.live().for_cards()
        if with_required:
            rows = rows.with_required()
        expected = rows.in_order(ids)
        found = live_cards([*ids, 0], with_required=with_required)

        assert list(map(plain, found)) == list(map(plain, expected))


def plain(card: Listing) -> dict:
    """With its company, which was read with it."""
    company = card._state.fields_cache["company"]
    values = {**vars(card), "company": vars(company) | {"_state": None}}
    return values | {"_state": None}


def test_nothing_is_kept_but_the_sql(clock):
    job = ListingFactory(live=True)
    assert live_cards([job.pk]) == [job]

    Listing.objects.filter(pk=job.pk).update(title="Another title")
    assert live_cards([job.pk])[0].title == "Another title"

    clock.move_to(job.expires_at + timedelta(seconds=1))
    assert live_cards([job.pk]) == []
    assert live_cards([]) == []


@prepared(since=DateTimeField(), ids=BigAutoField())
def _titles(since, ids):
    return Listing.objects.filter(posted_at__gte=since, pk__in=ids).values_list("title", "pk")


def test_plain_rows_and_values_of_each_kind():
    jobs = ListingFactory.create_batch(2, live=True)
    before = min(job.posted_at for job in jobs)

    found = _titles(since=before, ids=[job.pk for job in jobs])

    assert sorted(found) == sorted((job.title, job.pk) for job in jobs)
    assert _titles(since=before + timedelta(days=1), ids=[jobs[0].pk]) == []


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection():
    job = ListingFactory(live=True)
    live_cards([job.pk])  # put into SQL by this thread
    found = []

    def ask():
        found.extend(live_cards([job.pk]))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert found == [job]
    assert found[0].posted_at <= timezone.now()
