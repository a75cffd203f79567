"""The inbox: what waits for staff, who sees which of it, and what is done there."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobboard.common import mail
from jobboard.common.mail import send_template_mail
from jobboard.common.models import Email
from jobboard.listings import lifecycle
from jobboard.listings.content import get_content
from jobboard.listings.models import (
    CompanyClaim,
    Feed,
    FeedRequest,
    JoinRequest,
    Listing,
    Origin,
    RiskScore,
)
from jobboard.listings.trust.scoring import score_waiting
from jobboard.moderation import bulk, inbox
from jobboard.moderation.kinds import KINDS
from jobboard.recruiting import company_actions
from jobboard.seekers.models import Report
from jobboard.seekers.reports import report_listing
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
    in_days,
)
from tests.reading import text_of
from tests.waiting import MAX_SECONDS

pytestmark = pytest.mark.django_db

INBOX = "/admin/inbox/"
TEXT = "<p>You build what people rely on, together with a team that likes its work.</p>" * 4


@pytest.fixture(autouse=True)
def enough_time(monkeypatch):
    """A busy machine would leave to the background what an idle one does at once."""
    monkeypatch.setattr(bulk, "MAX_SECONDS", MAX_SECONDS)


@pytest.fixture
def boss(client):
    """A superuser, who sees every kind."""
    user = UserFactory(staff=True, email="boss@rolebook.example")
    client.force_login(user)
    return user


def entries(client, **asked) -> list:
    return client.get(INBOX, asked).context["entries"]


def titles(client, **asked) -> list[str]:
    return [entry.title for entry in entries(client, **asked)]


def act(client, *parts, **data):
    return client.post(INBOX, {"act": "/".join(map(str, parts))} | data, follow=True)


def calm(**values) -> Listing:
    """A job in review that nothing warns of."""
    return ListingFactory(
        in_review=True,
        company__verified_by="admin",
        description_html=TEXT,
        apply_url="",
        apply_email="a@b.example",
        **values,
    )


def one_of_each() -> None:
    calm(title="New")
    report_listing(listing=ListingFactory(live=True, title="Reported"), reason="scam", text="")
    ListingFactory(in_review=True, relevance="doubtful", role=None, title="Doubtful")
    change(ListingFactory(live=True, title="Held"), title="Head of Research")
    change(ListingFactory(live=True, title="Edited", level="mid"), level="senior")
    company = MembershipFactory().company
    CompanyClaim.objects.create(
        company=company, field="name", value="0penAI", by=company.members.get()
    )
    company_actions.ask_to_join(company=CompanyFactory(name="Acme"), user=UserFactory())
    board_request()
    FeedFactory(company__name="Nordwind", failing_since=in_days(-1), problem="No answer.")
    failed_email()
    failed_task()


def board_request() -> FeedRequest:
    member = MembershipFactory(company__name="Globex", company__verified_by="admin")
    return FeedRequest.objects.create(
        company=member.company,
        by=member.user,
        kind="lever",
        address="https://api.lever.co/v0/postings/globex?mode=json",
        board="globex",
        doubt="Nothing links it to the company.",
    )


def change(listing: Listing, **changes) -> None:
    lifecycle.submit_change(
        listing=listing,
        content=replace(get_content(listing), **changes),
        version=listing.version,
        by=None,
        origin=Origin.FORM,
    )


def failed_email() -> Email:
    [email] = send_template_mail("listing_waits", {"number": 1}, to=["x@company.example"])
    email.give_up("550 No such mailbox")
    return email


def failed_task() -> DBTaskResult:
    result = bulk.approve_the_rest.enqueue(jobs=[], user_id=1)
    rows = DBTaskResult.objects.filter(pk=result.id)
    rows.update(status="FAILED", finished_at=timezone.now(), traceback="…\nValueError: no such job")
    return rows.get()


# --- What waits, and for whom ---------------------------------------------------------------------


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize(
    ("group", "kinds"),
    [
        ("Moderator", {"reported", "held", "new", "edited", "doubtful", "claims", "join"}),
        ("Data", {"feeds", "boards"}),
        ("Editor", set()),
    ],
)
def test_each_group_sees_the_kinds_that_it_may_act_on(client, group, kinds):
    one_of_each()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)

    index, page = client.get("/admin/"), client.get(INBOX)

    assert {count.kind.name for count in inbox.counts_for(user)} == kinds
    assert (reverse("moderation_inbox") in index.content.decode()) is bool(kinds)
    assert page.status_code == (200 if kinds else 403)
    if kinds:
        assert {entry.kind.name for entry in page.context["entries"]} == kinds
        assert client.get(INBOX, {"kind": "emails"}).status_code == 404


@pytest.mark.slow
def test_everything_that_waits_is_in_one_list_and_counted_alike_on_the_index(client, boss):
    one_of_each()

    shown = entries(client)

    kinds = {kind.name for kind in KINDS}
    assert {entry.kind.name for entry in shown} == kinds
    assert shown[0].title == "Reported"
    index = text_of(client.get("/admin/"))
    for count in inbox.counts_for(boss):
        assert count.number == 1
        assert f"{count.kind.label} 1" in index
        assert len(entries(client, kind=count.kind.name)) == 1


@pytest.mark.slow
def test_the_list_costs_the_same_queries_with_hundreds_of_jobs(client, boss):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(INBOX).status_code == 200
        return len(caught)

    job = calm()
    queries()
    few = queries()
    copies = [Listing.objects.get(pk=job.pk) for _ in range(300)]
    for copy in copies:
        copy.pk, copy.submission = None, uuid4()
    Listing.objects.bulk_create(copies)

    assert queries() == few
    assert "301" in text_of(client.get(INBOX))


def test_tabs_are_of_what_waits_and_of_what_is_shown(client, boss):
    calm()

    def tabs(**query) -> list[str]:
        return [tab["label"] for tab in client.get(INBOX, query).context["tabs"]]

    assert tabs() == ["All", "New jobs"]
    assert tabs(kind="claims") == ["All", "New jobs", "Company claims"]


def test_the_list_costs_the_same_queries_however_much_waits(client, boss):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(INBOX).status_code == 200
        return len(captured)

    one_of_each()
    score_waiting()
    queries()
    one = queries()
    for _ in range(3):  # all of them stand on the first page
        one_of_each()
    score_waiting()

    assert queries() == one


@pytest.mark.slow
def test_the_list_is_read_page_by_page(client, boss, monkeypatch):
    monkeypatch.setattr("jobboard.moderation.views.A_PAGE", 2)
    for number in range(3):
        calm(title=f"Job {number}", submitted_at=in_days(number - 5))

    assert titles(client) == ["Job 0", "Job 1"]
    assert titles(client, page=2) == ["Job 2"]
    assert client.get(INBOX, {"page": 3}).status_code == 404
    assert titles(client, show=200) == ["Job 0", "Job 1", "Job 2"]


@pytest.mark.both_databases
def test_the_list_goes_by_the_risks_that_the_worker_found(client, boss):
    calm(title="Calm", submitted_at=in_days(-3))
    ListingFactory(in_review=True, title="Scam", description_html="Send a gift card")

    score_waiting()

    shown = entries(client)
    assert [entry.title for entry in shown] == ["Scam", "Calm"]
    assert "The text contains “gift card”." in [risk.words for risk in shown[0].risks]


def test_a_job_that_nobody_has_read_is_not_called_harmless(client, boss):
    job = calm()

    before = text_of(client.get(INBOX))
    score_waiting()
    after = text_of(client.get(INBOX))

    assert "Not checked yet" in before
    assert "No warnings" not in before
    assert "Approve selected jobs" not in before
    assert "Not checked yet" not in after
    assert f'value="{job.pk}-{job.version}"' in client.get(INBOX).content.decode()


def test_a_reported_job_waits_since_the_first_report_of_it_or_of_a_copy(client, boss):
    job = ListingFactory(live=True)
    copy = ListingFactory(live=True, company=job.company, folded_into=job)
    days = {job: 3, copy: 5}
    for one, age in days.items():
        report_listing(listing=one, reason="scam", text="")
        Report.objects.filter(listing=one).update(at=in_days(-age))
    report_listing(listing=ListingFactory(live=True, title="Other"), reason="scam", text="")

    other, entry = sorted(entries(client, kind="reported"), key=lambda one: one.state)

    assert entry.listing == job
    assert entry.state == "2 reports"
    assert entry.since.date() == in_days(-5).date()
    assert other.since.date() == in_days(0).date()


def test_a_job_that_was_edited_is_scored_anew(client, boss):
    listing = calm()
    score_waiting()
    Listing.objects.update(description_html="Send a gift card", version=2)

    score_waiting()

    score = RiskScore.objects.get(listing=listing)
    assert score.version == 2
    assert [3, "The text contains “gift card”."] in score.risks


# --- What is done in the list ---------------------------------------------------------------------


def test_a_join_request_says_who_asks_and_is_answered_with_one_click(client, boss):
    owner = MembershipFactory(company__name="Acme", company__domain="acme.example")
    request = company_actions.ask_to_join(
        company=owner.company, user=UserFactory(email="eve@gmail.com")
    )
    [entry] = entries(client)

    assert entry.title == "eve@gmail.com asks to join Acme"
    assert "Not at acme.example. Anyone can get an address at gmail.com." in entry.about
    assert f"Owners: {owner.user.email}." in entry.about
    page = text_of(act(client, "join", request.pk, "accept"))

    assert "eve@gmail.com has joined Acme." in page
    assert owner.company.members.count() == 2


def test_the_second_of_two_who_answer_a_request_reads_that_it_was_answered(client, boss):
    request = company_actions.ask_to_join(company=CompanyFactory(), user=UserFactory())
    act(client, "join", request.pk, "decline")

    page = text_of(act(client, "join", request.pk, "accept"))

    assert "Someone has already answered this request." in page
    assert not JoinRequest.objects.exists()
    assert request.company.members.count() == 0


@pytest.mark.slow
def test_what_failed_is_dismissed_and_an_email_sent_again(client, boss):
    email, other, result = failed_email(), failed_email(), failed_task()

    act(client, "tasks", entries(client, kind="tasks")[0].key, "dismiss")
    act(client, "emails", email.pk, "dismiss")
    act(client, "emails", other.pk, "again")

    assert entries(client) == []
    email.refresh_from_db()
    other.refresh_from_db()
    result.refresh_from_db()
    assert (email.state, other.state, result.status) == ("failed", "waiting", "FAILED")


def test_an_email_that_failed_is_not_listed_again_as_a_task(client, boss):
    email = failed_email()
    DBTaskResult.objects.filter(task_path=mail.deliver_email.module_path).update(status="FAILED")

    assert [entry.key for entry in entries(client)] == [str(email.pk)]


@pytest.mark.parametrize("said", ["", "join", "join/1", "nothing/1/accept", "tasks/x"])
def test_a_button_that_nobody_knows_changes_nothing(client, boss, said):
    company_actions.ask_to_join(company=CompanyFactory(), user=UserFactory())

    page = act(client, said)

    assert "This page was out of date." in text_of(page)
    assert JoinRequest.objects.count() == 1


@pytest.mark.usefixtures("groups")
def test_who_looks_after_feeds_answers_no_request(client):
    request = company_actions.ask_to_join(company=CompanyFactory(), user=UserFactory())
    job = calm()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name="Data"))
    client.force_login(user)

    act(client, "join", request.pk, "accept")
    refused = act(client, "approve", job=f"{job.pk}-1")

    job.refresh_from_db()
    assert JoinRequest.objects.count() == 1
    assert (refused.status_code, job.status) == (403, "in_review")


# --- Many at once ---------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_selected_jobs_are_published_and_what_changed_meanwhile_is_not(client, boss):
    first, second, edited, rejected = (calm(title=f"Job {number}") for number in range(4))
    score_waiting()
    page = client.get(INBOX).content.decode()
    selected = [f"{job.pk}-{job.version}" for job in (first, second, edited, rejected)]
    assert all(f'value="{value}"' in page for value in selected)
    Listing.objects.filter(pk=edited.pk).update(version=2)
    lifecycle.reject_listing(listing=rejected, reason="No.", by=boss)

    page = text_of(act(client, "approve", job=[*selected, "x-1", "99999-1", "1"]))

    assert "2 jobs published." in page
    assert "“Job 2” was changed while you were reviewing it." in page
    assert "“Job 3” is already rejected." in page
    assert set(Listing.objects.live()) == {first, second}


@pytest.mark.both_databases
def test_what_a_request_has_no_time_for_is_published_in_the_background(
    client, boss, monkeypatch, work
):
    monkeypatch.setattr(bulk, "MAX_SECONDS", -1)
    jobs = [calm() for _ in range(3)]

    page = text_of(act(client, "approve", job=[f"{job.pk}-{job.version}" for job in jobs]))

    assert "3 more jobs will be published within a minute." in page
    assert not Listing.objects.live().exists()
    work()
    assert Listing.objects.live().count() == 3


# --- Two moderators at once -----------------------------------------------------------------------


@pytest.fixture
def other():
    """Another moderator's browser."""
    user = UserFactory(staff=True, email="ada@rolebook.example")
    browser = Client()
    browser.force_login(user)
    return browser


def form_of(client, listing) -> dict:
    context = client.get(reverse("moderation_review", args=[listing.pk])).context
    return {"version": context["listing"].version, "seen": context["seen"]}


def decide(client, listing, form, **data):
    response = client.post(reverse("moderation_review", args=[listing.pk]), form | data)
    listing.refresh_from_db()
    return response


@pytest.mark.both_databases
@pytest.mark.slow
@pytest.mark.parametrize("do", ["publish", "return", "hide"])
def test_the_second_of_two_decisions_is_refused_and_says_who_decided_what(client, boss, other, do):
    listing = calm(title="Data Engineer")
    mine, theirs = form_of(client, listing), form_of(other, listing)
    decide(other, listing, theirs, do="reject", reason="Not our work.")

    page = decide(client, listing, mine, do=do, reason="I typed this.")

    said = text_of(page)
    assert "ada@rolebook.example already decided about this job: rejected on" in said
    assert "Not our work." in said
    assert "I typed this." in page.content.decode()
    assert (listing.status, listing.reason, listing.hidden_at) == (
        "rejected",
        "Not our work.",
        None,
    )


@pytest.mark.slow
def test_the_first_of_two_reasons_to_hide_a_job_stays(client, boss, other):
    listing = ListingFactory(live=True)
    mine, theirs = form_of(client, listing), form_of(other, listing)
    decide(other, listing, theirs, do="hide", reason="A fraud.")

    decide(client, listing, mine, do="hide", reason="Spam.")

    assert listing.hidden_reason == "A fraud."


@pytest.mark.both_databases
def test_a_button_that_is_pressed_twice_decides_once(client, boss, mails):
    member = MembershipFactory()
    listing = calm(created_by=member.user)
    form = form_of(client, listing)

    for _ in range(2):
        response = decide(client, listing, form, do="publish")
        assert response.status_code == 302

    assert [event.kind for event in listing.events.all()] == ["published"]


def test_a_rejection_of_what_was_edited_meanwhile_asks_to_read_it_again(client, boss):
    listing = calm()
    form = form_of(client, listing)
    Listing.objects.update(version=2)

    page = decide(client, listing, form, do="reject", reason="Too short.")

    assert "was changed while you were reviewing it" in text_of(page)
    assert "Too short." in page.content.decode()
    assert listing.status == "in_review"


def test_a_long_reason_to_hide_a_job_is_kept_whole_where_all_is_recorded(client, boss):
    listing, reason = ListingFactory(live=True), "It asks for money. " * 40

    decide(client, listing, form_of(client, listing), do="hide", reason=reason)

    assert len(listing.hidden_reason) == 200
    assert listing.events.get().new == reason.strip()


# --- Taking it back -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("do", ["publish", "return", "reject", "hide"])
def test_the_last_decision_is_undone_from_the_page_that_follows(client, boss, do):
    listing, waiting = calm(title="Data Engineer"), calm(submitted_at=in_days(1))
    url = reverse("moderation_review", args=[listing.pk])
    form = form_of(client, listing) | {"do": do, "reason": "Why."}

    after = client.post(url, form, follow=True)
    assert after.context["listing"] == waiting
    undoable = after.context["undoable"]
    assert f"Your last decision: {undoable.get_kind_display()}, “Data Engineer”" in text_of(after)
    client.post(url, {"do": "undo", "seen": undoable.pk})

    listing.refresh_from_db()
    assert (listing.status, listing.reason, listing.hidden_at) == ("in_review", "", None)
    assert "Your last decision" not in text_of(client.get(INBOX))
    assert listing in [entry.listing for entry in entries(client)]


@pytest.mark.slow
@pytest.mark.parametrize("do", ["dismiss", "hide"])
def test_undoing_what_was_decided_about_reports_opens_them_again(client, boss, do):
    listing = ListingFactory(live=True)
    report_listing(listing=listing, reason="scam", text="")
    decide(client, listing, form_of(client, listing), do=do)
    assert entries(client) == []

    decide(client, listing, form_of(client, listing), do="undo")

    assert listing.is_live
    assert [entry.state for entry in entries(client)] == ["1 report"]


@pytest.mark.slow
def test_nobody_undoes_what_another_one_decided_since(client, boss, other):
    listing = calm()
    decide(client, listing, form_of(client, listing), do="reject", reason="No.")
    mine = listing.events.last().pk
    decide(other, listing, form_of(other, listing), do="hide", reason="A fraud.")

    page = decide(client, listing, {}, do="undo", seen=mine)

    assert "ada@rolebook.example already decided about this job: hidden" in text_of(page)
    assert listing.hidden_reason == "A fraud."


# --- From one to the next -------------------------------------------------------------------------


@pytest.mark.slow
def test_next_leaves_what_was_skipped_behind(client, boss):
    jobs = [calm(submitted_at=in_days(day)) for day in (-3, -2, -1)]
    pages = [reverse("moderation_review", args=[job.pk]) for job in jobs]

    def after(page) -> str:
        return client.get(client.get(page).context["next_url"])["Location"]

    assert after(pages[0]) == pages[1]
    decided = decide(client, jobs[1], form_of(client, jobs[1]), do="publish")

    assert decided["Location"] == pages[2]
    assert after(pages[2]) == pages[0]
    decide(client, jobs[0], form_of(client, jobs[0]), do="publish")
    assert after(pages[2]) == INBOX


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30])
def test_next_of_nothing_is_the_first(client, boss, after):
    job = calm()

    response = client.get("/admin/inbox/next/", {"after": after})

    assert response["Location"] == reverse("moderation_review", args=[job.pk])


def test_who_works_through_one_kind_stays_in_it(client, boss):
    calm(submitted_at=in_days(-9))
    first, second = (
        ListingFactory(in_review=True, relevance="doubtful", submitted_at=in_days(day))
        for day in (-2, -1)
    )
    page = reverse("moderation_review", args=[first.pk]) + "?kind=doubtful"

    response = client.post(page, form_of(client, first) | {"do": "reject", "reason": "No."})

    assert response["Location"] == f"/admin/listings/listing/{second.pk}/review/?kind=doubtful"


# --- Who posts, and what was said -----------------------------------------------------------------


def test_the_page_says_who_posts_and_that_they_are_not_at_the_company(client, boss):
    company = CompanyFactory(name="Microsoft", domain="microsoft.com")
    listing = ListingFactory(
        in_review=True, company=company, created_by=UserFactory(email="x@gmail.com")
    )

    poster = client.get(reverse("moderation_review", args=[listing.pk])).context["poster"]

    assert poster.sentence == "Posted by x@gmail.com, not at microsoft.com."
    assert not poster.is_proven
    assert "Microsoft is not verified." in poster.facts


@pytest.mark.slow
def test_a_resubmission_shows_the_request_the_answer_and_the_difference(client, boss):
    member = MembershipFactory()
    listing = calm(company=member.company, created_by=member.user, pay_note="Good pay.")
    decide(client, listing, form_of(client, listing), do="return", reason="Say what it pays.")
    change(listing, pay_note="EUR 80,000.")
    recruiter = Client()
    recruiter.force_login(member.user)
    preview = f"/recruit/jobs/{listing.pk}/"
    assert "Answer to the editors" in text_of(recruiter.get(preview))

    recruiter.post(f"{preview}submit/", {"answer": "We <b>added</b> it."})

    page = client.get(reverse("moderation_review", args=[listing.pk]))
    thread = [(message.what, message.who, message.text) for message in page.context["thread"]]
    assert thread == [
        ("Returned", "boss@rolebook.example", "Say what it pays."),
        ("Submitted for review", member.user.email, "We <b>added</b> it."),
    ]
    assert [(one.name, one.pieces) for one in page.context["changes"]] == [
        ("Pay note", [("old", "Good pay."), ("new", "EUR 80,000.")])
    ]
    html = page.content.decode()
    assert "We &lt;b&gt;added&lt;/b&gt; it." in html
    assert html.index('id="changes"') < html.index('class="aside"') < html.index("<article")


def test_an_answer_that_is_too_long_is_given_back(client):
    member = MembershipFactory()
    listing = ListingFactory(returned=True, company=member.company, created_by=member.user)
    client.force_login(member.user)

    page = client.post(f"/recruit/jobs/{listing.pk}/submit/", {"answer": "long " * 300})

    listing.refresh_from_db()
    assert listing.status == "returned"
    assert "Enter 1,000 characters or fewer." in text_of(page)
    assert "long long" in text_of(page)


def test_the_way_to_apply_opens_without_telling_where_one_comes_from(client, boss):
    listing = calm()
    Listing.objects.update(apply_url="https://jobs.evil.example/1", apply_email="")
    page = client.get(reverse("moderation_review", args=[listing.pk])).content.decode()

    [link] = [part for part in page.split("<a") if "jobs.evil.example/1" in part]
    assert 'rel="noreferrer noopener nofollow"' in link
    assert 'referrerpolicy="no-referrer"' in link


@pytest.mark.both_databases
def test_lists_in_the_admin_are_filtered_by_what_moderation_did(client, boss):
    suspended = CompanyFactory(name="Gone", suspended_at=timezone.now() - timedelta(days=1))
    owned = MembershipFactory(company__name="Owned").company
    jobs = {
        "hidden": ListingFactory(hidden=True, company=owned),
        "featured": ListingFactory(featured=True, company=owned),
        "suspended": ListingFactory(live=True, company=suspended),
        "ownerless": ListingFactory(live=True, company__name="Free"),
    }

    def shown(model, **asked) -> set:
        return set(client.get(f"/admin/listings/{model}/", asked).context["cl"].queryset)

    for state in ("hidden", "featured", "suspended"):
        assert shown("listing", visibility=state) == {jobs[state]}
    assert shown("listing", visibility="ownerless") == {jobs["suspended"], jobs["ownerless"]}
    assert shown("company", state="suspended") == {suspended}
    assert {str(company) for company in shown("company", state="ownerless")} == {"Gone", "Free"}


@pytest.mark.parametrize(("do", "feeds"), [("accept", 1), ("decline", 0)])
def test_a_board_is_connected_or_declined_with_one_click_and_once(client, boss, do, feeds):
    request = board_request()

    act(client, "boards", request.pk, do)
    page = text_of(act(client, "boards", request.pk, do))

    assert Feed.objects.filter(company=request.company).count() == feeds
    assert "Someone has already answered this request." in page
