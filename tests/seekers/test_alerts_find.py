"""What alerts find: by the index, by the database for what the index does not hold yet, and never
within a transaction that others wait for.
"""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from benchmarks.generated import generate
from jobboard.listings.models import Listing
from jobboard.search import database, find
from jobboard.search.find import NewJobSearch
from jobboard.search.index import reading, writing
from jobboard.seekers import alerts
from jobboard.seekers.models import Alert, AlertedListing, AlertRun
from roles.models import Skill
from tests.factories import ListingFactory, in_days

pytestmark = pytest.mark.both_databases

QUERIES = [
    "",
    "q=machine",
    "q=machine+learning&level=senior",
    "q=python+-senior",
    "role=data-engineer&role=data-analyst",
    "workplace=remote&type=full_time",
    "country=US&salary_from=80000",
    "skill=python",
    "posted=7&sort=salary",
    "q=nothing+says+so",
]


def running(query="", **values) -> Alert:
    values = {"email": "ada@example.com", "confirmed_at": in_days(-8)} | values
    return Alert.objects.create(query=query, frequency="daily", **values)


def oracle(alert: Alert) -> set[int]:
    """By the database alone, as slow as that is."""
    criteria = alerts.get_search(alert.query).criteria
    new = database.matching(criteria, timezone.now()).filter(published_at__gt=alert.confirmed_at)
    return set(new.exclude(pk__in=alert.sent.values("listing")).values_list("pk", flat=True))


def told() -> set[int]:
    return set(AlertedListing.objects.values_list("listing", flat=True))


@pytest.fixture
def late_index(index, monkeypatch):
    """Searches do not bring it up to date: it holds what ``writing.update()`` took in."""
    monkeypatch.setattr(find, "snapshot", reading.snapshot)


@pytest.fixture
def market(committed_index, starter, analyze):
    """Two hundred jobs of all kinds in the index, and then twenty changes that it does not hold."""
    generate(200, now=timezone.now())
    analyze()
    writing.rebuild()
    live = list(Listing.objects.live().order_by("pk")[:12])
    for listing in live[:4]:  # no longer found by words, role or level
        listing.title, listing.description_source, listing.role, listing.level = "X", "Y", None, ""
        listing.save()
    for listing in live[4:8]:
        listing.status, listing.outcome = "closed", "withdrawn"
        listing.save()
    Listing.objects.filter(pk__in=[job.pk for job in live[8:]]).update(
        title="Senior Machine Learning Engineer",
        level="senior",
        level_max="",
        changed_at=timezone.now(),
    )
    python = Skill.objects.get(slug="python")
    for number in range(8):
        ListingFactory(live=True, title=f"Python Engineer {number}", required=[python], level="mid")


@pytest.mark.slow
def test_alerts_find_by_index_what_the_database_finds(market, monkeypatch):
    monkeypatch.setattr(alerts, "MAX_JOBS_PER_EMAIL", 1000)
    jobs = NewJobSearch()
    assert jobs._index is not None
    different = {}

    for query in QUERIES:
        alert = running(query, confirmed_at=in_days(-40))
        expected = oracle(alert)
        some = sorted(expected)[::3]
        AlertedListing.objects.bulk_create(
            AlertedListing(alert=alert, listing_id=pk) for pk in some
        )
        expected -= set(some)
        found, total = alerts.new_for(alert, jobs)
        if (set(found), total) != (expected, len(expected)):
            different[query] = set(found) ^ expected

    assert different == {}


@pytest.mark.slow
def test_the_newest_are_found_first_whoever_knows_of_them(market, monkeypatch):
    monkeypatch.setattr(alerts, "MAX_JOBS_PER_EMAIL", 5)
    running("", confirmed_at=in_days(-40))
    newest = Listing.objects.live().order_by("-posted_at", "-pk").values_list("pk", flat=True)

    alerts.send_alerts()

    assert told() == set(newest[:5])


@pytest.mark.parametrize(
    "is_suppressed", [0, 3], ids=["the index is as new", "the index is behind"]
)
def test_a_job_is_told_of_however_far_the_index_is(index, is_suppressed):
    jobs = [ListingFactory(live=True, published_at=in_days(-1)) for _ in range(5)]
    writing.update()
    jobs += [ListingFactory(live=True, published_at=in_days(-1)) for _ in range(is_suppressed)]
    running()

    alerts.send_alerts()

    assert told() == {job.pk for job in jobs}


def test_an_index_that_fails_costs_no_mail(index, monkeypatch, caplog):
    job = ListingFactory(live=True, published_at=in_days(-1))
    writing.update()
    running()

    def broken(*args, **kwargs):
        raise ValueError("a segment is missing")

    monkeypatch.setattr("jobboard.search.index.queries.Snapshot.published_since", broken)
    alerts.send_alerts()

    assert told() == {job.pk}
    assert "The search index failed" in caplog.text


def test_what_ended_since_it_was_found_is_not_told_of(index, mails, monkeypatch):
    kept, ended = (ListingFactory(live=True, published_at=in_days(-1)) for _ in range(2))
    writing.update()
    running()
    find_new = NewJobSearch.find

    def find_and_close(*args, **asked):
        found = find_new(*args, **asked)
        Listing.objects.filter(pk=ended.pk).update(status="closed", outcome="withdrawn")
        return found

    monkeypatch.setattr(NewJobSearch, "find", find_and_close)
    alerts.send_alerts()

    [mail] = mails()
    assert mail.subject.startswith("1 new job:")
    assert "more job" not in mail.text
    assert told() == {kept.pk}


def test_two_at_once_tell_of_a_job_once(index, mails, monkeypatch):
    ListingFactory(live=True, published_at=in_days(-1))
    running()
    find_new = NewJobSearch.find

    def find_while_another_runs(*args, **asked):
        monkeypatch.setattr(NewJobSearch, "find", find_new)
        found = find_new(*args, **asked)
        alerts.send_alerts()
        return found

    monkeypatch.setattr(NewJobSearch, "find", find_while_another_runs)
    alerts.send_alerts()

    assert len(mails()) == AlertRun.objects.count() == AlertedListing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_alert_that_ends_meanwhile_gets_no_mail(index, mails, monkeypatch):
    ListingFactory(live=True, published_at=in_days(-1))
    alert = running()
    find_new = NewJobSearch.find

    def find_and_end(*args, **asked):
        found = find_new(*args, **asked)
        Alert.objects.filter(pk=alert.pk).delete()
        return found

    monkeypatch.setattr(NewJobSearch, "find", find_and_end)
    alerts.send_alerts()

    assert mails() == []
    assert AlertRun.objects.count() == AlertedListing.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_search(index, monkeypatch):
    ListingFactory(live=True, published_at=in_days(-1))
    running("q=python")
    running("")
    seen = []
    find_new = NewJobSearch.find

    def find_and_look(*args, **asked):
        seen.append(connection.in_atomic_block)
        return find_new(*args, **asked)

    monkeypatch.setattr(NewJobSearch, "find", find_and_look)
    alerts.send_alerts()

    assert seen == [False, False]
    assert AlertRun.objects.count() == 2


# --- A part at a time -----------------------------------------------------------------------------


def test_alerts_are_sent_some_at_a_time_until_none_is_left(db):
    for number in range(5):
        running(f"q={number}")

    lefts = [alerts.send_alerts(limit=2) for _ in range(3)]

    assert lefts == [True, True, False]
    assert AlertRun.objects.count() == 5


def test_alerts_are_sent_for_some_seconds(db, monkeypatch):
    for number in range(5):
        running(f"q={number}")
    seconds = iter([0.0, 1.0, 2.0, 3.0])  # at the start, and before each alert
    clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr(alerts, "time", clock)

    assert alerts.send_alerts(seconds=2.5) is True

    assert AlertRun.objects.count() == 2


def test_whatever_is_read_at_once_no_alert_is_left_out(db, monkeypatch):
    monkeypatch.setattr(alerts, "READ_AT_ONCE", 2)
    for number in range(5):
        running(f"q={number}")

    assert alerts.send_alerts() is False

    assert AlertRun.objects.count() == 5


def test_an_alert_that_fails_is_tried_again_and_holds_up_no_other(db, monkeypatch, caplog):
    failing, other = running("q=python"), running("")
    get_search = alerts.get_search

    def fail_once(query):
        if query == failing.query:
            raise ValueError("no such thing")
        return get_search(query)

    with monkeypatch.context() as patch:
        patch.setattr(alerts, "get_search", fail_once)
        assert alerts.send_alerts() is False
    assert [run.alert for run in AlertRun.objects.all()] == [other]
    assert f"Alert {failing.pk} failed" in caplog.text

    alerts.send_alerts()

    assert AlertRun.objects.filter(alert=failing).count() == 1


def test_an_alert_costs_the_same_statements_whatever_it_searches(
    late_index, django_assert_num_queries
):
    for number in range(3):
        running(f"q=nothing{number}")
    writing.update()

    # Those that are due, daily and weekly (3); what the index does not hold (2); of each alert
    # the names in its words, what it has told, and its run in a transaction (5).
    with django_assert_num_queries(3 + 2 + 3 * 5):
        alerts.send_alerts()


def test_alerts_that_all_fail_are_left_for_the_next_time(db, monkeypatch):
    for number in range(3):
        running(f"q={number}")
    monkeypatch.setattr(alerts, "_run_alert", lambda *_: 1 / 0)

    assert alerts.send_alerts(limit=2) is False
