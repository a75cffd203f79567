"""On the day of the upgrade, members and badges keep what they have shown."""

from importlib import import_module

import pytest
from django.apps import apps

from jobboard.listings.employers.badges import tell_of_dropped_badges
from jobboard.listings.models import Company
from tests.factories import CompanyFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def migrate() -> None:
    import_module("jobboard.listings.migrations.0015_identity").keep_what_was_shown(apps, None)


def proof(domain: str, email: str, *, is_confirmed=True, **company) -> str:
    member = MembershipFactory(
        company__domain=domain,
        user__email=email,
        **{f"company__{name}": value for name, value in company.items()},
    )
    if not is_confirmed:
        member.user.emailaddress_set.update(verified=False)
    migrate()
    member.refresh_from_db()
    return member.proof


def test_a_proven_mailbox_at_the_domain_is_a_proof_and_no_other_is():
    assert proof("acme.example", "ada@acme.example") == "domain"
    assert proof("bcme.example", "ada@bcme.example", is_confirmed=False) == ""
    assert proof("ccme.example", "ada@gmail.com") == ""
    assert proof("gmail.com", "bob@gmail.com", verified_by="email") == ""


def test_an_editors_word_is_the_only_owners_proof():
    assert proof("dcme.example", "ada@dcme.example", verified_by="admin") == "domain"
    assert proof("ecme.example", "eve@gmail.com", verified_by="admin") == "admin"
    several = CompanyFactory(verified_by="admin")
    MembershipFactory.create_batch(2, company=several)
    migrate()
    assert {member.proof for member in several.memberships.all()} == {""}


def test_badges_name_their_domain_and_those_of_public_ones_drop_with_an_email(mails):
    kept = CompanyFactory(domain="acme.example", verified_by="email")
    word = CompanyFactory(domain="globex.github.io", verified_by="admin")
    owner = MembershipFactory(
        company__domain="mailinator.com",
        company__verified_by="email",
        user=UserFactory(email="x@mailinator.com"),
    )

    migrate()
    for _ in range(2):
        tell_of_dropped_badges()

    found = dict(Company.objects.values_list("pk", "verified_domain"))
    badges = dict(Company.objects.values_list("pk", "verified_by"))
    assert (badges[kept.pk], found[kept.pk]) == ("email", "acme.example")
    assert (badges[word.pk], found[word.pk]) == ("admin", "")
    assert badges[owner.company_id] == ""
    assert [mail.to for mail in mails()] == ["x@mailinator.com"]
