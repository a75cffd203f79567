"""Two ways to use a page that between them need nothing: by keyboard alone, or with a mouse on a
BARE browser.
"""

import pytest

# No JavaScript, the narrowest screen and dark colours at once: what works so works with each of
# them.
BARE = {
    "java_script_enabled": False,
    "viewport": {"width": 320, "height": 640},
    "color_scheme": "dark",
}


def tab_to(page, target):
    """Press Tab until ``target`` has the focus, and see that the focus shows."""
    target.wait_for(state="attached")  # on the page that the last key led to
    page.wait_for_load_state()
    focused = target.and_(page.locator(":focus"))
    for _ in range(150):
        page.keyboard.press("Tab")
        if focused.count():
            assert target.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
            return
    pytest.fail(f"Tab does not reach {target}")


class Visitor:
    """Somebody at ``page``. ``acts`` counts clicks, keys that press something, and choices."""

    def __init__(self, page, by_keyboard=False):
        self.page, self.by_keyboard, self.acts = page, by_keyboard, 0

    def goto(self, path):
        """Where a journey starts: what it takes is counted from here."""
        self.page.goto(path)
        self.page.loads = self.acts = 0

    def press(self, target):
        self.acts += 1
        if self.by_keyboard:
            tab_to(self.page, target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def choose(self, field, option):
        self.acts += 1
        if self.by_keyboard:
            tab_to(self.page, field)
            self.page.keyboard.type(option)
        else:
            field.select_option(option)
