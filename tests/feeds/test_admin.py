"""Feeds in the admin: adding one, seeing why one fails, and teaching what their words mean."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobboard.common.tasks import unfinished
from jobboard.feeds import aliases
from jobboard.feeds.adapters.systems import greenhouse
from jobboard.feeds.fetching import fetch_feed
from jobboard.feeds.importing.importer import import_items
from jobboard.listings.copies.joining import link_same_jobs
from jobboard.listings.models import Feed, FeedRun, Listing, ListingPlace, PlaceAlias
from roles.models import RoleAlias
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    RoleFactory,
    UserFactory,
    in_days,
)
from tests.reading import text_of, tight, titles_in

pytestmark = pytest.mark.django_db

FEEDS = "/admin/listings/feed/"
UNREAD = "/admin/listings/feed/unread/"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True)
    client.force_login(user)
    return user


def page_of(feed) -> str:
    return f"{FEEDS}{feed.pk}/change/"


def fields(**changed) -> dict:
    """What the form of a feed sends."""
    usual = {
        "kind": "greenhouse",
        "address": "https://feeds.example.com/acme",
        "publishes": "review",
    }
    return usual | {"runs-TOTAL_FORMS": 0, "runs-INITIAL_FORMS": 0} | changed


def do(client, action, *feeds) -> str:
    """Do it with the chosen feeds; the words of the page that follows."""
    data = {"action": action, "_selected_action": [feed.pk for feed in feeds]}
    return text_of(client.post(FEEDS, data, follow=True))


def queries(client, page) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


# A feed


def test_a_feed_is_added_and_due_at_once(client, editor):
    company = CompanyFactory()

    response = client.post(f"{FEEDS}add/", fields(company=company.pk))

    assert response.status_code == 302
    feed = Feed.objects.get()
    assert (feed.company, feed.kind, feed.publishes) == (company, "greenhouse", "review")
    assert (feed.address, feed.next_fetch_at) == ("https://feeds.example.com/acme", None)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("http://feeds.example.com/acme", "Enter an address that starts with https://."),
        ("https://me:word@feeds.example.com/acme", "Remove the username from the address."),
        (
            "https://127.0.0.1/acme",
            "Enter an address with a public domain name, like careers.example.com.",
        ),
        ("https://feeds.example.com:8443/acme", "Remove the port number from the address."),
        (
            "https://feeds.example.com/\\acme",
            "Remove any spaces, backslashes or invisible characters from the address.",
        ),
    ],
)
def test_an_address_that_may_lead_elsewhere_is_refused_with_a_sentence(
    client, editor, address, error
):
    response = client.post(f"{FEEDS}add/", fields(address=address))

    assert error in text_of(response)
    assert not Feed.objects.exists()


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (
            "greenhouse",
            "https://job-boards.greenhouse.io/acme/jobs/4012345004",
            "https://boards-api.greenhouse.io/v1/boards/acme/jobs"
            "?content=true&pay_transparency=true",
        ),
        (
            "lever",
            " http://jobs.lever.co/acme?location=Berlin",
            "https://api.lever.co/v0/postings/acme?mode=json",
        ),
        (
            "ashby",
            "jobs.ashbyhq.com/acme",
            "https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true",
        ),
        (
            "workday",
            "https://acme.wd5.myworkdayjobs.com/Careers",
            "https://acme.wd5.myworkdayjobs.com/Careers",
        ),
        (
            "lever",
            "https://api.lever.co/v0/postings/acme?team=Data&mode=html",
            "https://api.lever.co/v0/postings/acme?mode=json&team=Data",
        ),
        ("jobposting", "https://jobs.lever.co/acme", "https://jobs.lever.co/acme"),
        ("greenhouse", "https://feeds.example.com/acme", "https://feeds.example.com/acme"),
    ],
)
def test_the_page_of_a_board_becomes_the_address_of_its_interface(
    client, editor, kind, typed, stored
):
    company = CompanyFactory()

    client.post(f"{FEEDS}add/", fields(kind=kind, address=typed, company=company.pk))

    assert Feed.objects.get().address == stored


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("https://job-boards.greenhouse.io/", "Paste the address of the board, like https://job-"),
        ("https://www.linkedin.com/company/acme", "LinkedIn has no feed that other sites may read"),
        ("https://jobs.lever.co/acme", "This is an address of Lever. Choose that kind of feed."),
    ],
)
def test_an_address_that_cannot_be_of_its_kind_is_refused_with_a_sentence(
    client, editor, address, error
):
    response = client.post(f"{FEEDS}add/", fields(kind="greenhouse", address=address))

    assert error in text_of(response)
    assert not Feed.objects.exists()


def test_who_changes_something_else_leaves_the_address_as_it_is(client, editor):
    address = "https://boards-api.greenhouse.io/v1/boards/acme/departments/12/jobs"
    feed = FeedFactory(kind="greenhouse", address=address)

    client.post(
        f"{FEEDS}{feed.pk}/change/",
        fields(kind="greenhouse", address=address, company=feed.company.pk, publishes="directly"),
    )

    feed.refresh_from_db()
    assert (feed.publishes, feed.address) == ("directly", address)


def test_an_address_that_is_none_is_refused_for_a_page_too(client, editor):
    answer = client.post(f"{FEEDS}add/", fields(kind="jobposting", address="https://[bad"))

    assert "Enter a full web address" in text_of(answer)


@pytest.mark.parametrize(
    ("kind", "name"), [("ashby", "Ashby"), ("lever", "Lever"), ("workday", "Workday")]
)
def test_a_feed_that_does_not_name_companies_needs_one(client, editor, kind, name):
    response = client.post(f"{FEEDS}add/", fields(kind=kind))

    assert f"{name} does not include company names. Choose a company." in text_of(response)
    assert not Feed.objects.exists()


@pytest.mark.parametrize("kind", ["adzuna", "remotive", "usajobs"])
def test_a_board_needs_no_company(client, editor, kind):
    assert client.post(f"{FEEDS}add/", fields(kind=kind)).status_code == 302


def test_a_feed_with_a_new_address_is_due_at_once_and_asked_for_everything(client, editor):
    there = {
        "etag": '"v1"',
        "last_modified": "Fri, 20 Nov 2026 12:00:00 GMT",
        "next_fetch_at": in_days(1),
    }
    moved, same = FeedFactory(**there), FeedFactory(**there)

    for feed, address in [(moved, "https://feeds.example.com/new"), (same, same.address)]:
        client.post(page_of(feed), fields(address=address, company=feed.company_id))
        feed.refresh_from_db()

    assert (moved.etag, moved.last_modified, moved.next_fetch_at) == ("", "", None)
    assert (same.etag, same.next_fetch_at) == ('"v1"', there["next_fetch_at"])


@pytest.mark.both_databases
def test_the_list_shows_which_feeds_fail_and_why(client, editor):
    FeedFactory(
        company__name="Acme",
        problem="feeds.example.com returned 404 Not Found.",
        failing_since=LONG_AGO,
    )
    FeedFactory(company__name="Globex")

    page = text_of(client.get(f"{FEEDS}?problem__isempty=0"))

    assert "Greenhouse, Acme Failing feeds.example.com returned 404 Not Found. Jan. 1, 2026" in page
    assert "Globex" not in page


def test_the_runs_of_a_feed_are_shown_and_cannot_be_changed(client, editor):
    feed = FeedFactory()
    run = FeedRun.objects.create(
        feed=feed, at=LONG_AGO, created=41, refused=1, notes="Item 3 refused."
    )
    typed = {
        "runs-TOTAL_FORMS": 1,
        "runs-INITIAL_FORMS": 1,
        "runs-0-id": run.pk,
        "runs-0-feed": feed.pk,
    }

    page = client.get(page_of(feed))
    response = client.post(
        page_of(feed), fields(**typed, **{"runs-0-created": 7, "runs-0-DELETE": "on"})
    )

    assert "41" in text_of(page)
    assert "Item 3 refused." in text_of(page)
    assert 'name="runs-0-created"' not in page.content.decode()
    assert response.status_code == 302
    assert FeedRun.objects.get().created == 41


@pytest.mark.slow
@pytest.mark.parametrize("page", ["list", "feed", "unread"])
@pytest.mark.both_databases
def test_pages_about_feeds_cost_the_same_queries_for_one_row_as_for_twenty(client, editor, page):
    feed = FeedFactory()
    address = {"list": FEEDS, "feed": page_of(feed), "unread": UNREAD}[page]

    def add(count):
        for number in range(count):
            FeedFactory(problem="It failed.", failing_since=LONG_AGO)
            FeedRun.objects.create(feed=feed, at=timezone.now(), notes="A note.")
            RoleFactory()
            listing = unread(f"Title {number} of {count}", feed=feed, pay_note=f"Note {number}")
            ListingPlace.objects.create(listing=listing, text=f"Office {number}")

    add(1)
    queries(client, address)
    one = queries(client, address)
    add(19)

    assert queries(client, address) == one


def test_a_feed_can_be_asked_now_and_for_everything(client, editor):
    feed = FeedFactory(
        next_fetch_at=in_days(1), etag='"v1"', last_modified="Fri, 20 Nov 2026 12:00:00 GMT"
    )
    by_hand = FeedFactory(address="")

    for _ in range(2):
        page = do(client, "fetch_now", feed, by_hand)

    feed.refresh_from_db()
    assert "1 feed will be fetched in a moment." in page
    assert unfinished(fetch_feed) == [{"feed_id": feed.pk}]
    assert feed.next_fetch_at <= timezone.now()
    assert (feed.etag, feed.last_modified) == ("", "")


@pytest.mark.both_databases
def test_an_editor_closes_the_jobs_that_the_last_answer_left_out(client, editor):
    last = in_days(-1)
    feed = FeedFactory(
        last_success_at=last, problem="3 jobs of 4 disappeared at once, so we closed none."
    )
    there = ListingFactory(live=True, feed=feed, external_id="1", last_seen_at=last)
    gone = [
        ListingFactory(
            feed=feed, external_id="2", last_seen_at=last - timedelta(hours=6), live=True
        ),
        ListingFactory(
            feed=feed, external_id="3", last_seen_at=last - timedelta(hours=6), in_review=True
        ),
    ]
    ListingFactory(
        feed=feed, external_id="4", last_seen_at=last - timedelta(hours=6), rejected=True
    )
    ListingFactory(
        live=True, feed=FeedFactory(last_success_at=last), last_seen_at=last - timedelta(hours=6)
    )

    page = do(client, "close_missing_jobs", feed)

    assert f"{feed}: 2 jobs closed." in page
    assert set(Listing.objects.filter(outcome="unlisted")) == set(gone)
    assert there.is_live
    event = gone[0].events.get()
    assert (event.kind, event.by, event.new) == (
        "closed",
        editor,
        "No longer listed by the employer",
    )
    feed.refresh_from_db()
    assert feed.problem == ""


def test_what_a_failing_feed_fails_of_is_still_said_after_its_vanished_jobs_were_closed(
    client, editor
):
    feed = FeedFactory(
        last_success_at=LONG_AGO, failing_since=LONG_AGO, problem="feeds.example.com returned 500."
    )

    do(client, "close_missing_jobs", feed)

    feed.refresh_from_db()
    assert feed.problem == "feeds.example.com returned 500."


# Unrecognised text


def unread(title="Data Wizard", **state) -> Listing:
    """An open job of a feed whose title named no role."""
    usual = {"live": True, "role": None, "role_from": "matched", "external_id": title}
    return ListingFactory(
        title=title, **usual | {"feed": state.pop("feed", None) or FeedFactory()} | state
    )


def at_place(text, workplace="", **state) -> Listing:
    listing = unread(**state)
    ListingPlace.objects.create(listing=listing, text=text, workplace=workplace)
    return listing


def teach(client, kind, text, **meaning) -> str:
    return text_of(client.post(UNREAD, {"kind": kind, "text": text} | meaning, follow=True))


@pytest.mark.both_databases
def test_what_feeds_say_that_nobody_understood_is_shown_most_frequent_first(client, editor):
    RoleFactory(name="Data Engineer")
    for _ in range(2):
        at_place("HQ North", title="Data Wizard", pay_note="Competitive")
    at_place("Base Camp", title="Data Gnome", pay_note="Up to you")
    at_place("Remote", workplace="remote", title="Data Wizard", live=False, in_review=True)
    at_place("Over", title="Over", live=False, closed=True, pay_note="Over")
    ListingFactory(live=True, role=None, title="Of no feed", pay_note="Of no feed")
    ListingFactory(
        live=True, feed=FeedFactory(), title="Understood", paid=True, pay_note="Per place"
    )

    rows = table_of(client.get(UNREAD))

    assert rows == [
        [("3", "Data Wizard"), ("1", "Data Gnome")],
        [("2", "HQ North"), ("1", "Base Camp")],
        [("2", "Competitive"), ("1", "Up to you")],
    ]


def test_the_page_that_teaches_needs_no_inline_script_or_style(client, editor):
    at_place("HQ North")

    page = client.get(UNREAD).content.decode()

    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=", page) == []


def table_of(response) -> list[list[tuple[str, str]]]:
    """Count and text of each row, section by section."""
    sections = tight(response.content.decode()).split('<div class="module">')[1:]
    return [re.findall(r"<tr><td>(\d+)</td><td>([^<]*)<", section) for section in sections]


@pytest.mark.both_databases
def test_a_taught_title_names_its_role_at_once_wherever_it_stands(client, editor):
    role = RoleFactory(name="Data Scientist", slug="data-scientist")
    named = [unread("Data Wizard"), unread("Senior Data Wizard (m/f/d)")]
    others = [unread("Data Gnome"), unread("Data Wizard, Magic", role_from="editor")]
    Listing.objects.update(changed_at=LONG_AGO)

    page = teach(client, "title", "Data Wizard", role=role.pk)

    assert "Added the alias “Data Wizard” and updated 2 jobs." in page
    assert set(role.listings.all()) == set(named)
    assert set(Listing.objects.filter(changed_at=LONG_AGO)) == set(others)
    assert len(titles_in(client.get("/jobs/?role=data-scientist"))) == 2


def test_a_taught_word_that_ends_other_titles_is_read_as_strictly_as_by_feeds(client, editor):
    RoleFactory(name="Data Wizard")
    role = RoleFactory(name="Data Scientist")
    unread("Senior Wizard")
    unread("Hedge Wizard")

    assert "and updated 1 job." in teach(client, "title", "Wizard", role=role.pk)
    assert [listing.title for listing in role.listings.all()] == ["Senior Wizard"]


def test_a_taught_place_is_found_by_its_country_at_once(client, editor):
    listing, other = at_place("HQ North"), at_place("HQ South", title="Data Gnome")
    Listing.objects.update(changed_at=LONG_AGO)
    assert titles_in(client.get("/jobs/?country=US")) == []

    page = teach(client, "place", "HQ North", means="Austin, TX, United States")

    assert "Added the alias “HQ North” and updated 1 job." in page
    place = listing.places.get().place
    assert (place.name, place.admin1, place.country) == ("Austin", "Texas", "US")
    assert list(Listing.objects.filter(changed_at=LONG_AGO)) == [other]
    assert titles_in(client.get("/jobs/?country=US")) == ["Data Wizard"]


def test_what_was_taught_holds_for_jobs_that_come_later(client, editor):
    role = RoleFactory(name="Data Scientist")
    teach(client, "title", "Data Wizard", role=role.pk)
    teach(client, "place", "HQ North", means="Austin, TX, United States")

    store(FeedFactory(), ("Data Wizard", "HQ North", "Work with data."))

    listing = Listing.objects.get()
    assert (listing.role, listing.places.get().place.name) == (role, "Austin")


def store(feed, *jobs):
    """One run of a Greenhouse feed with these jobs: title, place, text."""
    rows = [
        {
            "id": number,
            "internal_job_id": number,
            "title": title,
            "content": f"<p>{text}</p>",
            "absolute_url": f"https://boards.example.com/acme/{number}",
            "location": {"name": place},
        }
        for number, (title, place, text) in enumerate(jobs)
    ]
    import_items(
        feed=feed, items=greenhouse.SOURCE.parse(BytesIO(json.dumps({"jobs": rows}).encode()))
    )


@pytest.mark.parametrize("means", ["Elbonia", "Springfield", "Berlin, Germany; Paris, France"])
def test_a_place_that_is_unknown_or_several_is_refused_and_what_was_typed_stays(
    client, editor, means
):
    listing = at_place("HQ North")

    response = client.post(UNREAD, {"kind": "place", "text": "HQ North", "means": means})

    assert f"“{means}” does not match a single location." in text_of(response)
    assert f'value="{means}"' in response.content.decode()
    assert listing.places.get().place is None
    assert not PlaceAlias.objects.exists()


@pytest.mark.both_databases
def test_many_jobs_are_taught_some_at_a_time(client, editor, monkeypatch):
    monkeypatch.setattr(aliases, "UPDATED_AT_ONCE", 2)
    monkeypatch.setattr(aliases, "DECIDED_AT_ONCE", 2)
    role = RoleFactory(name="Data Engineer")
    jobs = [at_place("HQ North", title="Data Wizard") for _ in range(5)]

    assert "and updated 5 jobs." in teach(client, "title", "Data Wizard", role=role.pk)
    assert "and updated 5 jobs." in teach(
        client, "place", "HQ North", means="Austin, TX, United States"
    )

    assert role.listings.count() == 5
    assert {row.place.name for row in ListingPlace.objects.all()} == {"Austin"}
    assert all(job.places.get().place.country == "US" for job in jobs)


@pytest.mark.parametrize(
    ("kind", "text", "error"),
    [("title", "Data Wizard", "Choose a role."), ("place", "HQ North", "Enter a location.")],
)
def test_teaching_needs_a_meaning(client, editor, kind, text, error):
    at_place("HQ North")

    assert error in teach(client, kind, text)
    assert not RoleAlias.objects.exists()
    assert not PlaceAlias.objects.exists()


@pytest.mark.parametrize("who", ["nobody", "recruiter", "staff who may look at feeds"])
def test_only_staff_with_the_right_change_feeds_or_teach(client, who):
    feed, role = FeedFactory(next_fetch_at=LONG_AGO), RoleFactory()
    unread("Data Wizard")
    if who != "nobody":
        user = UserFactory(is_staff=who.startswith("staff"))
        if user.is_staff:
            user.user_permissions.add(Permission.objects.get(codename="view_feed"))
        client.force_login(user)

    assert client.get(UNREAD).status_code in (302, 403)
    assert client.post(
        UNREAD, {"kind": "title", "text": "Data Wizard", "role": role.pk}
    ).status_code in (302, 403)
    do(client, "fetch_soon", feed)

    assert not RoleAlias.objects.exists()
    assert Feed.objects.get(pk=feed.pk).next_fetch_at == LONG_AGO


# Same job, other locations


@pytest.mark.both_databases
def test_jobs_that_an_editor_parted_are_not_linked_again(client, editor):
    feed = FeedFactory()
    store(feed, ("Data Engineer", "Oslo", "You move data between two fjords."),
          ("Data Engineer", "Bergen", "You move data between two fjords."))  # fmt: skip
    first, second = Listing.objects.order_by("external_id")
    assert second.same_as == first

    client.post(
        f"/admin/listings/listing/{second.pk}/change/", {"role": "", "level": "", "same_as": ""}
    )
    link_same_jobs(feed, after=None)

    second.refresh_from_db()
    assert (second.same_as, second.same_as_from) == (None, "editor")


def test_jobs_that_lost_their_link_otherwise_are_linked_again(db):
    feed = FeedFactory()
    store(feed, ("Data Engineer", "Oslo", "You move data between two fjords."),
          ("Data Engineer", "Bergen", "You move data between two fjords."))  # fmt: skip
    first, second = Listing.objects.order_by("external_id")
    Listing.objects.update(same_as=None)

    link_same_jobs(feed, after=None)

    second.refresh_from_db()
    assert second.same_as == first


# Who may see and teach what


def test_who_may_only_look_sees_no_keys(client):
    FeedFactory(address="https://feeds.example.com/search/1?app_key=secret-1", api_key="secret-2")
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_feed"))
    client.force_login(user)

    page = client.get(page_of(Feed.objects.get())).content.decode()

    assert "secret-1" not in page
    assert "secret-2" not in page


def test_a_key_is_not_shown_again_and_stays_when_its_field_is_left_empty(client, editor):
    feed = FeedFactory(kind="usajobs", board=True, api_key="secret")
    assert "secret" not in client.get(page_of(feed)).content.decode()

    client.post(page_of(feed), fields(kind="usajobs"))

    feed.refresh_from_db()
    assert (feed.api_key, feed.address) == ("secret", "https://feeds.example.com/acme")


def test_a_key_does_not_go_to_another_host(client, editor):
    feed = FeedFactory(kind="usajobs", board=True, api_key="secret")
    elsewhere = fields(kind="usajobs", address="https://feeds.example.net/acme")

    page = client.post(page_of(feed), elsewhere, follow=True)

    feed.refresh_from_db()
    assert feed.api_key == ""
    assert "The API key has been removed" in text_of(page)
    client.post(page_of(feed), elsewhere | {"api_key": "another"})
    feed.refresh_from_db()
    assert feed.api_key == "another"


def test_teaching_takes_the_right_to_add_aliases_and_is_in_the_log(client, editor):
    role = RoleFactory(name="Data Engineer")
    client.post(UNREAD, {"kind": "title", "text": "Pipeline Wizard", "role": role.pk})
    assert LogEntry.objects.get().user == editor

    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_feed"))
    client.force_login(user)
    assert client.get(UNREAD).status_code == 403


@pytest.mark.parametrize(
    "text", ["Data Engineer", "ß" * 70], ids=["another role's name", "too long when folded"]
)
def test_what_cannot_be_an_alias_is_refused(client, editor, text):
    RoleFactory(name="Data Engineer")
    other = RoleFactory(name="Data Scientist")

    response = client.post(UNREAD, {"kind": "title", "text": text, "role": other.pk})

    assert response.status_code == 200
    assert not RoleAlias.objects.exists()


def test_a_job_cannot_be_the_same_as_itself(client, editor):
    listing = ListingFactory(live=True)

    client.post(
        f"/admin/listings/listing/{listing.pk}/change/",
        {"role": "", "level": "", "same_as": listing.pk},
    )

    listing.refresh_from_db()
    assert listing.same_as is None
