"""Where admins decide who a company is."""

import pytest
from django.urls import reverse

from jobboard.listings.employers import identity
from jobboard.listings.employers.undo_claims import delete_old_pictures
from jobboard.listings.models import Company, CompanyClaim, CompanyLogo, JoinRequest, Listing
from tests.factories import ListingFactory, MembershipFactory, UserFactory, in_days
from tests.reading import text_of
from tests.recruiting.test_first_post import post_and_prove

pytestmark = pytest.mark.django_db

WAITING = "/admin/inbox/?kind=claims"


@pytest.fixture
def editor(client):
    editor = UserFactory(staff=True)
    client.force_login(editor)
    return editor


@pytest.fixture
def acme():
    """A company with a public job, of somebody who has proven nothing."""
    member = MembershipFactory(
        company__name="Acme", company__domain="acme.example", user__email="random@gmail.com"
    )
    ListingFactory(live=True, company=member.company, created_by=member.user)
    return member.company


def page_of(company) -> str:
    return reverse("moderation_claims", args=[company.pk])


@pytest.fixture
def challenger(acme, new_client, mails):
    """The claim of who posts for the same name from another domain."""
    post_and_prove(
        new_client(),
        mails,
        email="hr@globex.example",
        company_name="Acme",
        company_website="https://globex.example/us/",
    )
    return CompanyClaim.objects.get(by__email="hr@globex.example")


@pytest.fixture
def new_client(client):
    return type(client)


def test_a_change_is_shown_with_what_speaks_against_it_and_decided(client, editor, acme):
    claim = CompanyClaim.objects.create(
        company=acme, field="name", value="0penAI", by=acme.members.get()
    )
    ListingFactory(live=True, company__name="OpenAI")

    waiting = text_of(client.get(WAITING))
    assert "Acme: name “0penAI”" in waiting
    assert "“0penAI” looks like OpenAI" in waiting
    page = text_of(client.get(page_of(acme)))
    assert "Now Acme New 0penAI" in page
    assert "“0penAI” looks like OpenAI" in page

    refused = client.post(page_of(acme), {"claim": claim.pk, "do": "refuse"})
    assert "Enter a reason." in text_of(refused)
    client.post(page_of(acme), {"claim": claim.pk, "do": "refuse", "reason": "Not you."})

    assert Company.objects.get(pk=acme.pk).name == "Acme"
    assert client.get(WAITING).context["entries"] == []
    again = client.post(page_of(acme), {"claim": claim.pk, "do": "approve"}, follow=True)
    assert "has been decided or withdrawn meanwhile" in text_of(again)
    assert Company.objects.get(pk=acme.pk).name == "Acme"


def test_a_dispute_shows_both_sides(client, editor, acme, challenger):
    page = text_of(client.get(page_of(acme)))

    assert "globex.example Says so hr@globex.example Proof Their mailbox is at" in page
    assert "acme.example Says so random@gmail.com, owner Proof None" in page
    assert "Job that waits Senior Data Engineer" in page
    assert text_of(client.get(WAITING)).count("Two sides") == 1


def test_the_company_is_given_to_who_it_belongs_to(client, editor, acme, challenger):
    client.post(page_of(acme), {"claim": challenger.pk, "do": "give"})

    acme.refresh_from_db()
    assert (acme.domain, acme.website) == ("globex.example", "https://globex.example/us/")
    assert acme.standing.sentence == "Verified: email at globex.example"
    assert [m.user.email for m in acme.memberships.deciding()] == ["hr@globex.example"]
    assert Listing.objects.get(title="Senior Data Engineer").status == "in_review"
    assert not JoinRequest.objects.exists()
    assert not CompanyClaim.objects.open().exists()


def test_two_companies_become_two(client, editor, acme, challenger):
    taken = client.post(page_of(acme), {"claim": challenger.pk, "do": "another", "name": "ACME"})
    assert "There is a company called ACME." in text_of(taken)

    client.post(page_of(acme), {"claim": challenger.pk, "do": "another", "name": "Acme (Globex)"})

    other = Company.objects.get(name="Acme (Globex)")
    assert (other.domain, other.memberships.get().user) == ("globex.example", challenger.by)
    assert Listing.objects.get(title="Senior Data Engineer").company == other
    assert Company.objects.get(pk=acme.pk).domain == "acme.example"
    assert not CompanyClaim.objects.open().exists()


def test_who_is_turned_down_gets_nothing(client, editor, acme, challenger, mails):
    client.post(page_of(acme), {"claim": challenger.pk, "do": "turn_down", "reason": "No."})

    assert acme.memberships.count() == 1
    assert not JoinRequest.objects.exists()
    assert mails()[-1].to == "hr@globex.example"
    assert identity.waiting().count() == 0


def test_a_decision_of_another_kind_is_no_decision(client, editor, acme, challenger):
    client.post(page_of(acme), {"claim": challenger.pk, "do": "approve"})
    client.post(page_of(acme), {"claim": "x", "do": "give"})

    assert Company.objects.get(pk=acme.pk).domain == "acme.example"


def test_an_editor_who_only_sees_companies_decides_nothing(client, groups, acme, challenger):
    clerk = UserFactory(is_staff=True)
    client.force_login(clerk)

    assert client.get(page_of(acme)).status_code == 403
    assert client.get(WAITING).status_code == 403


# --- Undo -----------------------------------------------------------------------------------------


def claimed(company, field, value) -> CompanyClaim:
    return CompanyClaim.objects.create(
        company=company, field=field, value=value, by=company.members.get()
    )


def undo(client, claim) -> str:
    form = {"claim": claim.pk, "do": "undo"}
    return text_of(client.post(page_of(claim.company), form, follow=True))


@pytest.fixture
def proven(acme):
    """Acme, whose member has proven its domain by now."""
    Company.objects.filter(pk=acme.pk).update(
        website="https://acme.example/", verified_by="dns", verified_domain="acme.example"
    )
    acme.memberships.update(proof="domain", proven_at=in_days(-3))
    acme.refresh_from_db()
    return acme


@pytest.mark.both_databases
def test_undoing_a_new_website_gives_back_the_old_one_its_badge_and_the_proofs(
    client, editor, proven, mails
):
    claim = claimed(proven, "website", "https://evil.example/")
    identity.approve(claim=claim, by=editor)
    proven.refresh_from_db()
    assert (proven.domain, proven.verified_by) == ("evil.example", "")

    assert "Undo" in text_of(client.get("/admin/inbox/"))
    said = undo(client, claim)

    assert "The decision was undone. The change is in review again." in said
    shown = Company.objects.get(pk=proven.pk)
    assert (shown.website, shown.domain) == ("https://acme.example/", "acme.example")
    assert shown.standing.sentence == "Verified: DNS record of acme.example"
    assert shown.memberships.get().proof == "domain"
    assert [again.value for again in CompanyClaim.objects.open()] == ["https://evil.example/"]
    assert (mails()[-1].to, mails()[-1].subject) == ("random@gmail.com", "Decision undone: Acme")
    assert "undone meanwhile" in undo(client, claim)


def test_undoing_a_refusal_puts_the_change_in_review_again(client, editor, acme):
    claim = claimed(acme, "name", "Acme Labs")
    identity.refuse(claim=claim, reason="Not you.", by=editor)

    undo(client, claim)

    assert "Acme: name “Acme Labs”" in text_of(client.get(WAITING))
    assert Company.objects.get(pk=acme.pk).name == "Acme"


def logo_claim(company, picture: bytes) -> CompanyClaim:
    return CompanyClaim.objects.create(
        company=company,
        field="logo",
        value=picture.hex(),
        by=company.members.get(),
        picture=picture,
        width=64,
        height=32,
    )


@pytest.mark.both_databases
def test_undoing_a_new_logo_gives_back_the_old_one_or_none(client, editor, acme):
    first = logo_claim(acme, b"one")
    identity.approve(claim=first, by=editor)
    second = logo_claim(acme, b"two")
    identity.approve(claim=second, by=editor)
    assert "decided again" in undo(client, first)

    undo(client, second)
    shown = CompanyLogo.objects.get(company=acme)
    assert (bytes(shown.webp), shown.hash, shown.width) == (b"one", b"one".hex(), 64)
    [again] = CompanyClaim.objects.open()
    assert client.get(reverse("moderation_claim_logo", args=[again.pk])).content == b"two"
    identity.withdraw(acme, "logo", again.by)

    undo(client, first)
    assert not CompanyLogo.objects.filter(company=acme).exists()


def test_pictures_are_kept_for_thirty_days_after_a_decision(client, editor, acme):
    claim = logo_claim(acme, b"one")
    identity.refuse(claim=claim, reason="Not yours.", by=editor)
    CompanyClaim.objects.filter(pk=claim.pk).update(decided_at=in_days(-29))
    delete_old_pictures()
    assert CompanyClaim.objects.get(pk=claim.pk).picture is not None

    CompanyClaim.objects.filter(pk=claim.pk).update(decided_at=in_days(-31))
    delete_old_pictures()

    assert CompanyClaim.objects.get(pk=claim.pk).picture is None
    assert "we keep pictures for 30 days" in undo(client, claim)


def changed_since(company) -> None:
    Company.objects.filter(pk=company.pk).update(name="Acme Holding")


def verified_since(company) -> None:
    Company.objects.filter(pk=company.pk).update(verified_by="admin")


def decided_again(company) -> None:
    later = claimed(company, "name", "Acme Group")
    identity.approve(claim=later, by=UserFactory(staff=True))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("field", "value", "other_field", "other"),
    [
        ("name", "Acme Labs", "website", "https://evil.example/"),
        ("website", "https://acme-labs.example/", "name", "Google"),
    ],
)
def test_a_badge_does_not_come_back_beside_another_name_or_website(
    client, editor, proven, field, value, other_field, other
):
    claim = claimed(proven, field, value)
    identity.approve(claim=claim, by=editor)
    later = claimed(proven, other_field, other)
    identity.approve(claim=later, by=editor)

    assert "the company was changed or verified since" in undo(client, claim)

    shown = Company.objects.get(pk=proven.pk)
    assert (shown.verified_by, shown.memberships.get().proof) == ("", "")
    assert (getattr(shown, field), getattr(shown, other_field)) == (value, other)

    undo(client, later)  # the newest first: then it is as it was
    undo(client, claim)

    shown = Company.objects.get(pk=proven.pk)
    assert shown.standing.sentence == "Verified: DNS record of acme.example"
    assert (shown.name, shown.website) == ("Acme", "https://acme.example/")


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (changed_since, "the company was changed or verified since"),
        (verified_since, "the company was changed or verified since"),
        (decided_again, "it was decided again"),
    ],
)
def test_what_happened_since_is_not_overwritten_by_undo(client, editor, acme, happens, why):
    claim = claimed(acme, "name", "Acme Labs")
    identity.approve(claim=claim, by=editor)
    happens(acme)
    name = Company.objects.get(pk=acme.pk).name

    assert why in text_of(client.get(page_of(acme)))
    assert why in undo(client, claim)

    assert Company.objects.get(pk=acme.pk).name == name


def test_what_cannot_be_undone_says_so(client, editor, acme, challenger):
    client.post(page_of(acme), {"claim": challenger.pk, "do": "give"})

    assert "This can’t be undone: people have joined" in text_of(client.get(page_of(acme)))
    assert "This can’t be undone: people have joined" in undo(client, challenger)
