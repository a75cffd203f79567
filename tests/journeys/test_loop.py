"""The loop of the site: somebody posts a job, an editor publishes it, people find it, it closes and is gone."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from jobboard.listings.models import Listing
from tests.factories import PASSWORD, MembershipFactory, UserFactory, in_days

pytestmark = pytest.mark.browser

TITLE = "AI Architect, Harbour Logistics"
DESCRIPTION = """## What you do

Design how forecasts and planning models run in three ports, from data to operation.

- Draw the architecture and defend it
- Write the guidelines that teams build by
"""
LISTS = ["/", "/jobs/", "/roles/ai-architect/", "/compare/ai-architect-vs-data-architect/", "/companies/harbour-works/"]


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def link_in(mail):
    """The address on this site that ``mail`` asks to open, without the host."""
    address = urlsplit(re.search(rf"{re.escape(settings.SITE_URL)}/\S+", mail.message)[0])
    return address.path


def fill_in_job(page):
    page.get_by_label("Job title").fill(TITLE)
    page.get_by_label("Role", exact=False).first.select_option("AI Architect")
    page.get_by_label("Level").select_option("Senior")
    page.get_by_label("Full-time").check()
    page.get_by_label("Place, as people should read it").fill("Hamburg, Germany")
    page.get_by_label("City").fill("Hamburg")
    page.get_by_label("Country", exact=False).first.select_option("Germany")
    page.get_by_label("Lowest").fill("90000")
    page.get_by_label("Highest").fill("120000")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_label("Period").select_option("a year")
    page.get_by_label("Description").fill(DESCRIPTION)
    page.get_by_label("Skills needed").fill("Python, AWS, Solution architecture")
    page.get_by_label("Address to apply at").fill("https://jobs.harbour-works.example/42")
    page.get_by_label("Last day to apply").fill(in_days(30).date().isoformat())


def test_a_job_goes_from_sign_up_to_the_lists_and_is_gone_from_all_of_them_when_it_closes(site, open_page, mails):
    recruiter, editor, reader = open_page(), open_page(), open_page()
    UserFactory(staff=True, email="editor@example.com")

    # The recruiter opens an account and follows the link of the mail.
    recruiter.goto("/")
    recruiter.get_by_role("banner").get_by_role("link", name="Post a job").click()
    recruiter.get_by_role("link", name="Open an account").click()
    recruiter.get_by_label("Email").fill("ada@harbour-works.example")
    recruiter.get_by_label("Password").fill(PASSWORD)
    recruiter.get_by_role("button", name="Sign up").click()
    heading(recruiter, "Check your mail")
    recruiter.goto(link_in(mails()[-1]))
    recruiter.get_by_role("button", name="Confirm").click()
    print(recruiter.url, recruiter.locator("main").inner_text())
    assert 0
