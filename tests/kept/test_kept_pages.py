"""Public pages are kept in memory for as long as they would be made the same, and for nobody else
than who may see what everybody sees.
"""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, resolve
from django.utils import timezone

from jobboard.browse import files, views
from jobboard.common.web import limits
from jobboard.listings.models import Listing, ListingDailyStats
from jobboard.search import find
from jobboard.search.index import writing
from jobboard.site.kept import state
from jobboard.site.kept.middleware import ETAG_BEGINS, KEPT
from jobboard.site.kept.release import release
from jobboard.site.kept.state import State, current_state
from jobboard.site.kept.store import AROUND_A_PAGE, MAX_PAGE_BYTES, Page, Store
from jobboard.site.models import ContentVersion
from tests.factories import (
    ArticleFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
    in_days,
)
from tests.journeys.page_types import url_names

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@contextmanager
def from_memory():
    """Nothing is read in it but the version."""
    with CaptureQueriesContext(connection) as queries:
        yield
    assert len(queries) == 1, [query["sql"] for query in queries]


@contextmanager
def made_anew():
    with CaptureQueriesContext(connection) as queries:
        yield
    assert len(queries) > 1


def without_ids(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.items() if name != "X-Request-ID"}


@pytest.fixture
def job(version) -> Listing:
    return ListingFactory(live=True, title="First", company__slug="acme")


# --- The same page --------------------------------------------------------------------------------


def test_a_page_is_made_once_with_all_its_headers_and_anew_after_a_change(browser, job):
    visitor = browser()
    first = visitor.get("/jobs/", headers=GZIP)
    with from_memory():
        again = visitor.get("/jobs/", headers=GZIP)
    with from_memory():
        head = visitor.head("/jobs/", headers=GZIP)

    assert again.content == first.content
    assert again["Content-Encoding"] == "gzip"
    assert without_ids(again) == without_ids(first) == without_ids(head)
    assert again["X-Request-ID"] != first["X-Request-ID"]
    assert "default-src 'none'" in again["Content-Security-Policy"]

    job.title = "Second"
    job.save()
    assert b"Second" in visitor.get("/jobs/").content


def test_its_tag_is_the_version_and_with_it_no_process_makes_it_again(browser, job):
    tag = browser().get("/jobs/")["ETag"]
    assert tag.startswith(ETAG_BEGINS)

    for visitor in (browser(), browser()):
        with from_memory():
            answer = visitor.get("/jobs/", headers={"If-None-Match": f'"other", {tag}'})
        assert (answer.status_code, answer.content) == (304, b"")
        assert (answer["ETag"], answer["Cache-Control"]) == (tag, "no-cache")
        assert "Content-Security-Policy" in answer

    other_page = browser().get("/", headers={"If-None-Match": tag})
    assert other_page.status_code == 200
    Listing.objects.update(title="Second")
    changed = browser().get("/jobs/", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


@pytest.mark.slow
def test_a_page_ends_with_what_ends_on_it_and_with_the_day(browser, job, clock):
    visitor = browser()
    clock.move_to(timezone.now().replace(hour=12, minute=0, second=0, microsecond=0), tick=False)
    Listing.objects.update(
        posted_at=timezone.now(),
        featured_until=timezone.now() + timedelta(minutes=1),
        expires_at=timezone.now() + timedelta(days=1, minutes=2),
    )
    ArticleFactory(slug="guide", title="Of tomorrow", published_on=in_days(1).date())
    shown = visitor.get("/jobs/").content.decode()
    featured = 'class="feat"'
    assert (featured in shown, "today" in shown, "First" in shown) == (True, True, True)
    assert "Of tomorrow" not in visitor.get("/articles/").content.decode()

    clock.shift(timedelta(minutes=1))
    assert featured not in visitor.get("/jobs/").content.decode()
    clock.shift(timedelta(hours=12))
    assert "1 day ago" in visitor.get("/jobs/").content.decode()
    assert "Of tomorrow" in visitor.get("/articles/").content.decode()
    clock.shift(timedelta(hours=12, minutes=1))
    assert "First" not in visitor.get("/jobs/").content.decode()
    clock.shift(-timedelta(minutes=1))  # a clock may be put back
    assert "First" in visitor.get("/jobs/").content.decode()


@pytest.mark.slow
def test_nothing_is_kept_before_the_index_has_reached_the_version(browser, job, committed_index):
    visitor = browser()
    visitor.get("/jobs/")
    with from_memory():
        visitor.get("/jobs/")

    late = ListingFactory(live=True, title="Late")
    for _ in range(2):
        with made_anew():
            answer = visitor.get("/jobs/")
        assert b"Late" not in answer.content
        assert not answer["ETag"].startswith(ETAG_BEGINS)

    writing.update()
    assert b"Late" in visitor.get("/jobs/").content
    with from_memory():
        assert late.title in visitor.get("/jobs/").content.decode()


def test_nothing_is_kept_of_a_replica_that_lags(browser, job, monkeypatch):
    class Replica:
        def db_for_read(self, model, **hints):
            return "replica" if model is ContentVersion else None

    monkeypatch.setattr(state.router, "routers", [Replica()])
    primary = state._version_in
    behind = ["behind"]
    monkeypatch.setattr(
        state, "_version_in", lambda alias: behind[0] if alias == "replica" else primary(alias)
    )
    visitor = browser()
    assert not visitor.get("/jobs/")["ETag"].startswith(ETAG_BEGINS)

    behind[0] = primary("default")
    assert visitor.get("/jobs/")["ETag"].startswith(ETAG_BEGINS)


def test_a_page_during_which_something_changed_is_not_kept(browser, job, monkeypatch):
    def changing(*args, **kwargs):
        Listing.objects.update(title="Second")
        return find.search(*args, **kwargs)

    visitor = browser()
    monkeypatch.setattr("jobboard.search.results.page.search", changing)
    assert not visitor.get("/jobs/")["ETag"].startswith(ETAG_BEGINS)
    monkeypatch.undo()
    assert visitor.get("/jobs/")["ETag"].startswith(ETAG_BEGINS)


def test_who_may_ask_so_often_is_counted_for_what_is_kept_too(
    browser, job, monkeypatch, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)  # no minute turns meanwhile
    monkeypatch.setitem(files.MAX_REQUESTS_PER_MINUTE, "feed", 3)
    visitor = browser()
    first = visitor.get("/jobs/feed/")
    with from_memory():
        again = visitor.get("/jobs/feed/")
    with from_memory():
        known = visitor.get("/jobs/feed/", headers={"If-None-Match": first["ETag"]})

    assert again.content == first.content
    assert known.status_code == 304
    refused = visitor.get("/jobs/feed/", headers={"If-None-Match": first["ETag"]})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    another = visitor.get("/jobs/feed/", headers={"X-Forwarded-For": "198.51.100.7"})
    assert another.status_code == 429  # nobody may say who they are


def test_by_its_tag_alone_no_process_says_that_what_is_limited_is_the_same(browser, job, clock):
    """It could not count who asks."""
    tag = browser().get("/api/v1/roles")["ETag"]

    with made_anew():
        answer = browser().get("/api/v1/roles", headers={"If-None-Match": tag})
    assert answer.status_code == 304


def test_in_a_transaction_nothing_is_kept(browser, job):
    with transaction.atomic():
        assert current_state() is None
        assert not browser().get("/jobs/")["ETag"].startswith(ETAG_BEGINS)


def test_without_the_table_pages_are_made_anew(browser, job, monkeypatch):
    current_state()  # the first query of a process settles for good what the table is called
    with monkeypatch.context() as patch:  # undone before the tables are emptied
        patch.setattr(ContentVersion._meta, "db_table", "nothing_here")

        assert browser().get("/jobs/").status_code == 200


def test_where_the_index_failed_for_one_search_its_answer_is_not_kept(
    browser, job, committed_index, monkeypatch
):
    def failing():
        raise RuntimeError("A fault for the test")

    visitor = browser()
    monkeypatch.setattr(find, "snapshot", failing)
    assert not visitor.get("/jobs/")["ETag"].startswith(ETAG_BEGINS)
    monkeypatch.undo()
    assert visitor.get("/jobs/")["ETag"].startswith(ETAG_BEGINS)


# --- For whom -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_who_is_signed_in_gets_their_own_page_and_leaves_it_to_nobody(browser, job):
    visitor, member = browser(), browser()
    member.force_login(MembershipFactory().user)
    own = member.get("/jobs/")
    assert "no-store" in own["Cache-Control"]
    assert b"Sign out" in own.content

    for_all = visitor.get("/jobs/")
    assert b"Sign out" not in for_all.content
    visitor.force_login(UserFactory())
    visitor.get("/jobs/")
    asked = visitor.get("/jobs/", headers={"If-None-Match": for_all["ETag"]})
    assert asked.status_code == 200
    assert b"Sign out" in asked.content
    visitor.cookies.clear()
    with from_memory():
        assert visitor.get("/jobs/").content == for_all.content


@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name, "you"])
def test_who_has_a_cookie_that_may_change_the_page_gets_one_made_for_them(browser, job, name):
    visitor = browser()
    tag = visitor.get("/jobs/")["ETag"]
    visitor.cookies[name] = "whatever"

    with made_anew():
        answer = visitor.get("/jobs/", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert not answer.get("ETag", "").startswith(ETAG_BEGINS)


@pytest.mark.slow
def test_pages_with_a_form_a_cookie_or_another_status_are_not_kept(browser, job):
    over = ListingFactory(closed=True)
    visitor = browser()
    for page in [
        f"/report/{job.pk}/",
        "/alerts/new/?q=x",
        "/accounts/login/",
        "/post/",
        "/nothing/",
        f"/jobs/{job.pk}/",
        over.get_absolute_url(),
        "/companies/nobody/",
    ]:
        for _ in range(2):
            answer = visitor.get(page)
            assert not answer.get("ETag", "").startswith(ETAG_BEGINS), page


@pytest.mark.slow
def test_what_is_counted_is_counted_each_time(browser, job, monkeypatch, clock):
    visitor = browser()
    for _ in range(3):
        visitor.get(f"/jobs/{job.pk}/apply/")
        visitor.get(job.get_absolute_url())
        visitor.post(f"/jobs/{job.pk}/seen/")  # which the kept page's script tells
    day = ListingDailyStats.objects.get()
    assert (day.apply_clicks, day.views) == (3, 3)

    monkeypatch.setitem(views.__dict__, "found_or_404", counting(views.found_or_404))
    assert not browser().get("/jobs/")["ETag"].startswith(ETAG_BEGINS)
    monkeypatch.setitem(files.MAX_REQUESTS_PER_MINUTE, "feed", 1)
    assert [visitor.get("/jobs/feed/").status_code for _ in range(2)] == [200, 429]


def counting(find_it):
    """As if the page limited how often it is asked for."""

    def count_and_find(*args, **kwargs):
        limits.check_rate_limit(None, "a test", max_count=9, seconds=60, who="everybody")
        return find_it(*args, **kwargs)

    return count_and_find


def test_only_known_addresses_are_kept_and_the_health_of_the_site_asks_no_version(browser, queries):
    assert set(url_names(get_resolver())) >= KEPT

    assert browser().get("/healthz/live").status_code == 200
    assert resolve("/robots.txt").view_name not in KEPT
    assert browser().get("/robots.txt").status_code == 200
    assert not queries


@pytest.fixture
def queries(version):
    with CaptureQueriesContext(connection) as captured:
        yield captured


# --- What strangers send --------------------------------------------------------------------------


@pytest.mark.slow
def test_no_header_of_a_stranger_changes_what_others_get(browser, job):
    plain = browser().get("/jobs/")
    visitor = browser()
    for headers in [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-For": "192.0.2.1"},
        {"X-Original-URL": "/about/"},
        {"X-Rewrite-URL": "/about/"},
        {"X-HTTP-Method-Override": "POST"},
        {"Forwarded": "host=evil.example"},
        {"Accept-Language": "de"},
        {"Accept": "application/json"},
        {"Accept-Encoding": "identity;q=0, odd"},
        {"Origin": "https://evil.example"},
        {"Range": "bytes=0-10"},
        {"Cache-Control": "no-cache"},
        {"If-None-Match": "*\x00"},
        {"X-Request-ID": "chosen-by-me"},
        {"User-Agent": "Googlebot/2.1"},
    ]:
        for someone in (browser(), visitor):
            answer = someone.get("/jobs/", headers=headers)
            assert answer.content == plain.content, headers
            assert without_ids(answer) == without_ids(plain), headers
    for _ in range(2):
        assert visitor.get("/jobs/", headers={"Host": "evil.example"}).status_code == 400
    packed = visitor.get("/jobs/", headers={"Accept-Encoding": "GZIP;q=0, gzip"})
    assert visitor.get("/jobs/").content == plain.content
    assert packed["Content-Encoding"] == "gzip"


def test_where_a_header_says_that_the_site_begins_is_no_part_of_what_others_get(browser, job):
    stranger, visitor = browser(), browser()
    title = re.search("<h1.*?</h1>", visitor.get("/roles/").content.decode(), re.DOTALL)[0]

    for path, begins in [("/", "/roles"), ("/roles/", "")]:
        stranger.get(f"{path}?as=after", SCRIPT_NAME=begins)

    assert title in visitor.get("/roles/?as=after").content.decode()


def test_an_address_of_raw_bytes_is_nobody_elses(browser, job):
    stranger, visitor = browser(), browser()

    stranger.get("/jobs/", QUERY_STRING="q=\xfc")

    assert "\N{REPLACEMENT CHARACTER}" not in visitor.get("/jobs/?q=%C3%BC").content.decode()


def test_hosts_and_schemes_have_pages_of_their_own(browser, job, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    visitor = browser()
    tags = {
        visitor.get("/jobs/", headers={"Host": host}, secure=secure)["ETag"]
        for host in settings.ALLOWED_HOSTS
        for secure in (True, False)
    }

    assert len(tags) == 4


def test_a_site_on_https_redirects_before_it_answers_from_memory(browser, job, settings):
    visitor = browser()
    visitor.get("/jobs/")
    settings.SECURE_SSL_REDIRECT = True

    assert browser().get("/jobs/").status_code == 301


# --- Memory ---------------------------------------------------------------------------------------

NOW = State("version", "index", timezone.now())
LATER = State("another", "index", timezone.now())


def page(size: int) -> Page:
    return Page(b"x" * (size - AROUND_A_PAGE - 2), {})


def test_memory_is_bounded_and_what_was_asked_for_last_stays():
    store = Store(max_bytes=30_000)
    for address in "abc":
        store.save(NOW, address, page(10_000))
    store.get(NOW, "a")
    store.save(NOW, "d", page(10_000))
    assert [address in store for address in "abcd"] == [True, False, True, True]
    assert store.bytes == 30_000

    store.save(NOW, "a", page(5_000))
    assert store.bytes == 25_000
    store.save(NOW, "e", page(MAX_PAGE_BYTES + 1))
    assert "e" not in store


def test_made_up_queries_push_out_no_page_without_one():
    store = Store(max_bytes=100_000)
    pages = [f"/page-{number}" for number in range(4)]
    for address in pages:
        store.save(NOW, address, page(10_000))
    for number in range(50):
        store.save(NOW, f"/jobs/?x={number}", page(10_000))
    assert all(address in store for address in pages)
    assert len(store) == 9  # what nobody else wants is theirs

    for number in range(4, 12):
        store.save(NOW, f"/page-{number}", page(10_000))
    assert sum(f"/jobs/?x={number}" in store for number in range(50)) == 4
    assert "/jobs/?x=49" in store
    assert store.bytes <= 100_000


def test_a_state_takes_the_place_of_the_one_before():
    store = Store()
    store.save(NOW, "a", page(5_000))
    assert store.get(LATER, "a") is None
    store.save(LATER, "b", page(6_000))

    assert (store.get(NOW, "a"), "a" in store, store.bytes) == (None, False, 6_000)


@pytest.mark.slow
def test_addresses_of_a_stranger_fill_no_more_than_the_bound(browser, job):
    visitor = browser()
    for number in range(5):
        visitor.get(f"/jobs/?colour={number}{'x' * 5_000}")
    kept = next(one for one in layers(visitor.handler._middleware_chain) if hasattr(one, "store"))

    assert len(kept.store) == 5
    assert kept.store.bytes > 5 * 2 * 5_000  # addresses count


def layers(middleware):
    """From the outermost, as Django nests them."""
    while middleware is not None:
        inner = getattr(middleware, "__wrapped__", middleware)
        yield inner
        middleware = getattr(inner, "get_response", None)


# --- The release ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_all_processes_of_a_release_know_it_by_one_name_and_another_has_another(settings):
    print_it = "from jobboard.site.kept.release import release; print(release())"

    def name(**environment) -> str:
        known = os.environ | {"DJANGO_SETTINGS_MODULE": "jobboard.settings"} | environment
        command = [sys.executable, "-c", print_it]
        return subprocess.run(command, env=known, check=True, capture_output=True).stdout.decode()

    assert name(PYTHONHASHSEED="1") == name(PYTHONHASHSEED="2")
    assert name() != name(SITE_NAME="Another")
    release.cache_clear()
    before = release()
    settings.CONTACT_EMAIL = "another@example.com"
    release.cache_clear()
    assert release() != before
    release.cache_clear()
