"""Decisions are told to who acts for the company now: many of some minutes in one email."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobboard.common import mail
from jobboard.common.mail import deliver_email
from jobboard.common.models import Email
from jobboard.common.tasks import TryAgainError
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
    settings.EMAIL_IS_LOCAL = True


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


def test_the_latest_decision_about_a_job_is_told_last(owner, editor):
    first, second = job_of(owner), job_of(owner, title="Poet")
    for job in (first, second):
        lifecycle.publish_listing(listing=job, by=editor)
        lifecycle.hide_listing(listing=job, reason="A scam.", by=editor)

    texts = [f"{email.subject}\n{email.text}" for email in delivered()]

    told = [("Live" in text, "hidden" in text.lower()) for text in texts if "Poet" in text]
    assert told == [(True, True), (False, True)]


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


# --- Who is told ----------------------------------------------------------------------------------


def told_of(job, editor) -> set[str]:
    lifecycle.hide_listing(listing=job, reason="A scam.", by=editor)
    return {email.to for email in delivered()}


def test_all_who_may_act_for_a_job_are_told_and_who_wants_their_own_alone_is_not(owner, editor):
    company = owner.memberships.get().company
    poster = MembershipFactory(company=company, part="editor", job_emails="own").user
    colleague = MembershipFactory(company=company, part="editor").user
    MembershipFactory(company=company, part="editor", job_emails="own")
    job = ListingFactory(live=True, company=company, created_by=poster)

    assert told_of(job, editor) == {owner.email, poster.email, colleague.email}


def test_who_may_not_edit_a_job_is_not_told_of_it(owner, editor):
    """Once somebody has proven to act for the company, others keep only their own jobs."""
    company = owner.memberships.get().company
    proven = MembershipFactory(company=company, part="editor", proof="domain").user
    job = ListingFactory(live=True, company=company, created_by=proven)

    assert told_of(job, editor) == {proven.email}


def test_where_nobody_wants_emails_of_others_jobs_an_owner_is_told(owner, editor):
    company = owner.memberships.get().company
    MembershipFactory(company=company, part="editor", job_emails="own")
    Membership.objects.update(job_emails="own")
    left = UserFactory()
    job = ListingFactory(live=True, company=company, created_by=left)

    assert told_of(job, editor) == {owner.email}


def test_a_member_chooses_about_which_jobs_they_get_emails(client, owner):
    company = owner.memberships.get().company
    client.force_login(owner)
    url = f"/recruit/companies/{company.pk}/emails/"

    client.post(url, {"job_emails": "sometimes"})
    assert owner.memberships.get().job_emails == "all"
    client.post(url, {"job_emails": "own"})

    assert owner.memberships.get().job_emails == "own"
    page = client.get(f"/recruit/companies/{company.pk}/").content.decode()
    assert '<option value="own" selected>' in page


@pytest.mark.parametrize("left", ["Acme", "Beta"])
def test_leaving_one_of_two_companies_loses_no_decision_of_the_other(owner, editor, left):
    beta = MembershipFactory(user=owner, company=CompanyFactory(name="Beta")).company
    acme = Membership.objects.get(company__name="Acme").company
    for company in [acme, beta]:
        title = f"Engineer of {company}"
        job = ListingFactory(in_review=True, company=company, created_by=owner, title=title)
        lifecycle.publish_listing(listing=job, by=editor)
    Membership.objects.filter(company__name=left).delete()

    [email] = delivered()

    kept = "Beta" if left == "Acme" else "Acme"
    assert email.subject == "1 decision about your jobs"
    assert f"Engineer of {kept}" in email.text
    assert f"Engineer of {left}" not in email.text


def test_an_email_that_is_tried_again_tells_only_of_who_its_reader_still_acts_for(
    owner, editor, monkeypatch
):
    beta = MembershipFactory(user=owner, company=CompanyFactory(name="Beta")).company
    for company in [owner.memberships.first().company, beta]:
        title = f"Engineer of {company}"
        job = ListingFactory(in_review=True, company=company, created_by=owner, title=title)
        lifecycle.publish_listing(listing=job, by=editor)
    with monkeypatch.context() as patch:
        patch.setattr(mail, "hand_over", refuse_for_now)
        with pytest.raises(TryAgainError):
            delivered()
    Membership.objects.filter(company=beta).delete()

    [email] = delivered()

    assert email.subject == "1 decision about your jobs"
    assert "Engineer of Acme" in email.text
    assert "Engineer of Beta" not in email.text


def refuse_for_now(message) -> None:
    raise OSError("The server is away.")


# --- Undo -----------------------------------------------------------------------------------------


def undo(job, editor) -> None:
    lifecycle.decide(listing=job, decision=lifecycle.Decision.UNDO, by=editor)


def decided(job, editor, **values) -> None:
    values = {"decision": lifecycle.Decision.APPROVE} | values
    lifecycle.decide(listing=job, by=editor, **values)


def test_who_was_told_of_a_decision_is_told_that_it_was_taken_back(owner, editor):
    job, left = job_of(owner, title="Poet"), MembershipFactory(company__name="Left").user
    MembershipFactory(user=left, company=job.company)
    decided(job, editor)
    assert len(delivered()) == 2
    Membership.objects.filter(user=left).delete()

    undo(job, editor)

    email = delivered()[-1]
    assert (email.to, email.subject) == (owner.email, "Decision undone: Poet")
    assert "The job is as it was before: in review." in email.text
    assert Email.objects.count() == 3


def test_what_is_undone_before_its_email_left_is_not_told_at_all(owner, editor):
    first, second = job_of(owner, title="Poet"), job_of(owner, title="Engineer")
    decided(first, editor)
    undo(first, editor)
    assert delivered() == []

    for job in [first, second]:
        decided(job, editor)
    undo(first, editor)

    [email] = delivered()
    assert email.subject == "1 decision about your jobs"
    assert ("Engineer" in email.text, "Poet" in email.text) == (True, False)
