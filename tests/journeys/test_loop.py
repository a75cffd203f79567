"""The loop of the site: somebody posts a job, an editor publishes it, people find it, it closes and
is gone.
"""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from jobboard.listings.models import Listing
from tests.factories import PASSWORD, MembershipFactory, UserFactory, in_days
from tests.journeys.visitors import BARE, tab_to
from tests.reading import code_in

pytestmark = pytest.mark.browser

RECRUITER = "ada@harbour-works.example"
TITLE = "AI Architect, Harbour Logistics"
DESCRIPTION = """## What you do

Design how forecasts and planning models run in three ports, from the data to their operation.

- Draw the architecture and defend it
- Write the guidelines that teams build by
- Review what vendors offer, and say no early
"""
WHERE_IT_SHOWS = {
    "the start page": "/",
    "the list": "/jobs/",
    "a search": "/jobs/?q=harbour",
    "its role": "/roles/ai-architect/",
    "a comparison of its role": "/compare/ai-architect-vs-deep-learning-engineer/",
    "its company": "/companies/harbour-works/",
}


def heading(page):
    return page.get_by_role("heading", level=1)


def subjects(mails, to):
    return [mail.subject for mail in mails() if mail.to == to]


def describe_the_job(page):
    page.get_by_label("Job title").fill(TITLE)
    page.get_by_label("Role").select_option("AI Architect")
    page.get_by_label("Level (optional)", exact=True).select_option("Senior-level / Expert")
    page.get_by_label("Full-time").check()
    page.get_by_label("Location", exact=True).fill("Hamburg, Germany")
    page.get_by_label("City").fill("Hamburg")
    page.get_by_label("Country").select_option("Germany")
    page.get_by_label("Minimum pay").fill("90000")
    page.get_by_label("Maximum pay").fill("120000")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_label("Period").select_option("a year")
    page.get_by_label("Description").fill(DESCRIPTION)
    page.get_by_label("Required skills").fill("Python, AWS, Solution architecture")
    page.get_by_label("Application link").fill("https://jobs.harbour-works.example/42")
    page.get_by_label("Closing date").fill(in_days(30).date().isoformat())


def post_without_an_account(recruiter, mails) -> None:
    """Describe the job, look at it and type the mailed code to send it."""
    recruiter.goto("/")
    recruiter.get_by_role("banner").get_by_role("link", name="Post a job").click()
    recruiter.loads = 0
    recruiter.get_by_label("Company", exact=True).fill("Harbour Works")
    recruiter.get_by_label("Your work email").fill(RECRUITER)
    describe_the_job(recruiter)
    recruiter.get_by_role("button", name="Preview").click()
    expect(heading(recruiter)).to_have_text(TITLE)
    expect(recruiter.locator(".notice")).to_contain_text(f"the code we’ll email to {RECRUITER}")
    expect(recruiter.locator("main")).to_contain_text("EUR 90,000–120,000")
    expect(recruiter.get_by_role("heading", name="What you do")).to_be_visible()
    recruiter.get_by_role("button", name="Submit for review").click()
    recruiter.get_by_placeholder("Code").wait_for()
    recruiter.get_by_placeholder("Code").fill(code_in(mails()[-1]))
    recruiter.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(recruiter.get_by_role("row", name=TITLE)).to_contain_text("In review")
    assert recruiter.loads == 3


def approve_and_feature(editor, job, work) -> None:
    """From the admin's start page: to the inbox, and with one click to the public."""
    editor.goto("/admin/")
    editor.get_by_label("Email").fill("editor@example.com")
    editor.get_by_label("Password").fill(PASSWORD)
    editor.get_by_role("button", name="Sign in").click()
    editor.get_by_role("link", name="New jobs").click()
    editor.get_by_role("link", name=f"Review {TITLE}").click()
    expect(heading(editor)).to_have_text(TITLE)
    editor.get_by_role("button", name="Approve", exact=True).click()
    expect(editor.locator(".messages")).to_contain_text("is now live")
    # With another job waiting, it would be shown next.
    expect(editor.locator("main")).to_contain_text("Nothing is waiting for you.")
    work()
    editor.goto(f"/admin/listings/listing/{job.pk}/review/")
    editor.get_by_role("button", name="Feature job").click()
    expect(editor.locator(".messages")).to_contain_text("is featured until")


def expect_it_everywhere(reader, job) -> None:
    """Wherever people look; and its page says where applying leads."""
    for where, path in WHERE_IT_SHOWS.items():
        reader.goto(path)
        expect(reader.get_by_role("link", name=TITLE, exact=True).first, where).to_be_visible()
    reader.goto(WHERE_IT_SHOWS["a comparison of its role"])
    reader.locator("#jobs .job.featured").get_by_role("link", name=TITLE).click()
    expect(heading(reader)).to_have_text(TITLE)
    expect(reader.locator(".apply")).to_contain_text("Opens jobs.harbour-works.example")
    assert job.get_absolute_url() in reader.request.get("/sitemap.xml").text()
    apply = reader.request.get(f"/jobs/{job.pk}/apply/", max_redirects=0)
    assert (apply.status, apply.headers["location"]) == (
        302,
        "https://jobs.harbour-works.example/42",
    )


def close(recruiter) -> None:
    recruiter.reload()
    recruiter.get_by_role("link", name=f"Close {TITLE}").click()
    recruiter.get_by_label("Filled through this site").check()
    recruiter.get_by_role("button", name="Close job").click()
    expect(recruiter.get_by_role("row", name=TITLE)).to_contain_text("Closed")


def expect_it_nowhere(reader, job) -> None:
    """Its page says that it is closed and helps on; nothing else mentions it."""
    over = reader.goto(job.get_absolute_url())
    assert over.status == 410
    expect(reader.locator("main")).to_contain_text("is no longer open")
    expect(reader.locator(".job .title").first).to_be_visible()  # open jobs of the role
    for where, path in WHERE_IT_SHOWS.items():
        assert reader.goto(path).status == 200, where
        expect(reader.get_by_role("link", name=TITLE), where).to_have_count(0)
    assert job.get_absolute_url() not in reader.request.get("/sitemap.xml").text()


def test_a_job_goes_from_a_first_post_to_every_list_and_is_gone_from_them_all_when_it_closes(
    open_page, mails, work
):
    recruiter, editor, reader = open_page(), open_page(), open_page()
    UserFactory(staff=True, email="editor@example.com")

    post_without_an_account(recruiter, mails)
    job = Listing.objects.get(title=TITLE)
    assert reader.goto(job.get_absolute_url()).status == 404  # nobody sees it yet
    assert subjects(mails, RECRUITER) == ["Your sign-in code", "Job received: " + TITLE]
    assert f"Job to review: number {job.pk}" in subjects(mails, settings.CONTACT_EMAIL)

    approve_and_feature(editor, job, work)
    assert "Your job is live: " + TITLE in subjects(mails, RECRUITER)
    expect_it_everywhere(reader, job)

    close(recruiter)
    assert "Your job is closed: " + TITLE in subjects(mails, RECRUITER)
    expect_it_nowhere(reader, job)


def test_a_job_is_posted_by_keyboard_alone_on_a_narrow_dark_screen_without_javascript(open_page):
    member = MembershipFactory(company__name="Harbour Works")
    page = open_page(member.user, **BARE)

    def type_in(label, text):
        tab_to(page, page.get_by_label(re.compile(rf"^\s*{label}")))
        page.keyboard.type(text)

    page.goto("/recruit/jobs/new/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    type_in("Job title", TITLE)
    tab_to(page, page.locator("summary", has_text="role or client"))
    page.keyboard.press("Enter")
    type_in("Role", "AI Arch")
    type_in("Location", "Hamburg, Germany")
    type_in("Pay note", "Tariff group 13")
    type_in("Description", DESCRIPTION)
    type_in("Or application email", "jobs@harbour-works.example")
    tab_to(page, page.get_by_role("button", name="Save and preview"))
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(TITLE)
    tab_to(page, page.get_by_role("button", name="Submit for review"))
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Your jobs")

    job = Listing.objects.get(title=TITLE)
    assert (job.status, job.role.name, job.apply_email) == (
        "in_review",
        "AI Architect",
        "jobs@harbour-works.example",
    )


def test_a_form_that_comes_back_leads_to_its_faults_and_keeps_what_was_typed(open_page):
    page = open_page(MembershipFactory().user, java_script_enabled=False)
    page.goto("/recruit/jobs/new/")
    page.get_by_label("Job title").fill(TITLE)
    page.get_by_label("Application link").fill("https://127.0.0.1/")
    page.get_by_role("button", name="Save and preview").click()

    expect(page).to_have_title(re.compile("^Error: Post a job"))
    expect(page.get_by_label("Job title")).to_have_value(TITLE)
    fault = page.get_by_role("alert").get_by_role("link", name="Application link")
    fault.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Application link")).to_be_focused()
    expect(page.get_by_label("Application link")).to_have_value("https://127.0.0.1/")
    expect(page.get_by_label("Application link")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Location", exact=True)).to_have_accessible_description(
        re.compile("required")
    )
