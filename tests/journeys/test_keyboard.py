"""A recruiter on a phone with a keyboard: from an ad on the clipboard to the preview of the job,
without ever pointing at anything.
"""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from jobboard.listings.models import Listing
from tests.factories import MembershipFactory, RoleFactory, SkillFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AD = Path(__file__).parents[1] / "recruiting" / "data" / "ads" / "word.html"
COPY = """kinds => navigator.clipboard.write([new ClipboardItem(
    Object.fromEntries(kinds.map(([type, text]) => [type, new Blob([text], {type})]))
)])"""
MAX_TAB_STOPS = 80


@pytest.fixture
def site(live_server):
    """Without the content we ship: the roles and skills of the ad are enough."""
    RoleFactory(name="Machine Learning Engineer")
    SkillFactory(name="Python")
    return live_server.url


class Keys:
    """``presses`` counts each key but the letters that are typed."""

    def __init__(self, page):
        self.page, self.presses = page, 0

    def press(self, key):
        self.presses += 1
        self.page.keyboard.press(key)

    def tab_to(self, target):
        target.wait_for(state="attached")
        self.page.wait_for_load_state()
        focused = target.and_(self.page.locator(":focus"))
        for _ in range(MAX_TAB_STOPS):
            if focused.count():
                return
            self.press("Tab")
            assert self.shows_focus(), self.page.evaluate("document.activeElement.outerHTML")
        pytest.fail(f"Tab does not reach {target}")

    def shows_focus(self) -> bool:
        """In sight, not below the window, and with a ring around it."""
        return self.page.evaluate(
            """() => {
                const at = document.activeElement, box = at.getBoundingClientRect();
                const ring = getComputedStyle(at);
                return at === document.body || (
                    (ring.outlineStyle !== "none" || ring.boxShadow !== "none")
                    && box.bottom > 0 && box.top < innerHeight
                );
            }"""
        )


@pytest.fixture
def page(open_page):
    user = MembershipFactory(company__name="Acme", user__email="ada@acme.example").user
    page = open_page(
        user,
        viewport={"width": 375, "height": 700},
        permissions=["clipboard-read", "clipboard-write"],
    )
    copy(page.context.new_page())
    page.goto("/recruit/")
    page.loads = 0
    return page


def copy(other):
    """The ad, in another window: the browser cleans its HTML by the rules of the page it is on."""
    other.goto("/healthz/live")
    html = AD.read_text(encoding="utf-8")
    plain = BeautifulSoup(html, "html.parser").get_text()
    other.evaluate(COPY, [["text/html", html], ["text/plain", plain]])
    other.close()


def test_a_pasted_ad_is_previewed_by_keyboard_on_a_phone(page):
    keys = Keys(page)
    keys.tab_to(page.get_by_role("main").get_by_role("link", name="Post a job"))
    keys.press("Enter")
    text = page.get_by_label("Description")
    keys.tab_to(text)
    keys.press("Control+v")
    expect(text).to_have_value(re.compile("- Ship them with tests"))
    keys.tab_to(page.get_by_role("button", name="Fill in the form from this text"))
    keys.press("Enter")

    # The focus stands in the first field that was filled in, whose words are read with it.
    title = page.get_by_label("Job title")
    expect(title).to_be_focused()
    expect(title).to_have_accessible_description(re.compile("From your text"))
    keys.press("Enter")  # which saves, as everywhere

    # What lacks is heard first, and each line leads to its field.
    problems = page.locator(".error-summary")
    expect(problems).to_be_focused()
    line = problems.get_by_role("link").first
    keys.tab_to(line)
    keys.press("Enter")
    link = page.get_by_label("Application link")
    expect(link).to_be_focused()
    page.keyboard.type("www.acme.example/jobs/1")
    keys.press("Enter")

    title = "Senior Machine Learning Engineer (f/m/d)"
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("button", name="Submit for review")).to_be_visible()
    assert Listing.objects.get().title == title
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.loads == 4  # the form, filled in, with its problem, and the preview
    assert keys.presses == 27


def test_the_plain_text_stands_in_the_form_until_the_other_is_made(page):
    """So that who sends the form at once has lost nothing, nor who is offline."""
    page.goto("/recruit/jobs/new/")
    page.route("**/post/paste/", lambda route: route.abort())
    text = page.get_by_label("Description")
    text.focus()

    page.keyboard.press("Control+v")

    expect(text).to_have_value(re.compile("Ship them with tests"))
