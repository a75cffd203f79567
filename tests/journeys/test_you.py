"""What pages answer once a visitor has said who they are: the questions of seekers, each on one
page. By keyboard, and without JavaScript on a narrow dark screen.
"""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.visitors import tab_to

pytestmark = pytest.mark.browser

LISBON_JOB = "/jobs/?q=Tessaluz+research"
SAID = "role=data-analyst&country=PT&level=mid&currency=EUR&skill=sql.python.excel"
AWAY = 3  # days


def type_into(visitor, field, text):
    tab_to(visitor.page, field) if visitor.by_keyboard else field.focus()
    visitor.page.keyboard.type(text)


def say(page, site, said=SAID):
    page.context.add_cookies([{"name": "you", "value": said, "url": site}])


@pytest.mark.slow
def test_a_seeker_says_who_they_are_in_one_load_and_forgets_it_with_one_click(new_visitor):
    seeker = new_visitor()
    page = seeker.page
    seeker.goto("/you/?back=/jobs/%3Fsort%3Dopen")

    seeker.choose(page.get_by_label(re.compile(r"^\s*Role")), "Data Analyst")
    seeker.choose(page.get_by_label("Country you’d work from"), "Portugal")
    seeker.choose(page.get_by_label(re.compile(r"^\s*Level")), "Mid-level")
    type_into(seeker, page.get_by_label("Add skills"), "SQL, k8s")
    seeker.press(page.get_by_role("button", name="Save"))

    line = page.get_by_role("complementary", name="What you told us")
    expect(line).to_contain_text("Data Analyst · Portugal · mid-level · 2 skills")
    expect(page.get_by_role("heading", name=re.compile("^Open from Portugal"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert (page.loads, seeker.acts) == (1, 4)
    seeker.press(line.get_by_role("button", name="Forget me"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(line).to_have_count(0)
    assert page.context.cookies() == []


@pytest.mark.slow
def test_each_of_several_skills_gets_suggestions(open_page):
    page = open_page()
    page.goto("/you/")
    box = page.get_by_label("Add skills")
    suggested = page.locator("#known-skills option")
    everything = suggested.count()
    expect(page.locator('#known-skills option[value="Python"]')).to_be_attached()

    box.press_sequentially("sql, Py")

    expect(page.locator('#known-skills option[value="sql, Python"]')).to_be_attached()
    expect(page.locator('#known-skills option[value="sql, SQL"]')).to_have_count(0)
    expect(suggested).to_have_count(everything - 1)
    box.fill("")
    expect(page.locator('#known-skills option[value="Python"]')).to_be_attached()


@pytest.mark.slow
def test_the_skills_of_a_profile_take_one_click_on_the_page_of_a_role(new_visitor, site):
    seeker = new_visitor()
    page = seeker.page
    say(page, site, "country=PT&skill=sql")
    seeker.goto("/roles/data-analyst/")

    seeker.press(page.get_by_role("button", name="Add every skill in this profile to mine"))

    expect(page).to_have_url(re.compile("/roles/data-analyst/$"))
    expect(page.locator("#you")).to_contain_text(
        "You have every skill and tool in the Data Analyst"
    )
    expect(page.get_by_role("button", name="Add every skill")).to_have_count(0)
    assert (page.loads, seeker.acts) == (1, 1)


@pytest.mark.slow
def test_portugal_and_remote_is_answered_on_the_list_and_on_the_job(new_visitor, site):
    seeker = new_visitor()
    page = seeker.page
    say(page, site)
    seeker.goto("/jobs/?sort=open&q=machine+learning")

    expect(page.locator(".jobs .meta").first).to_contain_text("Open to you")
    seeker.press(page.locator(".jobs .job .title a").first)

    expect(page.locator(".answers")).to_contain_text("From Portugal: yes.")
    expect(page.locator(".answers")).to_contain_text("At mid-level in the euro area")
    expect(page.locator(".answers")).to_contain_text("You have")
    assert (page.loads, seeker.acts) == (1, 1)


@pytest.mark.slow
def test_which_role_is_nearer_is_answered_first_on_one_page(new_visitor, site):
    seeker = new_visitor()
    page = seeker.page
    say(page, site)

    seeker.goto("/compare/ai-engineer-vs-machine-learning-engineer/")

    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text(re.compile("nearer to you|near to you"))
    expect(verdict).to_contain_text("skills and tools to learn")
    expect(verdict).to_contain_text("within reach with your 3 skills")
    bottom = verdict.evaluate("element => element.getBoundingClientRect().bottom")
    assert bottom <= page.viewport_size["height"]
    expect(page.locator("#you")).to_contain_text("From where you are to AI Engineer")
    expect(page.locator("#you")).to_contain_text("within reach with your 3 skills")
    expect(page.locator("#pay h2")).to_have_text("Pay, mid-level")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.slow
def test_whether_an_offer_is_fair_is_answered_on_the_salary_page(new_visitor, site):
    seeker = new_visitor()
    page = seeker.page
    say(page, site)
    seeker.goto("/salaries/machine-learning-engineer/")

    seeker.press(page.locator("#my-pay summary"))
    type_into(seeker, page.get_by_label("Pay before tax"), "60000")
    seeker.press(page.locator("#my-pay").get_by_role("button"))

    expect(page.locator(".verdict").first).to_contain_text("EUR 60,000 a year is higher than")
    expect(page.locator(".verdict").first).to_contain_text("from the euro area")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert (page.loads, seeker.acts) == (1, 2)


@pytest.mark.slow
def test_work_in_a_country_is_a_feed_that_says_nothing_of_who_asked(new_visitor, site):
    seeker = new_visitor()
    page = seeker.page
    say(page, site)
    seeker.goto("/jobs/?sort=fit")

    type_into(seeker, page.get_by_label("Title, skill or company"), "MLOps")
    type_into(seeker, page.get_by_label("Location"), "Germany")
    seeker.press(page.get_by_role("button", name="Search", exact=True))

    expect(page).to_have_url(re.compile("where=Germany"))
    assert "sort=fit" in page.url
    feed = page.get_by_role("link", name="Feed", exact=True).get_attribute("href")
    assert feed == "/jobs/feed/?q=MLOps&where=Germany"
    assert page.loads == 1


@pytest.mark.slow
def test_whether_a_job_is_fake_is_the_last_answer_of_its_page(new_visitor, site):
    seeker = new_visitor()
    page = seeker.page
    say(page, site)
    seeker.goto("/jobs/?q=Tessaluz")

    seeker.press(page.locator(".jobs .job .title a").first)

    answers = page.locator(".answers")
    expect(answers).to_contain_text(re.compile("erified"))
    expect(answers.get_by_role("link", name=re.compile("fake job"))).to_be_attached()
    assert page.loads == 1


def test_the_home_page_tells_the_next_step(new_visitor, site):
    seeker = new_visitor()
    page = seeker.page
    say(page, site)

    seeker.goto("/")

    expect(page.get_by_role("heading", name="Your next step")).to_be_visible()
    expect(page.locator("#you")).to_contain_text("One more skill:")
    expect(page.locator("#you")).to_contain_text("to learn")


@pytest.mark.slow
def test_the_home_page_tells_what_is_new_since_this_browser_last_looked(open_page):
    page = open_page()
    page.goto("/jobs/")
    page.locator(".jobs .job a[data-save]").first.click()
    page.goto("/")
    expect(page.locator("[data-since]")).to_be_hidden()
    page.wait_for_function("() => localStorage['last looked']")
    first = json.loads(page.evaluate("localStorage['last looked']"))
    [saved] = first["jobs"]
    earlier = {"day": first["day"] - AWAY, "jobs": {saved: [True, False]}}
    page.evaluate("value => localStorage.setItem('last looked', value)", json.dumps(earlier))

    for _ in range(2):  # and again on the same day
        page.reload()
        news = page.locator("[data-since]")
        expect(news).to_contain_text(f"Since you last looked, {AWAY} days ago: ")
        expect(news).to_contain_text("1 saved job added pay")
