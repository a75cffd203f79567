"""Who may be relied on, walked in the browser with real forms and mails: an honest company, a
proven one, somebody who took a name, somebody who cheats once they were let in, and a moderator's
morning.

Each walk says how many clicks it took (shown with ``-s``); docs/security.md lists them.
"""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from statistics import median
from time import perf_counter

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.importing.importer import import_items
from jobboard.listings import emails, lifecycle
from jobboard.listings.choices import PlaceText
from jobboard.listings.content import ListingContent, get_content, write_content
from jobboard.listings.models import Company, CompanyClaim, CompanyLogo, Listing, Origin
from jobboard.listings.trust.scoring import score_waiting
from jobboard.moderation.models import UsualReason
from jobboard.recruiting import company_actions
from jobboard.seekers.reports import report_listing
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.journeys.test_recruiters import heading, link_in, type_code
from tests.journeys.visitors import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = " ".join(f"You look after part {number} of the models that we run." for number in range(12))
JOB = {
    "Job title": "Machine Learning Engineer",
    "Location": "Munich, Germany",
    "Minimum pay": "60000",
    "Maximum pay": "80000",
    "Currency": "EUR",
    "Description": f"{TEXT} You tune the modles too.",
    "Application link": "https://careers.nimbus.example/1",
}
GATHERED_FOR = emails.GATHERED_FOR
USUAL = "Not data or AI work"
FIRST_JOB = JOB | {
    "Company": "Nimbus",
    "Company website": "https://nimbus.example",
    "Your work email": "ada@gmail.com",
}


@pytest.fixture
def site(live_server):
    """Without the content we ship, which none of these journeys needs: they start sooner."""
    RoleFactory(name="Machine Learning Engineer", slug="machine-learning-engineer")
    return live_server.url


@pytest.fixture(params=[1280, 375])
def visit(request, open_page):
    """Call it for somebody at a screen of this width, signed in as ``user`` where one is given."""

    def visit(user=None) -> Visitor:
        return Visitor(open_page(user, viewport={"width": request.param, "height": 812}))

    return visit


@pytest.fixture
def editor():
    return UserFactory(staff=True)


@pytest.fixture
def say(request):
    """Call it with a step of the walk and the clicks it took."""

    def say(step: str, clicks: int, most: int) -> None:
        print(f"{request.node.name}: {step}: {clicks} clicks")
        assert clicks <= most, step

    return say


def type_in(visitor: Visitor, texts: dict[str, str]) -> None:
    for label, text in texts.items():
        is_exact = label in ("Company", "Location")
        visitor.page.get_by_label(label, exact=is_exact).first.fill(text)


def button(visitor: Visitor, name: str):
    return visitor.page.get_by_role("main").get_by_role("button", name=name, exact=True)


def link(visitor: Visitor, name: str):
    return visitor.page.get_by_role("link", name=name, exact=True).first


def edit(visitor: Visitor, listing: Listing, texts: dict[str, str]) -> int:
    """From the list of jobs; the clicks it takes."""
    visitor.goto("/recruit/")
    visitor.press(link(visitor, f"Edit {Listing.objects.get(pk=listing.pk).title}"))
    type_in(visitor, texts)
    visitor.press(button(visitor, "Save changes"))
    visitor.page.locator(".messages").wait_for()
    return visitor.acts


def post_first_job(visitor: Visitor, mails, texts: dict[str, str]) -> int:
    visitor.goto("/post/")
    if "Minimum pay" in texts:
        visitor.choose(visitor.page.get_by_label("Period").first, "year")
    type_in(visitor, texts)
    visitor.press(button(visitor, "Preview"))
    visitor.press(button(visitor, "Submit for review"))
    type_code(visitor.page, mails)
    visitor.press(button(visitor, "Sign in"))
    heading(visitor.page).wait_for()
    return visitor.acts


def decide(visitor: Visitor, title: str, do: str) -> int:
    """From the inbox; the clicks it takes."""
    visitor.goto("/admin/inbox/")
    visitor.press(visitor.page.get_by_role("link", name=title).first)
    visitor.press(button(visitor, do))
    visitor.page.locator(".messages").first.wait_for()
    return visitor.acts


def public(page, listing: Listing) -> str:
    """What everybody reads of a job."""
    assert page.goto(listing.get_absolute_url()).status == 200
    return page.locator("main").inner_text()


def test_the_first_week_of_a_company_that_has_proven_nothing(visit, editor, mails, work, say):
    ada, staff, public_page = visit(), visit(editor), visit().page

    say("first job", post_first_job(ada, mails, FIRST_JOB), 4)
    job = Listing.objects.get()
    assert public_page.goto(job.get_absolute_url()).status == 404
    say("its approval", decide(staff, job.title, "Approve"), 2)
    assert "Not verified yet" in public(public_page, job)

    typo = {"Description": f"{TEXT} You tune the models too."}
    say("typing error", edit(ada, job, typo), 2)
    assert "tune the models too" in public(public_page, job)
    say("a raise", edit(ada, job, {"Maximum pay": "88000"}), 2)
    assert "88" in public(public_page, job)
    sooner = timezone.localdate() + timedelta(days=20)
    say("closing date", edit(ada, job, {"Closing date": sooner.isoformat()}), 2)
    assert f"{sooner:%-d %b %Y}" in public(public_page, job)

    ada.goto("/recruit/")
    ada.press(link(ada, "Post a job"))
    ada.choose(ada.page.get_by_label("Period").first, "year")
    type_in(ada, JOB | {"Job title": "Data Scientist", "Location": "Berlin, Germany"})
    ada.press(button(ada, "Submit for review"))
    expect(ada.page.locator("main")).to_contain_text("In review")
    say("a second job", ada.acts, 3)
    say("its approval", decide(staff, "Data Scientist", "Approve"), 2)

    ada.goto("/recruit/")
    ada.press(link(ada, "Nimbus"))
    ada.press(link(ada, "Verify Nimbus"))
    type_in(ada, {"Your email address, before the @": "ada"})
    ada.press(button(ada, "Email me the link"))
    expect(ada.page.locator(".messages")).to_contain_text("ada@nimbus.example")
    ada.page.goto(link_in([mail for mail in mails() if mail.to == "ada@nimbus.example"][-1]))
    ada.press(button(ada, "Verify Nimbus"))
    expect(ada.page.locator(".messages")).to_contain_text("Nimbus is verified")
    say("proof of the domain", ada.acts, 5)

    say("a new title", edit(ada, job, {"Job title": "Senior Machine Learning Engineer"}), 2)
    text = public(public_page, job)
    assert "Senior Machine Learning Engineer" in text
    assert "Verified: email at nimbus.example" in text


def live_job(company: Company, by, **values) -> Listing:
    """A job of Acme as somebody approved it."""
    content = ListingContent(
        title="Machine Learning Engineer",
        description=TEXT,
        places=(PlaceText("Munich, Germany", "Munich", "DE", "on_site", "Bavaria"),),
        pay_note="By tariff.",
        apply_url="https://careers.acme.example/1",
    )
    listing = ListingFactory(live=True, company=company, created_by=by, role=None, **values)
    return write_content(listing, content)


def test_an_edit_of_a_proven_company_is_public_in_one_step(visit, say):
    member = MembershipFactory(
        proof="domain",
        company__name="Acme",
        company__domain="acme.example",
        company__verified_by="email",
        company__verified_domain="acme.example",
    )
    job = live_job(member.company, member.user)
    ada, public_page = visit(member.user), visit().page

    new = {"Job title": "Research Engineer", "Description": f"You do research. {TEXT[:300]}"}
    say("title and text", edit(ada, job, new), 2)

    assert "Research Engineer" in (text := public(public_page, job))
    assert "You do research." in text


def test_a_squatter_gives_way_to_the_real_employer(visit, editor, mails, work, say):
    squatter, staff, employer = visit(), visit(editor), visit()
    famous = FIRST_JOB | {"Company": "Famous Lab", "Company website": "https://famous.example"}
    apply = {"Application link": "https://careers.famous.example/1"}
    post_first_job(squatter, mails, famous | apply | {"Your work email": "first@gmail.com"})
    decide(staff, JOB["Job title"], "Approve")
    item = FeedItem(
        external_id="1",
        company="Famous Lab",
        title="Data Scientist",
        description=TEXT,
        places=(PlaceText("Berlin, Germany", "Berlin", "DE", "on_site", "Berlin"),),
        are_places_settled=True,
        apply_url="https://boards.greenhouse.io/famouslab/jobs/1",
    )
    import_items(feed=FeedFactory(board=True), items=[item], now=timezone.now())
    of_feed = Listing.objects.get(external_id="1")

    squatter.goto("/recruit/")
    assert "Data Scientist" not in squatter.page.locator("main").inner_text()
    for address in ("edit/", ""):
        answer = squatter.page.goto(f"/recruit/jobs/{of_feed.pk}/{address}")
        assert answer.status == 404, address

    real = famous | apply | {"Your work email": "hr@famous.example", "Job title": "Data Engineer"}
    say("the employer comes", post_first_job(employer, mails, real), 4)
    assert [mail.subject for mail in mails() if mail.to == "first@gmail.com"][-1] == (
        "Someone has verified Famous Lab"
    )
    company = Company.objects.get(name="Famous Lab")
    assert employer.page.goto(f"/recruit/jobs/{of_feed.pk}/edit/").status == 200
    squatter.goto(f"/recruit/companies/{company.pk}/")
    assert "Other members have verified" in squatter.page.locator("main").inner_text()
    assert button(squatter, "Invite").count() == 0
    assert "Verified: email at famous.example" in public(staff.page, of_feed)


def test_two_who_say_that_a_name_is_theirs_are_decided_by_an_editor(visit, editor, mails, say):
    squatter = MembershipFactory(
        user__email="first@gmail.com", company__name="Famous Lab", company__domain="famous.app"
    )
    live_job(squatter.company, squatter.user)
    employer, staff, first = visit(), visit(editor), visit(squatter.user)

    post_first_job(
        employer,
        mails,
        FIRST_JOB
        | {
            "Company": "Famous Lab",
            "Company website": "https://famous.example",
            "Your work email": "hr@famous.example",
        },
    )
    assert Company.objects.get().domain == "famous.app"
    staff.goto("/admin/inbox/")
    staff.press(staff.page.get_by_role("link", name="Decide Famous Lab"))
    assert "Their mailbox is at famous.example" in staff.page.locator("main").inner_text()
    staff.press(button(staff, "The company is theirs"))
    staff.page.locator(".messages").first.wait_for()

    say("the dispute", staff.acts, 2)
    company = Company.objects.get()
    assert company.domain == "famous.example"
    assert [one.user.email for one in company.memberships.deciding()] == ["hr@famous.example"]
    first.goto(f"/recruit/companies/{company.pk}/")
    assert button(first, "Invite").count() == 0


def picture(colour: str) -> dict:
    file = BytesIO()
    Image.new("RGB", (32, 32), colour).save(file, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": file.getvalue()}


SWAPS = {
    "title": {"Job title": "Research Scientist at OpenAI"},
    "text": {"Description": f"{TEXT} Pay the registration fee by gift card."},
    "pay": {"Minimum pay": "250000", "Maximum pay": "400000", "Currency": "EUR"},
    "apply link": {"Application link": "https://blue-careers.example/1"},
}
CLAIMS = {
    "company name": {"Company name": "OpenAI"},
    "website": {"Website": "https://openai.com"},
    "description": {"About the company": "Pay the registration fee by gift card."},
}


def test_what_a_scammer_changes_after_the_approval_reaches_nobody(visit, editor, say):
    member = MembershipFactory(
        user__email="sam@gmail.com", company__name="Acme", company__domain="acme.example"
    )
    company = member.company
    Company.objects.update(website="https://acme.example", country="DE")
    CompanyLogo.objects.create(company=company, webp=b"old", hash="old", width=8, height=8)
    job = live_job(company, member.user)
    sam, staff, public_page = visit(member.user), visit(editor), visit().page
    before, page_before = public(public_page, job), public(public_page, company)
    logo = public_page.locator("main img").first.get_attribute("src")

    for swap, texts in SWAPS.items():
        if swap == "pay":
            sam.goto(f"/recruit/jobs/{job.pk}/edit/")
            type_in(sam, texts)
            sam.choose(sam.page.get_by_label("Period").first, "year")
            sam.press(button(sam, "Save changes"))
            sam.page.locator(".messages").wait_for()
        else:
            edit(sam, job, texts)
        assert public(public_page, job) == before, swap
    for swap, texts in CLAIMS.items():
        sam.goto(f"/recruit/companies/{company.pk}/edit/")
        type_in(sam, texts)
        sam.press(button(sam, "Save"))
        expect(sam.page.locator(".messages")).to_contain_text("once we’ve reviewed it")
        assert (public(public_page, job), public(public_page, company)) == (before, page_before), (
            swap
        )
    sam.goto(f"/recruit/companies/{company.pk}/")
    sam.page.get_by_label("Image").set_input_files(picture("red"))
    sam.press(button(sam, "Save logo"))
    expect(sam.page.locator(".messages")).to_contain_text("once we’ve reviewed it")
    public(public_page, company)
    assert public_page.locator("main img").first.get_attribute("src") == logo

    staff.goto("/admin/inbox/")
    assert staff.page.locator("main").inner_text().count("Change of identity") == 4
    staff.press(staff.page.get_by_role("link", name="Review Machine Learning Engineer"))
    heading(staff.page).wait_for()
    assert "Pay the registration fee" in staff.page.locator("main").inner_text()
    open_reasons(staff)
    staff.page.locator("textarea[name=reason]").fill("Nobody pays to apply.")
    staff.press(button(staff, "Reject"))
    staff.page.locator(".messages").first.wait_for()
    say("an editor rejects it", staff.acts, 3)
    assert public(public_page, job) == before


# First word of a title → what a moderator does about it, and in how many clicks.
DECISIONS = {
    "New": ("Approve", 1),
    "Held": ("Approve change", 1),
    "Edited": ("Mark as seen", 1),
    "Scam": ("Hide job", 1),
    "Rumour": ("Dismiss reports", 1),
    "Spam": ("Reject", 3),
}


def test_thirty_entries_take_a_click_each_where_they_are_plain(visit, editor, say):
    """What is refused takes a reason, and who a company is takes a page of its own."""
    thirty_entries()
    staff = visit(editor)
    staff.goto("/admin/inbox/")
    assert "All 30" in staff.page.locator("main").inner_text()
    clicks: dict[str, list[int]] = {}
    seconds: dict[str, list[float]] = {}

    staff.press(staff.page.locator("main a.btn", has_text="Review").first)
    for _ in range(26):
        word = heading(staff.page).inner_text().partition(" ")[0]
        began = perf_counter()
        clicks.setdefault(word, []).append(clicks_to_decide(staff, DECISIONS[word][0]))
        seconds.setdefault(word, []).append(perf_counter() - began)
    for name in ["Accept", "Accept", "Decide", "Decide"]:
        staff.goto("/admin/inbox/")
        began = perf_counter()
        staff.press(staff.page.locator("main .inbox .btn", has_text=name).first)
        if name == "Decide":
            staff.press(staff.page.get_by_role("button", name="Approve the name"))
        staff.page.locator(".messages").first.wait_for()
        clicks.setdefault(name, []).append(staff.acts)
        seconds.setdefault(name, []).append(perf_counter() - began)

    staff.goto("/admin/inbox/")
    assert "Nothing is waiting for you." in staff.page.locator("main").inner_text()
    most = {word: number for word, (_, number) in DECISIONS.items()} | {"Accept": 1, "Decide": 2}
    for word, each in clicks.items():
        say(f"{word}, {len(each)} times, each", max(each), most[word])
    for word, each_took in seconds.items():
        print(f"{word}: {median(each_took):.2f} s from the click to the next page, in the middle")
    print(f"all thirty: {sum(map(sum, seconds.values())):.1f} s of the machine, none of reading")
    say("all thirty", 1 + sum(map(sum, clicks.values())), 37)


def clicks_to_decide(staff: Visitor, do: str) -> int:
    before = staff.acts
    if do == "Reject":
        open_reasons(staff)
        staff.choose(staff.page.get_by_label("Reason", exact=True), USUAL)
    staff.press(button(staff, do))
    staff.page.locator(".messages").first.wait_for()
    return staff.acts - before


def open_reasons(staff: Visitor) -> None:
    """On a narrow screen they are folded away."""
    fold = staff.page.get_by_text("Return, reject or hide")
    if fold.is_visible():
        staff.press(fold)


def thirty_entries() -> None:
    UsualReason.objects.create(text=USUAL)
    for number in range(10):
        ListingFactory(in_review=True, title=f"New {number}")
    for number in range(6):
        propose(ListingFactory(live=True, title=f"Held {number}"), visa="yes")
    for number in range(4):
        propose(ListingFactory(live=True, title=f"Edited {number}", level="mid"), level="senior")
    for word, count in [("Scam", 2), ("Rumour", 2)]:
        for number in range(count):
            job = ListingFactory(live=True, title=f"{word} {number}")
            report_listing(listing=job, reason="scam", text="")
    for number in range(2):
        ListingFactory(in_review=True, title=f"Spam {number}")
        company_actions.ask_to_join(company=CompanyFactory(), user=UserFactory())
        member = MembershipFactory()
        CompanyClaim.objects.create(
            company=member.company, field="name", value=f"Renamed {number}", by=member.user
        )


def propose(listing: Listing, **changes) -> None:
    """As its employer, who has proven nothing."""
    lifecycle.submit_change(
        listing=listing,
        content=replace(get_content(listing), **changes),
        version=listing.version,
        by=None,
        origin=Origin.FORM,
    )


def test_two_hundred_jobs_are_approved_at_once_with_one_mail(
    visit, editor, mails, work, say, monkeypatch, time_machine
):
    monkeypatch.setattr(emails, "GATHERED_FOR", GATHERED_FOR)  # as on a real site
    member = MembershipFactory(user__email="ada@acme.example", company__name="Acme")
    role = RoleFactory()
    for _ in range(200):
        ListingFactory(in_review=True, company=member.company, created_by=member.user, role=role)
    while score_waiting():
        continue
    staff = visit(editor)
    staff.goto("/admin/inbox/")

    staff.press(link(staff, "Show 200 on a page"))
    staff.press(button(staff, "Select all"))
    staff.press(button(staff, "Approve selected jobs"))
    staff.page.locator(".messages").first.wait_for()
    say("all of them", staff.acts, 3)
    work()
    time_machine.move_to(timezone.now() + 2 * GATHERED_FOR)
    work()

    assert Listing.objects.live().count() == 200
    assert [mail.to for mail in mails()].count("ada@acme.example") == 1
