"""Saved jobs: in an address to share, or with an account; what is over stays and says so."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from jobboard.listings import lifecycle
from jobboard.seekers import saved
from jobboard.seekers.models import SavedListing
from tests.factories import ListingFactory, UserFactory, in_days
from tests.reading import text_of

pytestmark = pytest.mark.django_db

SAVED = "/saved/"


@pytest.fixture
def ada(client):
    user = UserFactory(email="ada@example.com")
    client.force_login(user)
    return user


def save(client, *listings):
    return client.post(f"{SAVED}add/", {"listing": [one.pk for one in listings]}, follow=True)


# --- Without an account ---------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_jobs_of_an_address_are_shown_in_its_order_with_what_became_of_them(client):
    live = ListingFactory(live=True, title="Open one", expires_at=in_days(30))
    soon = ListingFactory(live=True, title="Soon over", expires_at=in_days(3))
    closed = ListingFactory(closed=True, title="Closed one")
    expired = ListingFactory(expired=True, title="Expired one")
    hidden, draft = (
        ListingFactory(hidden=True, title="Hidden one"),
        ListingFactory(draft=True, title="Draft one"),
    )
    ids = [soon, live, closed, expired, hidden, draft, live]

    response = client.get(SAVED, {"listing": [one.pk for one in ids] + ["x", "9" * 30, "999999"]})

    assert [(one.title, one.state) for one in response.context["saved_jobs"]] == [
        ("Soon over", f"Closes {soon.last_day:%-d %b}"),
        ("Open one", "Open"),
        ("Closed one", "Closed"),
        ("Expired one", "Expired"),
        *[("", "No longer available")] * 3,
    ]
    page = text_of(response)
    assert "Hidden one" not in page
    assert "Draft one" not in page
    assert not response.cookies


def test_an_empty_list_says_how_to_fill_it(client):
    assert "No saved jobs yet." in text_of(client.get(SAVED))


def test_up_to_four_open_jobs_stand_side_by_side(client):
    jobs = [
        ListingFactory(live=True, title=f"Job number {number}", paid=True) for number in range(5)
    ]
    closed = ListingFactory(closed=True)
    ids = [job.pk for job in [*jobs, closed]]

    beside = client.get(SAVED, {"listing": ids}).context["beside"]
    assert beside == jobs[:4]
    response = client.get(SAVED, {"listing": ids, "side": [jobs[4].pk, jobs[0].pk, closed.pk]})

    assert response.context["beside"] == [jobs[4], jobs[0]]
    assert dict(response.context["table"])["Pay"] == ["USD 100,000 - 130,000 a year"] * 2
    assert "Location" in text_of(response)


def test_a_job_page_leads_to_the_list_without_a_cookie(client):
    listing = ListingFactory(live=True)

    page = client.get(listing.get_absolute_url())

    assert f'href="/saved/?listing={listing.pk}"' in page.content.decode()
    assert not page.cookies


def test_the_list_is_exported(client):
    listing = ListingFactory(live=True, title="=Formula", company__name="Acme")

    lines = client.get(f"{SAVED}jobs.csv", {"listing": listing.pk}).content.decode().splitlines()

    assert lines[0] == "title,company,state,mark,note,saved_on,closes_on,url"
    assert lines[1].startswith("'=Formula,Acme,Open,")


# --- With an account ------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_jobs_are_kept_with_an_account_each_once(client, ada):
    listing, other = (
        ListingFactory(live=True, title="Data Engineer", company__name="Acme"),
        ListingFactory(live=True),
    )

    save(client, listing, listing, other)
    response = save(client, listing)

    assert "Already saved." in text_of(response)
    row = ada.saved_listings.get(listing=listing)
    assert (row.title, row.company) == ("Data Engineer", "Acme")
    assert ada.saved_listings.count() == 2


def stars(client) -> dict[str, str]:
    """What each star of the list asks for, and whether it is on."""
    page = BeautifulSoup(client.get("/jobs/").content, "html.parser")
    return {star["value"]: (star["name"], star["aria-pressed"]) for star in page.select(".star")}


@pytest.mark.slow
def test_a_star_shows_what_is_saved_and_takes_it_off_again(client, ada):
    listing, other = ListingFactory(live=True), ListingFactory(live=True)
    save(client, listing)

    assert stars(client) == {
        str(listing.pk): ("remove", "true"),
        str(other.pk): ("listing", "false"),
    }
    assert "Saved (remove)" in text_of(client.get(listing.get_absolute_url()))
    assert "Saved (remove)" not in text_of(client.get(other.get_absolute_url()))

    answer = client.post("/saved/add/", {"remove": listing.pk, "back": "/jobs/"}, follow=True)

    assert "Removed from your saved jobs." in text_of(answer)
    assert not ada.saved_listings.exists()


def test_a_star_takes_nothing_off_that_somebody_wrote_about(client, ada):
    listing = ListingFactory(live=True)
    save(client, listing)
    ada.saved_listings.update(note="Ask for Grace")

    answer = client.post("/saved/add/", {"remove": listing.pk, "back": "/jobs/"}, follow=True)

    assert "This job has a note or status." in text_of(answer)
    assert ada.saved_listings.get().note == "Ask for Grace"


def test_what_the_public_does_not_see_is_not_saved(client, ada):
    save(
        client,
        *(ListingFactory(**{state: True}) for state in ("draft", "in_review", "hidden", "closed")),
    )

    assert SavedListing.objects.count() == 0


def test_marks_and_notes_are_kept(client, ada):
    save(client, ListingFactory(live=True))
    row = ada.saved_listings.get()

    client.post(f"{SAVED}{row.pk}/", {"mark": "interview", "note": "Call on \u202eMonday"})
    row.refresh_from_db()
    assert (row.mark, row.note) == ("interview", "Call on Monday")
    client.post(f"{SAVED}{row.pk}/", {"mark": "king"})
    row.refresh_from_db()
    assert row.mark == "interview"

    client.post(f"{SAVED}{row.pk}/", {"do": "remove"})
    assert SavedListing.objects.count() == 0


def test_a_job_that_closed_stays_and_one_that_was_hidden_leaves_its_title(client, ada):
    closed, hidden = (
        ListingFactory(live=True, title="Closes"),
        ListingFactory(live=True, title="Hides"),
    )
    save(client, closed, hidden)
    lifecycle.close_listing(listing=closed, outcome="filled_elsewhere", by=None)
    lifecycle.hide_listing(listing=hidden, reason="x", by=None)

    kept = client.get(SAVED).context["saved_jobs"]

    assert {(one.title, one.state) for one in kept} == {
        ("Closes", "Closed"),
        ("Hides", "No longer available"),
    }
    assert hidden.get_absolute_url() not in client.get(SAVED).content.decode()


def test_nobody_sees_or_changes_what_somebody_else_saved(client, ada):
    save(client, ListingFactory(live=True, title="Data Engineer"))
    row = ada.saved_listings.get()
    eve = Client()
    eve.force_login(UserFactory())

    assert "Data Engineer" not in text_of(eve.get(SAVED))
    assert eve.post(f"{SAVED}{row.pk}/", {"do": "remove"}).status_code == 404
    assert "login" in Client().post(f"{SAVED}{row.pk}/", {"do": "remove"})["Location"]
    assert "login" in Client().post(f"{SAVED}add/", {"listing": row.listing_id})["Location"]
    assert SavedListing.objects.count() == 1


def test_the_list_costs_the_same_queries_for_one_job_as_for_many(
    client, ada, django_assert_max_num_queries
):
    save(client, *ListingFactory.create_batch(8, live=True))

    with django_assert_max_num_queries(5):  # session, user, saved, jobs
        client.get(SAVED)


@pytest.mark.both_databases
def test_as_many_jobs_as_there_is_room_for_are_kept(ada, monkeypatch):
    monkeypatch.setattr(saved, "MAX_SAVED_JOBS", 3)
    jobs = ListingFactory.create_batch(4, live=True)

    assert saved.save_listings(user=ada, listings=jobs[:1]) == 1
    assert saved.save_listings(user=ada, listings=jobs) == 2
