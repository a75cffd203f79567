"""What the importer makes of a feed's items and of the same items again, and the command."""

import gzip
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobboard.feeds import fetching, reading
from jobboard.feeds.adapters.base import FeedItem, InvalidItemError
from jobboard.feeds.download import FetchError, Response
from jobboard.feeds.importing import importer
from jobboard.feeds.importing import run as import_run
from jobboard.feeds.importing.importer import ImportRunningError, import_items
from jobboard.feeds.management.commands import import_listings as command
from jobboard.feeds.parsing import facts
from jobboard.feeds.parsing.titles.levels import LevelRange
from jobboard.feeds.parsing.titles.relevance import Reading
from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import get_content
from jobboard.listings.models import (
    Company,
    Feed,
    FeedRun,
    Listing,
    ListingEvent,
    Origin,
    PlaceAlias,
)
from roles.models import RoleAlias
from tests.factories import CompanyFactory, FeedFactory, RoleFactory, SkillFactory, UserFactory

DATA = Path(__file__).parent / "data"
FILE = DATA / "ashby.json"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
POSTED = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
PAY = (PayStatement(Decimal(55_000), Decimal(75_000), "EUR", "year"),)


@pytest.fixture
def role(db):
    role = RoleFactory(name="Machine Learning Engineer")
    RoleAlias.objects.create(role=role, folded="ML Engineer")
    return role


@pytest.fixture
def staff(db):
    return UserFactory(staff=True)


@pytest.fixture
def feed(db):
    return Feed.objects.create(
        company=CompanyFactory(name="Acme"), kind=Feed.Kind.GREENHOUSE, publishes="directly"
    )


@pytest.fixture
def board(db):
    return Feed.objects.create(kind=Feed.Kind.REMOTIVE)


def item(number=1, **changes):
    values = {
        "external_id": f"job-{number}",
        "title": "Senior ML Engineer, Ranking",
        "description": "<h1>The work</h1><p>You rank what people <b>search</b> for.</p>",
        "places": (PlaceText("Lisbon, Portugal"), PlaceText("Vigo, Spain")),
        "types": ("Full-time",),
        "pay": PAY,
        "apply_url": f"https://jobs.example.com/{number}",
        "posted_at": POSTED,
    }
    return FeedItem(**values | changes)


def store(feed, *items, now=NOW):
    return import_items(feed=feed, items=items or [item()], now=now)


def counts(report):
    return (report.created, report.updated, report.unchanged, len(report.skipped), len(report.bad))


def first():
    return Listing.objects.get(external_id="job-1")


# New items


@pytest.mark.both_databases
def test_new_items_become_listings_that_wait_for_review(feed, role):
    Feed.objects.update(publishes="review")
    feed.refresh_from_db()

    report = store(
        feed,
        item(1),
        item(2, title="Gardener", is_listed=False),
        InvalidItemError("title", "is empty"),
        item(4),
    )

    assert counts(report) == (2, 0, 0, 1, 1)
    assert report.skipped == [(2, "Gardener", "no longer listed by the employer")]
    assert report.bad == [(3, "title", "is empty")]
    listing = first()
    assert (listing.status, listing.published_at, listing.confirmed_at) == ("in_review", None, None)
    assert listing.submitted_at == listing.first_seen_at == listing.last_seen_at == NOW
    assert (listing.company, listing.feed, listing.posted_at) == (feed.company, feed, POSTED)
    assert (listing.role, listing.role_from, listing.level) == (role, "matched", "senior")
    assert (
        listing.description_html
        == "<h3>The work</h3><p>You rank what people <b>search</b> for.</p>"
    )
    assert [row.place.country for row in listing.places.all()] == ["PT", "ES"]
    event = listing.events.get()
    assert (event.kind, event.actor, event.public, event.at) == ("first_seen", "feed", True, NOW)
    assert (feed.last_success_at, feed.last_count) == (NOW, 2)


@pytest.mark.both_databases
def test_a_direct_feed_publishes_what_is_our_work_and_has_a_text(feed, role, mails):
    over, last_day = NOW.date() - timedelta(days=1), NOW.date()

    report = store(
        feed,
        item(1),
        item(2, title="Gardener"),
        item(3, description=""),
        item(4, closes_on=over),
        item(5, closes_on=last_day),
        item(6, title="Research Scientist", description="<p>You look at things.</p>"),
        item(7, title="Data Science Manager"),
    )

    assert (report.created, report.published) == (7, 3)
    live = Listing.objects.filter(status="published")
    assert [listing.external_id for listing in live.order_by("pk")] == ["job-1", "job-5", "job-7"]
    waiting = Listing.objects.awaiting_review().values_list("external_id", flat=True)
    assert sorted(waiting) == ["job-3", "job-4", "job-6"]
    gardener = Listing.objects.get(external_id="job-2")
    assert (gardener.status, gardener.relevance) == ("irrelevant", "no")
    assert gardener.relevance_why == "The title names another kind of work: gardener."
    manager = Listing.objects.get(external_id="job-7")
    assert (manager.role, manager.relevance, manager.family) == (None, "yes", "management")
    assert first().published_at == first().confirmed_at == NOW
    assert (first().posted_at, first().expires_at) == (POSTED, NOW + timedelta(days=60))
    events = first().events.values_list("kind", "actor", "public", "at")
    assert list(events) == [("first_seen", "feed", True, NOW), ("published", "feed", True, NOW)]
    assert mails() == []


def test_a_text_of_which_cleaning_leaves_nothing_is_no_text(feed, role):
    assert store(feed, item(description="<script>alert(1)</script>")).published == 0


def test_a_suspended_companys_jobs_wait_for_review(feed, role):
    Company.objects.update(suspended_at=NOW)
    feed.refresh_from_db()

    assert store(feed).published == 0
    assert first().status == "in_review"


def test_a_date_ahead_does_not_make_a_job_the_newest(feed):
    store(feed, item(posted_at=NOW + timedelta(days=400)), item(2, posted_at=None))

    assert set(Listing.objects.values_list("posted_at", flat=True)) == {NOW}


@pytest.mark.both_databases
def test_a_job_that_closes_on_the_last_day_of_all_stops_no_other(feed, role):
    assert store(feed, item(1, closes_on=date.max), item(2)).created == 2


@pytest.mark.both_databases
def test_characters_that_no_database_takes_are_left_out(feed):
    dirty = "\x00\ud800"

    store(
        feed,
        item(
            title=f"Data{dirty} Scientist",
            description=f"<p>Words{dirty}.</p>",
            places=(PlaceText(f"Lis{dirty}bon", city=f"Lis{dirty}bon", country="PT"),),
            pay=(),
            pay_text=f"on{dirty} request",
        ),
    )

    listing = first()
    assert (listing.title, listing.description_html) == ("Data Scientist", "<p>Words.</p>")
    assert (listing.place_line, listing.pay_note) == ("Lisbon", "on request")
    assert listing.places.get().place.name == "Lisbon"


# The same items again


@pytest.mark.both_databases
def test_the_same_items_again_change_nothing_but_when_they_were_seen(feed, role):
    store(feed, item(1), item(2))
    before = {
        listing.pk: (get_content(listing), listing.changed_at) for listing in Listing.objects.all()
    }
    events = ListingEvent.objects.count()

    report = store(feed, item(1), item(2), now=TOMORROW)

    assert counts(report) == (0, 0, 2, 0, 0)
    assert {
        listing.pk: (get_content(listing), listing.changed_at) for listing in Listing.objects.all()
    } == before
    assert set(Listing.objects.values_list("version", "last_seen_at", "confirmed_at")) == {
        (1, TOMORROW, TOMORROW)
    }
    assert ListingEvent.objects.count() == events


def test_a_job_near_its_closing_date_is_unchanged_too(feed, role):
    closing = item(closes_on=NOW.date() + timedelta(days=10))
    store(feed, closing)
    changed_at = first().changed_at

    store(feed, closing, now=TOMORROW)

    assert first().changed_at == changed_at


@pytest.mark.both_databases
def test_unchanged_items_are_not_read_again_and_cost_the_same_queries_however_many(
    feed, role, monkeypatch
):
    few, many = [item(number) for number in range(3)], [item(number) for number in range(40)]
    store(feed, *few)
    with CaptureQueriesContext(connection) as for_few:
        store(feed, *few, now=TOMORROW)
    store(feed, *many, now=TOMORROW)
    monkeypatch.delattr(reading.Reader, "content")

    with CaptureQueriesContext(connection) as for_many:
        report = store(feed, *many, now=TOMORROW)

    assert report.unchanged == 40
    assert len(for_many) == len(for_few), "\n".join(query["sql"] for query in for_many)


@pytest.mark.both_databases
def test_items_are_stored_in_batches(feed, monkeypatch):
    monkeypatch.setattr(import_run, "BATCH", 2)

    first_time = store(feed, *map(item, range(5)))
    again = store(feed, *map(item, range(5)), now=TOMORROW)

    assert (counts(first_time), counts(again)) == ((5, 0, 0, 0, 0), (0, 0, 5, 0, 0))
    assert feed.last_count == 5


def test_texts_that_cleaning_changes_are_unchanged_the_second_time(feed):
    odd = item(
        title="  Data\u00a0Engineer \u200b" + " and so on" * 20,
        description="<p>A\u0301  \u200b\r\n  b\u00a0</p> \u200b\n\n",
        places=(PlaceText("Lisbon\u200b \n Office" + " long" * 40),),
        pay=(),
        pay_text=" \u200b by  agreement",
    )
    store(feed, odd)

    assert counts(store(feed, odd)) == (0, 0, 1, 0, 0)


# Changes


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Senior ML Engineer, Search"},
        {"description": "<p>New words.</p>"},
        {"places": (PlaceText("Lisbon, Portugal"),)},
        {"places": (PlaceText("Lisbon, Portugal", workplace="hybrid"), PlaceText("Vigo, Spain"))},
        {"types": ("Part-time",)},
        {"level": "mid"},
        {"skills": ("SQL",)},
        {"pay": ()},
        {"pay": (), "pay_text": "By agreement"},
        {"apply_url": "https://jobs.example.com/elsewhere"},
        {"apply_url": "", "apply_email": "jobs@example.com"},
        {"visa": "yes"},
        {"closes_on": date(2026, 12, 31)},
    ],
    ids=str,
)
@pytest.mark.both_databases
def test_a_change_of_any_field_is_noticed_once(feed, changes):
    SkillFactory(name="SQL")
    store(feed)

    assert counts(store(feed, item(**changes))) == (0, 1, 0, 0, 0)
    assert first().version == 2
    assert counts(store(feed, item(**changes))) == (0, 0, 1, 0, 0)


def test_another_date_is_not_even_read(feed, monkeypatch):
    store(feed)
    monkeypatch.delattr(reading.Reader, "content")

    assert counts(store(feed, item(posted_at=NOW), now=TOMORROW)) == (0, 0, 1, 0, 0)
    assert first().posted_at == POSTED


def test_other_words_for_the_same_are_no_change(feed):
    store(feed)

    report = store(feed, item(types=("FULL_TIME",)), now=TOMORROW)

    assert counts(report) == (0, 0, 1, 0, 0)
    assert first().version == 1


def test_a_change_is_an_edit_with_public_events(feed, role):
    store(feed)

    store(
        feed,
        item(pay=(), places=(PlaceText("Faro, Portugal"),), closes_on=date(2026, 12, 31)),
        now=TOMORROW,
    )

    listing = first()
    events = listing.events.exclude(kind__in=["first_seen", "published"]).order_by("kind")
    assert [(event.kind, event.actor, event.public, event.old, event.new) for event in events] == [
        ("dates_changed", "feed", True, "no closing date", "31 Dec 2026"),
        ("pay_changed", "feed", True, "EUR 55,000 - 75,000 a year", "pay not stated"),
        ("place_changed", "feed", True, "Lisbon, Portugal · Vigo, Spain", "Faro, Portugal"),
    ]
    assert (listing.has_pay, listing.version, listing.status) == (False, 2, "published")
    assert listing.expires_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert [row.place.country for row in listing.places.all()] == ["PT"]


def test_another_address_to_apply_at_keeps_a_feeds_job_live(feed, role):
    store(feed)

    store(feed, item(apply_url="https://jobs.example.com/elsewhere"))

    assert (first().status, first().apply_url) == (
        "published",
        "https://jobs.example.com/elsewhere",
    )


def test_a_matched_role_and_level_follow_the_title(feed, role):
    store(feed)

    store(feed, item(title="Junior Gardener"))

    assert (first().role, first().role_from, first().level) == (None, "matched", "entry")


def test_a_level_that_the_feed_states_follows_the_feed(feed):
    store(feed, item(title="Data Analyst", level="mid"))

    store(feed, item(title="Data Analyst", level="senior"))

    assert first().level == "senior"


def test_a_role_that_the_feed_states_follows_the_feed(feed):
    analyst, engineer = RoleFactory(slug="data-analyst"), RoleFactory(slug="data-engineer")
    store(feed, item(role="data-analyst"))
    assert first().role == analyst

    store(feed, item(role="data-engineer"))

    assert first().role == engineer


@pytest.mark.parametrize(
    "is_by_name", [False, True], ids=["its feed says something new", "a name is new"]
)
@pytest.mark.both_databases
def test_what_people_chose_stays(feed, role, is_by_name):
    chosen, skill = RoleFactory(name="Search Engineer"), SkillFactory(name="Stated")
    SkillFactory(name="SQL")
    store(feed)
    listing = first()
    listing.role, listing.role_from, listing.level = chosen, "editor", "mid"
    listing.visa, listing.utc_note = "yes", "UTC+0 to +2"
    listing.save()
    listing.places.update(workplace="hybrid", hybrid_days=2)
    listing.skills.create(skill=skill, need="required")

    if is_by_name:
        RoleAlias.objects.create(role=role, folded="Ranking")
        alias_of_lisbon = listing.places.first().place
        # So that something else is read.
        PlaceAlias.objects.create(place=alias_of_lisbon, folded="Vigo, Spain")
        report = store(feed)
    else:
        report = store(feed, item(description="<p>You need SQL.</p>"))

    assert report.updated == 1
    listing = first()
    assert (listing.role, listing.role_from, listing.level) == (chosen, "editor", "mid")
    assert (listing.visa, listing.hybrid_days, listing.utc_note) == ("yes", 2, "UTC+0 to +2")
    assert [(row.skill, row.origin) for row in listing.skills.all()] == [(skill, "stated")]


def test_a_new_name_of_a_role_finds_it_in_items_that_did_not_change(feed):
    role = RoleFactory(name="Search Engineer")
    store(feed)
    assert first().role is None

    RoleAlias.objects.create(role=role, folded="ML Engineer")
    report = store(feed)

    assert counts(report) == (0, 1, 0, 0, 0)
    assert (first().role, first().role_from) == (role, "matched")


@pytest.mark.parametrize("what", ["names", "parsers"])
def test_items_read_anew_to_the_same_end_are_unchanged(feed, role, what, monkeypatch):
    store(feed)
    before = first()
    if what == "names":
        RoleAlias.objects.create(role=role, folded="Gardener")
    else:
        monkeypatch.setattr(reading, "_code_fingerprint", lambda: "of the next release")

    report = store(feed)

    assert counts(report) == (0, 0, 1, 0, 0)
    assert first().item_hash != before.item_hash
    assert (first().version, first().changed_at) == (1, before.changed_at)


def test_a_closing_date_that_the_feed_takes_back_goes(feed):
    store(feed, item(closes_on=date(2026, 12, 31)))

    store(feed, item())

    assert first().closes_on is None


def test_a_level_that_a_better_parser_finds_is_stored(feed, monkeypatch):
    store(feed, item(title="Bleeding-edge Engineer"))
    assert first().level == ""

    monkeypatch.setattr(facts, "read_level", lambda title: LevelRange("senior"))
    monkeypatch.setattr(reading, "_code_fingerprint", lambda: "of the next release")
    store(feed, item(title="Bleeding-edge Engineer"))

    assert first().level == "senior"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"status": "rejected"}, "it is rejected here"),
        ({"status": "closed", "outcome": "withdrawn"}, "it is closed here"),
    ],
)
def test_a_decided_listing_is_not_changed_by_its_feed(feed, state, reason):
    store(feed)
    Listing.objects.update(**state)

    report = store(feed, item(title="Junior ML Engineer"))

    assert report.skipped == [(1, "Junior ML Engineer", reason)]
    assert first().title == "Senior ML Engineer, Ranking"


@pytest.mark.parametrize("conflict", [lifecycle.EditConflictError, lifecycle.InvalidStatusError])
@pytest.mark.both_databases
def test_a_conflict_with_another_edit_is_left_for_the_next_run(feed, monkeypatch, conflict):
    store(feed)

    def edited_meanwhile(**_):
        raise conflict("Somebody else was faster.")

    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "submit_change", edited_meanwhile)
        report = store(feed, item(title="Junior ML Engineer"), item(2))

    assert (report.created, len(report.lines)) == (1, 1)
    assert store(feed, item(title="Junior ML Engineer"), item(2)).updated == 1


# Boards, ids, refusals


@pytest.mark.both_databases
def test_a_boards_companies_are_found_by_name_or_made_once(board):
    acme = CompanyFactory(name="Acme Labs")

    report = store(
        board,
        item(1, company="ACME labs"),
        item(2, company="Globex"),
        item(3, company="globex"),
        item(4, company=""),
    )
    store(board, item(5, company="GLOBEX"), now=TOMORROW)

    assert report.bad == [(4, "company", "is missing")]
    assert first().company == acme
    globex = Company.objects.exclude(pk=acme.pk).get()
    assert (globex.name, globex.slug, globex.listings.count()) == ("Globex", "globex", 3)


@pytest.mark.both_databases
def test_a_boards_company_is_found_whatever_the_case_of_its_letters(board):
    Company.objects.create(name="Zürich Daten")

    store(board, item(company="ZÜRICH DATEN"))

    assert Company.objects.count() == 1


@pytest.mark.both_databases
def test_an_id_that_comes_twice_counts_once(feed, monkeypatch):
    monkeypatch.setattr(import_run, "BATCH", 2)

    report = store(
        feed, item(1), item(1, title="In the same batch"), item(2), item(1, title="In a later one")
    )

    assert report.bad == [
        (2, "id", "is already used by item 1"),
        (4, "id", "is already used by item 1"),
    ]
    assert first().title == "Senior ML Engineer, Ranking"


@pytest.mark.both_databases
def test_two_feeds_may_use_the_same_ids(feed, board):
    store(feed)

    assert store(board, item(company="Acme")).created == 1


SWAPPED = (PayStatement(Decimal(2), Decimal(1), "EUR", "year"),)


@pytest.mark.both_databases
def test_new_items_that_the_database_refuses_stop_no_other(feed):
    items = [item(number, pay=SWAPPED if number in (2, 5) else PAY) for number in range(7)]

    report = store(feed, *items)

    assert (report.created, [bad[:2] for bad in report.bad]) == (5, [(3, "item"), (6, "item")])
    assert report.bad[0][2].startswith("was rejected by the database: ")
    assert sorted(Listing.objects.values_list("external_id", flat=True)) == [
        f"job-{n}" for n in (0, 1, 3, 4, 6)
    ]
    assert ListingEvent.objects.filter(kind="first_seen").count() == 5


@pytest.mark.both_databases
def test_a_change_that_the_database_refuses_leaves_what_was_there(feed):
    store(feed, item(1), item(2))

    report = store(feed, item(1, pay=SWAPPED), item(2, title="Junior Gardener"))

    assert (report.updated, [bad[:2] for bad in report.bad]) == (1, [(1, "item")])
    assert (first().version, first().salary_max) == (1, 75_000)


def test_an_item_that_cannot_be_made_whole_is_refused_until_it_can(feed):
    def fails():
        raise InvalidItemError("description", "cannot be fetched")

    report = store(
        feed, item(1, whole=fails), item(2, whole=lambda: item(2, description="<p>All of it.</p>"))
    )
    assert report.bad == [(1, "description", "cannot be fetched")]
    assert Listing.objects.get().description_html == "<p>All of it.</p>"

    assert store(feed, item(1), item(2, whole=fails)).created == 1


# What is read as other work, or as ours, later on


def read_as(monkeypatch, answer, why="The title says so."):
    """From now on all titles are read so, by another release."""
    reading_ = Reading(answer, why, "platform")
    monkeypatch.setattr(facts, "read_relevance", lambda title, **more: reading_)
    monkeypatch.setattr(reading, "_code_fingerprint", lambda: f"next release: {answer}")


@pytest.mark.parametrize(
    ("title", "answer", "status"),
    [
        ("Research Scientist", "yes", "published"),
        ("Research Scientist", "no", "irrelevant"),
        ("Gardener", "doubtful", "in_review"),
        ("Gardener", "yes", "published"),
    ],
)
def test_a_job_that_waits_moves_when_it_is_read_anew(feed, monkeypatch, title, answer, status):
    store(feed, item(title=title, description="<p>You look at things.</p>"))
    assert first().published_at is None

    read_as(monkeypatch, answer)
    store(feed, item(title=title, description="<p>You look at things.</p>"), now=TOMORROW)

    assert (first().status, first().relevance) == (status, answer)
    kinds = set(first().events.values_list("kind", flat=True))
    assert ("published" in kinds) == (status == "published")


def test_a_public_job_that_only_its_feed_decided_about_is_hidden_with_the_reason(feed, monkeypatch):
    store(feed)
    assert first().is_live

    read_as(monkeypatch, "no", "The title names research in another field.")
    store(feed, now=TOMORROW)

    assert (first().status, first().is_live) == ("published", False)
    assert first().hidden_reason == (
        "Not AI or data work. The title names research in another field."
    )
    assert first().events.filter(kind="hidden", actor="system").exists()


def test_what_an_editor_decided_stays_whatever_is_read_of_it(feed, staff, monkeypatch):
    store(
        feed,
        item(1, title="Gardener"),
        item(2, title="Research Scientist", description="<p>You look at things.</p>"),
    )
    for listing in Listing.objects.all():
        lifecycle.publish_listing(listing=listing, by=staff, now=NOW)

    read_as(monkeypatch, "no")
    store(
        feed,
        item(1, title="Gardener"),
        item(2, title="Research Scientist", description="<p>You look at things.</p>"),
        now=TOMORROW,
    )

    assert [(job.is_live, job.relevance) for job in Listing.objects.all()] == [(True, "yes")] * 2


def test_what_a_person_uploads_waits_for_review_whatever_it_is(feed, staff):
    import_items(feed=feed, items=[item(title="Gardener")], now=NOW, uploaded_by=staff)

    assert (first().status, first().relevance) == ("in_review", "no")


def test_a_role_that_the_feed_states_says_that_it_is_our_work(feed):
    RoleFactory(name="Reef Scholar", slug="reef-scholar")

    store(feed, item(title="Gardener", role="reef-scholar"))

    assert (first().status, first().relevance) == ("published", "yes")
    assert first().relevance_why == "The feed states the role Reef Scholar."


# Other processes, interruptions


@contextmanager
def held_by_another(name):
    yield False


@pytest.mark.both_databases
def test_a_feed_is_imported_by_one_process_at_a_time(feed, monkeypatch):
    monkeypatch.setattr(importer, "advisory_lock", held_by_another)

    with pytest.raises(
        ImportRunningError, match="An import of Greenhouse, Acme is already running"
    ):
        store(feed)

    assert not Listing.objects.exists()


@pytest.mark.both_databases
def test_an_interrupted_run_ends_nothing_and_the_next_one_goes_on(feed, monkeypatch):
    monkeypatch.setattr(import_run, "BATCH", 2)
    store(feed, item(90), now=NOW - timedelta(days=2))
    store(feed, *map(item, range(91, 95)), now=NOW - timedelta(days=1))

    def broken_off():
        yield from map(item, range(5))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_items(feed=feed, items=broken_off(), now=NOW)

    assert Listing.objects.filter(first_seen_at=NOW).count() == 4
    assert not Listing.objects.filter(status="closed").exists()
    assert feed.last_success_at == NOW - timedelta(days=1)
    assert FeedRun.objects.count() == 2

    report = store(feed, *map(item, [*range(6), *range(91, 95)]), now=TOMORROW)
    assert (report.created, report.unchanged, report.closed) == (2, 8, 1)


# The command


def run(*arguments, source="ashby", company="Acme", file=FILE):
    """What the command prints, and how it ends when it does not end well."""
    out = StringIO()
    try:
        call_command(
            "import_listings",
            f"--source={source}",
            f"--company={company}",
            *arguments,
            str(file),
            stdout=out,
        )
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), None


def test_the_command_prints_counts_and_each_item_it_did_not_take(role):
    out, refusal = run()

    assert out.splitlines() == [
        "Item 4 skipped: no longer listed by the employer (Data Engineer (secret project)).",
        "Item 5 rejected: apply_url: Enter an address that starts with https://.",
        "Item 6 rejected: id: is missing.",
        (
            "Ashby, Acme: 4 new (0 published, 3 waiting for review, 1 not AI or data work), "
            "0 changed, 0 unchanged, 0 reopened, 0 closed, 1 skipped, 2 rejected."
        ),
    ]
    assert refusal == f"2 items in {FILE} were rejected."
    assert Feed.objects.get().publishes == "review"


def test_the_command_again_finds_its_feed(role):
    run()

    out, _ = run(company=" acmé ")

    assert "0 new (0 published, 0 waiting for review), 0 changed, 4 unchanged" in out
    assert Feed.objects.count() == Company.objects.count() == 1


def test_a_feed_made_with_publish_publishes_from_then_on(role):
    out, _ = run("--publish")
    assert "4 new (3 published, 0 waiting for review, 1 not AI or data work)" in out

    Listing.objects.all().delete()
    out, _ = run()
    assert "4 new (3 published, 0 waiting for review, 1 not AI or data work)" in out


def test_publish_does_not_change_a_feed_that_is_there(role, capsys):
    run()
    Listing.objects.all().delete()

    out, _ = run("--publish")

    assert "4 new (0 published, 3 waiting for review, 1 not AI or data work)" in out
    assert (
        "--publish has no effect: Ashby, Acme is there already and goes through review."
        in capsys.readouterr().err
    )


@pytest.mark.parametrize("name", ["ACME", " Acmé ", "the-acme"])
def test_the_company_is_found_by_name_or_slug(db, name):
    acme = CompanyFactory(name="Acmé", slug="the-acme")

    run(company=name)

    assert Feed.objects.get().company == acme


@pytest.mark.both_databases
def test_a_dry_run_says_all_and_writes_nothing(role):
    out, refusal = run("--dry-run")

    assert "4 new" in out
    assert out.splitlines()[-1] == "Dry run: nothing was written."
    assert refusal == f"2 items in {FILE} were rejected."
    assert not any(model.objects.exists() for model in (Company, Feed, FeedRun, Listing))


def test_a_boards_file_needs_no_company(db):
    out, refusal = run(source="remotive", company="", file=DATA / "remotive.json")

    assert (refusal, Feed.objects.get().company) == (None, None)
    assert out.startswith("Remotive, board: 2 new (0 published, 2 waiting for review)")


@pytest.mark.parametrize("source", ["ashby", "lever"])
def test_a_feed_that_names_no_companies_needs_one(db, source):
    _, refusal = run(source=source, company="", file=DATA / f"{source}.json")

    assert "does not include company names" in refusal
    assert not Feed.objects.exists()


def test_relative_links_are_read_with_the_address_the_file_came_from(db):
    file = DATA / "workday.json"
    assert run(source="workday", file=file)[1] == f"5 items in {file} were rejected."

    run("--address=https://acme.wd5.myworkdayjobs.com/Careers", source="workday", file=file)

    assert Listing.objects.first().apply_url.startswith(
        "https://acme.wd5.myworkdayjobs.com/Careers/job/"
    )


def test_an_answer_is_fetched_from_an_address(db, monkeypatch):
    answer = Response(FILE.read_bytes(), "", "", "application/json")
    monkeypatch.setattr(fetching, "fetch", lambda url, headers: answer)

    out, _ = run(file="https://feeds.example.com/acme")

    assert "4 new" in out


def test_jobs_of_another_address_are_another_feed(db, monkeypatch):
    answer = Response(FILE.read_bytes(), "", "", "application/json")
    monkeypatch.setattr(fetching, "fetch", lambda url, headers: answer)
    FeedFactory(kind="ashby", company__name="Acme", address="https://feeds.example.com/other")

    run(file="https://feeds.example.com/acme", company="Acme")

    assert Feed.objects.count() == 2


def unreachable(url, headers):
    raise FetchError("feeds.example.com returned 503 Service Unavailable.")


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        (
            "page.json",
            b"<html>",
            "{file}: The file is HTML or XML instead of JSON. It may be an error page.",
        ),
        ("half.json", FILE.read_bytes()[:3000], "{file}: The JSON file is incomplete."),
        ("none.json", b"", "{file}: The file is empty."),
        (
            "odd.json",
            b'{"jobs": {}}',
            "{file}: The file is JSON but is not from an Ashby job board",
        ),
        ("missing.json", None, "{file} cannot be read: No such file or directory."),
        ("http://example.com/jobs", None, "{file}: Enter an address that starts with https://."),
        ("https://example.com/jobs", None, "{file}: feeds.example.com returned 503"),
    ],
)
def test_a_bad_file_is_named_and_leaves_nothing_behind(
    db, tmp_path, monkeypatch, file, content, sentence
):
    monkeypatch.setattr(fetching, "fetch", unreachable)
    path = file if "://" in file else tmp_path / file
    if content is not None:
        path.write_bytes(content)

    _, refusal = run(file=path)

    assert refusal.startswith(sentence.format(file=path))
    assert not Company.objects.exists()
    assert not Feed.objects.exists()


def test_a_bad_file_is_recorded_where_its_feed_is_there(feed, tmp_path):
    (tmp_path / "none.json").touch()

    run(source="greenhouse", file=tmp_path / "none.json")

    feed.refresh_from_db()
    assert (feed.failures, feed.problem, FeedRun.objects.get().failure) == (
        1,
        "The file is empty.",
        "The file is empty.",
    )


def test_a_busy_feed_is_said_to_be(feed, monkeypatch):
    monkeypatch.setattr(importer, "advisory_lock", held_by_another)

    assert run(source="greenhouse", file=DATA / "greenhouse.json")[1].endswith(
        "An import of Greenhouse, Acme is already running. Try again when it finishes."
    )


def test_an_interrupted_command_says_what_stays(feed, monkeypatch):
    def interrupted(*_):
        yield item()
        yield item(2)
        raise KeyboardInterrupt

    monkeypatch.setattr(import_run, "BATCH", 1)
    monkeypatch.setattr(command.ADAPTERS["greenhouse"], "parse", interrupted)

    _, refusal = run(source="greenhouse")

    assert refusal == "Interrupted. Items imported so far were kept. Run it again to continue."
    assert Listing.objects.count() == 2


def test_an_id_that_is_not_in_utf_8_stops_no_other_row(db, tmp_path):
    file = tmp_path / "jobs.csv"
    rows = [
        "id,title,apply_url",
        "1,Gärtner,https://example.com/1",  # in UTF-8, so what follows should be
        "\udcff2,Gardener,https://example.com/2",
    ]
    file.write_text("\n".join(rows), "utf-8", "surrogateescape")

    out, refusal = run(source="csv", file=file)

    assert "1 new" in out
    assert refusal == f"1 item in {file} was rejected."


def test_a_packed_file_is_unpacked_and_a_damaged_one_is_refused(db, tmp_path):
    packed = gzip.compress((DATA / "ashby.json").read_bytes())
    (tmp_path / "whole.gz").write_bytes(packed)
    (tmp_path / "cut.gz").write_bytes(packed[:-20])

    said, _ = run(file=tmp_path / "whole.gz")
    _, refusal = run(file=tmp_path / "cut.gz")

    assert "new" in said
    assert "damaged or incomplete gzip archive" in refusal


def test_new_names_change_nothing_of_a_job_that_its_company_edited_by_hand(feed, role):
    Company.objects.update(verified_by="email")
    store(feed)
    listing = first()
    by_hand = replace(
        get_content(listing),
        title="ML Engineer, Search",
        pay=(PayStatement(Decimal(90_000), None, "EUR", "year", origin="form"),),
    )
    lifecycle.submit_change(
        listing=listing, content=by_hand, version=1, by=None, origin=Origin.FORM
    )
    events = ListingEvent.objects.count()

    RoleAlias.objects.create(role=role, folded="Ranking")
    report = store(feed, now=TOMORROW)

    assert (report.updated, report.unchanged) == (0, 1)
    assert (first().title, first().salary_min) == ("ML Engineer, Search", 90_000)
    assert ListingEvent.objects.count() == events
    assert store(feed, item(title="Senior ML Engineer, Ads"), now=TOMORROW).updated == 1  # news win


def test_what_only_better_parsers_read_is_no_public_change_of_the_employer(feed, role, monkeypatch):
    store(feed, item(pay=(), description="<p>The salary range is €50,000 - €60,000 a year.</p>"))
    assert first().salary_max == 60_000

    monkeypatch.setattr(reading, "_code_fingerprint", lambda: "of the next release")
    monkeypatch.setattr(reading, "read_pay", lambda text, **more: [])
    store(
        feed,
        item(pay=(), description="<p>The salary range is €50,000 - €60,000 a year.</p>"),
        now=TOMORROW,
    )

    assert first().salary_max is None
    event = first().events.get(kind="pay_changed")
    assert (event.actor, event.public) == ("system", False)


@pytest.mark.both_databases
def test_an_error_of_ours_with_one_item_stops_no_other(feed, monkeypatch, caplog):
    real = reading.Reader.content

    def failing(self, item, company):
        if item.external_id == "job-1":
            raise ZeroDivisionError
        return real(self, item, company)

    monkeypatch.setattr(reading.Reader, "content", failing)
    report = store(feed, item(1), item(2))

    assert (report.created, len(report.bad)) == (1, 1)
    assert "ZeroDivisionError" in caplog.text


def test_a_decided_job_is_not_read_again(feed):
    store(feed)
    Listing.objects.update(status="rejected")

    def never():
        raise AssertionError

    assert len(store(feed, item(title="Another", whole=never)).skipped) == 1


def test_a_board_does_not_publish_in_the_name_of_a_verified_company_by_itself(board, role):
    Feed.objects.update(publishes="directly")
    board.refresh_from_db()
    CompanyFactory(name="Big Bank", verified_by="email")

    report = store(board, item(1, company="Big Bank"), item(2, company="Small Shop"))

    assert (report.created, report.published) == (2, 1)


def test_an_invented_company_gets_no_real_jobs(board):
    sample = CompanyFactory(name="Northlight", is_demo=True)

    store(board, item(company="Northlight"))

    assert first().company != sample


def test_jobs_of_a_suspended_company_do_not_hold_up_the_queue(feed):
    Feed.objects.update(publishes="review")
    feed.refresh_from_db()
    store(feed)
    Company.objects.update(suspended_at=NOW)

    assert not Listing.objects.awaiting_review().exists()
