"""Every kind of page in every light and width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver

from jobboard.search.results.page import ListingSearch
from tests.journeys.page_types import NOT_PAGES, PAGE_TYPES, make_things, url_names

pytestmark = pytest.mark.browser

EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The other rules see no difference between light and dark.
COLOUR_RULES = [
    "color-contrast",
    "link-in-text-block",
]
MAX_REQUESTS = 6
WIDTHS = [1280, 320]


def test_every_address_is_a_page_type_or_says_why_not():
    assert set(url_names(get_resolver())) - {kind.url_name for kind in PAGE_TYPES} == set(NOT_PAGES)


@pytest.mark.slow
@pytest.mark.parametrize("area", sorted({kind.area for kind in PAGE_TYPES}))
def test_pages_are_sound_in_every_light_and_width(area, open_page, settings, subtests):
    settings.EMAIL_IS_LOCAL = True
    things = make_things()
    for kind in PAGE_TYPES:
        if kind.area == area:
            with subtests.test(kind.name), pytest.MonkeyPatch.context() as patch:
                if kind.fault:
                    patch.setattr(
                        ListingSearch, "run", lambda search, fault=kind.fault: raise_(fault)
                    )
                page = open_page(user=getattr(things, kind.user, None))
                faults = list(faults_of(kind, things, page))
                page.context.close()  # a hundred open pages take gigabytes
                assert faults == []


def faults_of(kind, things, page):
    """Whatever is wrong with a page; what the browser complains about is seen by ``open_page``."""
    requests = []
    page.on("request", lambda request: requests.append(request))
    response = page.goto(kind.path.format(**vars(things)))
    if response.status != kind.status:
        yield f"answers {response.status}"
    if (
        len(requests) - sum(request.redirected_from is not None for request in requests)
        > MAX_REQUESTS
    ):
        yield f"takes {len(requests)} requests"
    if kind.act:
        kind.act(page)
        page.wait_for_load_state()
    if "Rolebook" not in page.title():
        yield f"title: {page.title()}"
    if page.get_by_role("heading", level=1).count() != 1:
        yield "not exactly one h1"
    ids = page.locator("[id]").evaluate_all("elements => elements.map(element => element.id)")
    yield from sorted({f"id {name} twice" for name in ids if ids.count(name) > 1})
    page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"scrolls sideways: {needed} of {width} px"
        # Seen whole: a bar that sticks to the window covers no target that one can scroll to.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
        for scheme, rules in [("light", EVERY_RULE), ("dark", COLOUR_RULES)]:
            page.emulate_media(color_scheme=scheme)
            yield from (f"{width} px, {scheme}: {fault}" for fault in axe_violations(page, rules))


def axe_violations(page, rules):
    # No rule of these needs the files of the page read once more.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    result = page.evaluate("options => axe.run(options)", options)
    for violation in result["violations"]:
        for node in violation["nodes"]:
            yield (
                f"{violation['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
            )


def raise_(fault):
    raise fault


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/", "/jobs/?q=engineer", "/roles/ai-architect/", "/salaries/data-engineer/"]
)
def test_seekers_pages_work_enlarged_and_with_wider_text_spacing(path, open_page):
    """A 1280 px window at 400 % is one of 320 px; the spacing is that of WCAG 1.4.12."""
    page = open_page(viewport={"width": 320, "height": 256})
    page.goto(path)

    page.evaluate("""() => document.querySelectorAll("*").forEach(element => {
            Object.assign(element.style, {
                lineHeight: "1.5", letterSpacing: "0.12em", wordSpacing: "0.16em"})
        })""")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
