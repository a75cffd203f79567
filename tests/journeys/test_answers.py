"""Where the answers of a page begin, on a screen and on a phone, and that every picture is seen."""

from itertools import combinations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMPARISON = "/compare/ai-architect-vs-deep-learning-engineer/"
SCREEN = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 812}
# The words of the page that are read without opening anything.
OPEN_WORDS = """() => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
    let words = 0
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement
        if (element.closest("option, script, .vh, svg") || !element.checkVisibility()) continue
        words += walker.currentNode.textContent.trim().split(/\\s+/).filter(Boolean).length
    }
    return words
}"""


@pytest.mark.parametrize(("viewport", "begins", "whole"), [(SCREEN, 1.5, 3.5), (PHONE, 3, 7)])
def test_a_comparison_answers_before_it_explains(open_page, viewport, begins, whole):
    page = open_page(viewport=viewport, has_touch=viewport is PHONE)
    page.goto(COMPARISON)
    screen = viewport["height"]

    for part in [".verdict", "#pay", "#learn"]:
        assert page.locator(part).bounding_box()["y"] <= begins * screen, part
    assert page.evaluate("document.documentElement.scrollHeight") <= whole * screen
    assert page.evaluate(OPEN_WORDS) <= 900


@pytest.mark.parametrize(
    "path", [COMPARISON, "/salaries/data-engineer/?level=mid&country=PT", "/roles/data-engineer/"]
)
def test_every_picture_outside_a_fold_is_seen_on_a_phone_and_nothing_is_wider(open_page, path):
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(path)

    charts = page.locator("main svg.chart:not(details *, .map *)").all()
    assert charts
    assert not [chart for chart in charts if chart.bounding_box()["width"] < 20]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_address_of_a_text_opens_its_fold(open_page):
    page = open_page()

    page.goto(f"{COMPARISON}#education")

    expect(page.locator("#education")).to_be_visible()
    expect(page.locator("#industries")).to_be_hidden()


def test_names_on_the_map_of_roles_do_not_cover_each_other(open_page):
    page = open_page(viewport={"width": 1000, "height": 900})
    page.goto("/roles/")

    boxes = [name.bounding_box() for name in page.locator(".map a text").all()]

    assert len(boxes) > 30
    assert not [pair for pair in combinations(boxes, 2) if touch(*pair)]


def touch(one: dict, other: dict) -> bool:
    """Whether they cover each other by more than a pixel."""
    across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return across > 1 and down > 3


def test_on_a_phone_the_map_is_a_list(open_page):
    page = open_page(viewport=PHONE)
    page.goto("/roles/")

    expect(page.locator(".map")).to_be_hidden()
    expect(
        page.locator("#table").get_by_role("link", name="AI Architect", exact=True)
    ).to_be_visible()


def test_a_printed_comparison_is_a_brief_of_two_pages(open_page):
    page = open_page()
    page.goto(COMPARISON)

    pages = page.pdf(format="A4").count(b"/Type /Page\n")

    assert 1 <= pages <= 2
