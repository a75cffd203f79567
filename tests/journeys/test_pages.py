"""Every kind of page in every light and width, and what seekers come to do."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver
from playwright.sync_api import expect

from jobboard.listings.listing_search import ListingSearch
from tests.journeys.page_types import NOT_PAGES, PAGE_TYPES, make_things, url_names

pytestmark = pytest.mark.browser

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_REQUESTS = 6
WIDTHS = [1280, 320]


def test_every_address_is_a_page_type_or_says_why_not():
    assert set(url_names(get_resolver())) - {kind.url_name for kind in PAGE_TYPES} == set(NOT_PAGES)


@pytest.mark.parametrize("kind", PAGE_TYPES, ids=str)
def test_a_page_is_sound_in_every_light_and_width(kind, open_page, settings, monkeypatch):
    settings.MAIL_IS_READ_HERE = True
    things = make_things()
    if kind.fault:
        monkeypatch.setattr(ListingSearch, "run", lambda search: raise_(kind.fault))
    page = open_page(user=getattr(things, kind.user, None))
    requests = []
    page.on("request", requests.append)

    assert page.goto(kind.path.format(**vars(things))).status == kind.status
    assert len(requests) <= MOST_REQUESTS + redirects(requests)
    if kind.act:
        kind.act(page)
        page.wait_for_load_state()

    faults = []
    if " – Rolebook" not in page.title() and "Rolebook: " not in page.title():
        faults.append(f"title: {page.title()}")
    if page.get_by_role("heading", level=1).count() != 1:
        faults.append("not exactly one h1")
    ids = page.locator("[id]").evaluate_all("elements => elements.map(element => element.id)")
    faults += sorted({f"id {name} twice" for name in ids if ids.count(name) > 1})
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            faults.append(f"scrolls sideways: {needed} of {width} px")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            faults += [f"{width} px, {scheme}: {fault}" for fault in axe_violations(page)]
    assert faults == []


def axe_violations(page):
    options = {"runOnly": AXE_TAGS, "resultTypes": ["violations"]}
    for violation in Axe().run(page, options=options).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"


def redirects(requests):
    return sum(request.redirected_from is not None for request in requests)


def raise_(fault):
    raise fault
