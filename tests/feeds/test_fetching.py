"""Feeds that are followed by their address: when they are asked and how, and what becomes of each
kind of answer.
"""

import json
import logging
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from jobboard.common.tasks import SLOW, unfinished
from jobboard.feeds import fetching, reading
from jobboard.feeds.adapters import base
from jobboard.feeds.adapters.boards import usajobs
from jobboard.feeds.adapters.systems import workday
from jobboard.feeds.download import FetchError, Response
from jobboard.feeds.download import fetch as really_fetch
from jobboard.feeds.fetching import enqueue_due_feeds, fetch_feed
from jobboard.feeds.importing.importer import ImportRunningError
from jobboard.feeds.importing.report import EMPTY_FEED_MESSAGE
from jobboard.listings.models import Feed, FeedRun, Listing
from jobboard.site.worker import work_on_next
from roles.models import RoleAlias
from tests.factories import FeedFactory, RoleFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Web:
    """Stands in for ``fetch``. ``pages``: what is at an address, be it an answer, what is raised,
    or who says it.
    """

    def __init__(self):
        self.pages = {}
        self.requests = []
        self.waits = []  # seconds before each request

    def __call__(self, url, **sent):
        self.requests.append((url, sent))
        page = self.pages[url]
        if isinstance(page, Exception):
            raise page
        data = page(sent) if callable(page) else page
        return data if isinstance(data, Response) else Response(data, "", "", "application/json")

    def asked(self) -> list[str]:
        """The addresses asked for since the last call."""
        urls = [url for url, _ in self.requests]
        self.requests.clear()
        return urls


@pytest.fixture
def web(monkeypatch):
    web = Web()
    monkeypatch.setattr(fetching, "fetch", web)
    monkeypatch.setattr(fetching, "wait", web.waits.append)
    return web


@pytest.fixture
def clock():
    """It is NOW until the test moves on."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def feed(web, clock):
    """Of one company, listing one job of a known role."""
    RoleFactory(name="Data Engineer")
    feed = FeedFactory()
    web.pages[feed.address] = jobs("Data Engineer")
    return feed


def jobs(*titles) -> bytes:
    """Greenhouse's answer; a job's number is its place among ``titles``."""
    return json.dumps(
        {"jobs": [job(number, title) for number, title in enumerate(titles, start=1)]}
    ).encode()


def job(number, title):
    return {
        "id": number,
        "internal_job_id": number,
        "title": title,
        "content": f"<p>Text {number}.</p>",
        "absolute_url": f"https://boards.example.com/acme/{number}",
        "location": {"name": "Oslo, Norway"},
    }


def fetch_again(clock, feed, after=6 * HOUR) -> Feed:
    """The next round, ``after`` the last one."""
    clock.shift(after)
    return fetch_now(feed)


def fetch_due() -> None:
    enqueue_due_feeds()
    while work_on_next(SLOW, "the test"):
        pass


def fetch_now(feed) -> Feed:
    fetch_due()
    feed.refresh_from_db()
    return feed


def titles(**which) -> list[str]:
    return list(
        Listing.objects.filter(**which).order_by("external_id").values_list("title", flat=True)
    )


# When a feed is asked


@pytest.mark.both_databases
def test_a_due_feed_is_fetched_and_stored_and_due_again_in_six_hours(feed):
    fetch_now(feed)

    listing = Listing.objects.live().get()
    assert (listing.title, listing.feed, listing.last_seen_at) == ("Data Engineer", feed, NOW)
    assert (feed.last_success_at, feed.next_fetch_at, feed.failures, feed.problem) == (
        NOW,
        NOW + 6 * HOUR,
        0,
        "",
    )


@pytest.mark.parametrize(
    "state", [{"next_fetch_at": NOW + MINUTE}, {"address": ""}], ids=["not due", "no address"]
)
def test_a_feed_that_is_not_due_or_has_no_address_is_not_asked(web, clock, state):
    FeedFactory(**state)

    fetch_due()

    assert web.asked() == []


@pytest.mark.both_databases
def test_the_feed_that_waits_longest_is_asked_first_and_before_it_a_new_one(web, clock):
    feeds = [FeedFactory(next_fetch_at=moment) for moment in [NOW, NOW - DAY, None]]
    web.pages |= {feed.address: jobs() for feed in feeds}

    fetch_due()

    assert web.asked() == [feed.address for feed in reversed(feeds)]


def test_a_feed_that_hangs_holds_up_its_own_task_alone_and_is_not_enqueued_twice(web, clock):
    feeds = FeedFactory.create_batch(2)

    for _ in range(2):
        enqueue_due_feeds()

    assert unfinished(fetch_feed) == [{"feed_id": feed.pk} for feed in feeds]


def test_a_feed_whose_task_was_given_up_has_its_next_turn_hours_later(web, clock):
    """An admin cancelled it, or its workers died over it: not again the next minute."""
    feed = FeedFactory()
    enqueue_due_feeds()
    DBTaskResult.objects.get().set_failed(MemoryError())

    clock.shift(HOUR)
    enqueue_due_feeds()
    assert unfinished(fetch_feed) == []

    clock.shift(fetching.FETCH_INTERVAL)
    enqueue_due_feeds()
    assert unfinished(fetch_feed) == [{"feed_id": feed.pk}]


@pytest.mark.both_databases
def test_a_feed_that_was_fetched_meanwhile_is_not_fetched_again(web, clock, work):
    feed = FeedFactory()
    web.pages[feed.address] = jobs()
    enqueue_due_feeds()
    fetching.fetch_now(feed)
    web.asked()

    work()

    assert web.asked() == []


class Seconds(list):
    """What ``time.monotonic`` says is their sum."""

    add = list.append


def elapsing(monkeypatch) -> Seconds:
    seconds = Seconds()
    monkeypatch.setattr(fetching.time, "monotonic", lambda: sum(seconds))
    return seconds


# Answers that say nothing new


def tagged(data) -> Response:
    return Response(data, '"v1"', "Fri, 20 Nov 2026 12:00:00 GMT", "application/json")


UNCHANGED = Response(b"", '"v1"', "Fri, 20 Nov 2026 12:00:00 GMT", "", not_modified=True)


def test_the_tag_of_an_answer_is_sent_back_and_an_unchanged_one_counts_as_that_answer_again(
    web, clock, feed
):
    web.pages[feed.address] = jobs(*["Data Engineer"] * 4, "Gone soon")
    fetch_now(feed)
    web.pages[feed.address] = tagged(jobs(*["Data Engineer"] * 4))
    fetch_again(clock, feed)
    web.pages[feed.address] = UNCHANGED
    web.asked()

    fetch_again(clock, feed)

    _, sent = web.requests[0]
    assert sent == {"headers": {}, "etag": '"v1"', "last_modified": "Fri, 20 Nov 2026 12:00:00 GMT"}
    assert set(Listing.objects.live().values_list("title", "confirmed_at")) == {
        ("Data Engineer", NOW + 12 * HOUR)
    }
    assert titles(outcome="unlisted") == ["Gone soon"]  # the second answer without it
    run = feed.runs.first()
    assert (run.unchanged, run.updated, run.closed) == (4, 0, 1)
    assert feed.last_success_at == NOW + 12 * HOUR


def a_new_name(monkeypatch):
    RoleAlias.objects.create(role=RoleFactory(name="Data Scientist"), folded="data wizard")


def a_new_parser(monkeypatch):
    monkeypatch.setattr(reading, "_code_fingerprint", lambda: "newer code")


@pytest.mark.parametrize("change", [a_new_name, a_new_parser])
def test_an_unchanged_answer_is_asked_for_whole_once_it_would_be_read_in_another_way(
    web, clock, feed, change, monkeypatch
):
    web.pages[feed.address] = tagged(jobs("Data Wizard"))
    fetch_now(feed)
    fetch_again(clock, feed)
    change(monkeypatch)

    fetch_again(clock, feed)
    fetch_again(clock, feed)

    assert [sent.get("etag") for _, sent in web.requests] == [None, '"v1"', None, '"v1"']


# Failures


@pytest.mark.parametrize(
    ("before", "pause"), [(0, 15 * MINUTE), (1, 30 * MINUTE), (6, 16 * HOUR), (7, DAY), (300, DAY)]
)
def test_a_failing_feed_says_why_and_waits_twice_as_long_each_time_up_to_a_day(
    web, feed, before, pause
):
    Feed.objects.update(failures=before, failing_since=NOW - DAY if before else None)
    web.pages[feed.address] = FetchError("feeds.example.com returned 404 Not Found.")

    fetch_now(feed)

    assert (feed.problem, feed.failures) == (
        "feeds.example.com returned 404 Not Found.",
        before + 1,
    )
    assert feed.failing_since == (NOW - DAY if before else NOW)
    assert feed.next_fetch_at == NOW + pause
    assert feed.runs.get().failure == "feeds.example.com returned 404 Not Found."


@pytest.mark.parametrize(
    ("retry_after", "pause"), [(60, 15 * MINUTE), (7_200, 2 * HOUR)], ids=["soon", "later"]
)
def test_a_host_that_asks_to_wait_is_left_alone_for_so_long(web, feed, retry_after, pause):
    web.pages[feed.address] = FetchError("feeds.example.com returned 429.", retry_after=retry_after)

    assert fetch_now(feed).next_fetch_at == NOW + pause


def test_a_feed_that_answers_again_is_as_before(web, clock, feed):
    answer, web.pages[feed.address] = (
        web.pages[feed.address],
        FetchError("feeds.example.com returned 500."),
    )
    fetch_now(feed)
    web.pages[feed.address] = answer

    fetch_again(clock, feed, after=15 * MINUTE)

    assert (feed.failures, feed.failing_since, feed.problem) == (0, None, "")
    assert feed.next_fetch_at == NOW + 15 * MINUTE + 6 * HOUR


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (
            b"<!doctype html><p>We are moving.",
            "The file is HTML or XML instead of JSON. It may be an error page.",
        ),
        (jobs("Data Engineer")[:-20], "The JSON file is incomplete."),
        (b"", "The file is empty."),
        (jobs(), EMPTY_FEED_MESSAGE),
        (jobs("Data Engineer " * 100), "The file is too large. The maximum is 0 MB."),
    ],
    ids=["HTML", "cut off", "empty", "no job", "too large"],
)
def test_an_answer_that_is_no_feed_marks_it_as_failing_and_ends_nothing(
    web, clock, feed, answer, problem, monkeypatch
):
    monkeypatch.setattr(base, "MAX_RESPONSE_BYTES", 1_000)
    fetch_now(feed)
    web.pages[feed.address] = answer

    for _ in range(2):
        fetch_again(clock, feed)

    assert (feed.problem, feed.failures, feed.failing_since) == (problem, 2, NOW + 6 * HOUR)
    assert Listing.objects.live().count() == 1


def test_a_feed_that_makes_us_fail_is_marked_logged_and_holds_up_no_other(web, clock, feed, caplog):
    broken = FeedFactory(next_fetch_at=NOW - DAY)
    Feed.objects.filter(pk=feed.pk).update(next_fetch_at=NOW)
    web.pages[broken.address] = RuntimeError("out of ink")

    fetch_now(feed)

    broken.refresh_from_db()
    assert broken.problem == "Internal error. See the log."
    assert broken.next_fetch_at == NOW + 15 * MINUTE
    [record] = caplog.records
    assert (record.name, record.levelno) == ("jobboard.feeds", logging.ERROR)
    assert "out of ink" in record.exc_text
    assert feed.last_success_at == NOW


@pytest.mark.both_databases
def test_a_feed_that_is_being_imported_right_now_stays_due_and_is_not_blamed(web, feed):
    web.pages[feed.address] = ImportRunningError()

    fetch_now(feed)

    assert (feed.next_fetch_at, feed.failures, feed.runs.count()) == (None, 0, 0)


# Feeds that answer in pages

API = "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Careers"


@pytest.fixture
def site(web, clock, monkeypatch):
    """A career site of Workday's that sends two jobs a page; call it with the titles that it lists
    from then on.
    """
    monkeypatch.setattr(workday, "PAGE_SIZE", 2)
    RoleFactory(name="Data Engineer")
    listed = []

    def lists(*titles):
        listed[:] = titles
        for number, title in enumerate(titles, start=1):
            web.pages.setdefault(
                f"{API}/job/{number}_R-{number}", json.dumps(details(number, title)).encode()
            )

    def page(sent):
        start = sent["json"]["offset"]
        rows = [
            {
                "title": title,
                "externalPath": f"/job/{number}_R-{number}",
                "locationsText": "Oslo, Norway",
            }
            for number, title in enumerate(listed, start=1)
        ]
        return json.dumps({"jobPostings": rows[start : start + sent["json"]["limit"]]}).encode()

    web.pages[f"{API}/jobs"] = page
    return lists


def details(number, title):
    info = {"title": title, "jobDescription": f"<p>Text {number}.</p>", "location": "Oslo, Norway"}
    link = f"https://acme.wd5.myworkdayjobs.com/Careers/job/{number}_R-{number}"
    return {"jobPostingInfo": info | {"jobReqId": f"R-{number}", "externalUrl": link}}


@pytest.fixture
def careers():
    return FeedFactory(kind="workday", address="https://acme.wd5.myworkdayjobs.com/Careers")


def asked_jobs(web) -> list[str]:
    return [url.removeprefix(API) for url in web.asked()]


@pytest.mark.both_databases
def test_each_new_or_changed_job_of_a_list_is_asked_for_its_text_once(web, clock, site, careers):
    site("Data Engineer", "Data Analyst", "ML Engineer")
    fetch_now(careers)
    assert asked_jobs(web) == ["/jobs", "/jobs", "/job/1_R-1", "/job/2_R-2", "/job/3_R-3"]
    live = Listing.objects.live().order_by("external_id")
    assert [job.description_html for job in live] == [f"<p>Text {n}.</p>" for n in (1, 2, 3)]

    fetch_again(clock, careers)
    assert asked_jobs(web) == ["/jobs", "/jobs"]

    site("Data Engineer", "Senior Data Analyst", "ML Engineer", "AI Engineer")
    fetch_again(clock, careers)
    assert asked_jobs(web) == ["/jobs", "/jobs", "/jobs", "/job/2_R-2", "/job/4_R-4"]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (
            FetchError("acme.wd5.myworkdayjobs.com returned 500."),
            "acme.wd5.myworkdayjobs.com returned 500",
        ),
        (b"<p>Sorry", "The file is HTML or XML instead of JSON. It may be an error page"),
    ],
    ids=["no answer", "HTML"],
)
def test_a_job_whose_text_cannot_be_had_is_refused_alone_and_asked_for_again(
    web, clock, site, careers, failure, reason
):
    site("Data Engineer", "Data Analyst")
    fetch_now(careers)
    web.pages[f"{API}/job/1_R-1"] = web.pages[f"{API}/job/3_R-3"] = failure
    site("Senior Data Engineer", "Data Analyst", "ML Engineer", "AI Engineer")

    for _ in range(2):
        web.asked()
        fetch_again(clock, careers)

    assert titles(status__in=["published", "in_review"]) == [
        "Data Engineer",
        "Data Analyst",
        "AI Engineer",
    ]
    assert asked_jobs(web)[3:] == ["/job/1_R-1", "/job/3_R-3"]
    assert (careers.failures, careers.problem) == (0, "")
    run = careers.runs.first()
    assert run.notes.splitlines() == [
        f"Item {number} rejected: description: {reason}." for number in (1, 3)
    ]


def test_texts_a_round_has_no_time_for_come_in_the_next_round(
    web, clock, site, careers, monkeypatch
):
    seconds = elapsing(monkeypatch)
    site(*["Data Engineer"] * 5)
    for number in range(1, 6):
        page = web.pages[f"{API}/job/{number}_R-{number}"]
        web.pages[f"{API}/job/{number}_R-{number}"] = lambda sent, page=page: (
            seconds.add(25) or page
        )

    fetch_now(careers)
    assert (Listing.objects.count(), careers.next_fetch_at, careers.failures) == (3, NOW, 0)

    fetch_again(clock, careers, after=MINUTE)
    assert (Listing.objects.count(), careers.next_fetch_at) == (5, NOW + MINUTE + 6 * HOUR)


def test_a_list_that_breaks_off_between_its_pages_ends_nothing(web, clock, site, careers):
    site("Data Engineer", "Data Engineer", "Data Engineer")
    fetch_now(careers)
    whole = web.pages[f"{API}/jobs"]
    failure = FetchError("acme.wd5.myworkdayjobs.com did not respond within 30 seconds.")
    web.pages[f"{API}/jobs"] = lambda sent: (
        raise_(failure) if sent["json"]["offset"] else whole(sent)
    )

    for _ in range(2):
        fetch_again(clock, careers)

    assert (Listing.objects.live().count(), careers.problem, careers.failures) == (
        3,
        str(failure),
        2,
    )


def raise_(failure):
    raise failure


# Keys


def test_usajobs_gets_its_key_in_a_header_with_each_page(web, clock, monkeypatch):
    monkeypatch.setattr(usajobs.SOURCE, "paging", replace(usajobs.SOURCE.paging, size=1))
    feed = FeedFactory(
        board=True,
        kind="usajobs",
        address="https://data.usajobs.gov/api/search",
        api_key="secret-key",
    )
    full, empty = [{"MatchedObjectId": "1", "MatchedObjectDescriptor": {}}], []
    web.pages = {
        f"{feed.address}?Page={number}&ResultsPerPage=1": (
            json.dumps({"SearchResult": {"SearchResultItems": rows}}).encode()
        )
        for number, rows in enumerate([full, empty], start=1)
    }

    fetch_due()

    assert [sent["headers"] for _, sent in web.requests] == [
        {"Authorization-Key": "secret-key"}
    ] * 2


def answering(answer):
    def fetch(url, **sent):
        return raise_(answer) if isinstance(answer, Exception) else Response(answer, "", "", "")

    return fetch


NO_LINK = {
    "results": [{"id": 1, "title": "Data Engineer", "redirect_url": "http://jobs.example.com/1"}]
}


@pytest.mark.parametrize("kind", ["adzuna", "usajobs"])
@pytest.mark.parametrize("path", ["/v1/api/jobs/gb/search/1", "/v1/api/jobs"])
@pytest.mark.parametrize(
    "fetch",
    [
        answering(b"<p>Sorry"),
        answering(RuntimeError("out of ink")),
        answering(json.dumps(NO_LINK).encode()),
        really_fetch,
    ],
    ids=["HTML", "our error", "an item without a link", "unknown host"],
)
def test_no_key_is_in_what_a_feed_says_about_its_failures_or_in_the_log(
    clock, kind, path, fetch, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(fetching, "fetch", fetch)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *args, **kwargs: raise_(socket.gaierror("no such host"))
    )
    address = f"https://api.example.com{path}?app_id=secret-id&app_key=secret-key"
    feed = FeedFactory(board=True, kind=kind, address=address, api_key="secret-key")

    fetch_now(feed)

    run = FeedRun.objects.get()
    assert run.failure or run.notes
    assert "secret" not in f"{feed.problem} {run.failure} {run.notes} {caplog.text}"
