"""What people come to do, in few page loads and clicks: by keyboard, and on a narrow dark screen
without JavaScript.

Posting a job is in ``test_loop``.
"""

import re

import pytest
from playwright.sync_api import expect

from jobboard.listings.models import Listing
from jobboard.seekers.models import Alert
from tests.factories import ListingFactory, UserFactory, in_days
from tests.journeys.visitors import tab_to

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_a_seeker_finds_a_fitting_job_from_the_start_page_in_one_load_and_one_click(new_visitor):
    seeker = new_visitor()
    page = seeker.page
    seeker.goto("/")

    page.get_by_label("Location").fill("remote from Germany")
    seeker.press(page.get_by_role("button", name="Search"))

    expect(page.get_by_role("status")).to_contain_text("job")
    job = page.locator(".jobs .job").first
    assert [
        job.locator(part).count() for part in (".title a", ".org", ".place", ".pay", ".when time")
    ] == [1] * 5
    assert (page.loads, seeker.acts) == (1, 1)


@pytest.mark.slow
def test_a_seeker_judges_a_job_and_reads_where_applying_leads_in_one_load_and_one_click(
    new_visitor,
):
    seeker = new_visitor()
    page = seeker.page
    seeker.goto("/jobs/?q=clinical+platforms")

    seeker.press(page.get_by_role("link", name="AI Architect, Clinical Platforms", exact=True))

    expect(page.locator(".facts")).to_contain_text("USD 185,000–235,000")
    expect(page.locator(".answers > li")).to_have_count(5)  # with “Add your skills”
    expect(page.locator("#pay")).to_contain_text("median")
    expect(page.get_by_role("heading", name="Who can apply")).to_be_visible()
    expect(page.locator(".apply")).to_contain_text("This is a sample job, so you can’t apply.")
    assert (page.loads, seeker.acts) == (1, 1)


@pytest.mark.slow
def test_a_seeker_compares_two_roles_from_a_role_page_in_one_load_and_two_clicks(new_visitor):
    seeker = new_visitor()
    page = seeker.page
    seeker.goto("/roles/ai-architect/")

    seeker.choose(page.get_by_label("Role to compare with"), "Data Engineer")
    seeker.press(page.get_by_role("button", name="Compare"))

    expect(page.get_by_role("heading", level=1)).to_have_text("AI Architect vs Data Engineer")
    assert (page.loads, seeker.acts) == (1, 2)


@pytest.mark.slow
def test_an_editor_decides_on_one_screen_with_one_click_and_comes_to_the_next_job(new_visitor):
    first = ListingFactory(in_review=True, title="First in the queue", submitted_at=in_days(-2))
    ListingFactory(in_review=True, title="Second in the queue", submitted_at=in_days(-1))
    editor = new_visitor(UserFactory(staff=True))
    page = editor.page
    editor.goto(f"/admin/listings/listing/{first.pk}/review/")
    expect(page.get_by_role("heading", level=1)).to_have_text("First in the queue")

    editor.press(page.get_by_role("button", name="Approve"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Second in the queue")
    assert Listing.objects.live().filter(pk=first.pk).exists()
    assert (page.loads, editor.acts) == (1, 1)


@pytest.mark.slow
def test_a_seeker_gets_new_jobs_of_a_search_by_mail_in_two_loads_and_one_mail(new_visitor, mails):
    seeker = new_visitor()
    page = seeker.page
    seeker.goto("/jobs/?q=engineer")

    seeker.press(page.get_by_role("link", name="Email me new jobs"))
    email = page.get_by_label("Email address")
    tab_to(page, email) if seeker.by_keyboard else email.focus()
    page.keyboard.type("ada@example.com")
    seeker.press(page.get_by_role("button", name="Create alert"))

    expect(page.get_by_role("status")).to_contain_text("We’ve sent a link to ada@example.com")
    assert (page.loads, len(mails())) == (2, 1)
    page.goto(re.search(r"(/alerts/\S+)", mails()[0].text)[1])
    seeker.press(page.get_by_role("button", name="Start alert"))
    expect(page.locator(".messages")).to_contain_text("Your alert is active.")
    assert Alert.objects.get().confirmed_at is not None


def test_a_seeker_saves_a_job_and_finds_it_again_in_two_loads(new_visitor):
    job = ListingFactory(live=True, title="Data Engineer")
    seeker = new_visitor()
    page = seeker.page
    seeker.goto(job.get_absolute_url())

    save = page.locator(".apply [data-save]")
    expect(save).to_have_text("Save this job")
    seeker.press(save)
    if seeker.by_keyboard:  # with JavaScript the browser keeps it, and no page is loaded
        expect(save).to_have_text("Saved (remove)")
        page.goto("/saved/")
        page.wait_for_url("**/saved/?listing=*")

    expect(page.get_by_role("row", name="Data Engineer")).to_contain_text("Open")
    assert page.loads <= 2


def test_on_a_phone_apply_and_save_are_always_in_sight(open_page):
    job = ListingFactory(live=True, description_html="<p>Text.</p>" * 200)
    page = open_page(viewport={"width": 375, "height": 800})
    page.goto(job.get_absolute_url())
    bar = page.get_by_role("region", name="Apply or save")

    for how_far in (0, 2000):
        page.evaluate("height => scrollTo(0, height)", how_far)
        expect(bar.get_by_role("link", name="Apply on")).to_be_in_viewport(ratio=1)
    bar.get_by_role("button", name="Save").click()
    expect(page.locator(".apply [data-save]")).to_have_text("Saved (remove)")

    page.set_viewport_size({"width": 1280, "height": 800})
    expect(bar).to_be_hidden()


def test_a_star_saves_a_job_of_the_list_and_what_came_of_it_stays_in_the_browser(page):
    page.goto("/jobs/")
    star = page.locator(".star").first
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")

    page.goto("/saved/")
    page.wait_for_url("**/saved/?listing=*")
    page.get_by_label("Application status for").select_option("Interview")
    page.get_by_label("Note on").fill("Call on Monday")
    page.reload()

    expect(page.get_by_label("Application status for")).to_have_value("interview")
    expect(page.get_by_label("Note on")).to_have_value("Call on Monday")
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_text("No saved jobs yet.")).to_be_visible()


MAX_STOPS = 15


@pytest.mark.slow
@pytest.mark.parametrize(("width", "highest"), [(1280, 700), (375, 900)])
def test_the_first_ordinary_job_is_near_the_top_and_few_stops_away(open_page, width, highest):
    page = open_page(viewport={"width": width, "height": 900}, has_touch=width < 400)
    page.goto("/jobs/?q=engineer")

    first = page.locator(".job:not(.featured)").first
    assert first.bounding_box()["y"] <= highest
    assert page.locator("h1").bounding_box()["y"] <= 160
    page.goto("/jobs/")
    page.get_by_role("link", name="Skip to results").press("Enter")
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('.job .title a')"):
            return
    raise AssertionError(f"more than {MAX_STOPS} stops to the first job")
