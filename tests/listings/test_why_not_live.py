"""Why a job is not live, in a sentence on its page in the admin."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.importing.importer import import_items
from jobboard.listings.lifecycle.why_not_live import why_not_live
from jobboard.listings.models import Listing
from tests.factories import CompanyFactory, FeedFactory, ListingFactory, UserFactory, in_days
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"live": True}, ""),
        ({"draft": True}, "It is a draft that was never submitted for review."),
        ({"in_review": True}, "It is in review."),
        (
            {"irrelevant": True, "relevance_why": "“Welder” is other work."},
            "It is not AI or data work. “Welder” is other work.",
        ),
        ({"returned": True}, "It was returned. Say what it pays."),
        ({"rejected": True}, "It was rejected. Not work with data."),
        ({"closed": True}, "It is closed: Filled through this site."),
        (
            {"live": True, "hidden_at": datetime(2027, 3, 1, tzinfo=UTC), "hidden_reason": "Fake."},
            "It was hidden on 1 Mar 2027. Fake.",
        ),
        (
            {"live": True, "expires_at": datetime(2026, 3, 2, tzinfo=UTC)},
            "It expired. The last day was 1 Mar 2026.",
        ),
        ({"live": True, "company__suspended_at": in_days(-1)}, "Acme is suspended."),
    ],
)
def test_each_state_has_its_sentence(values, sentence):
    assert why_not_live(ListingFactory(company__name="Acme", **values)) == sentence


def test_the_page_in_the_admin_says_it(client):
    job = ListingFactory(live=True, title="Data Engineer")
    copy = ListingFactory(live=True, company=job.company, folded_into=job)
    client.force_login(UserFactory(staff=True))

    page = client.get(reverse("admin:listings_listing_change", args=[copy.pk]))

    assert f"It is part of “Data Engineer” (job {job.pk})." in text_of(page)


@pytest.mark.parametrize(
    ("feed", "company", "item", "sentence"),
    [
        ({"publishes": "review"}, {}, {}, "Jobs from its feed are published after review."),
        ({}, {}, {"description": ""}, "It has no description."),
        (
            {"board": True},
            {"verified_by": "email"},
            {},
            "Acme is verified, and this job comes from a job board.",
        ),
    ],
)
def test_a_job_of_a_feed_that_waits_says_what_keeps_it_back(feed, company, item, sentence):
    acme = CompanyFactory(name="Acme", **company)
    values = {"description": "<p>Build pipelines.</p>", **item}
    job = FeedItem(
        "1", title="Data Engineer", company="Acme", apply_url="https://x.example/1", **values
    )
    place = {} if feed.get("board") else {"company": acme}

    import_items(feed=FeedFactory(**feed, **place), items=[job])

    assert why_not_live(Listing.objects.get()) == f"It is in review. {sentence}"
