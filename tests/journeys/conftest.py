"""One Chromium for all journeys, and pages that fail their test when the browser complains or
leaves this machine.
"""

import threading
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from playwright.sync_api import expect, sync_playwright

from tests.journeys.page_types import signed_in_just_now
from tests.journeys.visitors import BARE, Visitor
from tests.waiting import wait_until

MAX_MILLISECONDS = 120_000  # until the browser shows or does what a test waits for


@pytest.fixture(scope="session")
def browser(chromium):
    """The system's Chromium. While it is open, Playwright keeps an event loop in this thread;
    Django must not mind.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            timeout=MAX_MILLISECONDS,
        )
        expect.set_options(timeout=MAX_MILLISECONDS)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, starter_with_samples):
    """The address of a running site with the starter content and the sample jobs.

    What a closed page still asked for is answered before the database is emptied.
    """
    at_work = set()
    with (
        on_signal(request_started, lambda **_: at_work.add(threading.get_ident())),
        on_signal(request_finished, lambda **_: at_work.discard(threading.get_ident())),
    ):
        yield live_server.url
        wait_until(lambda: not at_work, every=0.01)


@contextmanager
def on_signal(signal, do):
    signal.connect(do, weak=False)
    try:
        yield
    finally:
        signal.disconnect(do)


@pytest.fixture
def open_page(browser, site):
    """Call it for a page of a new visitor, signed in as ``user`` where one is given.

    The test fails at its end if a page it opened logged an error or warning, broke the
    Content-Security-Policy, missed a file or asked another host for anything. ``page.loads`` counts
    the documents that were loaded.
    """
    contexts, complaints = [], []

    def open_page(user=None, **options):
        context = browser.new_context(
            **{"base_url": site, "viewport": {"width": 1280, "height": 900}} | options
        )
        context.set_default_timeout(MAX_MILLISECONDS)
        contexts.append(context)
        if user:
            context.add_cookies([session_cookie(user, site)])
        page = context.new_page()
        watch(page, site, complaints)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture(params=["by keyboard", pytest.param("bare", marks=pytest.mark.slow)])
def new_visitor(request, open_page):
    """Call it for somebody who visits the site, signed in as ``user`` where one is given; the test
    runs in each way.
    """

    def new_visitor(user=None):
        page = open_page(user, **(BARE if request.param == "bare" else {}))
        return Visitor(page, by_keyboard=request.param == "by keyboard")

    return new_visitor


def session_cookie(user, site):
    client = signed_in_just_now(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": site,
    }


def watch(page, site, complaints):
    page.loads = 0

    def on_console(message):
        # The status of a page is for its test to judge; that of its files is judged below.
        if message.type in ("error", "warning") and not message.text.startswith(
            "Failed to load resource"
        ):
            complaints.append(f"{page.url}: {message.type}: {message.text}")

    def on_request(request):
        if not request.url.startswith(site + "/"):
            complaints.append(f"{page.url} asks {request.url}")

    def on_response(response):
        if response.request.is_navigation_request():
            page.loads += not 300 <= response.status < 400
        elif response.status >= 400:
            complaints.append(f"{page.url}: {response.status} for {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
