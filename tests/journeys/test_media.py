"""Pages on paper, in forced colours and with less motion."""

import pytest
from playwright.sync_api import expect

from tests.journeys.visitors import tab_to

pytestmark = pytest.mark.browser

COMPARISON = "/compare/ai-architect-vs-deep-learning-engineer/"
ONLY_TO_PRESS = "header.site-head, footer.site-foot, .skip, nav, form, button, .btn, input"
# Whether an element is painted in a colour that the page behind it does not have.
STANDS_OUT = """element => {
    const {backgroundColor, fill, stroke} = getComputedStyle(element)
    const page = getComputedStyle(document.body).backgroundColor
    return (element instanceof SVGElement ? [fill, stroke] : [backgroundColor]).some(
        colour => ![page, "none", "rgba(0, 0, 0, 0)"].includes(colour))
}"""
MOVING = """() => [...document.querySelectorAll("*")].flatMap(element => ["", "::before", "::after"]
    .map(part => getComputedStyle(element, part || null))
    .filter(style => parseFloat(style.transitionDuration) || style.animationName !== "none"
        || style.scrollBehavior === "smooth")
    .map(() => element.outerHTML.slice(0, 80)))"""


@pytest.fixture
def pages(page):
    """Call it to visit a job with a chart and a comparison, one after the other."""

    def pages(**media):
        page.emulate_media(**media)
        page.goto("/jobs/?q=clinical+platforms")
        title = "AI Architect, Clinical Platforms"
        link = page.locator(".job").get_by_role("link", name=title, exact=True)
        link.evaluate("link => link.click()")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        yield page
        page.goto(COMPARISON)
        yield page

    return pages


def html_of(marks) -> list[str]:
    return [mark.evaluate("element => element.outerHTML.slice(0, 80)") for mark in marks]


@pytest.mark.slow
def test_on_paper_pages_are_their_content_and_charts_without_what_one_can_only_press(pages):
    for page in pages(media="print"):
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert (
            html_of(found for found in page.locator(ONLY_TO_PRESS).all() if found.is_visible())
            == []
        )
        bars = page.locator("main .chart rect:not(.track, details *)").all()
        assert bars
        assert html_of(bar for bar in bars if not bar.bounding_box()["width"]) == []


def test_on_paper_a_job_says_where_to_apply_and_a_link_to_another_site_its_address(pages):
    page = next(pages(media="print"))
    expect(page.locator(".apply .host")).to_be_visible()

    page.goto("/roles/ai-architect/")

    source = page.locator("#sources a[href^=http]").first
    assert source.get_attribute("href") in source.evaluate(
        "link => getComputedStyle(link, '::after').content"
    )


@pytest.mark.slow
def test_in_forced_colours_charts_keys_and_the_focus_stand_out(pages):
    for page in pages(forced_colors="active"):
        marks = page.locator(
            "main .chart :is(rect, line):not(.grid, .cut, .med-cut, details *), main .key"
        ).all()
        assert marks
        assert (
            html_of(mark for mark in marks if mark.is_visible() and not mark.evaluate(STANDS_OUT))
            == []
        )

        # Also checks that it has an outline.
        tab_to(page, page.get_by_role("link", name="Jobs", exact=True).first)
        assert page.evaluate(
            "getComputedStyle(document.activeElement).outlineColor "
            "!== getComputedStyle(document.body).backgroundColor"
        )


@pytest.mark.slow
def test_nothing_moves_for_whoever_wants_less_motion(pages):
    for page in pages(reduced_motion="reduce"):
        assert page.evaluate(MOVING) == []
