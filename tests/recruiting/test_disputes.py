"""Somebody who is signed in says that a company which is here is theirs, and at another domain."""

import pytest

from jobboard.listings.models import Company, CompanyClaim, JoinRequest
from jobboard.recruiting import company_actions
from tests.factories import CompanyFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

NEW = "/recruit/companies/new/"
TYPED = {"name": "ACME", "country": "DE", "website": "https://globex.example/"}


@pytest.fixture
def lee(client):
    lee = UserFactory(email="lee@globex.example")
    client.force_login(lee)
    return lee


def test_a_taken_name_with_another_website_leads_to_both_sides(client, lee, squatter, mails):
    page = client.post(NEW, TYPED)
    assert "If Acme is yours, tell us." in text_of(page)
    assert 'value="https://globex.example/"' in page.content.decode()

    after = client.post(
        f"/recruit/companies/{squatter.company.pk}/join/",
        {"website": "https://globex.example/"},
        follow=True,
    )

    assert "You’ve told us that Acme is at globex.example." in text_of(after)
    sides = CompanyClaim.objects.disputes().filter(company=squatter.company)
    assert {claim.value for claim in sides} == {"acme.example", "globex.example"}
    assert "zed@gmail.com" not in [mail.to for mail in mails()]


def test_who_asked_to_join_first_says_it_on_the_page_that_offers_the_proofs(client, lee, squatter):
    company_actions.ask_to_join(company=squatter.company, user=lee)
    page = f"/recruit/companies/{squatter.company.pk}/verify/"
    assert "Is the company at another website?" in text_of(client.get(page))

    same = client.post(page, {"way": "website", "website": "https://www.acme.example/"})
    assert "That is the website Acme has here already." in text_of(same)
    assert not CompanyClaim.objects.disputes().exists()
    client.post(page, {"way": "website", "website": "globex.example"})

    assert CompanyClaim.objects.disputes().get(by=lee).value == "globex.example"
    assert company_actions.requests_for_editors().get().user == lee


@pytest.mark.parametrize("website", ["", "https://acme.example/jobs/", "http://[", "x" * 300])
def test_without_another_website_there_are_no_two_sides(client, lee, squatter, website):
    page = client.post(NEW, TYPED | {"website": website})
    assert "If Acme is yours, tell us." not in text_of(page)

    client.post(f"/recruit/companies/{squatter.company.pk}/join/", {"website": website})

    assert JoinRequest.objects.get().user == lee
    assert not CompanyClaim.objects.disputes().exists()


def test_a_company_that_a_feed_made_has_no_members_to_ask(client, lee, mails):
    databricks = CompanyFactory(name="Databricks", domain="databricks.com")

    page = text_of(client.post(NEW, {"name": "Databricks", "country": "US"}))

    assert "ask our editors to add you" in page
    assert "show that you act for databricks.com" in page
    assert "its members" not in page
    after = client.post(f"/recruit/companies/{databricks.pk}/join/", follow=True)
    assert "We’ve asked our editors to add you to Databricks." in text_of(after)


def test_a_suspended_company_is_not_offered(client, lee, squatter):
    Company.objects.update(suspended_at="2026-01-01T00:00Z")

    page = text_of(client.post(NEW, TYPED))

    assert "There is already a company with this name." in page
    assert "Ask to join" not in page
