"""Moderation: the queue, the page on which one decides, reports, suspended companies."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobboard.listings import lifecycle
from jobboard.listings.content import get_content
from jobboard.listings.models import Company, Listing, Origin
from jobboard.listings.trust.scoring import score_waiting
from jobboard.moderation import inbox
from jobboard.moderation.decisions import decisions_about
from jobboard.moderation.kinds import jobs as kinds_of_jobs
from jobboard.moderation.models import UsualReason
from jobboard.seekers.reports import report_listing
from tests.factories import CompanyFactory, ListingFactory, MembershipFactory, UserFactory, in_days
from tests.meanwhile import before_the_lock
from tests.reading import text_of

pytestmark = pytest.mark.django_db

INBOX = "/admin/inbox/"
TEXT = "<p>You build what people rely on, together with a team that likes its work.</p>" * 4


@pytest.fixture
def editor(client):
    """Somebody of the site's staff, signed in."""
    user = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(user)
    return user


def review(listing) -> str:
    return reverse("moderation_review", args=[listing.pk])


def decide(client, listing, **data):
    """Send a decision; the page that follows, and the listing as it is then."""
    newest = decisions_about(listing).first()
    shown = {"version": listing.version, "seen": newest.pk if newest else 0}
    response = client.post(review(listing), shown | data, follow=True)
    listing.refresh_from_db()
    return response


# --- The queue ------------------------------------------------------------------------------------


@pytest.fixture
def turns_of_two(monkeypatch):
    """The inbox keeps the SQL of its queries."""
    monkeypatch.setattr(kinds_of_jobs, "TURN", 2)
    inbox._rows.cache_clear()
    yield
    inbox._rows.cache_clear()


def test_no_company_hides_the_jobs_of_others_behind_its_own(client, editor, turns_of_two):
    flood = MembershipFactory().company
    ListingFactory.create_batch(5, in_review=True, company=flood, description_html="Telegram")
    honest = ListingFactory(in_review=True, submitted_at=timezone.now() + timedelta(hours=1))

    shown = [entry.listing for entry in client.get(INBOX).context["entries"]]

    assert len(shown) == 6
    assert shown.index(honest) == 2


@pytest.mark.slow
def test_the_inbox_has_reported_jobs_first_then_the_riskiest_then_the_oldest(client, editor):
    calm = {
        "in_review": True,
        "company__verified_by": "admin",
        "description_html": TEXT,
        "apply_url": "",
        "apply_email": "a@b.example",
    }
    ListingFactory(**calm, title="Newer", submitted_at=in_days(-1))
    ListingFactory(**calm, title="Older", submitted_at=in_days(-3))
    ListingFactory(
        in_review=True,
        title="RISKY",
        description_html="Send us money by Telegram",
        submitted_at=in_days(-1),
    )
    ListingFactory(in_review=True, title="Hidden", hidden_at=in_days(-1))
    report_listing(listing=ListingFactory(live=True, title="Reported"), reason="scam", text="")
    score_waiting()

    entries = client.get(INBOX).context["entries"]

    assert [entry.title for entry in entries] == ["Reported", "RISKY", "Older", "Newer"]
    for kind, titles in {"new": ["RISKY", "Older", "Newer"], "reported": ["Reported"]}.items():
        shown = client.get(INBOX, {"kind": kind}).context["entries"]
        assert [entry.title for entry in shown] == titles
    index = text_of(client.get("/admin/"))
    assert "Reported jobs 1" in index
    assert "New jobs 3" in index


def test_an_empty_inbox_says_so(client, editor):
    assert "Nothing is waiting for you." in text_of(client.get(INBOX))


@pytest.mark.slow
def test_the_inbox_costs_the_same_queries_for_one_job_as_for_many(client, editor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(INBOX)
        return len(captured)

    report_listing(listing=ListingFactory(in_review=True, paid=True), reason="gone", text="")
    one = queries()
    for listing in ListingFactory.create_batch(8, in_review=True, paid=True):
        report_listing(listing=listing, reason="gone", text="")

    assert queries() == one


def test_a_decision_leads_to_the_next_one_that_waits(client, editor):
    listing = ListingFactory(in_review=True, title="First", submitted_at=in_days(-2))
    ListingFactory(in_review=True, title="Second", submitted_at=in_days(-1))

    response = decide(client, listing, do="publish")

    assert "“First” is now live." in text_of(response)
    assert "<h1>Second</h1>" in response.content.decode()


# --- Decisions ------------------------------------------------------------------------------------


def test_publishing_makes_a_job_public(client, editor):
    listing = ListingFactory(in_review=True)

    decide(client, listing, do="publish")

    assert listing.is_live
    assert [(event.kind, event.by) for event in listing.events.all()] == [("published", editor)]


def test_an_editor_who_publishes_a_job_that_was_kept_apart_says_that_it_is_our_work(client, editor):
    listing = ListingFactory(irrelevant=True, relevance_why="Nothing names data or AI work.")

    decide(client, listing, do="publish")

    assert listing.is_live
    assert (listing.relevance, listing.relevance_why) == ("yes", "An editor published it.")


@pytest.mark.parametrize(("do", "status"), [("return", "returned"), ("reject", "rejected")])
def test_declining_a_job_needs_a_reason(client, editor, do, status):
    listing = ListingFactory(in_review=True)

    response = decide(client, listing, do=do, reason=" ")
    assert "Choose a reason or enter one." in text_of(response)
    assert listing.status == "in_review"

    decide(client, listing, do=do, reason="Say what it pays.")
    assert (listing.status, listing.reason) == (status, "Say what it pays.")


@pytest.mark.slow
def test_hiding_a_job_needs_a_reason_and_takes_it_off_every_list_until_it_is_shown_again(
    client, editor
):
    listing = ListingFactory(live=True)

    decide(client, listing, do="hide")
    assert listing.hidden_at is None

    assert "is now hidden." in text_of(decide(client, listing, do="hide", reason="A fraud."))
    assert not listing.is_live

    assert "is no longer hidden." in text_of(decide(client, listing, do="show"))
    assert listing.is_live


@pytest.mark.slow
def test_featuring_a_job_needs_a_day_ahead_and_lasts_to_its_end(client, editor):
    listing = ListingFactory(live=True)
    today = timezone.now().date()

    for until in ["", "soon", (today - timedelta(days=1)).isoformat()]:
        response = decide(client, listing, do="feature", until=until)
        assert 'id="id_until_error"' in response.content.decode()
        assert not listing.is_featured

    decide(client, listing, do="feature", until=today.isoformat())
    assert listing.featured_until == lifecycle.end_of_day(today)

    decide(client, listing, do="unfeature")
    assert not listing.is_featured


@pytest.mark.parametrize("do", ["publish", "return", "reject", "feature"])
def test_when_somebody_else_decided_first_one_reads_so(client, editor, do):
    listing = ListingFactory(rejected=True, title="Data Engineer")
    until = (timezone.now() + timedelta(days=3)).date()

    response = decide(client, listing, do=do, reason="Why.", until=until.isoformat())

    assert response.status_code == 200
    assert "“Data Engineer” is already rejected." in text_of(response)
    assert listing.status == "rejected"


@pytest.mark.parametrize(
    "shown", [{}, {"version": 1}, {"version": "x", "seen": "0"}, {"version": "1", "seen": ""}]
)
@pytest.mark.parametrize("do", ["publish", "return", "reject", "seen", "undo"])
def test_a_decision_that_does_not_say_what_it_is_about_is_none(client, editor, do, shown):
    listing = ListingFactory(in_review=True)

    page = client.post(review(listing), {"do": do, "reason": "Why."} | shown)

    listing.refresh_from_db()
    assert "Nothing was decided" in text_of(page)
    assert listing.status == "in_review"


@pytest.mark.parametrize("data", [{}, {"do": "delete"}, {"do": ""}])
def test_a_decision_nobody_knows_changes_nothing(client, editor, data):
    listing = ListingFactory(in_review=True)

    assert decide(client, listing, **data).status_code == 200
    assert listing.status == "in_review"


def test_what_was_edited_while_an_editor_read_is_not_published_unread(client, editor):
    listing = ListingFactory(in_review=True, title="As it was read")
    form = client.get(review(listing)).content.decode()
    Listing.objects.update(title="As it was changed", version=2)

    version = {"version": "1"} if 'name="version"' in form else {}
    decide(client, listing, do="publish", **version)

    assert listing.status == "in_review"


@pytest.mark.slow
def test_what_is_typed_is_added_to_the_usual_reason_that_was_chosen(client, editor):
    usual = UsualReason.objects.create(text="Say what it pays.")
    first, second = ListingFactory.create_batch(2, in_review=True)

    decide(client, first, do="return", usual=usual.pk)
    decide(client, second, do="return", usual=usual.pk, reason="Name the team.")

    assert first.reason == "Say what it pays."
    assert second.reason == "Say what it pays.\n\nName the team."


def test_the_usual_reasons_name_impersonation(client, editor):
    import_module("jobboard.moderation.migrations.0003_impersonation").add(apps, None)

    page = text_of(client.get(review(ListingFactory(in_review=True))))

    assert "Nothing shows that you act for the company this job names." in page


# --- What a moderator sees ------------------------------------------------------------------------


def test_what_changed_since_a_job_was_approved_stands_beside_it(client, editor):
    listing = ListingFactory(
        in_review=True,
        title="Data Engineer",
        description_source="Work with data.",
        apply_url="https://acme.example/1",
    )
    lifecycle.publish_listing(listing=listing, by=editor)
    for title, text, url in [
        ("Data Engineering", "Work with big data.", "https://acme.example/1"),
        ("Data Engineer II", "Work with small data.", "https://evil.example/1"),
    ]:
        listing.refresh_from_db()
        said = replace(get_content(listing), title=title, description=text, apply_url=url)
        lifecycle.submit_change(
            listing=listing, content=said, version=listing.version, by=editor, origin=Origin.FORM
        )

    response = client.get(review(listing))

    assert {change.name: change.pieces for change in response.context["changes"]} == {
        "Title": [("same", "Data Engineer"), ("new", "II")],
        "Description": [("same", "Work with"), ("new", "small"), ("same", "data.")],
        "Application method": [
            ("old", "https://acme.example/1"),
            ("new", "https://evil.example/1"),
        ],
    }
    assert "<ins>small</ins>" in response.content.decode()


def test_what_was_never_approved_has_no_changes(client, editor):
    assert client.get(review(ListingFactory(in_review=True))).context["changes"] == []


def test_the_history_of_the_company_is_counted(client, editor):
    company = CompanyFactory()
    for state in ("live", "closed", "rejected", "hidden"):
        ListingFactory(**{state: True}, company=company)
    report_listing(listing=company.listings.first(), reason="gone", text="")

    page = client.get(review(ListingFactory(in_review=True, company=company)))

    assert page.context["company_history"] == {
        "Published": 3,
        "Returned": 0,
        "Rejected": 1,
        "Hidden": 1,
        "Reports": 1,
    }


# --- Reports --------------------------------------------------------------------------------------


def test_a_reported_job_is_hidden_everywhere_with_one_click(client, editor):
    listing = ListingFactory(live=True)
    report_listing(listing=listing, reason="scam", text="They asked me for <b>money</b>.")
    assert (
        "They asked me for &lt;b&gt;money&lt;/b&gt;."
        in client.get(review(listing)).content.decode()
    )

    decide(client, listing, do="hide")

    assert listing.hidden_reason == "Reported: It asks for money or looks like a scam"
    assert client.get(listing.get_absolute_url()).status_code == 404
    assert [report.by for report in listing.reports.all()] == [editor]


def test_reports_of_a_job_that_is_fine_are_closed(client, editor):
    listing = ListingFactory(live=True)
    report_listing(listing=listing, reason="gone", text="")

    response = decide(client, listing, do="dismiss")

    assert listing.is_live
    assert response.redirect_chain == [(INBOX, 302)]
    assert "Nothing is waiting for you." in text_of(response)


@pytest.mark.parametrize(
    ("do", "said"),
    [("hide", "it is no longer shown on"), ("dismiss", "checked the job and kept it on")],
    ids=["hidden", "kept"],
)
def test_who_reported_a_job_hears_what_became_of_it_once(client, editor, mails, do, said):
    listing = ListingFactory(live=True)
    client.post(f"/report/{listing.pk}/", {"reason": "scam", "email": "ines@seeker.example"})
    report = listing.reports.get()
    decide(client, listing, do=do)
    decide(client, listing, do=do)

    told = [mail for mail in mails() if mail.to == "ines@seeker.example"]
    assert [mail.subject for mail in told] == [f"What became of your report {report.reference}"]
    assert said in told[0].text
    assert listing.title not in told[0].text
    report.refresh_from_db()
    assert (report.email, report.by) == ("", editor)


def test_who_reported_a_job_of_a_company_that_is_suspended_hears_of_it_too(client, editor, mails):
    listing = ListingFactory(live=True)
    report_listing(listing=listing, reason="scam", text="", email="ines@seeker.example")
    url = f"/admin/listings/company/{listing.company_id}/suspend/"
    client.post(url, {"do": "suspend", "reason": "Fraud."})

    told = [mail for mail in mails() if mail.to == "ines@seeker.example"]
    assert len(told) == 1
    assert "it is no longer shown on" in told[0].text
    assert [report.by for report in listing.reports.all()] == [editor]


# --- Suspending a company -------------------------------------------------------------------------


@pytest.mark.slow
def test_a_company_is_suspended_with_all_its_jobs_and_let_back(client, editor):
    company = CompanyFactory(name="Acme", slug="acme")
    listing = ListingFactory(live=True, company=company, title="Data Engineer")
    ListingFactory(in_review=True, company=company)
    MembershipFactory(company=company)
    url = f"/admin/listings/company/{company.pk}/suspend/"
    public = [listing.get_absolute_url(), "/companies/acme/", f"/jobs/{listing.pk}/apply/"]

    affected = client.get(url).context["affected"]
    assert affected == {
        "Live jobs": 1,
        "In review": 1,
        "Drafts and returned jobs": 0,
        "Members": 1,
        "Open reports": 0,
    }
    assert "Enter a reason." in text_of(client.post(url, {"do": "suspend", "reason": ""}))
    client.post(url, {"do": "suspend", "reason": "Fraud."})

    assert [client.get(path).status_code for path in public] == [404] * 3
    assert "Data Engineer" not in text_of(client.get("/jobs/"))
    assert client.get(INBOX).context["entries"] == []
    assert LogEntry.objects.get().change_message == "Suspended: Fraud."

    client.post(url, {"do": "reinstate", "reason": "It was not."})
    assert [client.get(path).status_code for path in public[:2]] == [200] * 2


def test_two_moderators_who_suspend_a_company_at_once_do_not_let_it_back(client, editor):
    company = CompanyFactory(name="Acme")
    url = f"/admin/listings/company/{company.pk}/suspend/"
    client.post(url, {"do": "suspend", "reason": "Fraud."})

    second = client.post(url, {"do": "suspend", "reason": "It asks for money."}, follow=True)

    assert "Acme is already suspended." in text_of(second)
    assert Company.objects.get().suspended_at is not None
    assert LogEntry.objects.count() == 1


@pytest.mark.both_databases
def test_what_a_recruiter_saves_meanwhile_undoes_no_suspension(client, editor, monkeypatch):
    """Both wait for the same row, and the recruiter has read it before."""
    owner = MembershipFactory(company__name="Acme")
    url = f"/admin/listings/company/{owner.company.pk}/suspend/"
    before_the_lock(monkeypatch, lambda: client.post(url, {"do": "suspend", "reason": "A fraud."}))
    recruiter = Client()
    recruiter.force_login(owner.user)

    page = f"/recruit/companies/{owner.company.pk}/edit/"
    recruiter.post(page, {"name": "Acme", "country": "DE", "about": "We build."})

    company = Company.objects.get()
    assert company.suspended_at is not None
    assert company.about == "We build."


def test_a_recruiter_sees_that_a_job_is_hidden_and_cannot_confirm_it(client, editor):
    member = MembershipFactory()
    listing = ListingFactory(live=True, company=member.company)
    decide(client, listing, do="hide", reason="A fraud.")
    client.force_login(member.user)

    page = text_of(client.get("/recruit/"))

    assert "Hidden" in page
