"""What becomes of the jobs of people who proved nothing, once somebody proves the company."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jobboard.listings import lifecycle
from jobboard.listings.models import Company, CompanyClaim, Listing, Membership
from jobboard.recruiting import disputes, proofs
from tests.factories import FeedFactory, ListingFactory, MembershipFactory, UserFactory
from tests.reading import text_of
from tests.recruiting.test_first_post import post_and_prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(squatter):
    """Approved when nobody had proven anything."""
    return ListingFactory(live=True, company=squatter.company, created_by=squatter.user)


def real_employer_proves(squatter) -> Membership:
    member = MembershipFactory(company=squatter.company, user__email="hr@acme.example")
    proofs.prove(
        company=squatter.company,
        user=member.user,
        how=Company.VerifiedBy.EMAIL,
        domain="acme.example",
    )
    return member


def is_public(job) -> bool:
    return Client().get(job.get_absolute_url()).status_code == 200


def test_their_public_jobs_go_back_to_review_with_a_warning(squatter, job, client, mails):
    real_employer_proves(squatter)

    assert not is_public(job)
    client.force_login(UserFactory(staff=True))
    assert str(job) in text_of(client.get("/admin/inbox/?kind=new"))
    review = text_of(client.get(f"/admin/listings/listing/{job.pk}/review/"))
    assert "Posted by zed@gmail.com, who has not proven to act for Acme." in review
    assert "The company was verified after this job was published." in review
    told = next(mail for mail in mails() if mail.to == "zed@gmail.com")
    assert "1 public job of members who have not shown that they act for Acme" in told.text


def test_an_editor_who_publishes_them_has_seen_who_posted_them(squatter, job, client):
    real_employer_proves(squatter)
    client.force_login(UserFactory(staff=True))
    job.refresh_from_db()
    page = f"/admin/listings/listing/{job.pk}/review/"

    client.post(page, {"do": "publish", "version": job.version, "seen": 0})

    assert is_public(job)


def test_what_stays_public_is_of_who_has_proven_it_and_of_boards(squatter):
    company = squatter.company
    own = MembershipFactory(company=company, part="editor", user__email="hr@acme.example")
    of_own = ListingFactory(live=True, company=company, created_by=own.user)
    of_board = ListingFactory(live=True, company=company, feed=FeedFactory(company=company))

    proofs.prove_by_account(company=company, user=own.user)

    assert is_public(of_own)
    assert is_public(of_board)


@pytest.mark.parametrize("gone", ["membership", "account"])
def test_who_posted_them_does_not_keep_the_badge_by_leaving(squatter, job, gone):
    MembershipFactory(company=squatter.company)
    squatter.delete() if gone == "membership" else squatter.user.delete()

    real_employer_proves(squatter)

    assert not is_public(job)


def test_a_colleague_who_proves_it_later_sends_nothing_back(squatter):
    real_employer_proves(squatter)
    job = ListingFactory(live=True, company=squatter.company, created_by=squatter.user)

    colleague = UserFactory(email="ops@acme.example")
    proofs.prove_by_account(company=squatter.company, user=colleague)

    assert is_public(job)  # an editor published it after the first one


def test_who_wins_a_dispute_does_not_get_the_other_sides_jobs_and_boards(squatter, job, mails):
    company = squatter.company
    Membership.objects.update(proof="domain", proven_at=timezone.now())
    Company.objects.update(verified_by="email", verified_domain="acme.example")
    theirs = FeedFactory(company=company, proof="domain", connected_by=squatter.user)
    post_and_prove(
        Client(),
        mails,
        email="lee@globex.example",
        company_name="Acme",
        company_website="https://globex.example/",
    )
    claim = CompanyClaim.objects.get(by__email="lee@globex.example")

    disputes.give_to(claim=claim, by=UserFactory(staff=True))

    assert Company.objects.get().standing.sentence == "Verified: email at globex.example"
    assert Listing.objects.get(pk=job.pk).status == "in_review"
    theirs.refresh_from_db()
    assert theirs.ended_at


def test_a_colleague_at_the_proven_domain_keeps_their_jobs_public(squatter):
    amy = MembershipFactory(company=squatter.company, user__email="amy@acme.example")
    of_amy = ListingFactory(live=True, company=squatter.company, created_by=amy.user)

    real_employer_proves(squatter)

    assert is_public(of_amy)


@pytest.mark.parametrize("ended", ["closed", "expired"])
def test_what_has_ended_goes_to_review_when_it_is_opened_again(squatter, job, ended):
    now = timezone.now()
    if ended == "closed":
        lifecycle.close_missing_listing(listing=job, now=now)
    else:
        Listing.objects.filter(pk=job.pk).update(expires_at=now - timedelta(days=1))
    real_employer_proves(squatter)

    lifecycle.reopen_listing(listing=job, now=timezone.now())

    assert not is_public(job)
    job.refresh_from_db()
    assert job.status == Listing.Status.IN_REVIEW
