"""Proving a company's domain: an own address, a DNS record, a line on the website."""

import dns.resolver
import pytest
from django.urls import reverse

from jobboard.feeds.download import FetchError, Response
from jobboard.listings.models import Company, JoinRequest, Listing
from jobboard.recruiting import company_actions, proofs
from jobboard.recruiting.models import DomainCheck
from tests.factories import CompanyFactory, MembershipFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    """An owner whose own mailbox proves nothing, signed in."""
    member = MembershipFactory(
        company__name="Acme", company__domain="acme.example", user__email="ada@gmail.com"
    )
    client.force_login(member.user)
    return member


def url_of(company) -> str:
    return reverse("recruiting:verify", args=[company.pk])


def check(client, member, way, work) -> str:
    client.post(url_of(member.company), {"way": way})
    work()
    return text_of(client.get(url_of(member.company)))


class Record:
    def __init__(self, *strings: str) -> None:
        self.strings = [string.encode() for string in strings]


@pytest.fixture
def records(monkeypatch):
    """Name → the TXT records there."""
    found: dict[str, list[Record]] = {}

    def resolve(name, kind, lifetime):
        assert (kind, lifetime) == ("TXT", proofs.TIMEOUT_SECONDS)
        if name not in found:
            raise dns.resolver.NXDOMAIN
        return found[name]

    monkeypatch.setattr(proofs.dns.resolver, "resolve", resolve)
    return found


@pytest.fixture
def website(monkeypatch):
    """Address → what is there."""
    found: dict[str, str] = {}

    def fetch(url, *, max_bytes, seconds):
        if url not in found:
            raise FetchError("acme.example returned 404 Not Found.", status=404)
        return Response(found[url].encode(), "", "", "text/html")

    monkeypatch.setattr(proofs, "fetch", fetch)
    return found


def test_the_page_says_what_to_put_where(client, member):
    page = text_of(client.get(url_of(member.company)))

    token = proofs.get_token(member.company, member.user)
    assert f"_jobboard-challenge.acme.example Value {token}" in page
    assert "https://acme.example/.well-known/jobboard-challenge.txt" in page
    assert f'<meta name="jobboard-challenge" content="{token}">' in page


def test_a_dns_record_proves(client, member, records, work):
    page = check(client, member, "dns", work)
    assert "There is no TXT record at _jobboard-challenge.acme.example yet." in page

    token = proofs.get_token(member.company, member.user)
    records["_jobboard-challenge.acme.example"] = [Record("x"), Record(token[:9], token[9:])]
    page = check(client, member, "dns", work)

    assert "Verified: DNS record of acme.example" in page
    member.refresh_from_db()
    assert (member.proof, member.company.verified_domain) == ("domain", "acme.example")


@pytest.mark.parametrize(
    ("address", "content"),
    [
        ("https://acme.example/.well-known/jobboard-challenge.txt", "{token}\n"),
        ("https://www.acme.example/.well-known/jobboard-challenge.txt", "{token}"),
        (
            "https://acme.example/",
            '<html><head><meta name="jobboard-challenge" content="{token}"></head></html>',
        ),
    ],
)
def test_a_line_on_the_website_proves(client, member, website, work, address, content):
    assert "The line is neither in" in check(client, member, "site", work)

    website[address] = content.format(token=proofs.get_token(member.company, member.user))
    page = check(client, member, "site", work)

    assert "Verified: website acme.example" in page


@pytest.mark.parametrize(
    ("address", "content"),
    [
        # What a visitor wrote, a page that echoes everything, and somebody else's token.
        ("https://acme.example/", '<body><meta name="jobboard-challenge" content="{token}">'),
        ("https://acme.example/", "<head></head><body><p>{token}</p></body>"),
        ("https://acme.example/.well-known/jobboard-challenge.txt", "<html>{token}</html>"),
        ("https://acme.example/.well-known/jobboard-challenge.txt", "{other}"),
    ],
)
def test_what_others_can_write_there_proves_nothing(
    client, member, website, work, address, content
):
    other = proofs.get_token(member.company, UserFactory())
    token = proofs.get_token(member.company, member.user)
    website[address] = content.format(token=token, other=other)

    check(client, member, "site", work)

    assert Company.objects.get().verified_by == ""


def test_a_company_that_moved_while_it_was_looked_at_is_not_verified(
    client, member, records, work, monkeypatch
):
    def moved(domain, token):
        Company.objects.update(domain="evil.example")
        return ""

    monkeypatch.setattr(proofs, "check_dns", moved)
    check(client, member, "dns", work)

    assert Company.objects.get().verified_by == ""
    assert "changed meanwhile" in DomainCheck.objects.get().problem


@pytest.mark.parametrize("domain", ["gmail.com", "acme.github.io", "acme.notion.site", ""])
def test_no_way_is_offered_at_a_domain_of_everybody(client, member, records, work, domain):
    Company.objects.update(domain=domain)

    page = text_of(client.get(url_of(member.company)))
    client.post(url_of(member.company), {"way": "dns"})
    work()

    assert "A DNS record" not in page
    assert not DomainCheck.objects.exists()


def test_the_own_address_proves_with_one_button(client):
    member = MembershipFactory(company__domain="acme.example", user__email="ada@acme.example")
    client.force_login(member.user)

    assert "Verify with ada@acme.example" in text_of(client.get(url_of(member.company)))
    client.post(url_of(member.company), {"way": "account"})

    assert Company.objects.get().standing.sentence == "Verified: email at acme.example"


def test_an_address_that_was_not_confirmed_proves_nothing(client):
    member = MembershipFactory(company__domain="acme.example", user__email="ada@acme.example")
    member.user.emailaddress_set.update(verified=False)
    client.force_login(member.user)

    client.post(url_of(member.company), {"way": "account"})

    assert Company.objects.get().verified_by == ""


def test_who_asked_to_join_proves_it_instead_of_waiting(client, records, work):
    company = CompanyFactory(name="Acme", domain="acme.example")
    squatter = MembershipFactory(company=company, user__email="first@gmail.com")
    bob = UserFactory(email="bob@gmail.com")
    client.force_login(bob)
    assert client.get(url_of(company)).status_code == 404

    company_actions.ask_to_join(company=company, user=bob)
    token = proofs.get_token(company, bob)
    records["_jobboard-challenge.acme.example"] = [Record(token)]
    client.post(url_of(company), {"way": "dns"})
    work()

    assert [member.user for member in company.memberships.deciding()] == [bob]
    assert not JoinRequest.objects.exists()
    assert company_actions.is_owner(squatter.user, company) is False


def test_a_token_of_another_company_or_person_is_another(member):
    other = MembershipFactory(company=member.company)
    elsewhere = CompanyFactory(domain="acme.example")

    tokens = {
        proofs.get_token(member.company, member.user),
        proofs.get_token(member.company, other.user),
        proofs.get_token(elsewhere, member.user),
    }

    assert len(tokens) == 3


def test_a_suspended_company_proves_nothing(client, member):
    Company.objects.update(suspended_at="2026-01-01T00:00Z")

    assert client.get(url_of(member.company)).status_code == 404
    assert not Listing.objects.exists()
