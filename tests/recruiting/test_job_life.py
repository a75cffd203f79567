"""What recruiters do with a job after it was posted, what they are asked by mail, and what it
brings.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobboard.listings import lifecycle
from jobboard.listings.content import get_content
from jobboard.listings.last_day import end_of_last_day
from jobboard.listings.lifecycle import InvalidStatusError
from jobboard.listings.models import Listing, ListingDailyStats, Origin
from jobboard.listings.readers import stats
from jobboard.recruiting.posting import still_open
from tests.factories import FeedFactory, ListingFactory, MembershipFactory, in_days
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(client):
    """A company whose recruiter is signed in."""
    membership = MembershipFactory(company__name="Acme", user__email="recruiter@acme.example")
    client.force_login(membership.user)
    return membership.company


def press(client, name, listing, **data):
    """Press a button of the recruiter's; the page that follows, and the listing as it is then."""
    response = client.post(
        reverse(f"recruiting:listing_{name}", args=[listing.pk]), data, follow=True
    )
    if Listing.objects.filter(pk=listing.pk).exists():
        listing.refresh_from_db()
    return response


def public_events(listing) -> list[tuple]:
    return [(event.kind, event.old, event.new) for event in listing.events.filter(public=True)]


# --- Still open -----------------------------------------------------------------------------------


def test_confirming_counts_the_days_anew_and_shows_the_date(client, acme):
    listing = ListingFactory(
        live=True, company=acme, published_at=in_days(-50), expires_at=in_days(10)
    )

    response = press(client, "confirm", listing)

    assert listing.confirmed_at.date() == timezone.now().date()
    assert listing.expires_at.date() == in_days(lifecycle.LIVE_DAYS).date()
    assert public_events(listing) == [("confirmed", "", "")]
    assert f"is confirmed as open and will stay live until {listing.last_day:%-d %b %Y}" in text_of(
        response
    )
    assert "Confirmed open" in text_of(client.get(listing.get_absolute_url()))
    press(client, "confirm", listing)
    assert len(public_events(listing)) == 1


def test_a_confirmed_job_keeps_its_days_when_it_is_edited(acme):
    listing = ListingFactory(
        live=True, company=acme, published_at=in_days(-50), expires_at=in_days(10)
    )
    listing = lifecycle.confirm_listing(listing=listing, by=None)

    edited = lifecycle.submit_change(
        listing=listing,
        content=get_content(listing),
        version=listing.version,
        by=acme.members.get(),
        origin=Origin.FORM,
    )

    assert edited.expires_at == listing.expires_at


def test_extending_moves_the_last_day_and_records_it(client, acme):
    last, later = in_days(3).date(), in_days(40).date()
    listing = ListingFactory(
        live=True,
        company=acme,
        closes_on=last,
        last_zone="Asia/Tokyo",
        expires_at=end_of_last_day(last, "Asia/Tokyo"),
    )

    page = client.get(reverse("recruiting:listing_preview", args=[listing.pk]))
    assert page.context["extend_form"]["closes_on"].value() == last + timedelta(days=30)
    press(client, "extend", listing, closes_on=later)

    assert (listing.closes_on, listing.expires_at) == (later, end_of_last_day(later, "Asia/Tokyo"))
    assert public_events(listing) == [
        ("dates_changed", f"{last:%-d %b %Y}", f"{later:%-d %b %Y}"),
        ("confirmed", "", ""),
    ]


def test_a_last_day_too_far_ahead_is_refused_beside_its_field(client, acme):
    listing = ListingFactory(live=True, company=acme)

    response = press(client, "extend", listing, closes_on=in_days(400).date())

    assert "Choose a date from today to 180 days from now." in text_of(response)
    assert listing.closes_on is None


@pytest.mark.parametrize("state", ["draft", "in_review", "closed", "expired", "hidden"])
def test_only_a_live_job_is_confirmed(client, acme, state):
    listing = ListingFactory(**{state: True}, company=acme)

    press(client, "confirm", listing)

    assert (listing.confirmed_at, public_events(listing)) == (None, [])


# --- Asked by mail --------------------------------------------------------------------------------


def link_in(mail) -> str:
    return re.search(r"(/recruit/answer/\S+)", mail.text)[1]


def test_a_recruiter_is_asked_every_fourteen_days_in_one_mail_about_all_that_is_due(mails):
    member = MembershipFactory(user__email="ada@acme.example")
    start = datetime(2026, 9, 1, 8, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        for title in ["One", "Two"]:
            ListingFactory(
                live=True,
                title=title,
                company=member.company,
                created_by=member.user,
                published_at=start,
                expires_at=start + timedelta(days=60),
            )
        ListingFactory(live=True, feed=FeedFactory(), published_at=start)
    asked_on = []
    for day in range(60):
        with time_machine.travel(start + timedelta(days=day, hours=1), tick=False):
            still_open.ask_recruiters()
            still_open.ask_recruiters()
            asked_on += [day] * (len(mails()) - len(asked_on))

    assert asked_on == [14, 28, 42, 53]  # the last time because they end a week later
    assert {mail.subject for mail in mails()} == {"Are these 2 jobs still open?"}
    assert all(
        mail.to == "ada@acme.example" and mail.text.count("/recruit/answer/") == 2
        for mail in mails()
    )


def test_a_reminder_comes_a_week_before_a_job_ends(mails):
    member = MembershipFactory()
    listing = ListingFactory(
        live=True,
        company=member.company,
        created_by=member.user,
        published_at=in_days(-10),
        expires_at=in_days(6.9),
        closes_on=in_days(6).date(),
    )

    still_open.ask_recruiters()
    still_open.ask_recruiters()

    assert [mail.subject for mail in mails()] == [f"Is this job still open? {listing.title}"]
    assert "confirming it keeps it live longer" in mails()[0].text


def test_all_who_may_act_are_asked_and_one_answer_is_enough(mails):
    poster = MembershipFactory()
    owner = MembershipFactory(company=poster.company)
    MembershipFactory(company=poster.company, job_emails="own")
    listing = ListingFactory(
        live=True,
        company=poster.company,
        created_by=poster.user,
        published_at=in_days(-20),
        expires_at=in_days(40),
    )

    still_open.ask_recruiters()
    still_open.ask_recruiters()

    assert {mail.to for mail in mails()} == {poster.user.email, owner.user.email}
    first, second = (link_in(mail) for mail in mails())
    Client().post(first, {"answer": "filled_here"})
    page = Client().post(second, {"answer": "open"})
    assert "you don’t need to do anything" in text_of(page)
    listing.refresh_from_db()
    assert listing.status == "closed"


@pytest.mark.parametrize("state", ["draft", "in_review", "closed", "expired", "hidden"])
def test_nobody_is_asked_about_a_job_that_is_not_live(mails, state):
    member = MembershipFactory()
    ListingFactory(
        **{state: True},
        company=member.company,
        created_by=member.user,
        published_at=in_days(-70),
    )

    still_open.ask_recruiters()

    assert mails() == []


def test_the_answer_needs_no_sign_in_and_only_a_button_changes_anything(mails):
    member = MembershipFactory()
    listing = ListingFactory(
        live=True,
        company=member.company,
        created_by=member.user,
        published_at=in_days(-20),
        expires_at=in_days(40),
    )
    still_open.ask_recruiters()
    link, visitor = link_in(mails()[0]), Client()

    assert f"Is “{listing.title}” still open?" in text_of(visitor.get(link))
    listing.refresh_from_db()
    assert listing.confirmed_at is None

    assert "Choose an answer." in text_of(visitor.post(link, {"answer": "eaten"}, follow=True))
    assert "Thank you. The job is live until" in text_of(
        visitor.post(link, {"answer": "open"}, follow=True)
    )
    assert "You’ve already answered" in text_of(
        visitor.post(link, {"answer": "filled_here"}, follow=True)
    )

    listing.refresh_from_db()
    assert (listing.status, listing.outcome) == ("published", "")
    [confirmed] = listing.events.filter(kind="confirmed")
    assert confirmed.by == member.user


def test_a_job_that_is_closed_meanwhile_needs_no_answer(mails):
    member = MembershipFactory()
    listing = ListingFactory(
        live=True, company=member.company, created_by=member.user, published_at=in_days(-20)
    )
    still_open.ask_recruiters()
    lifecycle.close_listing(listing=listing, outcome="filled_here", by=member.user)

    page = Client().post(link_in(mails()[0]), {"answer": "open"})

    assert "you don’t need to do anything" in text_of(page)


def test_a_link_answers_for_its_own_job_and_not_for_ever(client):
    member = MembershipFactory()
    listing = ListingFactory(live=True, company=member.company, expires_at=in_days(90))
    link = still_open.answer_url(listing, member.user).removeprefix(settings.SITE_URL)

    assert client.get(f"{link[:-2]}x/").status_code == 404
    assert client.get(link).status_code == 200
    with time_machine.travel(in_days(31)):
        assert client.get(link).status_code == 404


# --- Copies ---------------------------------------------------------------------------------------


def test_a_copy_is_a_draft_that_says_the_same_and_a_double_click_makes_one(client, acme):
    listing = ListingFactory(
        live=True, company=acme, paid=True, title="Data Engineer", closes_on=in_days(-1).date()
    )

    response = press(client, "copy", listing)
    press(client, "copy", listing)

    copy = Listing.objects.exclude(pk=listing.pk).get()
    assert response.redirect_chain == [(reverse("recruiting:listing_edit", args=[copy.pk]), 302)]
    assert (copy.title, copy.salary_min, copy.status, copy.closes_on) == (
        "Data Engineer",
        listing.salary_min,
        "draft",
        None,
    )
    assert (copy.status, copy.published_at, copy.reposted_from, copy.external_id) == (
        "draft",
        None,
        None,
        "",
    )


def test_posting_again_makes_a_new_job_with_its_own_dates_that_says_so(client, acme):
    listing = ListingFactory(
        closed=True, company=acme, published_at=datetime(2026, 3, 5, tzinfo=UTC)
    )

    press(client, "repost", listing)
    copy = Listing.objects.get(reposted_from=listing)
    lifecycle.submit_listing(listing=copy, by=acme.members.get())
    lifecycle.publish_listing(listing=copy, by=None)

    copy.refresh_from_db()
    assert copy.posted_at.date() == timezone.now().date()
    assert "first published 5 Mar 2026" in text_of(client.get(copy.get_absolute_url()))
    assert client.get(listing.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("state", ["draft", "in_review", "live", "rejected"])
def test_only_a_job_that_is_over_is_posted_again(acme, state):
    with pytest.raises(InvalidStatusError):
        lifecycle.repost_listing(
            listing=ListingFactory(**{state: True}, company=acme), by=acme.members.get()
        )


@pytest.mark.parametrize(
    ("state", "goes"),
    [
        ("draft", True),
        ("in_review", True),
        ("returned", True),
        ("rejected", True),
        ("live", False),
        ("closed", False),
    ],
)
def test_only_what_was_never_public_is_deleted(client, acme, state, goes):
    listing = ListingFactory(**{state: True}, company=acme)

    press(client, "discard", listing)

    assert Listing.objects.exists() != goes


# --- What it brings -------------------------------------------------------------------------------


def test_views_are_counted_by_the_pages_word_and_clicks_by_leaving(client, acme):
    listing = ListingFactory(live=True, company=acme)
    robot = {
        "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    }

    client.get(listing.get_absolute_url())
    for headers in ({}, {}, robot):
        assert client.post(f"/jobs/{listing.pk}/seen/", headers=headers).status_code == 204
        client.get(f"/jobs/{listing.pk}/apply/", headers=headers)
    client.head(f"/jobs/{listing.pk}/apply/")

    day = ListingDailyStats.objects.get()
    assert (day.day, day.views, day.apply_clicks) == (timezone.now().date(), 2, 2)
    assert Client().post(f"/jobs/{ListingFactory(draft=True).pk}/seen/").status_code == 404


def test_a_click_that_leads_straight_to_a_board_is_counted_too(client):
    """The terms of Remote OK ask for a direct link, so its page's script tells of clicks."""
    feed = FeedFactory(board=True, kind="remoteok")
    listing = ListingFactory(live=True, feed=feed, apply_url="https://remoteok.com/jobs/1")

    page = client.get(listing.get_absolute_url()).content.decode()
    client.post(f"/jobs/{listing.pk}/seen/", {"what": "apply"})

    assert f'data-applied="/jobs/{listing.pk}/seen/"' in page
    assert ListingDailyStats.objects.values_list("views", "apply_clicks").get() == (0, 1)


def test_one_network_is_counted_a_few_times_and_goes_on_all_the_same(client, acme, monkeypatch):
    monkeypatch.setattr(stats, "MAX_PER_NETWORK", 3)
    listing = ListingFactory(live=True, company=acme)

    for address in ["203.0.113.5"] * 5 + ["198.51.100.7"]:
        left = client.get(f"/jobs/{listing.pk}/apply/", REMOTE_ADDR=address)
        client.post(f"/jobs/{listing.pk}/seen/", REMOTE_ADDR=address)
        assert left["Location"] == listing.apply_url

    day = ListingDailyStats.objects.get()
    assert (day.views, day.apply_clicks) == (4, 4)


def test_the_dashboard_says_what_jobs_brought_and_what_they_wait_for(client, acme):
    live = ListingFactory(
        live=True, company=acme, published_at=in_days(-20), expires_at=in_days(40)
    )
    ListingFactory(returned=True, company=acme)
    ListingFactory(in_review=True, company=acme)
    ListingFactory(live=True)
    for ago, views in [(0, 5), (13, 1200), (14, 99)]:
        ListingDailyStats.objects.create(
            listing=live, day=in_days(-ago).date(), views=views, apply_clicks=views // 10
        )

    page = text_of(client.get("/recruit/"))

    assert "Confirm whether 1 job is still open." in page
    assert "1 job returned to you: edit and resubmit." in page
    assert "Live 1 In review 1 Views, 14 days 1,205 Apply clicks, 14 days 120" in page
    assert "All 3 Live 1 In review 1 Returned 1" in page
    assert "All 3" in text_of(client.get("/recruit/?state=live"))
    assert len(client.get("/recruit/?state=returned").context["page"]) == 1


def test_the_numbers_are_a_table_and_a_file(client, acme):
    listing = ListingFactory(live=True, company=acme, title="=SUM(A1)")
    day = timezone.now().date()
    ListingDailyStats.objects.create(listing=listing, day=day, views=12, apply_clicks=3)
    ListingDailyStats.objects.create(listing=ListingFactory(live=True), day=day, views=99)

    page = text_of(client.get(reverse("recruiting:listing_preview", args=[listing.pk])))
    file = client.get("/recruit/numbers.csv").content.decode().splitlines()

    assert f"{day:%-d %b} 12 3" in page
    assert file == [
        "job,title,company,day,views,apply_clicks",
        f"{listing.pk},'=SUM(A1),Acme,{day},12,3",
    ]


def test_the_dashboard_costs_the_same_queries_for_one_job_as_for_many(client, acme):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/recruit/")
        return len(captured)

    ListingFactory(live=True, company=acme)
    one = queries()
    ListingFactory.create_batch(12, live=True, company=acme)

    assert queries() == one
