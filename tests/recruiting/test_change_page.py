"""What a recruiter reads of a change that waits, and how they take it back."""

from dataclasses import replace

import pytest
from django.urls import reverse

from jobboard.listings import lifecycle
from jobboard.listings.content import get_content
from jobboard.listings.lifecycle import Decision
from jobboard.listings.models import Listing, ListingChange, Origin
from tests.factories import ListingFactory, MembershipFactory, UserFactory
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def job(client):
    """Live, with another title that waits; its recruiter is signed in."""
    member = MembershipFactory()
    client.force_login(member.user)
    listing = ListingFactory(
        live=True, title="Data Engineer", company=member.company, created_by=member.user
    )
    lifecycle.submit_change(
        listing=listing,
        content=replace(get_content(listing), title="Head of Research"),
        version=listing.version,
        by=member.user,
        origin=Origin.FORM,
    )
    return Listing.objects.get()


def page(client, listing: Listing, name: str = "listing_preview", query: str = "") -> str:
    return text_of(client.get(reverse(f"recruiting:{name}", args=[listing.pk]) + query))


def page_of_dashboard(client, query: str = "") -> str:
    return text_of(client.get(f"/recruit/{query}"))


def test_the_page_of_the_job_shows_both_and_what_happens_next(client, job):
    shown = page(client, job)

    assert "Your change is in review. The approved text stays live." in shown
    assert "we’ll email you the result" in shown
    assert "Head of Research" in shown
    assert "Head of Research" in page(client, job, query="?show=change")
    assert "Head of Research" not in text_of(client.get(job.get_absolute_url()))


def test_the_dashboard_counts_it_and_its_numbers_add_up(client, job):
    ListingFactory(hidden=True, company=job.company)
    ListingFactory(live=True, company=job.company)
    shown = text_of(client.get("/recruit/"))

    assert "Changes in review 1" in shown
    assert "Your change is in review" in shown
    assert "All 3 Live 2 Hidden 1" in shown


def test_copies_that_job_seekers_see_as_part_of_another_job_are_counted_apart(client, job):
    copies = ListingFactory.create_batch(2, live=True, company=job.company, folded_into=job)

    shown = page_of_dashboard(client)
    assert "Live 1" in shown
    assert "All 3 Live 1 Part of another job 2" in shown

    assert str(job) not in page_of_dashboard(client, "?state=part")
    assert str(copies[0]) not in page_of_dashboard(client, "?state=live")


def test_it_is_withdrawn_with_a_button(client, job):
    withdraw = reverse("recruiting:listing_withdraw", args=[job.pk])
    answer = text_of(client.post(withdraw, follow=True))

    assert "was withdrawn" in answer
    assert not ListingChange.objects.exists()
    assert "No change of" in text_of(client.post(withdraw, follow=True))


def test_a_returned_change_says_why_on_each_page(client, job):
    lifecycle.decide(listing=job, decision=Decision.RETURN, by=UserFactory(), reason="Which one?")

    assert "Changes needed: Which one? The approved text stays live." in page(
        client, job, "listing_edit"
    )
    assert "Changes needed: Which one?" in page(client, job)
    dashboard = text_of(client.get("/recruit/"))
    assert "1 change of live jobs returned: edit or withdraw." in dashboard
    assert "Which one?" in dashboard


def test_a_rejected_change_says_why(client, job):
    lifecycle.decide(listing=job, decision=Decision.REJECT, by=UserFactory(), reason="Not yours.")

    shown = page(client, job)
    assert "Your change was not published. The approved text stays live. Reason: Not yours." in (
        shown
    )
