"""A change that waits, as a moderator sees it and decides about it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement
from jobboard.listings.content import get_content
from jobboard.listings.models import Listing, Origin
from jobboard.listings.trust.scoring import score_waiting
from tests.factories import ListingFactory, MembershipFactory, UserFactory
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
INBOX = "/admin/inbox/"


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
        content=replace(get_content(listing), **changes),
        version=listing.version,
        by=None,
        origin=Origin.FORM,
    )


def page_of(listing: Listing) -> str:
    return f"/admin/listings/listing/{listing.pk}/review/"


def test_a_change_stands_in_the_inbox_with_why_it_waits(client, job):
    score_waiting()
    inbox = text_of(client.get(INBOX))

    assert "Held changes 1" in inbox
    assert "Change held" in inbox
    assert "The title was “Data Engineer”." in inbox


def test_a_hidden_jobs_change_is_not_said_to_wait_beside_a_live_text(client, job):
    member = MembershipFactory(company=job.company)
    client.force_login(member.user)
    live = text_of(client.get("/recruit/"))
    Listing.objects.update(hidden_at=timezone.now(), hidden_reason="A fee was asked.")

    hidden = text_of(client.get("/recruit/"))

    assert "The approved text stays live." in live
    assert "The approved text stays live." not in hidden
    assert "A fee was asked." in hidden


@pytest.mark.slow
def test_its_page_shows_the_difference_and_approves_it_and_takes_that_back(client, job):
    page = client.get(page_of(job)).content.decode()
    assert "<del>Data Engineer</del>" in page
    assert "<ins>Head of Research</ins>" in page

    done = client.post(
        page_of(job), {"do": "publish", "version": job.version, "seen": 0}, follow=True
    )
    assert "is live with its change" in text_of(done)
    assert Listing.objects.get().title == "Head of Research"
    assert "Undo “Change approved”" in text_of(client.get(page_of(job)))

    client.post(page_of(job), {"do": "undo", "seen": decision_of(job)})
    assert Listing.objects.get().title == "Data Engineer"
    assert "Held changes 1" in text_of(client.get(INBOX))


def decision_of(job) -> int:
    return job.events.latest("pk").pk


def test_a_text_of_several_lines_is_compared_in_its_lines(client, job):
    change(job, title="Head of Data", description="Write to us on WhatsApp.\n\n* SQL\n* Spark")

    page = client.get(page_of(job)).content.decode()

    assert "<ins>Write to us on WhatsApp. <br> - SQL <br> - Spark</ins>" in page


def test_of_a_long_text_what_stands_beside_the_change_is_compared(client, job):
    words = [f"word{number}" for number in range(200)]
    change(job, description=" ".join(words))
    lifecycle.decide(listing=job, decision=lifecycle.Decision.APPROVE, by=UserFactory(staff=True))
    words[100] = "WhatsApp"
    change(Listing.objects.get(), description=" ".join(words))

    shown = text_of(client.get(page_of(job)))

    assert "… word70 word71" in shown
    assert "word99 word100 WhatsApp word101" in shown
    assert "word130 …" in shown


def test_after_a_rejected_change_the_job_is_as_it_was(client, job):
    form = {"do": "reject", "reason": "Another job.", "version": job.version, "seen": 0}

    page = text_of(client.post(page_of(job), form, follow=True))

    assert "stays as it was approved, because its change has been rejected" in page
    assert Listing.objects.live().get().title == "Data Engineer"


def test_a_decision_about_what_was_changed_since_is_refused_visibly(client, job):
    lifecycle.withdraw_change(listing=job, by=None)

    answer = client.post(
        page_of(job), {"do": "publish", "version": job.version, "seen": 0}, follow=True
    )

    assert "was changed while you were reviewing it" in text_of(answer)
    assert Listing.objects.get().title == "Data Engineer"


def test_bait_and_switch_by_somebody_at_a_free_mail_host_reaches_nobody(client, job):
    """What was public at once before changes were held."""
    person = UserFactory(email="randomguy@gmail.com")
    listing = ListingFactory(
        live=True,
        title="Data Scientist",
        company__name="Famous Lab",
        company__domain="famouslab.example",
        created_by=person,
    )
    pay = PayStatement(Decimal(9_000), Decimal(9_000_000), "USD", "week", origin="form")
    change(
        listing,
        title="Make $9,000 a week from home",
        description="Pay the registration fee by gift card. Write to us on WhatsApp.",
        apply_url="https://blue-careers.example/1",
        pay=(pay,),
    )

    public = text_of(client.get(listing.get_absolute_url()))
    assert "Data Scientist" in public
    assert not any(word in public for word in ("WhatsApp", "gift card", "9,000", "blue-careers"))
    seen = text_of(client.get(page_of(listing)))
    assert "Posted by randomguy@gmail.com, not at famouslab.example." in seen
    for warning in ("WhatsApp", "registration", "blue-careers.example", "randomguy@gmail.com"):
        assert warning in seen.partition("Warnings")[2]
