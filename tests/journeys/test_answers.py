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
WITHOUT_HALO = """links => links.map(link => {
    const {x, y, width, height} = link.getBBox()
    return [x, y, x + width, y + height]
})"""


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

    boxes = page.locator(".map svg a").evaluate_all(WITHOUT_HALO)

    assert len(boxes) > 15
    assert not [pair for pair in combinations(boxes, 2) if cover(*pair)]


def cover(one: list[float], other: list[float]) -> bool:
    """Of left, top, right and bottom: whether they share more than a pixel."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 1 and down > 1


def test_on_a_phone_the_map_is_a_list(open_page):
    page = open_page(viewport=PHONE)
    page.goto("/roles/")

    expect(page.locator(".map")).to_be_hidden()
    expect(
        page.locator("#table").get_by_role("link", name="AI Architect", exact=True)
    ).to_be_visible()
