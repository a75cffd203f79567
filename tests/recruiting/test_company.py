"""Who acts for a company, what an owner decides, and what proves that it is who it says."""

import re

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from jobboard.common import capabilities
from jobboard.common.capabilities import Purpose
from jobboard.listings.models import (
    Company,
    CompanyLogo,
    Invitation,
    JoinRequest,
    Listing,
    Membership,
    PostDraft,
)
from jobboard.recruiting import company_actions, proofs
from jobboard.recruiting.company_actions import CompanyActionError
from jobboard.recruiting.posting import first_post
from tests.factories import CompanyFactory, ListingFactory, MembershipFactory, UserFactory, in_days
from tests.meanwhile import before_the_lock
from tests.reading import text_of
from tests.recruiting.test_first_post import filled, post_and_prove

pytestmark = pytest.mark.django_db

OLD_POST = MultiValueDict({name: [value] for name, value in filled(closes_on="2020-01-01").items()})


@pytest.fixture
def acme(client):
    """A company whose owner is signed in."""
    membership = MembershipFactory(
        company__name="Acme", company__domain="acme.example", user__email="ada@acme.example"
    )
    client.force_login(membership.user)
    return membership.company


def page(company) -> str:
    return reverse("recruiting:company", args=[company.pk])


def link_in(mail) -> str:
    return re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", mail.text)[1]


def editor_of(company):
    return MembershipFactory(company=company, part="editor")


# --- Members --------------------------------------------------------------------------------------


def test_a_colleague_is_invited_by_mail_and_joins_with_one_button(client, acme, mails):
    client.post(f"{page(acme)}invite/", {"email": "Bob@acme.example", "part": "editor"})
    assert "bob@acme.example Invited" in text_of(client.get(page(acme)))
    bob = Client()
    bob.force_login(UserFactory(email="bob@acme.example"))

    assert "ada@acme.example has invited bob@acme.example to join Acme as an editor" in text_of(
        bob.get(link_in(mails()[-1]))
    )
    response = bob.post(link_in(mails()[-1]), follow=True)

    assert response.redirect_chain == [("/recruit/", 302)]
    assert Membership.objects.get(user__email="bob@acme.example").part == "editor"
    assert Invitation.objects.count() == 0


def test_the_link_of_an_accepted_invitation_leads_its_reader_to_the_company(client, acme, mails):
    company_actions.invite(
        company=acme, email="bob@acme.example", part="editor", by=acme.members.get()
    )
    link, bob, eve = link_in(mails()[-1]), Client(), Client()
    bob.force_login(UserFactory(email="bob@acme.example"))
    eve.force_login(UserFactory(email="eve@example.com"))
    bob.post(link)

    again = bob.get(link, follow=True)

    assert again.redirect_chain == [(page(acme), 302)]
    assert "You’re already a member of Acme." in text_of(again)
    assert Client().get(link)["Location"] == f"/accounts/login/?next={link}"
    assert "This invitation has been used." in text_of(eve.get(link))
    Membership.objects.get(user__email="bob@acme.example").delete()
    assert "This invitation has been used." in text_of(bob.get(link))


def test_an_invitation_says_who_invites_to_its_reader_alone(client, acme, mails):
    client.post(f"{page(acme)}invite/", {"email": "bob@acme.example", "part": "editor"})
    link, eve = link_in(mails()[-1]), Client()
    eve.force_login(UserFactory(email="eve@example.com"))

    signed_out, other = text_of(Client().get(link)), text_of(eve.get(link))

    assert "Someone has invited bob@acme.example to post jobs for their company." in signed_out
    assert "This invitation is for bob@acme.example." in other
    for seen in (signed_out, other):
        assert "Acme" not in seen
        assert "ada@acme.example" not in seen


def test_an_invitation_is_good_for_its_own_address_alone(client, acme, mails):
    company_actions.invite(
        company=acme, email="bob@acme.example", part="owner", by=acme.members.get()
    )
    eve = Client()
    eve.force_login(UserFactory(email="eve@acme.example"))

    response = eve.post(link_in(mails()[-1]))

    assert (
        "This invitation is for bob@acme.example, but you are signed in as eve@acme.example."
        in text_of(response)
    )
    assert not Membership.objects.filter(user__email="eve@acme.example").exists()


def test_an_invitation_is_sent_anew_withdrawn_and_gets_old(client, acme, mails):
    for part in ("editor", "owner"):
        client.post(f"{page(acme)}invite/", {"email": "bob@acme.example", "part": part})
    link = link_in(mails()[-1])
    assert (len(mails()), Invitation.objects.get().part) == (2, "owner")

    with time_machine.travel(in_days(31)):
        assert Client().get(link).status_code == 404
    client.post(f"{page(acme)}invitations/{Invitation.objects.get().pk}/")
    assert Client().get(link).status_code == 404


def test_a_company_that_changed_while_its_link_was_pressed_is_not_verified(mails):
    owner = MembershipFactory(company__name="Blue", company__domain="blue.example")
    proofs.mail_verification(company=owner.company, name="boss", by=owner.user)
    token = re.search(r"/recruit/verified/(\S+)/", mails()[-1].text)[1]
    capability = capabilities.find(token, Purpose.VERIFICATION)
    Company.objects.update(name="Famous Lab", domain="famous.example")

    with pytest.raises(company_actions.CompanyActionError):
        proofs.verify_by_mail(company=owner.company, capability=capability)

    assert Company.objects.get().verified_by == ""
    capability.refresh_from_db()
    assert capability.used_at is None


def test_a_suspended_company_invites_nobody(client, acme, mails):
    Company.objects.update(suspended_at=in_days(-1))

    answer = client.post(
        f"{page(acme)}invite/", {"email": "bob@acme.example", "part": "editor"}, follow=True
    )

    assert "Acme is suspended, so nobody can be invited." in text_of(answer)
    assert (Invitation.objects.count(), mails()) == (0, [])


def test_an_invitation_is_deleted_once_its_link_has_expired(acme):
    for email in ["bob@acme.example", "eve@acme.example"]:
        company_actions.invite(company=acme, email=email, part="editor", by=acme.members.get())
    Invitation.objects.filter(email="bob@acme.example").update(at=in_days(-30.1))
    Invitation.objects.filter(email="eve@acme.example").update(at=in_days(-29.9))

    company_actions.delete_old_invitations()

    assert [invitation.email for invitation in acme.invitations.all()] == ["eve@acme.example"]


def test_whoever_acts_for_the_company_already_is_not_invited(client, acme):
    response = client.post(
        f"{page(acme)}invite/", {"email": "ada@acme.example", "part": "editor"}, follow=True
    )

    assert "ada@acme.example is already a member of Acme." in text_of(response)
    assert (
        client.post(f"{page(acme)}invite/", {"email": "ada", "part": "king"})
        .context["invitation_form"]
        .errors
    )


def test_owners_change_what_members_may_and_remove_them(client, acme):
    editor = editor_of(acme)
    url = f"{page(acme)}members/{editor.pk}/"

    client.post(url, {"part": "owner"})
    editor.refresh_from_db()
    assert editor.part == "owner"

    client.post(url, {"part": ""})
    assert acme.memberships.count() == 1


def test_the_last_owner_stays(client, acme):
    editor_of(acme)
    own = acme.memberships.get(part="owner")

    for url, data in [
        (f"{page(acme)}leave/", {}),
        (f"{page(acme)}members/{own.pk}/", {"part": "editor"}),
    ]:
        assert "A company must have an owner." in text_of(client.post(url, data, follow=True))
    assert acme.memberships.filter(part="owner").count() == 1


def test_an_editor_leaves_and_decides_nothing(acme, client, mails):
    editor = editor_of(acme)
    client.force_login(editor.user)
    asked = company_actions.ask_to_join(company=acme, user=UserFactory())
    decisions = {
        "invite/": {"email": "bob@acme.example", "part": "editor"},
        f"members/{acme.memberships.get(part='owner').pk}/": {"part": ""},
        f"requests/{asked.pk}/": {"answer": "yes"},
        "logo/": {"do": "remove"},
    }

    assert {
        client.post(page(acme) + path, data).status_code for path, data in decisions.items()
    } == {404}
    assert "Invite a colleague" not in text_of(client.get(page(acme)))
    assert (acme.memberships.count(), len(mails())) == (2, 1)

    client.post(f"{page(acme)}leave/")
    assert client.get(page(acme)).status_code == 404


def test_what_belongs_to_another_company_is_not_decided_here(client, acme):
    other = editor_of(CompanyFactory())
    asked = company_actions.ask_to_join(company=other.company, user=UserFactory())

    assert client.post(f"{page(acme)}members/{other.pk}/", {"part": ""}).status_code == 404
    assert client.post(f"{page(acme)}requests/{asked.pk}/", {"answer": "yes"}).status_code == 404
    assert client.post(f"{page(other.company)}members/{other.pk}/", {"part": ""}).status_code == 404
    assert Membership.objects.filter(pk=other.pk).exists()


# --- Asking to join -------------------------------------------------------------------------------


def test_an_owner_lets_somebody_in_and_their_job_goes_to_review(client, acme, mails):
    post_and_prove(Client(), mails, email="bob@elsewhere.example", company_website="")
    assert "bob@elsewhere.example" in text_of(client.get(page(acme)))

    client.post(f"{page(acme)}requests/{JoinRequest.objects.get().pk}/", {"answer": "yes"})

    listing = Listing.objects.get()
    assert (listing.company, listing.status, listing.created_by.email) == (
        acme,
        "in_review",
        "bob@elsewhere.example",
    )
    assert Membership.objects.get(user=listing.created_by).part == "editor"
    assert "Your request to join was accepted" in [
        mail.subject for mail in mails() if mail.to == "bob@elsewhere.example"
    ]


def test_who_is_no_owner_any_more_when_the_request_is_mailed_does_not_get_it(acme, mails, work):
    company_actions.ask_to_join(company=acme, user=UserFactory())
    acme.memberships.update(part="editor")

    work()

    assert [(mail.to, mail.state) for mail in mails()] == [("ada@acme.example", "failed")]


def test_who_is_declined_is_told_and_gets_nothing(client, acme, mails):
    asked = company_actions.ask_to_join(company=acme, user=UserFactory(email="eve@example.com"))

    client.post(f"{page(acme)}requests/{asked.pk}/", {"answer": "no"})

    assert mails()[-1].to == "eve@example.com"
    assert (JoinRequest.objects.count(), acme.memberships.count()) == (0, 1)


def test_somebody_is_let_in_though_their_job_is_out_of_date(acme, mails):
    draft = PostDraft.objects.create(token_hash="", data=dict(OLD_POST.lists()))
    asked = company_actions.ask_to_join(
        company=acme, user=UserFactory(email="bob@acme.example"), draft=draft
    )

    first_post.accept_join_request(request=asked, by=acme.members.get())

    assert acme.memberships.count() == 2
    assert Listing.objects.count() == 0


def test_a_company_without_owner_is_decided_about_in_the_inbox(client, mails):
    company = CompanyFactory(name="Ownerless")
    bob = UserFactory(email="bob@example.com")
    for _ in range(2):
        company_actions.ask_to_join(company=company, user=bob)
    assert [mail.to for mail in mails()] == [settings.CONTACT_EMAIL]
    client.force_login(UserFactory(staff=True))

    asked = JoinRequest.objects.get()
    client.post(reverse("moderation_inbox"), {"act": f"join/{asked.pk}/accept"})

    assert company.memberships.get().user.email == "bob@example.com"


def test_a_second_company_of_a_name_that_is_here_leads_to_asking(client, acme):
    eve = Client()
    eve.force_login(UserFactory(email="eve@example.com"))

    response = eve.post("/recruit/companies/new/", {"name": "ACME", "country": "DE"})
    assert "Ask to join Acme" in text_of(response)
    eve.post(f"/recruit/companies/{acme.pk}/join/")

    assert JoinRequest.objects.get().company == acme
    assert "You asked to join Acme" in text_of(eve.get("/recruit/"))


# --- Verified -------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["Ac\0me", "\0", "Ac\0me" + "x" * 200])
def test_a_name_that_no_database_holds_is_refused_and_not_looked_up(client, acme, name):
    page = client.post("/recruit/companies/new/", {"name": name, "country": "DE"})

    assert page.status_code == 200
    assert "name" in page.context["form"].errors


def test_a_mail_to_its_domain_verifies_a_company(client, acme, mails):
    client.post(f"{page(acme)}verify/", {"name": "Jobs"})
    assert mails()[-1].to == "jobs@acme.example"

    client.get(link_in(mails()[-1]))
    acme.refresh_from_db()
    assert acme.verified_by == ""
    client.post(link_in(mails()[-1]))

    acme.refresh_from_db()
    assert (acme.verified_by, acme.verified_domain) == ("email", "acme.example")
    assert acme.memberships.get().proof == "domain"
    client.post(
        f"{page(acme)}edit/",
        {"name": "Acme Renamed", "website": "https://acme.example", "country": "DE"},
    )
    acme.refresh_from_db()
    assert acme.verified_by == ""


def test_who_reads_the_mail_of_a_stranger_proves_nothing_for_them(client, acme, mails):
    client.post(f"{page(acme)}verify/", {"name": "boss"})
    link, boss = link_in(mails()[-1]), Client()
    boss.force_login(UserFactory(email="boss@acme.example"))

    assert Client().post(link)["Location"] == f"/accounts/login/?next={link}"
    assert "for the person who asked for it" in text_of(boss.post(link))

    acme.refresh_from_db()
    assert (acme.verified_by, acme.memberships.get().proof) == ("", "")


def test_who_renames_a_company_while_it_is_verified_gets_no_badge(client, acme, mails, monkeypatch):
    client.post(f"{page(acme)}verify/", {"name": "jobs"})
    new = {"name": "Globex", "website": "https://globex.example", "country": "DE"}
    before_the_lock(monkeypatch, lambda: client.post(f"{page(acme)}edit/", new))

    answer = client.post(link_in(mails()[-1]), follow=True)

    assert "is verified" not in text_of(answer)
    acme.refresh_from_db()
    assert acme.verified_by == ""


def test_a_company_that_is_verified_while_it_is_renamed_loses_the_badge(
    client, acme, mails, monkeypatch
):
    client.post(f"{page(acme)}verify/", {"name": "jobs"})
    link = link_in(mails()[-1])
    new = {"name": "Globex", "website": "https://globex.example", "country": "DE"}
    before_the_lock(monkeypatch, lambda: client.post(link))

    client.post(f"{page(acme)}edit/", new)

    acme.refresh_from_db()
    assert (acme.name, acme.verified_by, acme.verified_at) == ("Globex", "", None)


def lose_owner(member):
    Membership.objects.filter(pk=member.pk).update(part="editor")


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("invite/", {"email": "eve@example.com", "part": "owner"}),
        ("logo/", {"do": "remove"}),
    ],
)
def test_who_ceases_to_be_an_owner_meanwhile_decides_nothing(
    client, acme, mails, monkeypatch, path, data
):
    CompanyLogo.objects.create(company=acme, webp=b"x", hash="x", width=1, height=1)
    before_the_lock(monkeypatch, lambda: lose_owner(acme.memberships.get()))

    assert client.post(f"{page(acme)}{path}", data).status_code == 404

    assert mails() == []
    assert CompanyLogo.objects.exists()


def test_who_is_removed_meanwhile_is_mailed_no_link(client, acme, mails, monkeypatch):
    before_the_lock(monkeypatch, acme.memberships.all().delete)

    assert client.post(f"{page(acme)}verify/", {"name": "eve"}).status_code == 404
    assert mails() == []


def test_who_is_removed_meanwhile_edits_no_company(client, acme, monkeypatch):
    before_the_lock(monkeypatch, acme.memberships.all().delete)

    new = {"name": "Stolen", "country": "DE"}

    assert client.post(f"{page(acme)}edit/", new).status_code == 404
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_a_used_link_says_that_the_badge_was_taken_away_since(client, acme, mails):
    client.post(f"{page(acme)}verify/", {"name": "jobs"})
    link = link_in(mails()[-1])
    for _ in range(2):
        assert "Acme is verified." in text_of(client.post(link, follow=True))
    Company.objects.update(verified_by="")

    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 404
        assert "the company is no longer verified" in text_of(answer)
    acme.refresh_from_db()
    assert acme.verified_by == ""


@pytest.mark.parametrize("change", [{"domain": "other.example"}, {"name": "Bank of Everything"}])
def test_a_link_proves_nothing_once_name_or_domain_are_others(client, acme, mails, change):
    client.post(f"{page(acme)}verify/", {"name": "jobs"})
    Company.objects.filter(pk=acme.pk).update(**change)

    assert client.post(link_in(mails()[-1])).status_code == 404
    acme.refresh_from_db()
    assert acme.verified_by == ""


def test_a_link_gets_old_and_cannot_be_made_up(client, acme, mails):
    client.post(f"{page(acme)}verify/", {"name": "jobs"})

    with time_machine.travel(in_days(4)):
        assert Client().get(link_in(mails()[-1])).status_code == 404
    assert Client().get("/recruit/verified/made-up/").status_code == 404


@pytest.mark.parametrize(
    "domain", ["gmail.com", "acme.github.io", "yahoo.co.uk", "mailinator.com", "co.uk", ""]
)
def test_a_domain_of_everybody_or_none_verifies_nothing(acme, mails, domain):
    acme.domain = domain

    with pytest.raises(CompanyActionError):
        proofs.mail_verification(company=acme, name="jobs", by=acme.members.get())
    assert mails() == []


@pytest.mark.parametrize("name", ["", "a@b", "a b", "a\r\nBcc: x", "ä" * 65])
def test_only_a_mailbox_at_the_domain_is_written_to(client, acme, mails, name):
    response = client.post(f"{page(acme)}verify/", {"name": name})

    assert response.context["verification_form"].errors
    assert mails() == []


def test_the_hint_about_the_public_page_goes_when_a_job_was_live(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    page = f"/recruit/companies/{membership.company.pk}/"

    before = text_of(client.get(page))
    ListingFactory(live=True, company=membership.company)

    assert "(visible once your first job is live)" in before
    assert "(visible once your first job is live)" not in text_of(client.get(page))
