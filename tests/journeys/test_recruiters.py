"""What recruiters come to do, in few page loads: by keyboard, and on a narrow dark screen without
JavaScript.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import expect

from jobboard.listings.models import Company, Invitation, Listing, ListingPlace, Membership
from jobboard.recruiting.models import ImportJob
from jobboard.seekers.reports import report_listing
from tests.factories import (
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
    in_days,
)
from tests.journeys.visitors import tab_to
from tests.reading import code_in

pytestmark = pytest.mark.browser

CSV = (
    "id,title,apply_url,places,pay_text\n"
    "1,Data Engineer,https://jobs.acme.example/1,Lisbon,By tariff\n2,,,,\n"
)


@pytest.fixture
def site(live_server):
    """Without the content we ship, which none of these journeys needs: they start sooner."""
    return live_server.url


@pytest.fixture
def recruiter():
    membership = MembershipFactory(
        company__name="Acme", company__domain="acme.example", user__email="ada@acme.example"
    )
    return membership.user


def link_in(mail) -> str:
    return urlsplit(re.search(rf"{re.escape(settings.SITE_URL)}/\S+", mail.text)[0]).path


def type_code(page, mails) -> None:
    field = page.get_by_placeholder("Code")
    field.wait_for()  # with that page, the code was mailed
    field.fill(code_in(mails()[-1]))


def heading(page):
    return page.get_by_role("heading", level=1)


@pytest.mark.slow
def test_a_first_job_is_posted_in_three_loads_and_one_mail(new_visitor, mails):
    visitor = new_visitor()
    page = visitor.page
    visitor.goto("/post/")

    for label, text in {
        "Company": "Nimbus",
        "Your work email": "ada@nimbus.example",
        "Job title": "Data Engineer",
        "Location": "Munich, Germany",
        "Pay note": "By tariff.",
        "Application link": "https://jobs.nimbus.example/1",
    }.items():
        field = page.get_by_label(label, exact=label in ("Company", "Location"))
        tab_to(page, field) if visitor.by_keyboard else field.focus()
        page.keyboard.type(text)
    visitor.press(page.get_by_role("button", name="Preview"))
    expect(page.locator(".notice")).to_contain_text("the code we’ll email to ada@nimbus.example")
    visitor.press(page.get_by_role("button", name="Submit for review"))
    type_code(page, mails)
    visitor.press(page.get_by_role("main").get_by_role("button", name="Sign in", exact=True))

    expect(page.get_by_role("row", name="Data Engineer")).to_contain_text("In review")
    # The two mails are the code and the receipt.
    assert (page.loads, len([mail for mail in mails() if mail.to == "ada@nimbus.example"])) == (
        3,
        2,
    )


@pytest.mark.slow
def test_a_job_that_is_over_is_posted_again_in_two_loads(new_visitor, recruiter):
    job = ListingFactory(
        closed=True, company=recruiter.companies.get(), title="Data Engineer", pay_note="By tariff."
    )
    ListingPlace.objects.create(listing=job, text="Lisbon")
    visitor = new_visitor(recruiter)
    visitor.goto("/recruit/")

    visitor.press(visitor.page.get_by_role("button", name="Post again"))
    visitor.press(visitor.page.get_by_role("button", name="Submit for review"))

    expect(visitor.page.locator("main")).to_contain_text("In review")
    assert (visitor.page.loads, visitor.acts) == (2, 2)
    assert Listing.objects.get(status="in_review").reposted_from is not None


@pytest.mark.slow
def test_a_job_is_kept_open_longer_in_two_loads(new_visitor, recruiter):
    job = ListingFactory(
        live=True, company=recruiter.companies.get(), title="Data Engineer", expires_at=in_days(5)
    )
    visitor = new_visitor(recruiter)
    visitor.goto("/recruit/")

    visitor.press(visitor.page.get_by_role("link", name="Extend Data Engineer"))
    visitor.press(visitor.page.get_by_role("button", name="Extend"))

    expect(visitor.page.locator(".messages")).to_contain_text("is live until")
    assert (visitor.page.loads, visitor.acts) == (2, 2)
    job.refresh_from_db()
    assert job.expires_at > in_days(50)


@pytest.mark.slow
def test_a_job_is_closed_in_two_loads(new_visitor, recruiter):
    ListingFactory(live=True, company=recruiter.companies.get(), title="Data Engineer")
    visitor = new_visitor(recruiter)
    page = visitor.page
    visitor.goto("/recruit/")

    visitor.press(page.get_by_role("link", name="Close Data Engineer"))
    outcome = page.get_by_label("Filled elsewhere")
    if visitor.by_keyboard:
        tab_to(page, page.get_by_label("Filled through this site"))
        page.keyboard.press("ArrowDown")
    else:
        outcome.check()
    visitor.press(page.get_by_role("button", name="Close job"))

    expect(page.get_by_role("row", name="Data Engineer")).to_contain_text("Filled elsewhere")
    assert page.loads == 2


def look_again(visitor) -> int:
    """How often one has to ask what became of an upload: with scripts, the page does it."""
    if visitor.by_keyboard:
        return 0
    visitor.press(visitor.page.get_by_role("link", name="Refresh this page"))
    return 1


@pytest.mark.slow
def test_jobs_in_a_file_are_tried_out_and_imported_in_three_loads(new_visitor, recruiter, work):
    visitor = new_visitor(recruiter)
    page = visitor.page
    visitor.goto("/recruit/")

    visitor.press(page.get_by_role("link", name="Upload jobs from a spreadsheet or CSV file"))
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "jobs.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    visitor.press(page.get_by_role("button", name="Check file"))
    expect(heading(page)).to_have_text("Checking your file")
    work()
    looks = look_again(visitor)
    expect(page.get_by_role("row", name="is empty")).to_contain_text("3")
    assert Listing.objects.filter(title="Data Engineer", external_id="1").count() == 0
    visitor.press(page.get_by_role("button", name="Import valid rows"))
    expect(heading(page)).to_have_text("Importing your jobs")
    work()
    looks += look_again(visitor)

    expect(heading(page)).to_have_text("Import complete")
    assert (page.loads, visitor.acts) == (3 + looks, 3 + looks)
    assert Listing.objects.get(external_id="1").status == "in_review"


def test_a_company_is_verified_with_ones_own_address_by_one_button(new_visitor, recruiter):
    company = recruiter.companies.get()
    visitor = new_visitor(recruiter)
    visitor.goto(f"/recruit/companies/{company.pk}/verify/")

    visitor.press(visitor.page.get_by_role("button", name="Verify with ada@acme.example"))

    expect(visitor.page.locator(".messages")).to_contain_text("Acme is verified")
    assert Company.objects.get(pk=company.pk).verified_by == "email"


def test_a_company_is_verified_in_one_load_and_one_mail(new_visitor, mails):
    membership = MembershipFactory(
        company__name="Acme", company__domain="acme.example", user__email="ada@example.net"
    )
    company = membership.company
    visitor = new_visitor(membership.user)
    page = visitor.page
    visitor.goto(f"/recruit/companies/{company.pk}/verify/")

    name = page.get_by_label("Your email address, before the @")
    tab_to(page, name) if visitor.by_keyboard else name.focus()
    page.keyboard.type("ada")
    visitor.press(page.get_by_role("button", name="Email me the link"))
    expect(page.locator(".messages")).to_contain_text("We’ve sent a link to ada@acme.example")
    assert page.loads == 1
    page.goto(link_in(mails()[-1]))
    visitor.press(page.get_by_role("button", name="Verify Acme"))

    expect(page.locator(".messages")).to_contain_text("Acme is verified")
    assert Company.objects.get(pk=company.pk).verified_by == "email"


@pytest.mark.slow
def test_a_colleague_is_invited_in_two_loads_and_joins(new_visitor, recruiter, mails):
    visitor, colleague = new_visitor(recruiter), new_visitor()
    page = visitor.page
    visitor.goto("/recruit/")

    visitor.press(page.get_by_role("link", name="Acme"))
    email = page.get_by_label("Colleague’s email address")
    tab_to(page, email) if visitor.by_keyboard else email.focus()
    page.keyboard.type("bob@acme.example")
    visitor.press(page.get_by_role("button", name="Invite"))

    expect(page.locator(".messages")).to_contain_text("Invitation sent to bob@acme.example")
    assert (page.loads, Invitation.objects.count()) == (2, 1)
    colleague.goto(link_in(mails()[-1]))
    sign_in = colleague.page.get_by_role("button", name="Email a code to bob@acme.example")
    colleague.press(sign_in)
    type_code(colleague.page, mails)
    main = colleague.page.get_by_role("main")
    colleague.press(main.get_by_role("button", name="Sign in", exact=True))
    colleague.press(colleague.page.get_by_role("button", name="Accept"))
    expect(heading(colleague.page)).to_have_text("Your jobs")
    assert Membership.objects.filter(user__email="bob@acme.example", part="editor").exists()


@pytest.mark.slow
def test_an_editor_hides_a_reported_job_with_one_click(new_visitor):
    job = ListingFactory(live=True, title="Data Engineer")
    report_listing(listing=job, reason="scam", text="")
    editor = new_visitor(UserFactory(staff=True))
    editor.goto(f"/admin/listings/listing/{job.pk}/review/")

    editor.press(editor.page.get_by_role("button", name="Hide job"))

    expect(editor.page.locator(".messages")).to_contain_text("is now hidden")
    assert (editor.page.loads, editor.acts) == (1, 1)
    assert editor.page.goto(job.get_absolute_url()).status == 404


def test_a_seeker_reports_a_job_in_two_loads(new_visitor):
    job = ListingFactory(live=True, title="Data Engineer")
    seeker = new_visitor()
    page = seeker.page
    seeker.goto(job.get_absolute_url())

    seeker.press(page.get_by_role("link", name="Report this job"))
    reason = page.get_by_label("The job is filled or no longer exists")
    if seeker.by_keyboard:
        tab_to(page, reason)
        page.keyboard.press("Space")
    else:
        reason.check()
    seeker.press(page.get_by_role("button", name="Send report"))

    expect(page.get_by_role("status")).to_contain_text("quote your reference")
    assert page.loads == 2


@pytest.mark.slow
def test_going_back_reloading_and_a_wrong_code_lose_nothing_without_javascript(open_page, mails):
    page = open_page(java_script_enabled=False)
    page.goto("/post/")
    for label, text in {
        "Company": "Nimbus",
        "Your work email": "ada@nimbus.example",
        "Job title": "Data Engineer",
        "Location": "Munich, Germany",
        "Pay note": "By tariff.",
        "Application link": "https://jobs.nimbus.example/1",
    }.items():
        page.get_by_label(label, exact=label in ("Company", "Location")).fill(text)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("link", name="Edit").click()
    page.reload()
    expect(page.get_by_label("Pay note")).to_have_value("By tariff.")
    page.get_by_role("button", name="Preview").click()

    submit = page.get_by_role("button", name="Submit for review")
    submit.click()
    expect(page.get_by_placeholder("Code")).to_be_visible()
    page.go_back()
    expect(heading(page)).to_have_text("Data Engineer")
    submit.click()
    sign_in = page.get_by_role("main").get_by_role("button", name="Sign in", exact=True)
    page.get_by_placeholder("Code").fill("AAAA-AAAA")
    sign_in.click()
    type_code(page, mails)
    sign_in.click()

    expect(page.get_by_role("row", name="Data Engineer")).to_contain_text("In review")


def test_what_is_typed_is_offered_again_when_the_browser_was_closed(open_page):
    page = open_page()
    page.goto("/post/")
    page.get_by_label("Job title").fill("Typed for an hour")
    page.wait_for_function("() => localStorage.getItem('job first')?.includes('Typed')")
    page.reload()

    expect(page.get_by_label("Job title")).to_have_value("")
    page.get_by_role("button", name="Restore them").click()

    expect(page.get_by_label("Job title")).to_have_value("Typed for an hour")


def test_beside_the_form_the_page_follows_what_is_typed(open_page):
    RoleFactory(name="Data Engineer")
    SkillFactory(name="Python")
    page = open_page()
    page.goto("/post/")

    page.get_by_label("Job title").fill("Senior Data Engineer")
    page.get_by_label("Description").fill("You write Python.")

    expect(page.locator("[data-advice=side]")).to_contain_text("Data Engineer from the title")
    expect(page.locator("[data-advice=side]")).to_contain_text("Python")
    expect(page.locator("[data-advice=band]")).to_contain_text("Data Engineer")


def test_a_visit_of_a_job_is_counted_once(open_page):
    job = ListingFactory(live=True)
    page = open_page()

    with page.expect_response(re.compile("/seen/")):
        page.goto(job.get_absolute_url())
    page.reload()

    assert [day.views for day in job.days.all()] == [1]


def test_a_page_of_long_work_shows_how_far_it_is_and_then_what_came_of_it(open_page, recruiter):
    """Also over a moment in which the site does not answer; without being loaded again."""
    job = ImportJob.objects.create(
        company=recruiter.companies.get(), by=recruiter, content=b"", rows=3_000, state="importing"
    )
    jobs = ImportJob.objects.filter(pk=job.pk)
    page = open_page(recruiter)
    page.clock.install()
    page.goto(f"/recruit/upload/{job.pk}/")
    expect(page.locator("[data-progress]")).to_contain_text("0 of 3,000 rows")

    jobs.update(rows_done=1_200)
    page.clock.run_for(1_000)
    expect(page.locator("[data-progress]")).to_contain_text("1,200 of 3,000 rows")

    page.route("**/recruit/upload/**", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed"):
        page.clock.run_for(1_000)
    jobs.update(state="failed", problem="The file has no rows.")
    page.clock.run_for(5_000)

    expect(page.locator("main")).to_contain_text("The file has no rows.")
    expect(heading(page)).to_be_focused()
    assert page.loads == 1
