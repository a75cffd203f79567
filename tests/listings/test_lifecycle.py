"""The life of a listing: what each step changes, records and tells, and when it is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.last_day import end_of_last_day
from jobboard.listings.lifecycle import EditConflictError, InvalidStatusError
from jobboard.listings.models import Company, Listing, ListingEvent, Membership, Origin
from tests.factories import CompanyFactory, ListingFactory, MembershipFactory, UserFactory, in_days

pytestmark = pytest.mark.django_db

SUBMISSION = UUID("6f1d3c52-8a06-4f38-9f5c-0d7a4f2f8a11")


def content(**changes) -> ListingContent:
    fields = {
        "title": "Data Engineer",
        "description": "Work with data.",
        "places": (PlaceText("Munich, Germany", "Munich", "DE", "on_site"),),
        "apply_url": "https://careers.company.example/jobs/1",
    }
    return ListingContent(**fields | changes)


def posted(recruiter="recruiter@example.com", *, is_proven=False, **state) -> Listing:
    """A listing that a person posted, saying what ``content()`` says."""
    person = UserFactory(email=recruiter)
    company = CompanyFactory(name="Acme", verified_by="email" if is_proven else "")
    MembershipFactory(user=person, company=company, part="editor")
    listing = lifecycle.create_draft(
        company=company, content=content(), submission=SUBMISSION, by=person
    )
    for name, value in ListingFactory.build(company=company, role=None, **state).__dict__.items():
        if name in {
            "status",
            "outcome",
            "published_at",
            "expires_at",
            "submitted_at",
            "closed_at",
            "hidden_at",
        }:
            setattr(listing, name, value)
    listing.save()
    return listing


def events(listing) -> list[tuple]:
    """What was recorded after the draft: kind, by whom, and whether the public reads it."""
    return [
        (event.kind, event.actor, event.public)
        for event in listing.events.exclude(kind="first_seen")
    ]


def letters(mails) -> list[tuple]:
    return [(sent.subject, sent.to) for sent in mails()]


# --- Steps ----------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_new_company_belongs_to_who_made_it():
    person = UserFactory()

    company = lifecycle.create_company(company=Company(name="Acme Data"), by=person)

    assert company.slug == "acme-data"
    assert [(member.user, member.part) for member in company.memberships.all()] == [
        (person, Membership.Part.OWNER)
    ]


@pytest.mark.both_databases
def test_the_same_submission_sent_twice_is_one_draft():
    person, company = UserFactory(), CompanyFactory()

    first, second = (
        lifecycle.create_draft(company=company, content=content(), submission=SUBMISSION, by=person)
        for _ in range(2)
    )

    assert first == second
    assert Listing.objects.count() == 1
    assert [event.kind for event in first.events.all()] == ["first_seen"]


def test_a_submitted_listing_waits_for_review_and_both_sides_are_told(mails):
    listing = posted(returned=True)

    lifecycle.submit_listing(listing=listing, by=listing.created_by)

    listing.refresh_from_db()
    assert (listing.status, listing.reason) == ("in_review", "")
    assert listing in Listing.objects.awaiting_review()
    assert events(listing) == [("submitted", "employer", False)]
    assert letters(mails) == [
        ("Job received: Data Engineer", "recruiter@example.com"),
        (f"Job to review: number {listing.pk}", "hello@localhost"),
    ]


@pytest.mark.both_databases
def test_a_published_listing_is_live_for_sixty_days_and_its_recruiter_is_told(mails):
    listing = posted(in_review=True)
    now = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

    lifecycle.publish_listing(listing=listing, by=UserFactory(), now=now)

    listing.refresh_from_db()
    assert (listing.status, listing.published_at, listing.posted_at) == ("published", now, now)
    assert listing.expires_at == datetime(2026, 4, 30, 9, 30, tzinfo=UTC)
    assert events(listing) == [("published", "admin", True)]
    assert letters(mails) == [("Your job is live: Data Engineer", "recruiter@example.com")]
    assert f"http://localhost:8000/jobs/{listing.pk}-data-engineer/" in mails()[0].text


def test_the_employers_last_day_ends_a_listing_before_the_sixty_days_do():
    listing = posted(in_review=True)
    Listing.objects.update(closes_on=date(2026, 3, 10), last_zone="Europe/Berlin")

    lifecycle.publish_listing(listing=listing, by=None, now=datetime(2026, 3, 1, 9, 30, tzinfo=UTC))

    ended = Listing.objects.get()
    assert ended.expires_at == datetime(2026, 3, 10, 23, 0, tzinfo=UTC)
    assert ended.last_day == date(2026, 3, 10)


MUNICH = PlaceText("Munich", "Munich", "DE")
SAN_FRANCISCO = PlaceText("San Francisco", "San Francisco", "US", admin1="California")
USA = PlaceText("USA", "", "US", "remote")


@pytest.mark.parametrize(
    ("places", "end"),
    [
        ((MUNICH,), datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ((MUNICH, SAN_FRANCISCO), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ((USA, MUNICH), datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ((PlaceText("Anywhere"), MUNICH), datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ((PlaceText("Anywhere"),), datetime(2026, 7, 1, 12, tzinfo=UTC)),
        ((), datetime(2026, 7, 1, 12, tzinfo=UTC)),
    ],
    ids=["one", "the latest", "a country", "one is not known", "none is known", "none"],
)
def test_the_last_day_ends_where_the_work_is(places, end):
    now = datetime(2026, 6, 1, tzinfo=UTC)
    listing = posted(in_review=True)
    write_content(listing, content(places=places, closes_on=date(2026, 6, 30)))

    lifecycle.publish_listing(listing=listing, by=None, now=now)

    listing.refresh_from_db()
    assert (listing.expires_at, listing.last_day) == (end, date(2026, 6, 30))


@pytest.mark.parametrize(
    ("act", "status", "subject"),
    [
        (lifecycle.return_listing, "returned", "Changes needed: Data Engineer"),
        (lifecycle.reject_listing, "rejected", "Your job was not published: Data Engineer"),
    ],
)
def test_a_declined_listing_keeps_the_reason_and_its_recruiter_reads_it(
    mails, act, status, subject
):
    listing = posted(in_review=True)

    act(listing=listing, reason="Say what it pays & why.", by=UserFactory())

    listing.refresh_from_db()
    assert (listing.status, listing.reason) == (status, "Say what it pays & why.")
    assert events(listing) == [(status, "admin", False)]
    assert letters(mails) == [(subject, "recruiter@example.com")]
    assert "Say what it pays & why." in mails()[0].text


def test_a_closed_listing_says_how_it_ended(mails):
    listing = posted(live=True)

    lifecycle.close_listing(listing=listing, outcome="filled_elsewhere", by=listing.created_by)

    listing.refresh_from_db()
    assert (listing.status, listing.outcome) == ("closed", "filled_elsewhere")
    assert timezone.now() - listing.closed_at < timedelta(minutes=1)
    assert events(listing) == [("closed", "employer", True)]
    assert listing.events.last().new == "Filled elsewhere"
    assert letters(mails) == [("Your job is closed: Data Engineer", "recruiter@example.com")]


@pytest.mark.both_databases
def test_a_listing_is_featured_until_a_moment_and_no_longer(mails):
    listing = posted(live=True)
    until = in_days(7)

    lifecycle.feature_listing(listing=listing, until=until, by=UserFactory())
    assert [found.pk for found in Listing.objects.featured()] == [listing.pk]
    assert not Listing.objects.featured(now=until).exists()

    lifecycle.feature_listing(listing=listing, until=None, by=UserFactory())
    assert not Listing.objects.featured().exists()
    assert [event.new for event in listing.events.filter(kind="featured")] == [
        f"until {until:%Y-%m-%d}",
        "ended",
    ]
    assert mails() == []


def test_a_hidden_listing_can_be_shown_again(mails):
    listing = posted(live=True)

    lifecycle.hide_listing(listing=listing, reason="A fraud.", by=UserFactory())
    assert not Listing.objects.live().exists()
    assert Listing.objects.get().hidden_reason == "A fraud."

    lifecycle.show_listing(listing=listing, by=UserFactory())
    assert Listing.objects.live().exists()
    assert Listing.objects.get().hidden_reason == ""
    assert events(listing) == [("hidden", "admin", False), ("shown", "admin", False)]


# --- Edits ----------------------------------------------------------------------------------------


def test_an_edit_by_a_proven_company_is_public_at_once_and_its_public_changes_are_recorded(mails):
    listing = posted(live=True, is_proven=True)
    closes_on = (timezone.now() + timedelta(days=9)).date()

    lifecycle.submit_change(
        listing=listing,
        version=1,
        by=listing.created_by,
        content=content(
            title="Senior Data Engineer",
            places=(PlaceText("Berlin, Germany", "Berlin", "DE", "hybrid"),),
            pay=(PayStatement(Decimal(80_000), Decimal(95_000), "EUR", "year", origin="form"),),
            closes_on=closes_on,
        ),
        origin=Origin.FORM,
    )

    listing.refresh_from_db()
    assert (listing.status, listing.title, listing.version) == (
        "published",
        "Senior Data Engineer",
        2,
    )
    assert listing.expires_at == end_of_last_day(closes_on, "Europe/Berlin")
    assert [
        (event.kind, event.old, event.new, event.public)
        for event in listing.events.exclude(kind="first_seen")
    ] == [
        ("edited", "Data Engineer", "Senior Data Engineer", False),
        ("edited", "On-site", "Hybrid", False),
        ("pay_changed", "pay not stated", "EUR 80,000 - 95,000 a year", True),
        ("place_changed", "Munich, Germany", "Berlin, Germany", True),
        ("dates_changed", "no closing date", f"{closes_on:%-d %b %Y}", True),
    ]
    assert mails() == []


OTE = "on-target earnings EUR 90,000 a year"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            f"EUR 60,000 a year; {OTE}",
            f"EUR 70,000 a year; {OTE}",
            "from EUR 60,000 a year to EUR 70,000 a year",
        ),
        ("EUR 60,000 a year", f"EUR 60,000 a year; {OTE}", f"{OTE} added"),
        (f"EUR 60,000 a year; {OTE}", "EUR 60,000 a year", f"{OTE} removed"),
        ("pay not stated", "EUR 60,000 a year", "from pay not stated to EUR 60,000 a year"),
    ],
    ids=["one of two", "added", "removed", "all"],
)
def test_the_history_of_pay_tells_only_what_differs(old, new, words):
    assert ListingEvent(kind="pay_changed", old=old, new=new).change == words


def test_an_edit_that_changes_no_public_fact_is_recorded_for_who_reviews_it_alone():
    listing = posted(live=True)

    lifecycle.submit_change(
        listing=listing,
        version=1,
        by=None,
        content=content(description="Work with more data."),
        origin=Origin.FORM,
    )

    assert events(listing) == [("edited", "employer", False)]
    edited = listing.events.last()
    assert (edited.field, edited.old, edited.new) == (
        "description",
        "Work with data.",
        "Work with more data.",
    )


@pytest.mark.parametrize(
    "apply",
    [{"apply_url": "https://evil.example/"}, {"apply_url": "", "apply_email": "hr@evil.example"}],
)
def test_changing_where_to_apply_waits_while_the_approved_way_stays_public(mails, apply):
    listing = posted(live=True)

    lifecycle.submit_change(
        listing=listing,
        version=1,
        by=listing.created_by,
        content=content(**apply),
        origin=Origin.FORM,
    )

    listing.refresh_from_db()
    assert listing.is_live
    assert listing.apply_url == "https://careers.company.example/jobs/1"
    assert events(listing) == [("held", "employer", False)]
    assert [to for _, to in letters(mails)] == ["hello@localhost"]


def test_a_listing_whose_change_was_approved_keeps_its_first_dates():
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        listing = posted(in_review=True)
        lifecycle.publish_listing(listing=listing, by=None)

    with time_machine.travel(datetime(2026, 3, 5, tzinfo=UTC), tick=False):
        lifecycle.submit_change(
            listing=listing,
            version=1,
            by=None,
            content=content(apply_url="https://b.example/"),
            origin=Origin.FORM,
        )
        lifecycle.decide(listing=listing, decision=lifecycle.Decision.APPROVE, by=None)

    listing.refresh_from_db()
    assert listing.apply_url == "https://b.example/"
    assert listing.published_at == listing.posted_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert listing.expires_at == datetime(2026, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("state", ["draft", "in_review", "returned"])
def test_an_edit_before_publishing_changes_the_text_and_nothing_else(mails, state):
    listing = posted(**{state: True})

    lifecycle.submit_change(
        listing=listing,
        version=1,
        by=None,
        content=content(title="ML Engineer"),
        origin=Origin.FORM,
    )

    listing.refresh_from_db()
    assert (listing.title, listing.status) == ("ML Engineer", state)
    assert events(listing) == []
    assert mails() == []


@pytest.mark.both_databases
def test_whoever_saves_second_is_told_and_overwrites_nothing():
    listing = posted(live=True, is_proven=True)
    lifecycle.submit_change(
        listing=listing,
        version=1,
        by=None,
        content=content(title="The first one's title"),
        origin=Origin.FORM,
    )

    with pytest.raises(EditConflictError):
        lifecycle.submit_change(
            listing=listing,
            version=1,
            by=None,
            content=content(title="The second one's title"),
            origin=Origin.FORM,
        )

    listing.refresh_from_db()
    assert (listing.title, listing.version) == ("The first one's title", 2)


def test_a_listing_with_the_same_words_in_another_description_format_is_cleaned():
    listing = posted()

    lifecycle.submit_change(
        listing=listing,
        version=1,
        by=None,
        content=content(
            title="Data\u202e Engi\u200bneer", description="## Work\n\nWith <b>data</b>.\x00"
        ),
        origin=Origin.FORM,
    )

    listing.refresh_from_db()
    assert listing.title == "Data Engineer"
    assert listing.description_source == "## Work\n\nWith <b>data</b>."
    assert listing.description_html == "<h3>Work</h3>\n<p>With &lt;b&gt;data&lt;/b&gt;.</p>"


# --- Refusals -------------------------------------------------------------------------------------

ALLOWED = {
    "submit": {"draft", "returned"},
    "publish": {"in_review", "irrelevant"},
    "return": {"in_review"},
    "reject": {"in_review"},
    "close": {"live", "expired"},
    "feature": {"live", "expired"},
    "edit": {"draft", "in_review", "returned", "live"},
    "hide": {
        "draft",
        "in_review",
        "irrelevant",
        "returned",
        "rejected",
        "live",
        "expired",
        "closed",
    },
}
STATES = sorted(ALLOWED["hide"])


def step(name, listing):
    by = listing.created_by
    match name:
        case "submit":
            lifecycle.submit_listing(listing=listing, by=by)
        case "publish":
            lifecycle.publish_listing(listing=listing, by=by)
        case "return":
            lifecycle.return_listing(listing=listing, reason="Why.", by=by)
        case "reject":
            lifecycle.reject_listing(listing=listing, reason="Why.", by=by)
        case "close":
            lifecycle.close_listing(listing=listing, outcome="withdrawn", by=by)
        case "feature":
            lifecycle.feature_listing(listing=listing, until=in_days(7), by=by)
        case "edit":
            lifecycle.submit_change(
                listing=listing, content=content(title="New"), version=1, by=by, origin=Origin.FORM
            )
        case "hide":
            lifecycle.hide_listing(listing=listing, reason="Why.", by=by)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ALLOWED)
def test_a_step_is_possible_from_its_states_only_and_otherwise_changes_nothing(mails, name, state):
    listing = posted(**{state: True})
    before = Listing.objects.values().get()

    if state in ALLOWED[name]:
        step(name, listing)
        assert Listing.objects.values().get() != before
    else:
        with pytest.raises(InvalidStatusError, match=r"Data Engineer.* is (already|a draft)"):
            step(name, listing)
        assert Listing.objects.values().get() == before
        assert events(listing) == []
        assert mails() == []


@pytest.mark.both_databases
def test_nothing_is_sent_and_nothing_recorded_when_the_transaction_fails(mails):
    listing = posted(draft=True)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lifecycle.submit_listing(listing=listing, by=listing.created_by)
        raise ZeroDivisionError

    listing.refresh_from_db()
    assert listing.status == "draft"
    assert events(listing) == []
    assert mails() == []


# --- Mails ----------------------------------------------------------------------------------------


def test_template_signs_in_a_title_arrive_as_they_were_written(work):
    title = "{% load x %} {{ y }} {# z #} C++ & R <3"
    listing = posted(in_review=True)
    Listing.objects.update(title=title)

    lifecycle.publish_listing(listing=listing, by=None)
    work()

    (sent,) = mail.outbox
    assert sent.subject == f"Your job is live: {title}"
    assert f"“{title}” at Acme is live until" in sent.body


def test_a_listing_that_no_person_posted_has_nobody_to_write_to(mails):
    listing = ListingFactory(in_review=True, created_by=None)

    lifecycle.publish_listing(listing=listing, by=None)

    assert mails() == []


def test_the_mail_goes_to_all_who_may_act_for_the_job(mails):
    listing = posted(live=True)
    MembershipFactory(company=listing.company, user__email="colleague@example.com")

    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)

    told = {sent.to for sent in mails()}
    assert told == {"recruiter@example.com", "colleague@example.com"}


def test_who_posted_and_left_is_not_told(mails):
    listing = posted(live=True)
    MembershipFactory(company=listing.company, part="editor", job_emails="own")
    MembershipFactory(company=listing.company, user__email="owner@example.com")
    listing.company.memberships.filter(user=listing.created_by).delete()

    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)

    assert [sent.to for sent in mails()] == ["owner@example.com"]
    assert "because you get emails about all jobs of Acme on Rolebook." in mails()[0].text
    assert "because you posted" not in mails()[0].text


def test_nobody_is_mailed_about_a_job_whose_company_has_no_members(mails):
    listing = posted(live=True)
    listing.company.memberships.all().delete()

    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)

    assert mails() == []


@pytest.mark.parametrize("stays", [True, False])
def test_who_leaves_before_the_mail_is_sent_does_not_get_it(mails, work, stays):
    listing = posted(live=True)
    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)
    if not stays:
        listing.company.memberships.all().delete()

    work()

    assert len(mail.outbox) == stays
    assert mails()[0].state == ("sent" if stays else "failed")


def test_a_job_whose_last_day_is_over_is_not_published():
    listing = ListingFactory(in_review=True, closes_on=timezone.now().date() - timedelta(days=2))

    with pytest.raises(InvalidStatusError, match="The closing date of"):
        lifecycle.publish_listing(listing=listing, by=UserFactory(staff=True))
