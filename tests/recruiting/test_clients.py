"""Agencies post for clients, and it is said wherever the job is."""

import pytest

from jobboard.browse.markup import build_job_posting_json_ld
from jobboard.listings.models import Listing, Place
from jobboard.listings.trust.risk import find_risks
from tests.factories import ListingFactory
from tests.reading import text_of
from tests.recruiting.test_first_post import filled, post_and_prove

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "line"),
    [("Harbour Bank", "for a client, Harbour Bank"), ("", "for a client")],
)
def test_the_form_says_so_and_so_do_page_card_and_api(client, mails, name, line):
    post_and_prove(client, mails, for_client="on", client_name=name)
    listing = Listing.objects.get()
    assert (listing.for_client, listing.client_name) == (True, name)

    job = ListingFactory(
        live=True, company__slug="talent", for_client=True, client_name=name, title="ML Engineer"
    )

    for address in (job.get_absolute_url(), "/jobs/", "/companies/talent/"):
        assert line in text_of(client.get(address))
    item = client.get(f"/api/v1/listings/{job.pk}").json()
    assert (item["for_client"], item["client_name"]) == (True, name or None)
    assert item["company"]["slug"] == "talent"


def test_nothing_of_the_agency_stands_for_a_named_client_in_the_markup():
    job = ListingFactory(
        live=True,
        company__website="https://talent.example",
        for_client=True,
        client_name="Harbour Bank",
    )
    job.places.create(text="Berlin", place=Place.objects.create(name="Berlin", country="DE"))

    posting = build_job_posting_json_ld(
        Listing.objects.for_page().with_location_data().get(pk=job.pk)
    )

    assert posting["hiringOrganization"] == {"@type": "Organization", "name": "Harbour Bank"}


def test_a_client_without_the_box_is_asked_about(client):
    page = client.post("/post/", filled(client_name="Harbour Bank"))

    assert "Choose “We recruit for a client”" in text_of(page)
    assert 'value="Harbour Bank"' in page.content.decode()


def test_whoever_reviews_is_told_that_nothing_shows_it():
    job = ListingFactory(in_review=True, for_client=True, client_name="Harbour Bank")

    assert "Posted for Harbour Bank, a client. We can’t verify that." in [
        risk.words for risk in find_risks([job])[job.pk]
    ]
