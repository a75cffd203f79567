"""Mailed links that act with somebody's power: each for one purpose, once, for a while, and only as
long as who asked may still do so and what was mailed is still true.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common import capabilities
from jobboard.common.models import Capability
from jobboard.listings.models import Company, Invitation, Listing, Membership
from jobboard.recruiting import company_actions, proofs
from jobboard.recruiting.posting import still_open
from jobboard.seekers import alerts
from jobboard.seekers.models import Alert
from tests.factories import ListingFactory, MembershipFactory, UserFactory, in_days
from tests.meanwhile import before_the_lock

pytestmark = pytest.mark.django_db

ADA, BOB = "ada@acme.example", "bob@acme.example"


@dataclass(frozen=True)
class Link:
    """How one purpose is mailed, answered and seen to have acted."""

    mail: Callable[[Membership], object]
    answer: dict[str, str]
    has_acted: Callable[[], bool]
    change: Callable[[], object]
    lives: timedelta
    answered_by: str = ""  # the address to sign in with; '' for nobody
    needs_membership: bool = True


def mail_invitation(member: Membership) -> None:
    company_actions.invite(company=member.company, email=BOB, part="editor", by=member.user)


def mail_verification(member: Membership) -> None:
    proofs.mail_verification(company=member.company, name="jobs", by=member.user)


def mail_question(member: Membership) -> None:
    ListingFactory(
        live=True,
        company=member.company,
        created_by=member.user,
        published_at=in_days(-20),
        expires_at=in_days(40),
    )
    still_open.ask_recruiters()


def mail_alert(member: Membership) -> None:
    alerts.create_alert(email=ADA, query="q=python", frequency="daily")


def mail_alert_links(member: Membership) -> None:
    Alert.objects.create(
        email=ADA, query="q=python", frequency="daily", confirmed_at=timezone.now()
    )
    alerts.mail_links_later.func(alert_ids=alerts.get_ids(ADA), network="")


LINKS = {
    "invitation": Link(
        mail_invitation,
        answer={},
        has_acted=lambda: Membership.objects.filter(user__email=BOB).exists(),
        change=lambda: Invitation.objects.update(part="owner"),
        lives=timedelta(days=30),
        answered_by=BOB,
    ),
    "verification": Link(
        mail_verification,
        answer={},
        has_acted=lambda: Company.objects.filter(verified_by="email").exists(),
        change=lambda: Company.objects.update(domain="other.example"),
        lives=timedelta(days=3),
        answered_by=ADA,
    ),
    "answer": Link(
        mail_question,
        answer={"answer": "open"},
        has_acted=lambda: Listing.objects.exclude(confirmed_at=None).exists(),
        change=lambda: Listing.objects.update(title="Another job"),
        lives=timedelta(days=30),
    ),
    "alert_start": Link(
        mail_alert,
        answer={},
        has_acted=lambda: Alert.objects.exclude(confirmed_at=None).exists(),
        change=lambda: Alert.objects.update(query="q=rust"),
        lives=timedelta(days=7),
        needs_membership=False,
    ),
    "alert_change": Link(
        mail_alert_links,
        answer={"frequency": "weekly"},
        has_acted=lambda: Alert.objects.filter(frequency="weekly").exists(),
        change=lambda: Alert.objects.update(query="q=rust"),
        lives=timedelta(days=1),
        needs_membership=False,
    ),
}


@pytest.fixture(params=LINKS)
def link(request) -> Link:
    return LINKS[request.param]


@pytest.fixture
def member() -> Membership:
    return MembershipFactory(
        user__email=ADA, company__name="Acme", company__domain="acme.example", part="owner"
    )


def mailed(link: Link, member: Membership, mails) -> str:
    link.mail(member)
    address = re.escape(settings.SITE_URL)
    return re.search(rf"{address}(/(?:recruit|alerts)/\S*[\w-]{{43}}/)", mails()[-1].text)[1]


def reader_of(link: Link) -> Client:
    client = Client()
    if link.answered_by:
        known = User.objects.filter(email=link.answered_by).first()
        client.force_login(known or UserFactory(email=link.answered_by))
    return client


def test_every_purpose_is_in_the_table():
    assert set(LINKS) == set(Capability.Purpose.values) == set(capabilities.LIVES)


def test_it_acts_when_a_button_is_pressed_and_not_when_it_is_opened(link, member, mails):
    path, reader = mailed(link, member, mails), reader_of(link)

    assert reader.get(path).status_code == 200
    assert not link.has_acted()
    assert reader.post(path, link.answer).status_code == 302
    assert link.has_acted()


def test_it_acts_once(link, member, mails):
    path, reader = mailed(link, member, mails), reader_of(link)
    reader.post(path, link.answer)
    Membership.objects.exclude(user=member.user).delete()
    Company.objects.update(verified_by="")
    Listing.objects.update(confirmed_at=None)
    Alert.objects.update(frequency="daily", confirmed_at=None)

    reader.post(path, link.answer)

    assert not link.has_acted()


@pytest.mark.both_databases
def test_two_who_press_at_once_act_once(link, member, mails):
    path = mailed(link, member, mails)
    capability = Capability.objects.get(token_hash=capabilities.hash_of(path.split("/")[-2]))

    capabilities.use(capability)

    with pytest.raises(capabilities.AlreadyUsedError):
        capabilities.use(capability)


def test_it_does_not_act_after_its_time(link, member, mails):
    path = mailed(link, member, mails)

    with time_machine.travel(timezone.now() + link.lives + timedelta(seconds=1)):
        reader = reader_of(link)
        assert reader.post(path, link.answer).status_code == 404
    assert not link.has_acted()


def test_it_does_not_act_after_what_was_mailed_has_changed(link, member, mails):
    path, reader = mailed(link, member, mails), reader_of(link)
    link.change()

    assert reader.get(path).status_code == 404
    assert reader.post(path, link.answer).status_code == 404
    assert not link.has_acted()


def test_it_does_not_act_after_what_was_mailed_changed_meanwhile(link, member, mails, monkeypatch):
    path, reader = mailed(link, member, mails), reader_of(link)
    before_the_lock(monkeypatch, link.change)

    reader.post(path, link.answer)

    assert not link.has_acted()


def test_it_does_not_act_for_who_ceased_to_be_a_member_meanwhile(link, member, mails, monkeypatch):
    path, reader = mailed(link, member, mails), reader_of(link)
    before_the_lock(monkeypatch, member.delete)

    reader.post(path, link.answer)

    assert link.has_acted() != link.needs_membership


def test_it_does_not_act_for_who_is_no_member_any_more(link, member, mails):
    path, reader = mailed(link, member, mails), reader_of(link)
    member.delete()

    answer = reader.post(path, link.answer)

    assert (answer.status_code == 404) == link.needs_membership
    assert link.has_acted() != link.needs_membership


def test_a_revoked_one_does_not_act(link, member, mails, client):
    path, reader = mailed(link, member, mails), reader_of(link)
    client.force_login(UserFactory(staff=True, is_superuser=True))
    [capability] = Capability.objects.all()

    client.post(
        reverse("admin:common_capability_changelist"),
        {"action": "revoke", "_selected_action": [capability.pk]},
    )

    assert reader.post(path, link.answer).status_code == 404
    assert not link.has_acted()


@pytest.mark.both_databases
def test_a_newer_mail_ends_the_link_of_the_one_before(link, member, mails):
    path, reader = mailed(link, member, mails), reader_of(link)
    [capability] = Capability.objects.all()

    capabilities.grant(capability.purpose, capability.subject)

    assert reader.post(path, link.answer).status_code == 404
    assert not link.has_acted()


def test_it_is_good_for_its_purpose_alone_and_its_token_is_kept_nowhere(link, member, mails):
    token = mailed(link, member, mails).split("/")[-2]
    [capability] = Capability.objects.all()

    for purpose in Capability.Purpose:
        found = capabilities.find(token, purpose)
        assert (found == capability) == (purpose == capability.purpose)
    assert token not in str(Capability.objects.values().get())


def test_an_invitation_signs_nobody_in(member, mails):
    path, stranger = mailed(LINKS["invitation"], member, mails), Client()

    answer = stranger.post(path)

    assert answer["Location"].startswith(reverse("account_confirm_login_code"))
    assert not LINKS["invitation"].has_acted()
    assert mails()[-1].to == BOB
    assert "_auth_user_id" not in stranger.session

    code = re.search(r"^[A-Z0-9-]{6,}$", mails()[-1].text, re.MULTILINE)[0]
    answer = stranger.post(answer["Location"], {"code": code, "action": "verify"})
    assert answer["Location"] == path
    stranger.post(path)
    assert LINKS["invitation"].has_acted()


def test_who_no_longer_acts_for_a_company_is_not_asked_about_its_jobs(member, mails):
    left = UserFactory(email="left@acme.example")
    ListingFactory(live=True, company=member.company, created_by=left, published_at=in_days(-20))

    still_open.ask_recruiters()

    assert [mail.to for mail in mails()] == [ADA]


def test_who_was_asked_before_somebody_proved_the_company_answers_for_no_job_of_theirs(mails):
    asked, prover = MembershipFactory(), UserFactory()
    job = ListingFactory(
        live=True, company=asked.company, created_by=asked.user, published_at=in_days(-20)
    )
    still_open.ask_recruiters()
    link = re.search(r"/recruit/answer/\S+", mails()[-1].text)[0]
    MembershipFactory(company=asked.company, user=prover, proof="domain")
    Listing.objects.filter(pk=job.pk).update(created_by=prover)

    assert Client().post(link, {"answer": "filled_here"}).status_code == 404
    job.refresh_from_db()
    assert job.status == "published"


def test_nobody_is_asked_about_the_jobs_of_a_company_without_members(mails):
    ListingFactory(live=True, created_by=UserFactory(), published_at=in_days(-20))

    still_open.ask_recruiters()

    assert mails() == []


def test_the_link_in_a_mail_of_an_alert_ends_it_and_only_mails_what_changes_it(mails):
    alert = Alert.objects.create(
        email=ADA, query="q=python", frequency="daily", confirmed_at=timezone.now()
    )
    path, visitor = f"/alerts/{alerts.get_token(alert)}/", Client()

    visitor.post(path, {"frequency": "weekly"})

    alert.refresh_from_db()
    assert alert.frequency == "daily"
    assert [mail.to for mail in mails()] == [ADA]
    visitor.post(f"{path}end/")
    assert not Alert.objects.exists()


def test_who_is_signed_in_with_its_address_changes_an_alert_without_a_mail(client, mails):
    alert = Alert.objects.create(
        email=ADA, query="q=python", frequency="daily", confirmed_at=timezone.now()
    )
    client.force_login(UserFactory(email=ADA))

    client.post(f"/alerts/{alerts.get_token(alert)}/", {"frequency": "weekly"})

    alert.refresh_from_db()
    assert (alert.frequency, mails()) == ("weekly", [])


@pytest.mark.both_databases
def test_old_ones_are_deleted():
    capabilities.grant(Capability.Purpose.ANSWER, "1")
    capabilities.grant(Capability.Purpose.ANSWER, "2")
    long_ago = timezone.now() - timedelta(days=31)
    Capability.objects.filter(subject="1").update(expires_at=long_ago)

    capabilities.delete_old_capabilities()

    assert [one.subject for one in Capability.objects.all()] == ["2"]
