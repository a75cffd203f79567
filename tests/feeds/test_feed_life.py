"""How a feed's jobs end and come back, what an answer that cannot be trusted does to them, and what
the runs record.
"""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine

from jobboard.feeds import fetching
from jobboard.feeds.adapters import base
from jobboard.feeds.adapters.base import (
    DetailsNotFetchedError,
    FeedItem,
    InvalidFeedError,
    InvalidItemError,
)
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.download import FetchError, Response
from jobboard.feeds.importing import report as reports
from jobboard.feeds.importing import run, storing
from jobboard.feeds.importing.importer import confirm_unchanged, import_items
from jobboard.feeds.importing.missing import close_missing
from jobboard.feeds.importing.storing import record_failure
from jobboard.listings import lifecycle
from jobboard.listings.models import Feed, FeedRun, Listing
from tests.factories import CompanyFactory, RoleFactory, UserFactory

DATA = Path(__file__).parent / "data"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
POSTED = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
OTHERS = range(10, 19)


@pytest.fixture(autouse=True)
def on_the_first_day():
    """What is open is asked of the clock, so these tests do not wait for their dates to pass."""
    with time_machine.travel(START, tick=False):
        yield


@pytest.fixture
def feed(db):
    RoleFactory(name="Data Engineer")
    return Feed.objects.create(
        company=CompanyFactory(name="Acme"), kind=Feed.Kind.ASHBY, publishes="directly"
    )


def item(number, **changes):
    values = {
        "title": "Data Engineer",
        "description": f"<p>You move the data of team {number}.</p>",
        "apply_url": f"https://jobs.example.com/{number}",
        "posted_at": POSTED,
    }
    return FeedItem(str(number), **values | changes)


def answer(feed, day, *numbers, also=()):
    """What becomes of the listings when the feed lists ``numbers`` on this day."""
    return import_items(
        feed=feed, items=[*map(item, numbers), *also], now=START + timedelta(days=day)
    )


def listing(number=1):
    return Listing.objects.get(external_id=str(number))


def states():
    return dict(Listing.objects.values_list("external_id", "status"))


def last_events(listing):
    """Those after it was published."""
    events = listing.events.exclude(kind__in=["first_seen", "published"]).order_by("pk")
    return list(events.values_list("kind", "actor", "public", "at", "new"))


# Vanished


def test_what_one_answer_leaves_out_stays_open(feed):
    answer(feed, 0, 1, *OTHERS)

    report = answer(feed, 1, *OTHERS)

    assert (report.closed, listing().status) == (0, "published")
    assert listing().last_seen_at == listing().confirmed_at == START


def test_what_two_answers_in_a_row_leave_out_is_closed_as_no_longer_listed(feed, mails):
    answer(feed, 0, 1, *OTHERS)
    answer(feed, 1, *OTHERS)

    report = answer(feed, 2, *OTHERS)

    gone, when = listing(), START + timedelta(days=2)
    assert (report.closed, report.problem) == (1, "")
    assert (gone.status, gone.outcome, gone.closed_at, gone.last_seen_at) == (
        "closed",
        "unlisted",
        when,
        START,
    )
    assert last_events(gone) == [("closed", "feed", True, when, "No longer listed by the employer")]
    assert set(Listing.objects.exclude(pk=gone.pk).values_list("status", flat=True)) == {
        "published"
    }
    assert mails() == []


def test_what_is_left_out_now_and_then_stays_open(feed):
    for day in range(6):
        answer(feed, day, *OTHERS, *([1] if day % 2 == 0 else []))

    assert listing().status == "published"


@pytest.mark.faults("feeds")
@pytest.mark.parametrize(("gone", "of", "closed"), [(3, 10, 3), (4, 13, 0)])
def test_up_to_thirty_per_cent_may_vanish_at_once(feed, gone, of, closed):
    answer(feed, 0, *range(of))
    answer(feed, 1, *range(gone, of))

    report = answer(feed, 2, *range(gone, of))

    assert report.closed == list(states().values()).count("closed") == closed
    assert Feed.objects.get().problem == report.problem
    if not closed:
        assert report.problem.startswith("4 jobs of 13 disappeared at once, so we closed none.")


@pytest.mark.faults("feeds")
def test_too_many_vanished_stay_until_they_are_back_or_an_admin_decides(feed):
    answer(feed, 0, *range(10))
    for day in (1, 2, 3):
        report = answer(feed, day, *range(5))
        assert bool(report.problem) is (day > 1)
    assert "closed" not in states().values()

    assert not answer(feed, 4, *range(8)).problem
    # The last two were missing all the time, and closed at once.
    assert answer(feed, 5, *range(8)).closed == 0
    assert [states()[number] for number in ("7", "8", "9")] == ["published", "closed", "closed"]


def test_an_unlisted_job_counts_as_left_out(feed):
    answer(feed, 0, 1, *OTHERS)
    hidden = [item(1, is_listed=False)]

    reports = [answer(feed, day, *OTHERS, also=hidden) for day in (1, 2)]

    assert [report.closed for report in reports] == [0, 1]
    assert listing().outcome == "unlisted"


def test_a_refused_item_that_was_there_before_has_not_vanished(feed):
    answer(feed, 0, 1, *OTHERS)
    bad = InvalidItemError("apply_url", "Enter an address that starts with https://.")
    bad.external_id = "1"

    for day in (1, 2, 3):
        answer(feed, day, *OTHERS, also=[bad])

    assert (listing().status, listing().confirmed_at) == ("published", START + timedelta(days=3))


def test_jobs_in_review_end_too_and_rejected_ones_neither_end_nor_count(feed):
    answer(feed, 0, *range(10))
    Listing.objects.filter(external_id__in="01").update(
        status="in_review", published_at=None, expires_at=None
    )
    Listing.objects.filter(external_id__in="2345").update(status="rejected")
    answer(feed, 1, *range(1, 10))

    report = answer(feed, 2, *range(1, 10))

    assert (report.closed, states()["0"]) == (1, "closed")
    answer(feed, 3, 1, *range(6, 10))
    assert not answer(feed, 4, 1, *range(6, 10)).problem
    assert states()["2"] == "rejected"


# Returned


def test_what_comes_back_reopens_its_own_row_with_honest_dates(feed):
    answer(feed, 0, 1, *OTHERS)
    before = listing()
    answer(feed, 1, *OTHERS)
    answer(feed, 2, *OTHERS)

    report = answer(feed, 20, 1, *OTHERS)

    back, when = listing(), START + timedelta(days=20)
    assert (report.reopened, report.created, report.unchanged) == (1, 0, 10)
    assert (back.pk, back.status, back.outcome, back.closed_at) == (
        before.pk,
        "published",
        "",
        None,
    )
    assert (back.posted_at, back.first_seen_at, back.published_at) == (POSTED, START, START)
    assert (back.last_seen_at, back.confirmed_at, back.expires_at) == (
        when,
        when,
        when + timedelta(days=60),
    )
    reopened = ("reopened", "feed", True, when, "relisted after it was closed on 22 Nov 2026")
    assert last_events(back)[1:] == [reopened]


def test_what_comes_back_changed_is_reopened_and_edited(feed):
    answer(feed, 0, 1, *OTHERS)
    answer(feed, 1, *OTHERS)
    answer(feed, 2, *OTHERS)

    report = answer(feed, 3, *OTHERS, also=[item(1, closes_on=date(2026, 12, 31))])

    assert (report.reopened, report.updated, report.unchanged) == (1, 1, 9)
    assert (listing().status, listing().closes_on) == ("published", date(2026, 12, 31))
    assert [event[0] for event in last_events(listing())] == ["closed", "reopened", "dates_changed"]


@pytest.mark.parametrize(
    ("title", "status"), [("Research Scientist", "in_review"), ("Gardener", "irrelevant")]
)
def test_what_was_never_public_comes_back_to_where_it_was(feed, title, status):
    answer(feed, 0, *OTHERS, also=[item(1, title=title)])
    answer(feed, 1, *OTHERS)
    answer(feed, 2, *OTHERS)

    answer(feed, 3, *OTHERS, also=[item(1, title=title)])

    assert (listing().status, listing().published_at, listing().expires_at) == (status, None, None)


def test_what_was_in_review_once_more_comes_back_to_review(feed):
    answer(feed, 0, 1, *OTHERS)
    # Its employer changed where applications go.
    Listing.objects.filter(external_id="1").update(status="in_review")
    answer(feed, 1, *OTHERS)
    answer(feed, 2, *OTHERS)

    answer(feed, 3, 1, *OTHERS)

    assert listing().status == "in_review"


def test_what_people_ended_or_rejected_is_not_reopened(feed):
    answer(feed, 0, 1, 2, *OTHERS)
    lifecycle.close_listing(listing=listing(1), outcome="withdrawn", by=UserFactory())
    Listing.objects.filter(external_id="2").update(status="rejected")
    for day in (1, 2):
        answer(feed, day, *OTHERS)

    report = answer(feed, 3, 1, 2, *OTHERS)

    assert report.reopened == 0
    assert (listing(1).status, listing(1).outcome, listing(2).status) == (
        "closed",
        "withdrawn",
        "rejected",
    )


# Expiry


def test_a_job_does_not_expire_while_it_is_listed(feed):
    answer(feed, 0, 1, *OTHERS)

    answer(feed, 29, 1, *OTHERS)
    assert listing().expires_at == START + timedelta(days=60)  # no write before it is needed
    answer(feed, 31, 1, *OTHERS)

    assert listing().expires_at == START + timedelta(days=91)


def test_a_job_that_expired_while_its_feed_failed_is_live_again_when_it_is_listed(feed):
    answer(feed, 0, 1, *OTHERS)

    answer(feed, 70, 1, *OTHERS)

    assert Listing.objects.live(START + timedelta(days=71)).filter(external_id="1").exists()


def test_a_job_ends_on_its_closing_date_though_it_is_still_listed(feed):
    closing = [item(1, closes_on=date(2026, 12, 31))]
    for day in (0, 31, 50):
        answer(feed, day, *OTHERS, also=closing)

    assert listing().expires_at == datetime(2027, 1, 1, 12, tzinfo=UTC)  # nobody knows where


# The page of what ended


@pytest.mark.parametrize(("title", "status"), [("Data Engineer", 410), ("Gardener", 404)])
def test_only_what_was_public_says_that_it_is_over(feed, client, title, status):
    ending = [item(1, title=title)]
    answer(feed, 0, *OTHERS, also=ending)
    answer(feed, 1, *OTHERS)
    answer(feed, 2, *OTHERS)

    with time_machine.travel(START + timedelta(days=3), tick=False):
        response = client.get(listing().get_absolute_url())

    assert (listing().status, response.status_code) == ("closed", status)


# Answers that cannot be trusted


def breaks_off(items):
    yield from items
    raise InvalidFeedError("The feed has more than 50 pages.")


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([], "The feed is empty"),
        ([item(number, is_listed=False) for number in OTHERS], "The feed is empty"),
        ([InvalidItemError("title", "is empty")] * 9, "The feed is empty"),
        (breaks_off([item(1)]), "The feed has more than 50 pages."),
    ],
    ids=["empty", "all unlisted", "all refused", "broken off"],
)
def test_an_answer_that_cannot_be_the_whole_ends_nothing(feed, monkeypatch, items, sentence):
    monkeypatch.setattr(run, "BATCH", 1)
    answer(feed, 0, 2, *OTHERS)
    answer(feed, 1, *OTHERS)  # one more answer without it would end it

    with pytest.raises(InvalidFeedError, match=sentence):
        import_items(feed=feed, items=items, now=START + timedelta(days=2))

    assert set(states().values()) == {"published"}
    assert Feed.objects.get().last_success_at == START + timedelta(days=1)
    assert FeedRun.objects.count() == 2


def test_what_was_read_before_an_answer_broke_off_stays(feed, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 2)

    with pytest.raises(InvalidFeedError):
        import_items(feed=feed, items=breaks_off(map(item, range(4))), now=START)

    assert set(states()) == {"0", "1", "2", "3"}
    assert answer(feed, 1, *range(5)).created == 1


def test_an_answer_read_in_parts_ends_nothing_before_its_last_part(feed):
    def not_yet():
        raise DetailsNotFetchedError

    answer(feed, 0, 1, *OTHERS)
    answer(feed, 1, *OTHERS)

    report = answer(feed, 2, *OTHERS, also=[item(2, whole=not_yet)])
    assert (report.is_unfinished, report.closed, report.lines) == (True, 0, [])
    assert (feed.last_success_at, states()["1"]) == (START + timedelta(days=1), "published")

    report = answer(feed, 3, *OTHERS, also=[item(2, whole=lambda: item(2))])
    assert (report.is_unfinished, report.created, report.closed) == (False, 1, 1)


def test_a_new_feeds_empty_answer_is_fine(feed):
    assert answer(feed, 0).created == 0
    assert feed.last_success_at == START


def test_an_empty_answer_is_fine_where_nothing_is_open(feed):
    answer(feed, 0, 1)
    Listing.objects.update(status="rejected")

    assert answer(feed, 1).problem == ""


def test_a_feed_without_any_description_says_so_until_one_has_some(feed):
    bare = [item(number, description="<p></p>") for number in (1, 2)]

    import_items(feed=feed, items=bare, now=START)
    assert "add “content=true” to the address" in feed.problem
    assert confirm_unchanged(feed=feed, now=START + timedelta(days=1)).problem == feed.problem != ""
    assert answer(feed, 2, 1, 2).problem == ""
    assert confirm_unchanged(feed=feed, now=START + timedelta(days=3)).problem == ""


# The same answer once more


def test_not_modified_counts_as_the_same_answer_again(feed):
    answer(feed, 0, 1, *OTHERS)
    answer(feed, 1, *OTHERS)

    report = confirm_unchanged(feed=feed, now=START + timedelta(days=2))

    assert (report.unchanged, report.closed) == (9, 1)
    assert states() == {"1": "closed"} | {str(number): "published" for number in OTHERS}
    assert listing(10).confirmed_at == feed.last_success_at == START + timedelta(days=2)
    assert FeedRun.objects.first().unchanged == 9


def test_not_modified_renews_what_would_expire(feed):
    answer(feed, 0, *OTHERS)

    for day in (20, 40):
        confirm_unchanged(feed=feed, now=START + timedelta(days=day))

    assert listing(10).expires_at == START + timedelta(days=100)


def test_not_modified_behind_a_broken_answer_ends_nothing(feed, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 1)
    answer(feed, 0, 1, *OTHERS)
    with pytest.raises(InvalidFeedError):
        import_items(feed=feed, items=breaks_off([item(1)]), now=START + timedelta(days=1))

    for day in (2, 3):
        confirm_unchanged(feed=feed, now=START + timedelta(days=day))

    assert listing().status == "published"


# What the runs record


def test_a_run_records_its_counts_and_what_was_not_taken(feed):
    answer(
        feed,
        0,
        *range(10),
        also=[item(11, is_listed=False), InvalidItemError("title", "is empty.")],
    )
    answer(feed, 1, *range(1, 10))
    answer(feed, 2, *range(1, 9), also=[item(9, description="<p>New words.</p>")])
    answer(feed, 3, *range(10))

    names = (
        "created",
        "published",
        "updated",
        "unchanged",
        "reopened",
        "closed",
        "skipped",
        "refused",
    )
    assert list(FeedRun.objects.order_by("at").values_list(*names)) == [
        (10, 10, 0, 0, 0, 0, 1, 1),
        (0, 0, 0, 9, 0, 0, 0, 0),
        (0, 0, 1, 8, 0, 1, 0, 0),
        (0, 0, 1, 9, 1, 0, 0, 0),
    ]
    assert FeedRun.objects.last().notes.splitlines() == [
        "Item 11 skipped: no longer listed by the employer (Data Engineer).",
        "Item 12 rejected: title: is empty.",
    ]


def test_only_the_newest_runs_are_kept(feed, monkeypatch):
    monkeypatch.setattr(storing, "RUNS_KEPT", 3)
    other = Feed.objects.create(kind=Feed.Kind.REMOTIVE)
    answer(other, 0)

    for day in range(4):
        answer(feed, day, 1)
    record_failure(feed=feed, failure="It returned 503.", now=START + timedelta(days=4))

    assert [run.at.day for run in feed.runs.all()] == [24, 23, 22]
    assert other.runs.count() == 1


def test_notes_are_kept_up_to_a_limit(feed, monkeypatch):
    monkeypatch.setattr(reports, "MAX_NOTES", 2)

    report = answer(feed, 0, 1, also=[InvalidItemError("title", "is empty")] * 5)

    assert (len(report.lines), len(FeedRun.objects.get().notes.splitlines())) == (5, 2)


@pytest.mark.faults("feeds")
def test_a_failure_keeps_the_jobs_and_says_since_when(feed):
    answer(feed, 0, 1)

    for day in (1, 2):
        record_failure(
            feed=feed, failure="It returned 503." + " x" * 400, now=START + timedelta(days=day)
        )

    feed = Feed.objects.get()
    assert (feed.failures, feed.failing_since) == (2, START + timedelta(days=1))
    assert (
        feed.problem == FeedRun.objects.first().failure == ("It returned 503." + " x" * 400)[:400]
    )
    assert (states(), feed.last_success_at) == ({"1": "published"}, START)

    answer(feed, 3, 1)
    assert (feed.failures, feed.failing_since, feed.problem) == (0, None, "")


# Every kind of feed, asked at its address

ADDRESSES = {
    "workday": "https://acme.wd5.myworkdayjobs.com/Careers",
    "adzuna": "https://api.example.com/jobs/gb/search/1?what=data",
}
XML_FILES = {
    "himalayas_rss": "himalayas.xml",
    "personio": "personio.xml",
    "rss": "rss.xml",
    "successfactors": "successfactors.xml",
    "teamtailor": "teamtailor.xml",
    "weworkremotely": "weworkremotely.xml",
    "xml": "indeed.xml",
}
FILES = (
    {path.stem: path.read_bytes() for path in (DATA / "sources").glob("*.json")}
    | {path.stem: path.read_bytes() for path in DATA.iterdir() if path.is_file()}
    | {kind: (DATA / "sources" / name).read_bytes() for kind, name in XML_FILES.items()}
    | {"csv": (DATA / "own.csv").read_bytes()}
    | {"ojcp": (DATA / "sources" / "ojcp_search.json").read_bytes()}
)
ERROR_PAGE = b"<!doctype html><title>Not found</title>"
JSON_ANSWERS = {
    "cut off": (lambda data: data[: len(data) // 2], "The JSON file is incomplete."),
    "in another charset": (
        lambda data: data.decode().encode("utf-16"),
        "The file is not encoded as UTF-8.",
    ),
    "an error page": (
        lambda data: ERROR_PAGE,
        "The file is HTML or XML instead of JSON. It may be an error page.",
    ),
    "something else": (
        lambda data: b'{"error": "no such board"}',
        "The file is JSON but is not from ",
    ),
    "too large": (lambda data: data + b" " * 2**20, "The file is too large. The maximum is 1 MB."),
    "empty": (lambda data: b"", "The file is empty."),
}
XML_ANSWERS = {
    "cut off": (lambda data: data[: len(data) // 2], "The XML file is incomplete."),
    "in another charset": (
        lambda data: data.decode("latin-1").encode("utf-16"),
        "The file is not valid XML",
    ),
    "an error page": (
        lambda data: ERROR_PAGE,
        "The file is HTML instead of XML. It may be an error page.",
    ),
    "something else": (lambda data: b"<error/>", "The file is XML but is not from "),
    "with a DOCTYPE": (
        lambda data: b'<!DOCTYPE x [<!ENTITY a "aa">]><rss>&a;</rss>',
        "The XML file declares a DOCTYPE",
    ),
    "too large": (lambda data: data + b" " * 2**20, "The file is too large. The maximum is 1 MB."),
    "empty": (lambda data: b"", "The file is empty."),
}
OWN_ANSWERS = {"csv", "jobposting", *XML_FILES}
ANSWERS = dict.fromkeys(sorted(ADAPTERS.keys() - OWN_ANSWERS), JSON_ANSWERS)
ANSWERS |= dict.fromkeys(XML_FILES, XML_ANSWERS)
ANSWERS |= {
    "csv": {
        "an old spreadsheet": (
            lambda data: b"\xd0\xcf\x11\xe0" + data,
            "This is an old or protected Excel file.",
        ),
        "an error page": (
            lambda data: ERROR_PAGE,
            "The file is HTML or XML instead of CSV. It may be an error page.",
        ),
        "only its first line": (
            lambda data: data.splitlines()[0],
            "The feed is empty, but it has open jobs here.",
        ),
        "empty": (lambda data: b"", "The file is empty."),
    },
    "jobposting": {
        "in another charset": (
            lambda data: data.decode().encode("utf-16"),
            "The page has no schema.org JobPosting in JSON-LD.",
        ),
        "an error page": (
            lambda data: ERROR_PAGE,
            "The page has no schema.org JobPosting in JSON-LD.",
        ),
        "too large": (
            lambda data: data + b" " * 2**20,
            "The file is too large. The maximum is 1 MB.",
        ),
        "empty": (lambda data: b"", "The file is empty."),
    },
}


@pytest.fixture
def followed(db, monkeypatch):
    """Call it with a kind and an answer: the feed asks for it at its address."""
    monkeypatch.setattr(base, "MAX_RESPONSE_BYTES", 2**20)

    def follow_feed(kind, data):
        monkeypatch.setattr(fetching, "fetch", lambda url, **more: Response(data, "", "", ""))
        monkeypatch.setattr(fetching, "wait", lambda seconds: None)
        company = CompanyFactory.build(pk=1, name="Acme")
        company.save()
        address = ADDRESSES.get(kind, "https://feeds.example.com/jobs")
        feed, _ = Feed.objects.get_or_create(kind=kind, company=company, address=address)
        with time_machine.travel(START, tick=False):
            items = ADAPTERS[kind].parse(BytesIO(FILES[kind]), address)
            import_items(feed=feed, items=items, now=START - timedelta(days=1))
            return feed, fetching.fetch_now(feed)

    return follow_feed


def bad_answers() -> list:
    """Each damage of each kind of feed. Each kind with one, and each damage of one kind, is enough
    for every run.
    """
    seen, found = set(), []
    for kind, damage in [(kind, damage) for kind, answers in ANSWERS.items() for damage in answers]:
        marks = pytest.mark.slow if {kind, damage} <= seen else ()
        found.append(pytest.param(kind, damage, marks=marks))
        seen |= {kind, damage}
    return found


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(("kind", "damage"), bad_answers())
def test_a_bad_answer_loses_nothing_and_the_feed_says_why(followed, kind, damage):
    spoil, sentence = ANSWERS[kind][damage]

    feed, report = followed(kind, spoil(FILES[kind]))

    assert report is None
    assert Listing.objects.exists()
    assert not Listing.objects.exclude(status__in=["in_review", "irrelevant"]).exists()
    assert Feed.objects.get().problem.startswith(sentence)
    assert (FeedRun.objects.count(), FeedRun.objects.first().failure) == (2, feed.problem)
    assert (feed.failing_since, feed.failures) == (START, 1)


def test_a_host_that_does_not_answer_loses_nothing_either(feed, monkeypatch):
    def unreachable(url, **more):
        raise FetchError("feeds.example.com returned 503 Service Unavailable.")

    answer(feed, 0, 1)
    monkeypatch.setattr(fetching, "fetch", unreachable)

    assert fetching.fetch_now(feed) is None
    assert (feed.problem, states()) == (
        "feeds.example.com returned 503 Service Unavailable.",
        {"1": "published"},
    )


# Found in review


def test_jobs_that_are_over_by_their_own_date_have_not_vanished(feed):
    ending = [item(number, closes_on=START.date() + timedelta(days=1)) for number in range(4)]
    with time_machine.travel(START, tick=False):
        answer(feed, 0, *OTHERS, also=ending)
        answer(feed, 1, *OTHERS)
    with time_machine.travel(START + timedelta(days=3), tick=False):
        report = answer(feed, 3, *OTHERS)

    assert (report.closed, report.problem) == (0, "")


def test_an_empty_answer_that_is_true_can_be_confirmed_by_an_admin(feed):
    answer(feed, 0, 1, 2)
    with pytest.raises(InvalidFeedError, match="The feed is empty"):
        answer(feed, 1)
    record_failure(feed=feed, failure="The feed is empty.", now=START)

    closed = close_missing(feed, now=START + timedelta(days=1))

    assert closed == 2
    assert answer(feed, 2).problem == ""


def test_not_modified_since_an_answer_before_another_import_is_not_asked_for(feed):
    answer(feed, 0, 1, *OTHERS)
    Feed.objects.update(etag="v1", last_modified="Fri, 20 Nov 2026 12:00:00 GMT")
    feed.refresh_from_db()

    answer(feed, 1, *OTHERS)

    feed.refresh_from_db()
    assert (feed.etag, feed.last_modified) == ("", "")


def test_a_job_that_somebody_decided_meanwhile_stops_no_other_from_ending(feed, monkeypatch):
    answer(feed, 0, 1, 2, *OTHERS)
    answer(feed, 1, *OTHERS)
    real = lifecycle.close_missing_listing

    def decided_meanwhile(*, listing, **values):
        if listing == listing_1:
            raise lifecycle.InvalidStatusError
        return real(listing=listing, **values)

    listing_1 = listing(1)
    monkeypatch.setattr(lifecycle, "close_missing_listing", decided_meanwhile)

    assert answer(feed, 2, *OTHERS).closed == 1


def test_a_job_that_expired_while_its_feed_failed_is_open_again_and_says_so(feed):
    with time_machine.travel(START, tick=False):
        answer(feed, 0, 1)
    with time_machine.travel(START + timedelta(days=70), tick=False):
        assert listing().is_over
        answer(feed, 70, 1)

        assert listing().is_live
    assert [kind for kind, *_ in last_events(listing())] == ["reopened"]


def test_a_closed_job_that_is_listed_after_its_own_closing_date_stays_closed(feed):
    closing = item(1, closes_on=START.date() + timedelta(days=5))
    answer(feed, 0, *OTHERS, also=[closing])
    answer(feed, 1, *OTHERS)
    answer(feed, 2, *OTHERS)

    answer(feed, 9, *OTHERS, also=[closing])

    assert listing().status == "closed"
