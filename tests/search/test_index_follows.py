"""The index follows the database, whatever dies, breaks, waits or happens at the same time, and
nobody has to help.
"""

import errno
import os
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from tantivy import Query

from jobboard.common.locks import file_lock
from jobboard.feeds import not_understood
from jobboard.listings import lifecycle
from jobboard.listings.choices import PlaceText
from jobboard.listings.models import Listing, ListingPlace
from jobboard.listings.same_job import link_same_jobs
from jobboard.search.find import DEEPEST, Criteria, Found, count, search, similar, suggest
from jobboard.search.index import following
from jobboard.search.index.documents import micros, moment_of
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    in_days,
)
from tests.search.search_worker import Worker, found
from tests.search.test_search import place
from tests.waiting import MOST_SECONDS

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REALLY_START_UPDATE = following.start_update


@pytest.fixture(autouse=True)
def starts(monkeypatch):
    """An entry for each time that a process of its own was asked for. None is started."""
    asked = []
    monkeypatch.setattr(
        following, "start_update", lambda: site.SEARCH_FOLDER and asked.append("update")
    )
    return asked


@pytest.fixture
def committed_index(transactional_db, settings, tmp_path):
    """An index that follows what is committed, as on a site."""
    settings.SEARCH_FOLDER = tmp_path / "search"
    following.rebuild()


@contextmanager
def another_process_is(doing: str):
    """``doing`` is writing or building."""
    with file_lock(site.SEARCH_FOLDER / f"{doing}.lock") as held:
        assert held
        yield


def folder_in_use() -> Path:
    return Path(os.path.realpath(following._link()))


def committed_at() -> tuple:
    """Another one after every commit to the index."""
    meta = (folder_in_use() / "meta.json").stat()
    return meta.st_ino, meta.st_mtime_ns


def by_database(criteria: Criteria) -> Found:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "SEARCH_FOLDER", None)
        return search(criteria)


def differences() -> dict[int, tuple]:
    """Where the index, as it stands, is not the database: id → when it was changed, there and here
    (microseconds).
    """
    now, snapshot = timezone.now(), following.snapshot()
    held = snapshot.changes_since(moment_of(0))
    rows = {
        pk: micros(changed_at) for pk, changed_at in Listing.objects.values_list("pk", "changed_at")
    }
    in_index = snapshot.search(Criteria(), now, limit=DEEPEST).ids
    wrong = set(in_index) ^ set(Listing.objects.live(now).values_list("pk", flat=True))
    wrong |= {pk for pk in held if held[pk] != rows.get(pk)} | {
        pk for pk in in_index if in_index.count(pk) > 1
    }
    return {pk: (held.get(pk), rows.get(pk)) for pk in wrong}


# --- Processes that die, and several that live ----------------------------------------------------


def when_changed(worker, times):
    """A change is committed to the database, and not yet searched."""
    worker.read_until("changed", times)


def when_it_commits(worker, times):
    """Documents were handed to the index, and are not yet committed."""
    worker.read_until("commits", times)


def when_it_deletes(worker, times):
    """A commit has written which documents are replaced, and not yet that they are."""
    worker.read_until("changed", times)
    before = set(folder_in_use().glob("*.del"))
    while worker.poll() is None and set(folder_in_use().glob("*.del")) <= before:
        pass


def when_committed(worker, times):
    """The index holds the change, and who searched does not know yet."""
    worker.read_until("changed", times)
    before = committed_at()
    while worker.poll() is None and committed_at() == before:
        pass


KILLED = [when_changed, when_it_commits, when_it_deletes, when_committed]


@pytest.mark.slow
def test_after_twenty_killed_processes_the_next_search_makes_the_index_equal_the_database(
    index, elsewhere, starts, capfd
):
    MembershipFactory()
    folder = folder_in_use()

    for number in range(20):
        with Worker("write", elsewhere) as worker:
            KILLED[number % len(KILLED)](worker, times=2 + number % 5)
            worker.kill()
            assert worker.wait() == -9
    last = ListingFactory(live=True, title="The last one")
    assert last.pk in differences()  # or else the comparison below could not fail

    assert found("last") == [last.pk]
    assert differences() == {}
    assert search(Criteria()) == by_database(Criteria())
    assert (folder_in_use(), starts) == (folder, [])
    assert "jobboard.search" not in capfd.readouterr().err  # where the processes log
    assert Listing.objects.live().count() > 10


@pytest.mark.slow
def test_what_one_process_changes_another_finds_at_its_next_search(index, elsewhere):
    MembershipFactory()
    with Worker("serve", elsewhere) as other:
        for number in range(10):
            ListingFactory(live=True, title=f"Here {number}")
            assert other.ask("") == str(sorted(Listing.objects.values_list("pk", flat=True)))

            there = other.ask(f"There{number}")
            assert found(f"there{number}") == [int(there)]


@pytest.mark.slow
def test_a_missing_index_is_built_by_one_process_however_many_searches_miss_it(
    index, elsewhere, monkeypatch
):
    listing = ListingFactory(live=True, title="Engineer")
    for name, value in {**elsewhere, "DATA_DIR": str(site.SEARCH_FOLDER.parent)}.items():
        monkeypatch.setenv(name, value)
    started, start = [], subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *what, **how: started.append(start(*what, **how)) or started[-1]
    )
    monkeypatch.setattr(following, "start_update", REALLY_START_UPDATE)
    monkeypatch.setattr(following, "_started", None)
    shutil.rmtree(site.SEARCH_FOLDER)

    assert [found("engineer") for _ in range(3)] == [[listing.pk]] * 3
    assert [process.wait() for process in started] == [0]
    assert following.state() == "ok"
    assert following.snapshot().searcher.num_docs == 1


# --- Order of changes -----------------------------------------------------------------------------


@contextmanager
def committing_late(title: str):
    """A transaction of another process that saves a live listing at the start of the block and
    commits at its end.
    """
    saved, may_commit = threading.Event(), threading.Event()

    def save_and_wait():
        with transaction.atomic():
            ListingFactory(live=True, title=title)
            saved.set()
            may_commit.wait(MOST_SECONDS)
        connection.close()

    thread = threading.Thread(target=save_and_wait)
    thread.start()
    saved.wait(MOST_SECONDS)
    yield
    may_commit.set()
    thread.join()


# On SQLite one transaction writes at a time, so none commits late.
@pytest.mark.parametrize("looks_back", [True, False] if connection.vendor == "postgresql" else [])
def test_a_transaction_that_commits_after_later_ones_were_followed_is_not_missed(
    committed_index, monkeypatch, looks_back
):
    if not looks_back:  # to see that the test can fail
        for module in ("following", "queries"):
            monkeypatch.setattr(f"jobboard.search.index.{module}.OVERLAP", timedelta(0))
    with committing_late("Engineer"):
        ListingFactory(live=True, title="Analyst")
        assert len(found()) == 1

    assert len(found()) == 1 + looks_back


def test_what_a_transaction_takes_back_never_gets_into_the_index(committed_index):
    kept = ListingFactory(live=True, title="Engineer")
    found()
    before = committed_at()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        taken_back = ListingFactory(live=True, title="Data engineer")
        kept.title = "Analyst"
        kept.save()
        assert found("engineer") == [kept.pk]
        assert 1 / 0

    assert committed_at() == before
    assert found("engineer") == [kept.pk]
    assert taken_back.pk not in following.snapshot().changes_since(moment_of(0))


class Killed(BaseException):
    """Ends a process that takes in changes at this very place."""


def test_a_process_killed_between_two_batches_loses_no_change(index, monkeypatch):
    listings = ListingFactory.create_batch(3, live=True, title="Analyst")
    Listing.objects.update(changed_at=timezone.now() - HOUR)
    following.rebuild()
    for minutes_ago, listing in zip((30, 20, 10), listings, strict=True):
        changed_at = timezone.now() - minutes_ago * MINUTE
        Listing.objects.filter(pk=listing.pk).update(title="Engineer", changed_at=changed_at)
    make_documents = following.documents

    def change_again_and_be_killed(ids, now):
        if listings[0].pk not in ids:
            raise Killed
        Listing.objects.filter(pk__in=ids).touch()
        return make_documents(ids, now)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(following, "BATCH", 1)
        patch.setattr(following, "documents", change_again_and_be_killed)
        found()
    assert found("engineer") == [listing.pk for listing in listings]


def test_a_job_that_is_published_while_its_document_is_made_is_found(index):
    listing = ListingFactory(in_review=True)

    def publish_after(execute, sql, *rest):
        answer = execute(sql, *rest)
        if "description_html" in sql and not listing.published_at:
            listing.published_at = timezone.now()
            lifecycle.publish_listing(listing=listing, by=None)
        return answer

    with connection.execute_wrapper(publish_after):
        found()
    assert found() == [listing.pk]


def test_many_jobs_that_changed_at_one_moment_are_known_to_be_taken_in(index, monkeypatch, starts):
    for module in ("following", "queries"):
        monkeypatch.setattr(f"jobboard.search.index.{module}.MOST_COMPARED", 2)
    monkeypatch.setattr(following, "MOST_INLINE", 1)
    company = CompanyFactory()
    ListingFactory.create_batch(10, live=True, company=company)
    company.name = "Phoenix"
    company.save()

    following.update()
    assert len(found("phoenix")) == 10
    assert starts == []
    with time_machine.travel(timezone.now() + HOUR):
        assert following.state() == "ok"


# --- Time -----------------------------------------------------------------------------------------


def test_a_job_ends_at_its_second_everywhere_with_nothing_running(index):
    end = in_days(3).replace(microsecond=0)
    same = {
        "role": RoleFactory(),
        "required": [SkillFactory()],
        "company": CompanyFactory(),
        "live": True,
    }
    ending = ListingFactory(
        title="Engineer, days", expires_at=end, featured_until=end + DAY, **same
    )
    other = ListingFactory(
        title="Engineer, nights", expires_at=end + DAY, featured_until=end + DAY, **same
    )
    engineers = Criteria(words="engineer")
    found()
    before = committed_at()

    for moment, ids in [
        (end - timedelta(microseconds=1), [ending.pk, other.pk]),
        (end, [other.pk]),
    ]:
        with time_machine.travel(moment, tick=False):
            answer = search(engineers)
            assert answer == by_database(engineers)
            assert sorted(answer.ids) == sorted(answer.featured) == ids
            for name in ("role", "skill", "company"):
                assert [option.count for option in answer.facets[name].options] == [len(ids)]
            assert count(engineers) == len(ids)
            assert similar(other, most=6) == ids[:-1]
    with time_machine.travel(end + DAY, tick=False):
        assert suggest("engi") == []
    assert committed_at() == before


def test_a_closed_job_is_in_no_suggestion(index):
    listing = ListingFactory(
        live=True, title="Engineer", role__name="Engaged", company__name="English"
    )
    found()
    assert [suggestion.label for suggestion in suggest("eng")] == ["Engaged", "English", "Engineer"]

    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)
    found()
    assert suggest("eng") == []


# --- An index that is missing or broken, or cannot be written -------------------------------------


def never_built(monkeypatch):
    shutil.rmtree(site.SEARCH_FOLDER)


def folder_deleted(monkeypatch):
    shutil.rmtree(folder_in_use())


def meta_is_garbage(monkeypatch):
    (folder_in_use() / "meta.json").write_text('{"segments": [')


def files_are_cut(monkeypatch):
    rewrite("*", lambda content: content[: len(content) // 2])


def numbers_are_lost(monkeypatch):
    rewrite("*.fast", lambda content: bytes(len(content) - 200) + content[-200:])


def words_are_lost(monkeypatch):
    rewrite("*.pos", None)


def made_by_another_version(monkeypatch):
    monkeypatch.setattr(following, "FINGERPRINT", "v0-0123abcd")


def rewrite(pattern: str, change):
    """Change the files of the index's segments, and let a process that starts now meet them."""
    for path in folder_in_use().glob(pattern):
        if path.suffix not in (".json", ".lock"):
            content = path.read_bytes()
            path.unlink()  # who has it open keeps what was there
            if change:
                path.write_bytes(change(content))
    following._opened = None


FILES = [files_are_cut, numbers_are_lost, words_are_lost]
DAMAGES = [never_built, folder_deleted, meta_is_garbage, made_by_another_version, *FILES]


@pytest.mark.parametrize("damage", DAMAGES)
def test_without_a_sound_index_the_database_answers_until_one_is_built(
    index, client, starts, monkeypatch, damage
):
    kinds = [
        {"title": "Engineer", "paid": True},
        {"title": "Data engineer", "level": "senior"},
        {"title": "Analyst"},
    ]
    for kind in kinds:
        ListingFactory(live=True, **kind)
    both = [Criteria(), Criteria(words="engineer")]
    expected = [by_database(criteria) for criteria in both]
    assert [search(criteria) for criteria in both] == expected

    damage(monkeypatch)
    assert [search(criteria) for criteria in both] == expected
    ready = client.get("/healthz/ready")
    assert (ready.status_code, ready.json()["search"]) == (
        200,
        "searching the database until the index is built",
    )
    search(Criteria())
    assert "update" in starts

    following.update()
    assert client.get("/healthz/ready").json()["search"] == "ok"
    assert differences() == {}
    assert [search(criteria) for criteria in both] == expected


@pytest.mark.parametrize("damage", FILES)
def test_the_scheduler_notices_a_damaged_index_that_nobody_searches(index, monkeypatch, damage):
    ListingFactory.create_batch(2, live=True, title="Engineer")
    found()

    damage(monkeypatch)
    following.compare()
    following.update()
    assert following.state() == "ok"
    assert differences() == {}
    assert len(found("engineer")) == 2


def test_damaged_files_are_no_reason_not_to_be_ready_and_not_to_say_how_the_index_is(
    index, client, monkeypatch
):
    ListingFactory(live=True)
    found()
    numbers_are_lost(monkeypatch)

    assert client.get("/healthz/ready").status_code == 200
    call_command("search_index", "status")


class CannotWrite:
    """An index whose writer fails: the disk is full, or may only be read."""

    def __init__(self, index, fail):
        self.index, self.fail = index, fail

    def __getattr__(self, name):
        return getattr(self.index, name)

    def writer(self, *args):
        self.fail()


def disk_is_full():
    raise OSError(errno.ENOSPC, "No space left on device")


def library_fails():
    raise ValueError("An IO error occurred")


def library_panics():
    following.snapshot().searcher.search(Query.all_query(), 0)


@pytest.mark.parametrize("fail", [disk_is_full, library_fails, library_panics])
def test_while_nothing_can_be_written_the_index_answers_as_it_is(index, client, monkeypatch, fail):
    old = ListingFactory(live=True)
    found()
    new, open_index = ListingFactory(live=True), following.open_index
    with monkeypatch.context() as patch:
        patch.setattr(following, "open_index", lambda path: CannotWrite(open_index(path), fail))
        assert found() == [old.pk]
        assert client.get("/jobs/").status_code == client.get("/healthz/ready").status_code == 200

    assert found() == [old.pk, new.pk]


def test_an_index_that_is_swapped_for_another_while_it_is_opened_is_not_given_up(
    index, monkeypatch
):
    listing = ListingFactory(live=True)
    found()
    open_index = following.open_index

    def open_when_swapped(path):
        monkeypatch.setattr(following, "open_index", open_index)
        following.rebuild()
        return open_index(path)

    following._opened = None
    monkeypatch.setattr(following, "open_index", open_when_swapped)
    assert found() == found() == [listing.pk]
    assert following.state() == "ok"


# --- Building -------------------------------------------------------------------------------------


def edited(listing):
    Listing.objects.filter(pk=listing.pk).update(title="Engineer")
    Listing.objects.filter(pk=listing.pk).touch()


def closed(listing):
    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)


def another_is_published(listing):
    lifecycle.publish_listing(listing=ListingFactory(in_review=True, title="Engineer"), by=None)


@pytest.mark.parametrize("change", [edited, closed, another_is_published])
def test_what_changes_while_an_index_is_built_is_found_at_once_and_is_in_the_new_one(
    index, monkeypatch, change
):
    listing = ListingFactory(live=True, title="Analyst")
    found()
    before, make_documents, found_meanwhile = folder_in_use(), following.documents, []

    def make_and_change(ids, now):
        yield from make_documents(ids, now)
        monkeypatch.setattr(following, "documents", make_documents)
        change(listing)
        found_meanwhile.append((found(), found("engineer")))

    monkeypatch.setattr(following, "documents", make_and_change)
    assert following.rebuild()

    live = Listing.objects.live().order_by("pk")
    assert found_meanwhile == [
        (list(live.values_list("pk", flat=True)), [job.pk for job in live.filter(title="Engineer")])
    ]
    assert folder_in_use() != before
    assert differences() == {}
    assert (found(), found("engineer")) == found_meanwhile[0]


def older_version(name: str, age: timedelta) -> Path:
    """The index that other code built so long ago."""
    folder, link = site.SEARCH_FOLDER / f"folder-of-{name}", site.SEARCH_FOLDER / name
    folder.mkdir()
    (folder / "meta.json").write_text("{}")
    link.symlink_to(folder.name)
    built_at = time.time() - age.total_seconds()
    for path in (folder / "meta.json", folder, link):
        os.utime(path, (built_at, built_at), follow_symlinks=False)
    return folder


def test_a_rebuild_keeps_the_index_in_use_and_those_of_other_versions_for_a_day(index):
    ListingFactory(live=True)
    recent, old = older_version("v0-recent", DAY - HOUR), older_version("v0-old", DAY + HOUR)
    (site.SEARCH_FOLDER / "of-a-killed-build").mkdir()
    (site.SEARCH_FOLDER / "of-a-killed-build.link").symlink_to("of-a-killed-build")
    found()
    before = folder_in_use()

    following.rebuild()

    links = {path for path in site.SEARCH_FOLDER.iterdir() if path.is_symlink()}
    folders = {path for path in site.SEARCH_FOLDER.iterdir() if path.is_dir()} - links
    assert {link.name for link in links} == {following.FINGERPRINT, "v0-recent"}
    assert folders == {folder_in_use(), recent}
    assert not {before, old} & folders
    assert len(found()) == 1


def test_a_rebuild_keeps_an_old_index_that_other_code_still_follows(index):
    followed = older_version("v0-followed", 7 * DAY)
    (followed / "meta.json").write_text("{ }")

    following.rebuild()

    assert followed.exists()
    assert (site.SEARCH_FOLDER / "v0-followed").exists()


# --- One at a time --------------------------------------------------------------------------------


class Clock:
    """Stands for the module ``time``: sleeping takes no time and is all that does."""

    def __init__(self):
        self.passed = 0

    def monotonic(self):
        return self.passed

    def sleep(self, seconds):
        self.passed += seconds


def test_while_another_process_writes_a_search_waits_a_little_and_answers(
    index, caplog, starts, monkeypatch
):
    old = ListingFactory(live=True)
    found()
    new = ListingFactory(live=True)

    clock = Clock()
    with another_process_is("writing"), monkeypatch.context() as patch:
        patch.setattr(following, "time", clock)
        assert found() == [old.pk]
    assert following.PATIENCE <= clock.passed < 1.1 * following.PATIENCE
    assert (caplog.records, starts) == ([], [])
    assert found() == [old.pk, new.pk]


def test_a_search_answers_also_while_others_change_jobs_without_a_pause(index, monkeypatch):
    listing = ListingFactory(live=True)
    make_documents, rounds = following.documents, []

    def make_and_change(ids, now):
        yield from make_documents(ids, now)
        rounds.append(ids)
        if len(rounds) < 10:
            listing.save()

    monkeypatch.setattr(following, "documents", make_and_change)
    assert found() == [listing.pk]
    assert len(rounds) < 10


def test_the_command_says_how_the_index_is_and_updates_and_rebuilds_it(index, capsys):
    def said(do):
        call_command("search_index", do)
        return capsys.readouterr().out

    ListingFactory(live=True)
    shutil.rmtree(site.SEARCH_FOLDER)
    assert said("status") == "Search: searching the database until the index is built\n"
    assert said("update").startswith(
        f"Search: ok\nFolder: {folder_in_use()}\nListings: 1 in 1 segment, "
    )

    before = folder_in_use()
    assert f"Folder: {before}\n" in said("update")
    assert f"Folder: {before}\n" not in said("rebuild")


def test_while_another_process_builds_the_index_rebuild_is_refused_and_update_leaves_it_to_that_one(
    index,
):
    following.forget()
    with another_process_is("building"):
        with pytest.raises(CommandError, match="Another process") as refused:
            call_command("search_index", "rebuild")
        call_command("search_index", "update")

    assert refused.value.returncode == 1
    assert not following._link().exists()


def test_more_changes_than_a_search_takes_in_are_left_to_a_process_of_their_own(
    index, monkeypatch, starts
):
    monkeypatch.setattr(following, "MOST_INLINE", 3)
    company = CompanyFactory(name="Ash")
    ids = [listing.pk for listing in ListingFactory.create_batch(3, live=True, company=company)]
    assert (found("ash"), starts) == (ids, [])

    ids.append(ListingFactory(live=True, company=company).pk)
    company.name = "Phoenix"
    company.save()
    before = committed_at()
    assert (found("ash"), starts, committed_at()) == (ids[:3], ["update"], before)
    with time_machine.travel(timezone.now() + 2 * MINUTE):
        assert following.state() == "the index is 4 changes behind"

    following.update()
    assert (found("phoenix"), starts) == (ids, ["update"])


# --- What changes a job ---------------------------------------------------------------------------
# Each says what is searched for, and at the next call makes the job one that is found so, or no
# longer.


def company_is_renamed(listing):
    yield Criteria(words="phoenix")
    listing.company.name = "Phoenix"
    listing.company.save()


def company_is_verified(listing):
    yield Criteria(verified=True)
    listing.company.verified_by = "admin"
    listing.company.save()


def place_is_taught(listing):
    yield Criteria(country=("US",), city="Austin")
    ListingPlace.objects.create(listing=listing, text="HQ North")
    not_understood.teach_place("HQ North", "Austin, TX, United States")


def place_is_renamed(listing):
    place(listing, PlaceText("Muncih", "Muncih", "DE"))
    yield Criteria(city="Graz")
    town = listing.places.get().place
    town.name = "Graz"
    town.save()


def role_is_taught(listing):
    role = RoleFactory(name="Data Scientist")
    Listing.objects.filter(pk=listing.pk).update(
        role=None, role_from="matched", title="Data Wizard"
    )
    Listing.objects.filter(pk=listing.pk).touch()
    yield Criteria(role=(role,))
    not_understood.teach_role("Data Wizard", role)


def skill_is_named(listing):
    skill = SkillFactory()
    yield Criteria(skill=(skill,))
    place(listing, skills=((skill, "required"),))


def featured(listing):
    yield Criteria(featured=True)
    lifecycle.feature_listing(listing=listing, until=in_days(1), by=None)


def company_is_suspended(listing):
    yield Criteria()
    listing.company.suspended_at = timezone.now()
    listing.company.save()


def hidden(listing):
    yield Criteria()
    lifecycle.hide_listing(listing=listing, reason="A fraud.", by=None)


def unlisted(listing):
    yield Criteria(words="engineer")
    lifecycle.unlist_listing(listing=listing, now=timezone.now())


def deleted(listing):
    yield Criteria()
    listing.delete()
    following.compare()  # as every ten minutes


GAINS = [
    company_is_renamed,
    company_is_verified,
    place_is_taught,
    place_is_renamed,
    role_is_taught,
    skill_is_named,
    featured,
]
LOSES = [company_is_suspended, hidden, unlisted, deleted]


@pytest.mark.parametrize(
    ("change", "is_found"), [(it, True) for it in GAINS] + [(it, False) for it in LOSES]
)
def test_whatever_changes_a_job_the_next_search_knows(index, change, is_found):
    listing = ListingFactory(live=True, title="Engineer")
    pk, steps = listing.pk, change(listing)
    criteria = next(steps)
    assert search(criteria).ids == [pk] * (not is_found)

    next(steps, None)
    answer = search(criteria)
    assert answer.ids == [pk] * is_found
    assert answer == by_database(criteria)
    assert differences() == {}


def test_a_job_that_turns_out_to_be_another_in_a_second_place_is_no_longer_similar_to_it(index):
    feed = FeedFactory()
    text = (
        "You build pipelines, and look after them day and night, "
        "with a team that does the same elsewhere. " * 3
    )
    same = {
        "live": True,
        "feed": feed,
        "company": feed.company,
        "title": "Engineer",
        "description_source": text,
    }
    listing, other = (
        ListingFactory(**same, external_id=town, place_line=town) for town in ("Oslo", "Bergen")
    )
    found()
    assert similar(listing, most=6) == [other.pk]

    link_same_jobs(feed, after=None)
    found()
    assert similar(listing, most=6) == []


def test_removed_samples_are_gone_from_the_index(committed_index):
    kept = ListingFactory(live=True)
    ListingFactory.create_batch(2, live=True, company__is_demo=True)
    assert len(found()) == 3

    call_command("load_starter", "--remove-demo")

    assert set(following.snapshot().changes_since(moment_of(0))) == {kept.pk}
    assert search(Criteria()) == by_database(Criteria())
