"""Reporting a job: two page loads, a reference, and nothing about who."""

import json
import re

import pytest
from django.conf import settings

from jobboard.feeds.posting import new_reader, read_posting
from jobboard.seekers.models import Report
from tests.factories import ListingFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing():
    return ListingFactory(live=True, title="Data Engineer")


def url(listing) -> str:
    return f"/report/{listing.pk}/"


def test_a_report_is_kept_with_a_reference_and_told_to_the_editors_once(client, listing, mails):
    assert f'href="{url(listing)}"' in client.get(listing.get_absolute_url()).content.decode()

    response = client.post(
        url(listing), {"reason": "scam", "text": "They want\r\nmoney\u202e."}, follow=True
    )
    client.post(url(listing), {"reason": "gone"})

    report = Report.objects.first()
    assert (report.listing, report.reason, report.text) == (listing, "scam", "They want\nmoney.")
    assert re.fullmatch("[2-9A-HJ-NP-Z]{8}", report.reference)
    assert f"quote your reference {report.reference}" in text_of(response)
    assert [(mail.to, mail.subject) for mail in mails()] == [
        (settings.CONTACT_EMAIL, f"Job reported: number {listing.pk}")
    ]


@pytest.mark.parametrize(("email", "will_hear"), [("eve@example.com", True), ("", False)])
def test_who_left_an_address_is_not_told_to_email_us(client, listing, email, will_hear):
    sent = {"reason": "scam", "text": "It asks for money.", "email": email}

    page = text_of(client.post(url(listing), sent, follow=True))

    assert ("We’ll email you what we decide" in page) is will_hear
    assert ("If you’d like a reply" in page) is not will_hear


def test_a_report_needs_a_reason_and_keeps_what_was_typed(client, listing):
    page = client.post(url(listing), {"reason": "", "text": "What I typed"})

    assert page.context["form"].errors.keys() == {"reason"}
    assert "What I typed" in page.content.decode()
    assert Report.objects.count() == 0


def test_a_program_that_fills_in_everything_reads_thanks_and_leaves_nothing(client, listing):
    response = client.post(
        url(listing), {"reason": "gone", "website": "https://spam.example"}, follow=True
    )

    assert "Thank you" in text_of(response)
    assert Report.objects.count() == 0


def test_reports_from_one_place_are_limited(client, listing, clock):
    statuses = [client.post(url(listing), {"reason": "gone"}).status_code for _ in range(11)]

    assert statuses == [302] * 10 + [429]


@pytest.mark.parametrize("state", ["draft", "in_review", "returned", "rejected", "hidden"])
def test_what_the_public_does_not_see_cannot_be_reported(client, state):
    hidden = ListingFactory(**{state: True})

    assert (
        client.get(url(hidden)).status_code
        == client.post(url(hidden), {"reason": "gone"}).status_code
        == 404
    )


def test_reports_are_looked_at_and_not_written_in_the_admin(client, listing):
    client.post(url(listing), {"reason": "gone"})
    client.force_login(UserFactory(staff=True))

    page = client.get("/admin/seekers/report/")

    assert f"/admin/listings/listing/{listing.pk}/review/" in page.content.decode()
    assert client.get("/admin/seekers/report/add/").status_code == 403


def test_reported_mistakes_are_downloaded_as_cases_that_can_be_read_again(client):
    listing = ListingFactory(live=True, title="Senior Data Engineer")
    client.post(url(listing), {"reason": "misread", "text": "It is for juniors."})
    client.force_login(UserFactory(staff=True))

    action = {"action": "as_cases", "_selected_action": [Report.objects.get().pk]}
    [line] = client.post("/admin/seekers/report/", action).content.decode().splitlines()

    case = json.loads(line)
    assert (case["title"], case["report"]) == (listing.title, "It is for juniors.")
    assert case["read"]["level"] == "senior"
    assert read_posting(case, new_reader()) == case["read"]
