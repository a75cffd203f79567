"""Following employers of the shipped directory, and leaving out those who ask."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from jobboard.common.tasks import unfinished
from jobboard.feeds import fetching, following
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.boards.employers import TABLE, employers, kinds
from jobboard.feeds.download import FetchError, Response
from jobboard.feeds.fetching import FETCH_INTERVAL, due_feeds, fetch_feed
from jobboard.feeds.following import GONE_AFTER, LEFT_OUT, close_jobs
from jobboard.listings.models import BoardLeftOut, Company, Feed, Listing
from jobboard.site.worker import work_on_next
from tests.factories import CompanyFactory, FeedFactory, ListingFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

PAGE = "/admin/listings/feed/find-employers/"
FEEDS = "/admin/listings/feed/"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EMPTY = {
    "ashby": b'{"jobs": []}',
    "greenhouse": b'{"jobs": []}',
    "lever": b"[]",
}


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True)
    client.force_login(user)
    return user


def command(*arguments) -> list[str]:
    output = StringIO()
    call_command("follow_employers", *arguments, stdout=output)
    return output.getvalue().splitlines()


def named(name):
    return next(one for one in employers() if one.name == name)


def key_of(name) -> str:
    return ":".join(following.board_in(named(name)))


def client_with(client, *rights) -> None:
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)


# The directory


def test_each_row_is_one_board_that_is_read_by_a_kind_of_feed():
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    boards = [following.board_in(one) for one in employers()]

    assert len(rows) == len(employers()) == len(set(boards)) == 382
    assert len({one.name.lower() for one in employers()}) == 382
    assert set(kinds()) <= set(ADAPTERS)
    for one in employers():
        assert one.source.board
        assert one.name == one.name.strip() != ""
        assert one.website == "" or one.website.startswith("https://")
        # What it is asked at is found again as the same board.
        found = following.followed_board(one.source.kind, one.source.api)
        assert found == following.board_in(one)


@pytest.mark.both_databases
def test_the_most_ai_jobs_come_first():
    counts = [one.ai_jobs_seen for one in employers()]
    assert counts == sorted(counts, reverse=True)


# Following


def test_following_makes_unverified_companies_and_feeds_and_says_so_in_a_line_each():
    lines = command("--kind", "ashby", "--most", "3")

    chosen = [one for one in employers() if one.source.kind == "ashby"][:3]
    assert lines == [
        *[f"{one.name} (Ashby ({one.source.board})): followed" for one in chosen],
        "3 employers followed, 0 skipped.",
    ]
    feeds = Feed.objects.order_by("pk").select_related("company")
    assert [feed.company.name for feed in feeds] == [one.name for one in chosen]
    assert [feed.address for feed in feeds] == [one.source.api for one in chosen]
    assert {(feed.kind, feed.publishes, feed.company.verified_by) for feed in feeds} == {
        ("ashby", "directly", "")
    }
    assert [feed.company.website for feed in feeds] == [one.website for one in chosen]


def test_a_second_time_skips_what_is_followed_and_takes_the_next():
    command("--kind", "lever", "--most", "2")

    lines = command("--kind", "lever", "--most", "1")

    assert [line.rpartition(": ")[2] for line in lines] == [
        "skipped, followed already",
        "skipped, followed already",
        "followed",
        "1 employer followed, 2 skipped.",
    ]
    assert Feed.objects.count() == Company.objects.count() == 3


def test_a_dry_run_writes_nothing():
    lines = command("--kind", "personio", "--dry-run")

    assert lines[-2:] == [
        f"{len(lines) - 2} employers would be followed, 0 skipped.",
        "Dry run: nothing was written.",
    ]
    assert not Feed.objects.exists()
    assert not Company.objects.exists()
    with pytest.raises(CommandError, match="whole number"):
        command("--most", "many")


@pytest.mark.both_databases
def test_a_company_of_that_name_is_taken_and_a_feed_typed_by_hand_counts():
    first, second, *_ = [one for one in employers() if one.source.kind == "lever"]
    company = CompanyFactory(name=first.name.upper())
    FeedFactory(kind="lever", address=second.source.api.upper().replace("HTTPS", "https"))
    suspended = [one for one in employers() if one.source.kind == "lever"][2]
    CompanyFactory(name=suspended.name, suspended_at=NOW)

    lines = command("--kind", "lever", "--most", "2")

    assert [line.rpartition(": ")[2] for line in lines[:3]] == [
        "followed",
        "skipped, followed already",
        "skipped, its company is suspended",
    ]
    assert Feed.objects.get(address=first.source.api).company == company


def test_first_fetches_of_one_host_come_one_after_another():
    with time_machine.travel(NOW, tick=False):
        command("--most", "50")

    of_host = {}
    for feed in Feed.objects.order_by("pk"):
        of_host.setdefault(feed.address.split("/")[2], []).append(feed.next_fetch_at - NOW)
    assert of_host
    for waits in of_host.values():
        assert waits == [timedelta(seconds=5 * number) for number in range(len(waits))]
    assert len(unfinished(fetch_feed)) == 50


def test_they_stay_apart_when_they_are_due_again(monkeypatch):
    monkeypatch.setattr(
        fetching,
        "fetch",
        lambda url, **_: Response(EMPTY["lever"], "", "", "application/json"),
    )
    with time_machine.travel(NOW, tick=False) as clock:
        command("--kind", "lever", "--most", "3")
        for seconds in (0, 5, 10):
            clock.move_to(NOW + timedelta(seconds=seconds))
            work_on_next("slow", "worker")
        assert not due_feeds().exists()

    turns = Feed.objects.order_by("pk").values_list("next_fetch_at", flat=True)
    assert [turn - NOW - FETCH_INTERVAL for turn in turns] == [
        timedelta(seconds=seconds) for seconds in (0, 5, 10)
    ]


# In the admin


@pytest.mark.slow
def test_fifty_are_followed_with_one_click(client, editor):
    page = client.get(PAGE)
    shown = [row.key for row in page.context["page"]]

    answer = client.post(PAGE, {"follow_shown": "1", "shown": shown}, follow=True)

    assert len(shown) == Feed.objects.count() == 50
    assert "50 employers followed, 0 skipped." in text_of(answer)
    assert LogEntry.objects.filter(user=editor).count() == 50
    again = client.get(PAGE, {"state": "followed"})
    assert {row.standing.state for row in again.context["page"]} == {"Waiting for its first fetch"}
    assert "Follow ticked" not in again.content.decode()


def test_one_is_ticked_and_others_stay(client, editor):
    name = employers()[0].name

    client.post(PAGE, {"follow": "1", "board": [key_of(name)], "shown": ["lever:toptal"]})

    assert [feed.company.name for feed in Feed.objects.all()] == [name]
    nothing = client.post(PAGE, {"follow": "1", "board": ["lever:nobody"]}, follow=True)
    assert "Tick the employers to follow first." in text_of(nothing)


@pytest.mark.both_databases
def test_rows_are_found_by_name_system_state_and_ai_jobs(client, editor):
    def found(**asked):
        return [row.name for row in client.get(PAGE, asked).context["page"]]

    assert found(q="hugging") == ["Hugging Face"]
    assert found(q="hugging", kind="lever") == []
    assert {row.board[0] for row in client.get(PAGE, {"kind": "personio"}).context["page"]} == {
        "personio"
    }
    assert "Hugging Face" not in found(q="hugging", ai="on")
    assert found(state="followed") == []
    assert len(found(state="nonsense", kind="nonsense", page="nonsense")) == 50
    FeedFactory(
        kind="workable",
        address=named("Hugging Face").source.api,
        failing_since=NOW,
        problem="apply.workable.com returned 503.",
    )
    assert found(state="failing") == ["Hugging Face"]
    assert "apply.workable.com returned 503." in text_of(client.get(PAGE, {"q": "hugging"}))


def test_only_those_who_may_add_feeds_see_the_page_and_only_who_may_change_them_leaves_out(client):
    client_with(client, "view_feed")
    assert client.get(PAGE).status_code == client.post(PAGE, {}).status_code == 403
    assert "Find employers" not in text_of(client.get(FEEDS))

    client_with(client, "view_feed", "add_feed")
    assert "Leave out" not in text_of(client.get(PAGE, {"q": "hugging"}))
    assert client.post(PAGE, {"leave_out": key_of("Hugging Face")}).status_code == 403
    assert client.post(PAGE, {"take_back": key_of("Hugging Face")}).status_code == 403
    assert "Find employers" in text_of(client.get(FEEDS))


# Left out


@pytest.fixture
def followed():
    """An employer of the directory that is followed, with an open job."""
    command("--kind", "smartrecruiters")
    feed = Feed.objects.get()
    Feed.objects.update(next_fetch_at=NOW, last_success_at=NOW)
    ListingFactory(feed=feed, company=feed.company, external_id="1", live=True)
    return feed


def test_who_asks_is_left_out_with_one_click_and_comes_back_with_another(client, editor, followed):
    key = ":".join(following.followed_board(followed.kind, followed.address))

    answer = client.post(PAGE, {"leave_out": key}, follow=True)
    work_on_next("default", "worker")

    assert "is left out" in text_of(answer)
    assert Listing.objects.get().status == Listing.Status.CLOSED
    assert not due_feeds().exists()
    assert command("--kind", "smartrecruiters")[-1] == "0 employers followed, 1 skipped."
    rows = client.get(PAGE, {"state": "left_out"}).context["page"]
    assert [(row.key, row.standing.state) for row in rows] == [(key, "Left out")]
    client.post(PAGE, {"follow": "1", "board": [key]})
    assert not due_feeds().exists()

    client.post(PAGE, {"take_back": key})

    assert not BoardLeftOut.objects.exists()
    assert list(due_feeds()) == [followed]


def test_a_feed_that_had_been_stopped_before_stays_so_when_its_board_comes_back(
    client, editor, followed
):
    again = FeedFactory(kind=followed.kind, address=followed.address)
    following.stop_following(again)
    key = ":".join(following.followed_board(followed.kind, followed.address))

    client.post(PAGE, {"leave_out": key})
    client.post(PAGE, {"take_back": key})

    assert list(due_feeds()) == [followed]
    again.refresh_from_db()
    assert again.ended_at


@pytest.mark.parametrize("kind", ["smartrecruiters", "jobposting"])
def test_a_board_left_out_cannot_be_added_by_hand(client, editor, followed, kind):
    board = following.followed_board(followed.kind, followed.address)
    following.leave_out(board, "Acme", editor)

    answer = client.post(
        f"{FEEDS}add/",
        {
            "kind": kind,
            "company": CompanyFactory().pk,
            "address": f"https://careers.smartrecruiters.com/{board[1].upper()}",
            "publishes": "review",
            "runs-TOTAL_FORMS": 0,
            "runs-INITIAL_FORMS": 0,
        },
    )

    assert LEFT_OUT in text_of(answer)
    assert Feed.objects.count() == 1
    with pytest.raises(CommandError, match="asked not to be listed"):
        call_command("import_listings", f"--source={kind}", "--company=Acme", followed.address)


def test_a_board_that_the_directory_does_not_have_is_left_out_from_the_list_of_feeds(
    client, editor
):
    feed = FeedFactory(address="https://boards-api.greenhouse.io/v1/boards/AcmeWorks/jobs")

    client.post(FEEDS, {"action": "leave_out_for_good", "_selected_action": [feed.pk]})

    left_out = BoardLeftOut.objects.get()
    assert (left_out.kind, left_out.board) == ("greenhouse", "acmeworks")
    assert (left_out.name, left_out.by) == (feed.company.name, editor)
    page = client.get(PAGE, {"state": "left_out"})
    assert feed.company.name in text_of(page)
    client.post(PAGE, {"take_back": "greenhouse:acmeworks"})
    assert list(due_feeds()) == [feed]
    missing = client.post(PAGE, {"leave_out": "greenhouse:nobody"}, follow=True)
    assert "Nothing was changed" in text_of(missing)


def test_jobs_that_were_just_being_read_close_too(monkeypatch, followed):
    """It is left out while its answer is on the way."""

    def fetch(url, **_):
        following.stop_following(followed)
        raise FetchError("no")

    monkeypatch.setattr(fetching, "fetch", fetch)
    fetch_feed.func(feed_id=followed.pk)

    assert Listing.objects.get().status == Listing.Status.CLOSED
    followed.refresh_from_db()
    assert followed.ended_at


# Gone


def test_a_board_that_is_gone_says_so_and_is_stopped_with_one_click(
    client, editor, followed, monkeypatch
):
    def fetch(url, **_):
        raise FetchError("api.smartrecruiters.com returned 404 Not Found.", status=404)

    monkeypatch.setattr(fetching, "fetch", fetch)
    monkeypatch.setattr(fetching, "wait", lambda _: None)
    for number in range(GONE_AFTER):
        assert "board answered" not in text_of(client.get(FEEDS)), number
        Feed.objects.update(next_fetch_at=NOW)
        fetch_feed.func(feed_id=followed.pk)

    page = text_of(client.get(FEEDS, {"state": "gone"}))
    assert "1 board answered several times in a row that nothing is there any more." in page
    assert str(followed) in page
    assert Listing.objects.get().status == Listing.Status.PUBLISHED

    answer = client.post(FEEDS, {"stop_gone": "1"}, follow=True)
    work_on_next("default", "worker")

    assert "1 feed stopped." in text_of(answer)
    assert Listing.objects.get().status == Listing.Status.CLOSED
    assert not due_feeds().exists()
    assert "followed again" in command("--kind", "smartrecruiters")[0]
    followed.refresh_from_db()
    assert (followed.ended_at, followed.times_gone, followed.problem) == (None, 0, "")


def test_a_stopped_feed_is_fetched_again_unless_its_employer_is_left_out(client, editor, followed):
    kept_out = FeedFactory(address="https://boards-api.greenhouse.io/v1/boards/acme/jobs")
    following.leave_out(("greenhouse", "acme"), "Acme", editor)
    chosen = {"_selected_action": [followed.pk, kept_out.pk]}
    client.post(FEEDS, {"action": "stop"} | chosen)
    assert not due_feeds().exists()

    answer = client.post(FEEDS, {"action": "start"} | chosen, follow=True)

    assert "1 feed will be fetched again." in text_of(answer)
    assert LEFT_OUT in text_of(answer)
    assert list(due_feeds()) == [followed]


def test_another_failure_in_between_means_it_is_not_gone(followed, monkeypatch):
    answers = iter([404] * (GONE_AFTER - 1) + [503, 410])

    def fetch(url, **_):
        raise FetchError("no", status=next(answers))

    monkeypatch.setattr(fetching, "fetch", fetch)
    monkeypatch.setattr(fetching, "wait", lambda _: None)
    for _ in range(GONE_AFTER + 1):
        Feed.objects.update(next_fetch_at=NOW)
        fetch_feed.func(feed_id=followed.pk)

    followed.refresh_from_db()
    assert (followed.failures, followed.times_gone) == (GONE_AFTER + 1, 1)


def test_only_who_may_change_feeds_stops_those_that_are_gone(client, followed):
    Feed.objects.update(times_gone=GONE_AFTER)
    client_with(client, "view_feed")

    assert client.post(FEEDS, {"stop_gone": "1"}).status_code == 403
    assert "Stop fetching" not in text_of(client.get(FEEDS))


def test_closing_the_jobs_of_a_feed_that_is_followed_again_does_nothing(followed):
    close_jobs.func(feed_id=followed.pk)
    assert Listing.objects.get().status == Listing.Status.PUBLISHED


# Several feeds of a kind


@pytest.mark.both_databases
def test_a_company_has_several_feeds_of_a_kind_but_none_twice(client, editor):
    company = CompanyFactory()

    def add(board):
        return client.post(
            f"{FEEDS}add/",
            {
                "kind": "greenhouse",
                "company": company.pk,
                "address": f"https://job-boards.greenhouse.io/{board}",
                "publishes": "review",
                "runs-TOTAL_FORMS": 0,
                "runs-INITIAL_FORMS": 0,
            },
        )

    assert add("acme").status_code == add("acmelabs").status_code == 302
    assert "This company already has a feed with this address." in text_of(add("acme"))
    assert company.feeds.count() == 2
    with pytest.raises(CommandError, match="There are 2 such feeds"):
        call_command(
            "import_listings", "--source=greenhouse", f"--company={company.name}", str(TABLE)
        )


# Beside each job


def test_a_job_links_the_page_of_its_employer(client, followed):
    listing = Listing.objects.get()

    page = client.get(listing.get_absolute_url())

    assert f"{listing.company} on {listing.apply_host}" in text_of(page)
