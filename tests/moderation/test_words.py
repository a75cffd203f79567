"""What pages and emails of moderation call things, and who did what."""

from dataclasses import replace

import pytest
from django.urls import reverse

from jobboard.listings import lifecycle
from jobboard.listings.content import get_content
from jobboard.listings.emails import finish_gathering
from jobboard.listings.lifecycle import Decision
from jobboard.listings.models import JobNotice, Listing, ListingEvent, Origin
from tests.factories import (
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

HISTORY = "/admin/listings/history/"


@pytest.fixture
def editor(client):
    editor = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(editor)
    return editor


@pytest.fixture
def job():
    """Live, of Ann, with a change of hers that waits. Zed gets the emails too."""
    ann = MembershipFactory(user__email="ann@acme.example")
    MembershipFactory(user__email="zed@gmail.com", company=ann.company, part="editor")
    job = ListingFactory(live=True, company=ann.company, created_by=ann.user, title="Analyst")
    change = replace(get_content(job), title="Head of Research at OpenAI")
    lifecycle.submit_change(
        listing=job, content=change, version=job.version, by=ann.user, origin=Origin.FORM
    )
    return Listing.objects.get(pk=job.pk)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision.APPROVE, "We approved {} change of"),
        (Decision.REJECT, "{} change of “Analyst”"),
        (Decision.RETURN, "{} change of “Analyst”"),
    ],
)
def test_a_change_is_called_theirs_to_who_made_it_alone(job, editor, mails, decision, said):
    lifecycle.decide(listing=job, decision=decision, by=editor, reason="Why.")

    told = {mail.to: mail.text for mail in mails()}
    is_first = said.startswith("{}")
    assert said.format("Your" if is_first else "your") in told["ann@acme.example"]
    assert said.format("A" if is_first else "a") in told["zed@gmail.com"]
    assert "your change" not in told["zed@gmail.com"].lower()


def test_the_history_names_a_decision_about_a_change_once(client, editor, job):
    lifecycle.decide(listing=job, decision=Decision.APPROVE, by=editor)

    page = text_of(client.get(HISTORY, {"job": job.pk}))

    assert "Change approved" in page
    assert "approved change" not in page


def test_a_file_that_editors_uploaded_is_no_feed_of_the_employer(client, editor):
    for address in ("", "https://boards.greenhouse.io/acme"):
        listing = ListingFactory(live=True, feed=FeedFactory(address=address))
        ListingEvent.objects.create(listing=listing, kind="first_seen", actor="feed")

    said = {entry.by for entry in client.get(HISTORY).context["entries"]}

    assert said == {"a file that our editors uploaded", "the employer's feed"}


def test_an_edit_of_ours_is_no_reason(editor, mails):
    member = MembershipFactory()
    jobs = ListingFactory.create_batch(2, live=True, company=member.company, created_by=member.user)
    for job in jobs:
        lifecycle.edit_as_editor(
            listing=job,
            content=replace(get_content(job), title=f"{job} (Berlin)"),
            version=job.version,
            reason="A typing error.",
            by=editor,
        )

    [notice, _] = JobNotice.objects.all()
    finish_gathering(notice.email)
    notice.email.refresh_from_db()
    assert "(Berlin), " in notice.email.text
    assert ". Changed: title" in notice.email.text
    assert "Reason: Changed" not in notice.email.text


def test_what_was_deleted_is_named_as_it_is_written(client, editor):
    gone = UserFactory(email="mod2@example.com")

    page = client.post(
        reverse("admin:accounts_user_delete", args=[gone.pk]), {"do": "delete"}, follow=True
    )

    assert "“mod2@example.com” was deleted." in text_of(page)
