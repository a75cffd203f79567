"""Decisions are told to who acts for the company now: many of some minutes in one email."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobboard.common.mail import deliver_email
from jobboard.common.models import Email
from jobboard.listings import lifecycle
from jobboard.listings.employers import companies
from jobboard.listings.models import ListingEvent, Membership
from jobboard.listings.review_time import review_days
from tests.factories import CompanyFactory, ListingFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def editor(db):
    return UserFactory(staff=True)


@pytest.fixture
def owner(db):
    return MembershipFactory(company=CompanyFactory(name="Acme")).user


def job_of(owner, **values):
    company = owner.memberships.get().company
    return ListingFactory(in_review=True, company=company, created_by=owner, **values)


def delivered() -> list[Email]:
    for email in Email.objects.filter(state="waiting").order_by("pk"):
        deliver_email.func(email_id=email.pk)
    return list(Email.objects.filter(state="sent").order_by("pk"))


@pytest.fixture(autouse=True)
def texts_are_kept(settings):
    settings.MAIL_IS_READ_HERE = True


def test_many_decisions_are_one_email_with_each_job_and_reason(owner, editor):
    for number in range(4):
        job = job_of(owner, title=f"Engineer {number}")
        lifecycle.publish_listing(listing=job, by=editor)
    lifecycle.return_listing(
        listing=job_of(owner, title="Analyst"), reason="Say what it pays.", by=editor
    )
    lifecycle.hide_listing(listing=job_of(owner, title="Poet"), reason="Not our work.", by=editor)

    [email] = delivered()

    assert (email.to, email.subject) == (owner.email, "6 decisions about your jobs")
    for line in [
        "Live (4):\n- Engineer 0, Acme\n",
        "Changes needed (1):\n- Analyst, Acme. Reason: Say what it pays.",
        "Hidden (1):\n- Poet, Acme. Reason: Not our work.",
    ]:
        assert line in email.text


def test_one_decision_is_told_as_ever(owner, editor):
    lifecycle.hide_listing(listing=job_of(owner, title="Poet"), reason="A scam.", by=editor)

    [email] = delivered()

    assert email.subject == "Your job is hidden: Poet"
    assert "A scam." in email.text


def test_what_is_decided_after_an_email_left_or_of_the_same_job_is_told_in_another(owner, editor):
    first, second = job_of(owner), job_of(owner)
    lifecycle.publish_listing(listing=first, by=editor)
    assert len(delivered()) == 1
    lifecycle.publish_listing(listing=second, by=editor)
    lifecycle.hide_listing(listing=second, reason="A scam.", by=editor)
    assert [email.purpose for email in delivered()] == [
        "listing_published",
        "listing_published",
        "listing_hidden",
    ]


def test_an_email_waits_for_more_for_some_minutes(owner, editor):
    lifecycle.publish_listing(listing=job_of(owner), by=editor)

    [task] = DBTaskResult.objects.filter(task_path=deliver_email.module_path)

    assert timedelta(minutes=4) < task.run_after - timezone.now() <= timedelta(minutes=5)


def test_who_left_meanwhile_is_told_nothing_and_of_two_companies_only_what_is_theirs(owner, editor):
    other = MembershipFactory(user=owner, company=CompanyFactory(name="Beta")).company
    lifecycle.publish_listing(
        listing=ListingFactory(in_review=True, company=other, created_by=owner), by=editor
    )
    acme = Membership.objects.get(company__name="Acme").company
    for title in ["Engineer", "Analyst"]:
        job = ListingFactory(in_review=True, company=acme, created_by=owner, title=title)
        lifecycle.publish_listing(listing=job, by=editor)
    Membership.objects.filter(company=other).delete()

    [email] = delivered()

    assert "Beta" not in email.text
    assert email.about == [acme.pk]
    job = ListingFactory(in_review=True, company=acme, created_by=owner)
    lifecycle.publish_listing(listing=job, by=editor)
    Membership.objects.all().delete()
    assert len(delivered()) == 1


def test_a_suspension_is_told_to_all_members_of_now_with_its_reason(owner, editor):
    company = owner.memberships.get().company
    colleague = MembershipFactory(company=company, part="editor").user
    left = MembershipFactory(company=company).user
    left.memberships.all().delete()

    companies.suspend(company=company, reason="It asks for money.", by=editor)

    emails = delivered()
    assert {email.to for email in emails} == {owner.email, colleague.email}
    assert {email.subject for email in emails} == {"Acme is suspended"}
    assert "It asks for money." in emails[0].text


def decided_after(hours: int, editor) -> None:
    job = ListingFactory(in_review=True)
    now = timezone.now()
    for kind, at, actor in [
        ("submitted", now - timedelta(hours=hours), "employer"),
        ("published", now, "admin"),
    ]:
        ListingEvent.objects.create(listing=job, kind=kind, at=at, actor=actor)


def test_how_long_a_review_takes_is_the_median_and_nothing_of_too_few(editor):
    for hours in [1, 2, 30, 40]:
        decided_after(hours, editor)
    assert review_days() == ""

    decided_after(200, editor)

    assert review_days() == "30 hours"


def test_a_long_wait_is_said_in_days_and_counts_only_the_last_thirty(editor):
    for _ in range(5):
        decided_after(1000, editor)
    ListingEvent.objects.update(at=timezone.now() - timedelta(days=90))
    for _ in range(30):
        decided_after(71, editor)

    assert review_days() == "3 days"
