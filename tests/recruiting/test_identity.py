"""Who a company says it is: what the public sees after each change, and who decides."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from jobboard.listings import lifecycle
from jobboard.listings.employers import badges, identity
from jobboard.listings.employers.identity import DecidedError
from jobboard.listings.models import Company, CompanyClaim, CompanyLogo, JoinRequest, Listing
from jobboard.recruiting import company_actions
from tests.factories import FeedFactory, ListingFactory, MembershipFactory, UserFactory
from tests.reading import text_of
from tests.recruiting.test_first_post import post_and_prove

pytestmark = pytest.mark.django_db

SITE = "https://acme.example/"


@pytest.fixture
def acme():
    """A verified company with a live job and a logo."""
    company = ListingFactory(live=True, company__name="Acme", company__slug="acme").company
    Company.objects.update(
        website=SITE,
        domain="acme.example",
        verified_by="email",
        verified_domain="acme.example",
        verified_at=timezone.now(),
    )
    CompanyLogo.objects.create(company=company, webp=b"old", hash="old", width=8, height=8)
    company.refresh_from_db()
    return company


def member_of(company, proof, **values):
    member = MembershipFactory(company=company, proof=proof, **values)
    browser = Client()
    browser.force_login(member.user)
    return browser


def edit(browser, company, **changes):
    fields = {"name": company.name, "website": company.website, "country": "DE"} | changes
    url = reverse("recruiting:company_edit", args=[company.pk])
    return browser.post(url, fields, follow=True)


def upload_logo(browser, company, colour="red"):
    file = BytesIO()
    Image.new("RGB", (32, 32), colour).save(file, "PNG")
    url = reverse("recruiting:change_logo", args=[company.pk])
    picture = SimpleUploadedFile("logo.png", file.getvalue())
    return browser.post(url, {"logo": picture}, follow=True)


def seen(company) -> tuple:
    """What the public sees: name, website, logo, and whether there is a badge."""
    company = Company.objects.get(pk=company.pk)
    return company.name, company.website, company.logo.hash, company.standing.is_known


AS_BEFORE = ("Acme", SITE, "old", True)


@pytest.mark.parametrize("proof", ["domain", ""])
@pytest.mark.parametrize(
    ("change", "at_once"),
    [
        ({"name": "ACME"}, ("ACME", SITE, "old", True)),
        ({"name": "Acmé!"}, ("Acmé!", SITE, "old", True)),
        ({"name": "OpenAI"}, None),
        ({"name": "Acme Labs"}, None),
        ({"name": "Аcme"}, None),  # with a Cyrillic letter
        ({"website": f"{SITE}about/"}, ("Acme", f"{SITE}about/", "old", True)),
        (
            {"website": "https://careers.acme.example/"},
            ("Acme", "https://careers.acme.example/", "old", True),
        ),
        ({"website": "https://evil.example/"}, None),
        ({"website": "https://acme.example.evil.example/"}, None),
        ({"website": "https://acme.github.io/"}, None),
        ({"website": ""}, None),
    ],
)
def test_what_the_public_sees_after_an_edit(acme, proof, change, at_once):
    """Harmless changes by members who have proven that they act for it show at once."""
    browser = member_of(acme, proof)

    page = text_of(edit(browser, acme, **change))

    is_shown = bool(proof and at_once)
    assert seen(acme) == (at_once if is_shown else AS_BEFORE)
    assert CompanyClaim.objects.open().count() == (0 if is_shown else 1)
    assert ("once we’ve reviewed it" in page) is not is_shown
    assert ("is in review" in page) is not is_shown


@pytest.mark.parametrize("proof", ["domain", ""])
def test_a_new_logo_waits_and_a_removed_one_is_gone(acme, proof):
    browser = member_of(acme, proof)

    page = text_of(upload_logo(browser, acme))

    assert seen(acme) == AS_BEFORE
    assert "A new logo is in review." in page
    browser.post(reverse("recruiting:change_logo", args=[acme.pk]), {"do": "remove"})
    assert not CompanyLogo.objects.exists()
    assert not CompanyClaim.objects.open().exists()


@pytest.mark.parametrize(
    ("proof", "text", "is_shown"),
    [
        ("domain", "We build tools for geologists.", True),
        ("domain", "Pay the registration fee by gift card first.", False),
        ("domain", "Write to acme.hr@gmail.com for a job.", False),
        ("domain", "We are the hiring team of OpenAI.", False),
        ("", "We build tools for geologists.", False),
        ("", "", True),
    ],
)
def test_a_new_description_waits_unless_who_has_proven_it_says_something_harmless(
    acme, proof, text, is_shown
):
    Company.objects.update(about="We make anvils.")
    browser = member_of(acme, proof)

    page = text_of(edit(browser, acme, about=text))

    company = Company.objects.get()
    assert company.about == (text if is_shown else "We make anvils.")
    assert company.standing.is_known
    assert ("A new description is in review." in page) is not is_shown
    form = browser.get(reverse("recruiting:company_edit", args=[acme.pk])).context["form"]
    assert form["about"].value() == text
    edit(browser, acme, about=text)  # saved again as it was opened
    assert CompanyClaim.objects.count() == (0 if is_shown else 1)


def test_an_editor_reads_a_new_description_with_its_warnings(acme, client):
    edit(member_of(acme, ""), acme, about="A registration fee is due first.")
    claim = CompanyClaim.objects.get()
    client.force_login(UserFactory(staff=True))

    page = text_of(client.get(reverse("moderation_claims", args=[acme.pk])))
    assert "The text contains “registration fee”." in page
    identity.approve(claim=claim, by=UserFactory(staff=True))

    company = Company.objects.get()
    assert company.about == "A registration fee is due first."
    assert company.standing.is_known  # a text says nothing of who it is


def test_what_nobody_knows_yet_is_changed_freely_and_its_review_begins_anew():
    job = ListingFactory(company__name="Acme", status="in_review")
    browser = member_of(job.company, "")
    editor = UserFactory(staff=True)

    edit(browser, job.company, name="OpenAI")

    assert Company.objects.get().name == "OpenAI"
    with pytest.raises(lifecycle.EditConflictError):
        lifecycle.publish_listing(listing=job, by=editor, version=job.version)


def test_a_hidden_job_was_known_all_the_same(acme):
    Listing.objects.update(hidden_at=timezone.now())

    edit(member_of(acme, ""), acme, name="OpenAI")

    assert Company.objects.get().name == "Acme"


def test_an_editor_makes_a_change_public_and_the_badge_goes(acme, mails):
    edit(member_of(acme, "domain", user__email="ada@acme.example"), acme, name="Acme Labs")
    claim = CompanyClaim.objects.get()
    editor = UserFactory(staff=True)

    identity.approve(claim=claim, by=editor)

    assert seen(acme) == ("Acme Labs", SITE, "old", False)
    assert (mails()[-1].to, mails()[-1].subject) == (
        "ada@acme.example",
        "Your change is live: Acme Labs",
    )
    with pytest.raises(DecidedError):
        identity.refuse(claim=claim, reason="Too late.", by=editor)


def test_an_approved_website_of_another_domain_takes_what_was_proven_of_the_old_one(acme):
    edit(member_of(acme, "domain"), acme, website="https://globex.example/")

    identity.approve(claim=CompanyClaim.objects.get(), by=UserFactory(staff=True))

    company = Company.objects.get()
    assert (company.domain, company.verified_by, company.verified_domain) == (
        "globex.example",
        "",
        "",
    )
    assert company.memberships.get().proof == ""


def test_a_refused_change_leaves_everything_and_its_author_hears_why(acme, mails):
    edit(member_of(acme, "", user__email="bob@mail.example"), acme, name="OpenAI")

    identity.refuse(
        claim=CompanyClaim.objects.get(), reason="That is not you.", by=UserFactory(staff=True)
    )

    assert seen(acme) == AS_BEFORE
    assert "Reason: That is not you." in mails()[-1].text


def test_a_newer_change_replaces_the_one_that_waits(acme):
    browser = member_of(acme, "")

    edit(browser, acme, name="Globex")
    edit(browser, acme, name="Initech")
    assert [claim.value for claim in CompanyClaim.objects.open()] == ["Initech"]

    edit(browser, acme, name="Acme")
    assert not CompanyClaim.objects.open().exists()


def test_an_approved_logo_is_the_one_that_was_reviewed(acme):
    upload_logo(member_of(acme, ""), acme)
    claim = CompanyClaim.objects.get()

    identity.approve(claim=claim, by=UserFactory(staff=True))

    assert CompanyLogo.objects.get().hash == claim.value
    assert bytes(CompanyLogo.objects.get().webp)[:4] == b"RIFF"
    assert Company.objects.get().verified_by == "email"


# --- Who owns it ----------------------------------------------------------------------------------


def test_who_has_proven_nothing_has_no_say_beside_who_has(acme):
    squatter = member_of(acme, "", part="owner")
    member_of(acme, "domain", part="owner")

    page = edit(squatter, acme, name="ACME")

    assert "they decide about its details" in text_of(page)
    assert seen(acme) == AS_BEFORE
    invited = {"email": "eve@example.com", "part": "owner"}
    assert squatter.post(f"/recruit/companies/{acme.pk}/invite/", invited).status_code == 404
    assert upload_logo(squatter, acme).status_code == 404


def test_jobs_of_a_feed_are_edited_by_proven_members_alone(acme):
    from_feed = ListingFactory(live=True, company=acme, feed=FeedFactory(company=acme))
    url = reverse("recruiting:listing_edit", args=[from_feed.pk])

    assert member_of(acme, "").get(url).status_code == 404
    assert member_of(acme, "domain").get(url).status_code == 200


def test_who_has_proven_nothing_sees_neither_jobs_of_feeds_nor_those_of_who_has(acme):
    from_feed = ListingFactory(live=True, company=acme, feed=FeedFactory(company=acme))
    squatter = member_of(acme, "")
    assert from_feed.title not in text_of(squatter.get("/recruit/"))

    ada = MembershipFactory(company=acme, proof="domain").user
    theirs = ListingFactory(draft=True, company=acme, created_by=ada)

    assert theirs.title not in text_of(squatter.get("/recruit/"))


def test_whose_mailbox_is_at_the_domain_joins_at_once_and_decides(acme, mails):
    squatter = MembershipFactory(company=acme, user__email="random@gmail.com")

    page = post_and_prove(Client(), mails, email="hr@acme.example", company_name="ACME")

    assert "Your job is in review." in text_of(page)
    joined = acme.memberships.get(user__email="hr@acme.example")
    assert (joined.proof, joined.part) == ("domain", "owner")
    assert [member.user_id for member in acme.memberships.deciding()] == [joined.user_id]
    told = {mail.to: mail.subject for mail in mails()}
    assert told[squatter.user.email] == "Someone has verified Acme"
    assert told["hr@acme.example"] == "Job received: Senior Data Engineer"


def test_who_was_removed_does_not_come_back_by_an_address_of_then(acme, mails):
    owner = MembershipFactory(company=acme, proof="domain")
    bob = MembershipFactory(company=acme, part="editor", user__email="bob@acme.example")
    company_actions.end_membership(membership=bob, by=owner.user)

    post_and_prove(Client(), mails, email="bob@acme.example", company_name="Acme")

    assert not acme.memberships.filter(user=bob.user).exists()
    assert JoinRequest.objects.get().user == bob.user
    company_actions.let_in(acme, bob.user, "editor", by=owner.user)
    assert not acme.former_members.exists()


def test_a_squatter_keeps_nobody_out_by_removing_them(acme, mails):
    squatter = MembershipFactory(company=acme)
    bob = MembershipFactory(company=acme, part="editor", user__email="bob@acme.example")
    company_actions.end_membership(membership=bob, by=squatter.user)

    post_and_prove(Client(), mails, email="bob@acme.example", company_name="Acme")

    assert [member.user for member in acme.memberships.deciding()] == [bob.user]


def test_another_domain_is_a_dispute_that_members_do_not_decide(acme, mails):
    squatter = member_of(acme, "", user__email="random@gmail.com")
    before = len(mails())

    page = post_and_prove(
        Client(),
        mails,
        email="hr@globex.example",
        company_name="Acme",
        company_website="https://globex.example/",
    )

    request = JoinRequest.objects.get()
    assert "review" in text_of(page)
    assert {claim.value for claim in CompanyClaim.objects.disputes()} == {
        "acme.example",
        "globex.example",
    }
    assert "random@gmail.com" not in [mail.to for mail in mails()[before:]]
    assert "hr@globex.example" not in text_of(squatter.get(f"/recruit/companies/{acme.pk}/"))
    url = f"/recruit/companies/{acme.pk}/requests/{request.pk}/"
    assert squatter.post(url, {"answer": "no"}).status_code == 404
    assert Company.objects.get().domain == "acme.example"


# --- Badges ---------------------------------------------------------------------------------------


def test_a_badge_of_a_domain_that_was_listed_since_drops_with_an_email(acme, mails):
    Company.objects.update(verified_domain="mailinator.com", domain="mailinator.com")
    owner = MembershipFactory(company=acme, proof="domain", user__email="x@mailinator.com")

    for _ in range(2):
        badges.drop_worthless_badges()

    assert not seen(acme)[-1]
    owner.refresh_from_db()
    assert owner.proof == ""
    assert [(mail.to, mail.subject) for mail in mails()] == [
        ("x@mailinator.com", "No longer verified: Acme")
    ]
    assert "Anyone can get an email address at mailinator.com." in mails()[-1].text


def test_the_badge_names_what_was_proven(acme, client):
    assert "Verified: email at acme.example" in text_of(client.get("/companies/acme/"))

    Company.objects.update(verified_by="admin", verified_domain="")
    assert "Verified by our editors" in text_of(client.get("/companies/acme/"))

    Company.objects.update(verified_by="")
    assert "Not verified yet" in text_of(client.get("/companies/acme/"))
