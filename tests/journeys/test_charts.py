"""Charts are seen at every width: none is left out where it is narrow or wide."""

import pytest

pytestmark = pytest.mark.browser

# The address, and what has to be seen in a wide window and on a phone.
DRAWN = {
    "/salaries/data-engineer/": (".dot", ".dot"),
    "/roles/": (".map circle", ".on-line circle"),
    "/": (".map circle", ".on-line circle"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("width", "kind"), [(1280, 0), (375, 1)])
def test_jobs_and_roles_are_drawn_in_wide_and_narrow_windows(width, kind, open_page):
    page = open_page(viewport={"width": width, "height": 800})
    for path, marks in DRAWN.items():
        page.goto(path)

        drawn = page.locator(marks[kind]).all()

        assert len(drawn) >= 5
        assert all(mark.is_visible() for mark in drawn)


def test_the_map_of_the_home_page_can_be_walked_by_keyboard(page):
    page.goto("/")

    links = page.get_by_role("group", name="Roles with survey median").get_by_role("link").all()

    assert len(links) >= 5
    links[0].focus()
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("/roles/")
