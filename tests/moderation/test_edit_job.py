"""An editor changes any field of a job in the recruiter's form, and its recruiter sees it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from jobboard.common.models import Email
from jobboard.listings import lifecycle
from jobboard.listings.content import whole_content
from jobboard.listings.models import Listing, ListingEvent, Origin
from jobboard.recruiting.forms.job import ListingForm
from tests.factories import MembershipFactory, UserFactory
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(user)
    return user


@pytest.fixture
def job(db) -> Listing:
    """Posted with the recruiter's form, and public."""
    member = MembershipFactory(user__email="ann@acme.example")
    data = {
        "submission": uuid4(),
        "version": 1,
        "title": "Data Enginer",
        "place": "Munich, Germany",
        "description": "You build pipelines for the whole company.",
        "pay_note": "By tariff.",
        "apply_url": "https://careers.acme.example/jobs/1",
    }
    form = ListingForm(data)
    assert form.is_valid(), form.errors
    job = lifecycle.create_draft(
        company=member.company, content=form.content(), submission=uuid4(), by=member.user
    )
    lifecycle.submit_listing(listing=job, by=member.user)
    lifecycle.publish_listing(listing=job, by=UserFactory(staff=True))
    Email.objects.all().delete()
    return Listing.objects.get(pk=job.pk)


def edit_page(job) -> str:
    return reverse("moderation_edit_job", args=[job.pk])


def opened(client, job) -> dict:
    """What a browser sends of the form that nobody touched."""
    return values_of(client.get(edit_page(job)))


def values_of(answer) -> dict:
    values = {field.name: field.value() for field in answer.context["form"]}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def errors_of(answer) -> dict:
    return answer.context["form"].errors if answer.status_code == 200 else {}


def stored(job) -> Listing:
    return Listing.objects.get(pk=job.pk)


def test_a_corrected_title_is_public_and_recorded_with_who_what_and_why(client, editor, job, mails):
    data = opened(client, job) | {"title": "Data Engineer", "editors_reason": "A typing error."}

    answer = client.post(edit_page(job), data, follow=True)

    assert "Saved: title. The recruiter is told." in text_of(answer)
    assert stored(job).title == "Data Engineer"
    assert stored(job).status == "published"
    event = ListingEvent.objects.filter(kind="edited", field="by our editors").get()
    assert (event.by, event.new) == (editor, "Changed: title. Reason: A typing error.")
    assert LogEntry.objects.get(user=editor).change_message == "Edited: title. A typing error."
    [email] = mails()
    assert (email.to, email.subject) == (
        "ann@acme.example",
        "Our editors edited your job: Data Engineer",
    )
    assert "Changed: title. Reason: A typing error." in email.text


def test_the_recruiter_sees_on_the_job_that_editors_edited_it(client, editor, job):
    answer = client.post(edit_page(job), opened(client, job) | {"title": "Data Engineer"})
    assert not errors_of(answer)

    client.force_login(job.created_by)
    page = text_of(client.get(reverse("recruiting:listing_preview", args=[job.pk])))

    assert "Edited by our editors on" in page
    assert "Changed: title." in page


@pytest.mark.faults("two edit")
def test_what_somebody_saved_meanwhile_is_shown_and_not_overwritten(client, editor, job):
    data = opened(client, job)
    client.post(edit_page(job), opened(client, job) | {"title": "Data Engineer"})

    answer = client.post(edit_page(job), data | {"title": "Data Poet"})

    assert "Saved meanwhile: “Data Engineer”." in text_of(answer)
    assert answer.context["form"]["title"].value() == "Data Poet"
    assert stored(job).title == "Data Engineer"


@pytest.fixture
def recruiter(client, job):
    """Signed in; another title of their job waits."""
    client.force_login(job.created_by)
    change = replace(whole_content(job), title="Head of Research at OpenAI")
    lifecycle.submit_change(
        listing=job, content=change, version=job.version, by=job.created_by, origin=Origin.FORM
    )
    return job.created_by


@pytest.mark.faults("two edit")
def test_an_old_form_tells_the_own_change_from_what_editors_saved(client, job, recruiter):
    address = reverse("recruiting:listing_edit", args=[job.pk])
    data = values_of(client.get(address))
    lifecycle.edit_as_editor(
        listing=stored(job),
        content=replace(whole_content(job), title="Data Engineer, Staff"),
        version=stored(job).version,
        reason="",
        by=UserFactory(staff=True),
    )

    answer = client.post(address, data | {"title": "Head of Data"})

    said = text_of(answer)
    assert "The live job now says: “Data Engineer, Staff”." in said
    assert "Your change in review says: “Head of Research at OpenAI”." in said
    assert "Saved meanwhile" not in said
    assert answer.context["form"]["title"].value() == "Head of Data"


@pytest.mark.faults("two edit")
def test_a_form_that_is_older_than_the_own_change_blames_nobody(client, job, recruiter):
    address = reverse("recruiting:listing_edit", args=[job.pk])
    data = values_of(client.get(address))

    said = text_of(client.post(address, data | {"title": "Data Poet", "version": job.version}))

    assert "Your change in review says: “Head of Research at OpenAI”." in said
    assert "The live job now says" not in said


def test_saving_without_a_change_tells_nobody(client, editor, job, mails):
    answer = client.post(edit_page(job), opened(client, job), follow=True)

    assert "Nothing was changed." in text_of(answer)
    assert mails() == []
    assert not ListingEvent.objects.filter(field="by our editors").exists()


def test_a_bad_value_is_said_beside_its_field_and_the_rest_is_kept(client, editor, job):
    data = opened(client, job) | {"title": "", "pay_note": "Plus bonus"}

    answer = client.post(edit_page(job), data)

    assert answer.context["form"].errors["title"]
    assert answer.context["form"]["pay_note"].value() == "Plus bonus"
    assert stored(job).title == "Data Enginer"


def test_a_job_that_is_over_is_not_edited(client, editor, job):
    data = opened(client, job)
    lifecycle.close_listing(listing=job, outcome="withdrawn", by=job.created_by)

    answer = client.post(edit_page(job), data | {"title": "Another"})

    assert "What you typed is still here." in text_of(answer)
    assert stored(job).title == "Data Enginer"
