"""A change that waits, as a moderator sees it and decides about it."""

from dataclasses import replace

import pytest

from jobboard.listings import lifecycle
from jobboard.listings.content import content_of
from jobboard.listings.models import Listing, Origin
from tests.factories import ListingFactory, UserFactory
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
QUEUE = "/admin/listings/listing/queue/"


@pytest.fixture
def job(client):
    """Live, with another title that waits; an editor is signed in."""
    client.force_login(UserFactory(staff=True))
    listing = ListingFactory(live=True, title="Data Engineer")
    change(listing, title="Head of Research")
    return Listing.objects.get()


def change(listing: Listing, **changes) -> None:
    lifecycle.submit_change(
        listing=listing,
        content=replace(content_of(listing), **changes),
        version=listing.version,
        by=None,
        origin=Origin.FORM,
    )


def page_of(listing: Listing) -> str:
    return f"/admin/listings/listing/{listing.pk}/review/"


def test_a_change_stands_in_the_queue_with_why_it_waits(client, job):
    queue = text_of(client.get(QUEUE))

    assert "Waiting 1" in queue
    assert "Changed" in queue
    assert "The title was “Data Engineer”." in queue


def test_its_page_shows_the_difference_and_approves_it_and_takes_that_back(client, job):
    page = client.get(page_of(job)).content.decode()
    assert "<del>Data Engineer</del>" in page
    assert "<ins>Head of Research</ins>" in page

    client.post(page_of(job), {"do": "publish", "version": job.version})
    assert Listing.objects.get().title == "Head of Research"
    assert "Undo “Change approved”" in text_of(client.get(page_of(job)))

    client.post(page_of(job), {"do": "undo", "version": Listing.objects.get().version})
    assert Listing.objects.get().title == "Data Engineer"
    assert "Waiting 1" in text_of(client.get(QUEUE))


def test_a_decision_about_what_was_changed_since_is_refused_visibly(client, job):
    lifecycle.withdraw_change(listing=job, by=None)

    answer = client.post(page_of(job), {"do": "publish", "version": job.version}, follow=True)

    assert "was changed while you were reviewing it" in text_of(answer)
    assert Listing.objects.get().title == "Data Engineer"
