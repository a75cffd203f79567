"""What people come to do, in few page loads and clicks: by keyboard, and on a narrow dark screen without JavaScript.

Posting a job is in ``test_loop``.
"""

import pytest
from playwright.sync_api import expect

from jobboard.listings.models import Listing
from tests.factories import ListingFactory, UserFactory, in_days

pytestmark = pytest.mark.browser


def test_a_seeker_finds_a_fitting_job_from_the_start_page_in_one_load_and_two_clicks(new_visitor):
    seeker = new_visitor()
    page = seeker.page
    seeker.goto("/")

    seeker.choose(page.get_by_label("I would work from"), "Germany")
    seeker.press(page.get_by_role("button", name="Search"))

    expect(page.get_by_role("status")).to_contain_text("job")
    job = page.locator(".jobs .job").first
    assert [job.locator(part).count() for part in (".title a", ".org", ".place", ".pay", ".when time")] == [1] * 5
    assert (page.loads, seeker.acts) == (1, 2)


def test_a_seeker_judges_a_job_and_reads_where_applying_leads_in_one_load_and_one_click(new_visitor):
    seeker = new_visitor()
    page = seeker.page
    seeker.goto("/jobs/?q=clinical+platforms")

    seeker.press(page.get_by_role("link", name="AI Architect, Clinical Platforms"))

    expect(page.locator(".facts")).to_contain_text("USD 185,000–235,000")
    expect(page.get_by_role("heading", name="Pay against the role")).to_be_visible()
    expect(page.get_by_role("heading", name="Who can apply")).to_be_visible()
    expect(page.locator(".apply")).to_contain_text("This is a sample: there is nobody to apply to.")
    assert (page.loads, seeker.acts) == (1, 1)


def test_a_seeker_compares_two_roles_from_a_role_page_in_one_load_and_two_clicks(new_visitor):
    seeker = new_visitor()
    page = seeker.page
    seeker.goto("/roles/ai-architect/")

    seeker.choose(page.get_by_label("Role to compare with"), "Data Engineer")
    seeker.press(page.get_by_role("button", name="Compare"))

    expect(page.get_by_role("heading", level=1)).to_have_text("AI Architect vs Data Engineer")
    assert (page.loads, seeker.acts) == (1, 2)


def test_an_editor_decides_on_one_screen_with_one_click_and_comes_to_the_next_job(new_visitor):
    first = ListingFactory(in_review=True, title="First in the queue", submitted_at=in_days(-2))
    ListingFactory(in_review=True, title="Second in the queue", submitted_at=in_days(-1))
    editor = new_visitor(UserFactory(staff=True))
    page = editor.page
    editor.goto(f"/admin/listings/listing/{first.pk}/review/")
    expect(page.get_by_role("heading", level=1)).to_have_text("First in the queue")

    editor.press(page.get_by_role("button", name="Approve and publish"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Second in the queue")
    assert Listing.objects.live().filter(pk=first.pk).exists()
    assert (page.loads, editor.acts) == (1, 1)
