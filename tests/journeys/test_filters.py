"""The filters of the job list, changed in place by our script."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.visitors import tab_to

pytestmark = pytest.mark.browser

FILTERS = ".filters > summary"
REST = 500  # milliseconds without a key before a typed amount counts, as in filters.js


def unfold(page, name: str) -> None:
    """Open the facet, which may be among those that are folded away."""
    facet = page.locator(f"#f-{name}")
    if not facet.is_visible():
        page.locator("#f-more > summary").click()
    facet.locator("> summary").click()


@pytest.mark.slow
def test_a_checked_box_changes_list_count_address_and_title_where_one_is_and_back_undoes_it(page):
    page.goto("/jobs/")
    page.loads = 0
    status, title = page.get_by_role("status"), page.title()
    all_jobs = status.inner_text()
    said_here = status.element_handle()
    unfold(page, "role")
    box = page.locator(".filters input[name=role][value=data-engineer]")
    promised = box.locator("xpath=..").locator(".n").inner_text()

    tab_to(page, box)
    page.keyboard.press("Space")

    expect(status).to_have_text(re.compile(f"^{promised} jobs?$"), use_inner_text=True)
    assert said_here.is_visible()  # the same element, so that its change is announced
    expect(page).to_have_url(re.compile(r"/jobs/\?role=data-engineer$"))
    expect(page).to_have_title(re.compile("^Data Engineer jobs"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Data Engineer jobs")
    expect(page.locator("[data-part=list] > .jobs > .job")).to_have_count(int(promised))
    expect(page.get_by_role("link", name="Remove filter: Data Engineer")).to_be_visible()
    expect(box).to_be_focused()

    page.go_back()

    expect(status).to_have_text(all_jobs)
    expect(box).not_to_be_checked()
    expect(page).to_have_url(re.compile(r"/jobs/$"))
    assert page.title() == title
    assert page.loads == 0


@pytest.mark.slow
def test_a_typed_amount_counts_after_a_rest_and_the_cursor_stays(page):
    page.clock.install()
    page.goto("/jobs/")
    page.clock.pause_at(timezone.now() + timedelta(hours=1))
    unfold(page, "pay")
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition("/jobs/?")[2]))
    amount = page.get_by_label("Minimum per year")

    amount.press_sequentially("90000")
    page.clock.run_for(REST)

    expect(page.get_by_role("link", name="Remove filter: USD 90,000+ a year")).to_be_visible()
    expect(amount).to_be_focused()
    page.keyboard.type("0")
    page.clock.run_for(REST)
    expect(page.get_by_role("link", name="Remove filter: USD 900,000+ a year")).to_be_visible()
    assert [query.partition("&")[0] for query in asked if query] == [
        "salary_from=90000",
        "salary_from=900000",
    ]


@pytest.mark.slow
def test_a_removed_filter_goes_in_place_and_leaves_the_focus_at_the_number_of_jobs(page):
    page.goto("/jobs/?workplace=remote&level=senior")
    page.loads = 0

    page.get_by_role("link", name="Remove filter: Remote").click()

    expect(page).to_have_url(re.compile(r"/jobs/\?level=senior$"))
    expect(page.locator("#count")).to_be_focused()
    expect(page.locator(".filters input[value=remote]")).not_to_be_checked()
    assert page.loads == 0


@pytest.mark.slow
def test_the_panel_is_open_in_a_wide_window_and_folded_on_a_phone_without_scripts(open_page):
    for width, is_open in ((1280, True), (960, True), (959, False), (375, False)):
        page = open_page(viewport={"width": width, "height": 800}, java_script_enabled=False)
        page.goto("/jobs/")

        assert page.locator("#f-pay > summary").is_visible() == is_open
        assert page.locator(FILTERS).is_visible() != is_open


@pytest.mark.slow
def test_on_a_phone_the_panel_stays_open_and_its_groups_as_they_were(open_page):
    page = open_page(viewport={"width": 375, "height": 800})
    page.goto("/jobs/")
    page.locator(FILTERS).click()
    unfold(page, "skill")
    skills = page.locator("#m-skill")
    skills.locator("summary").click()

    unfold(page, "workplace")
    page.locator(".filters input[value=hybrid]").check()

    expect(page.locator(FILTERS)).to_contain_text("1 applied")
    assert page.locator(".filters").get_attribute("open") is not None
    assert skills.get_attribute("open") is not None


@pytest.mark.slow
def test_where_fetching_fails_the_same_address_is_loaded_as_a_page(page):
    page.goto("/jobs/")
    page.loads = 0
    page.route(
        "**/jobs/?*",
        lambda route: (
            route.abort() if route.request.resource_type == "fetch" else route.continue_()
        ),
    )

    unfold(page, "workplace")
    page.locator(".filters input[value=hybrid]").check()

    expect(page).to_have_url(re.compile(r"/jobs/\?workplace=hybrid$"))
    expect(page.locator(".filters input[value=hybrid]")).to_be_checked()
    assert page.loads == 1


MAX_STOPS = 15


@pytest.mark.slow
def test_few_stops_lead_from_the_link_to_the_content_through_the_panel_to_the_first_job(page):
    page.goto("/jobs/")

    page.get_by_role("link", name="Skip to content").press("Enter")
    stops = []
    while len(stops) < MAX_STOPS and ".job" not in stops:
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                """() => document.activeElement.matches('.job .title a') ? '.job'
                    : document.activeElement.closest('.filters') ? '.filters' : ''"""
            )
        )

    assert ".filters" in stops
    assert ".job" in stops


@pytest.mark.slow
def test_on_a_phone_a_button_in_sight_says_how_many_jobs_the_boxes_leave(open_page):
    page = open_page(viewport={"width": 375, "height": 600})
    page.goto("/jobs/")
    page.locator(FILTERS).click()
    unfold(page, "level")
    box = page.locator(".filters input[value=senior]")
    promised = box.locator("xpath=..").locator(".n").inner_text()

    box.check()

    button = page.get_by_role("button", name=f"Show {promised} jobs")
    expect(button).to_be_in_viewport()
    button.click()
    expect(page.locator("#results")).to_be_focused()
    expect(page.locator(FILTERS).locator("..")).not_to_have_attribute("open", "")


def test_without_scripts_the_button_promises_no_number(open_page):
    page = open_page(viewport={"width": 375, "height": 600}, java_script_enabled=False)
    page.goto("/jobs/")
    page.locator(FILTERS).click()
    unfold(page, "level")

    expect(page.locator(".filters form > .btn")).to_have_text("Show jobs", use_inner_text=True)


@pytest.mark.slow
@pytest.mark.parametrize("is_scripted", [True, False], ids=["scripted", "plain"])
def test_a_skill_is_typed_by_its_name_and_another_left_out(open_page, is_scripted):
    page = open_page(viewport={"width": 1280, "height": 900}, java_script_enabled=is_scripted)
    page.goto("/jobs/")
    unfold(page, "skill")

    page.get_by_label("Type a skill").fill("-SQL")
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="Remove filter: Not SQL")).to_be_visible()
    if not is_scripted:  # a script keeps open what was opened
        unfold(page, "skill")
    page.get_by_label("Type a skill").fill("python")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Remove filter: Python")).to_be_visible()
    assert page.get_by_label("Type a skill").input_value() == ""
    expect(page.locator(".filters input[value=python]")).to_be_checked()
    expect(page.locator(".filters input[value='-sql']")).to_be_checked()
