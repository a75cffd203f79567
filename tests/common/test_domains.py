"""Which domains say nothing of who is there."""

import pytest

from jobboard.common.hosts.domains import proven_by_mailbox, registrable, why_worthless

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "host",
    [
        "gmail.com",
        "yahoo.co.uk",
        "hotmail.co.uk",
        "t-online.de",
        "tutanota.com",
        "hey.com",
        "mailinator.com",
        "mail.mailinator.com",
        "guerrillamail.com",
        "stanford.edu",
        "co.uk",
        "github.io",
        "acme.github.io",
        "acme.herokuapp.com",
        "acme.notion.site",
        "acme.wixsite.com",
        "acme.pages.dev",
        "acme.onmicrosoft.com",
        "acme.zendesk.com",
        "acme.weebly.com",
        "mozmail.com",
    ],
)
def test_a_domain_of_everybody_proves_nothing(host):
    assert why_worthless(host)
    assert why_worthless(host.upper())
    assert not proven_by_mailbox(f"jobs@{host}", host)


@pytest.mark.parametrize(
    "host",
    ["acme.example", "nordwind.example.com", "openai.com", "acme.co.uk", "ku.dk", "weebly.com"],
)
def test_a_domain_of_one_organisation_proves(host):
    assert why_worthless(host) == ""
    assert proven_by_mailbox(f"jobs@{host}", host) == host


def test_a_mailbox_speaks_for_what_is_under_its_domain_and_not_the_other_way_round():
    assert proven_by_mailbox("a@acme.example", "careers.acme.example") == "acme.example"
    assert proven_by_mailbox("a@guests.acme.example", "acme.example") == ""
    assert proven_by_mailbox("a@notacme.example", "acme.example") == ""
    assert proven_by_mailbox("a@example", "acme.example") == ""
    assert proven_by_mailbox("a@acme.example", "") == ""


def test_what_somebody_registered_ends_below_a_suffix():
    assert registrable("jobs.acme.co.uk") == "acme.co.uk"
    assert registrable("co.uk") == ""
