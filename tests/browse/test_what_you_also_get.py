"""“What you also get”: the benefits, equity and interview steps of a job's text, on its page in its
own words.
"""

import pytest
from django.urls import reverse

from jobboard.listings.content import ListingContent, write_content
from tests.factories import CompanyFactory, ListingFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TEXT = """
## Requirements
You know reefs.
## What we offer
- 30 days of vacation
- Stock options for everybody
## Our interview process
- A call with the team
"""


def job(text):
    return write_content(
        ListingFactory.build(live=True, company=CompanyFactory(), role=None),
        ListingContent(title="Data Engineer", description=text, apply_email="jobs@acme.example"),
    )


def section_of(client, text):
    page = text_of(client.get(job(text).get_absolute_url()))
    _, heading, rest = page.partition("What you also get")
    return rest.partition("Who can apply")[0].partition("Skills")[0] if heading else None


@pytest.mark.both_databases
def test_the_page_quotes_each_once(client):
    words = section_of(client, TEXT).split()

    assert " ".join(words) == (
        "In the employer’s words Benefits 30 days of vacation "
        "Equity Stock options for everybody Interview steps A call with the team"
    )


def test_what_the_text_does_not_state_is_told_from_what_was_not_read(client):
    assert "Benefits Not stated Equity Not stated" in section_of(client, "## Requirements\n- Reefs")
    assert "Benefits Not read." in section_of(client, "Znasz rafy.")
    assert section_of(client, "") is None


def test_many_benefits_fold(client):
    lines = "".join(f"- {days} days of vacation\n" for days in range(21, 29))

    page = client.get(job(f"## What we offer\n{lines}").get_absolute_url()).content.decode()

    assert "<summary>3 more</summary>" in page


def test_equity_alone_is_no_unread_benefit(client):
    assert "Benefits" not in section_of(client, "## What we offer\n- Stock options")


def test_a_quote_is_text(client):
    words = "30 days of vacation `<b onclick=x>`"

    page = client.get(job(f"## What we offer\n- {words}").get_absolute_url()).content.decode()

    assert "<q>30 days of vacation" in page
    assert "<b onclick" not in page


def test_reviewers_see_it_too(client):
    listing = job(TEXT)
    client.force_login(UserFactory(staff=True))

    assert (
        "Stock options for everybody"
        in text_of(client.get(reverse("moderation_review", args=[listing.pk]))).partition(
            "What you also get"
        )[2]
    )
