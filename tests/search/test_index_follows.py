"""The index follows the database, whatever breaks, waits or happens at the same time, and nobody
has to help. Its writer as a process of its own is in ``test_index_writer``.
"""

import errno
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from tantivy import Query

from jobboard.common.locks import file_lock
from jobboard.feeds import aliases
from jobboard.listings import lifecycle
from jobboard.listings.choices import PlaceText
from jobboard.listings.copies.joining import link_same_jobs
from jobboard.listings.models import Listing, ListingPlace
from jobboard.search import change_log
from jobboard.search.find import Criteria, count, search, similar, suggest
from jobboard.search.index import output, reading, writing
from jobboard.search.index.documents import MAX_ID
from jobboard.search.models import LoggedChange
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    RoleFactory,
    SkillFactory,
    in_days,
)
from tests.search.comparing import by_database, committed_at, differences, folder_in_use, take_away
from tests.search.search_worker import found
from tests.search.test_search import place

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


# --- Order of changes -----------------------------------------------------------------------------


def test_what_a_transaction_takes_back_never_gets_into_the_index(committed_index):
    kept = ListingFactory(live=True, title="Engineer")
    writing.update()
    before = committed_at()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ListingFactory(live=True, title="Data engineer")
        kept.title = "Analyst"
        kept.save()
        assert found("engineer") == [kept.pk]
        assert 1 / 0

    writing.update()
    assert committed_at() == before
    assert found("engineer") == [kept.pk]
    assert differences() == {}


class Killed(BaseException):
    """Ends a process that takes in changes at this very place."""


def test_a_writer_killed_between_two_batches_loses_no_change(committed_index, monkeypatch):
    listings = ListingFactory.create_batch(3, live=True, title="Analyst")
    writing.update()
    Listing.objects.update(title="Engineer")
    Listing.objects.all().mark_changed()
    make_documents, batches = output.documents, []

    def change_again_and_be_killed(ids, now):
        if batches:
            raise Killed
        batches.append(ids)
        Listing.objects.filter(pk__in=ids).mark_changed()
        return make_documents(ids, now)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(writing, "BATCH", 1)
        patch.setattr(output, "documents", change_again_and_be_killed)
        writing.update()
    assert len(found("engineer")) == 1
    assert not reading.reached(change_log.current_position())

    writing.update()
    assert found("engineer") == [listing.pk for listing in listings]
    assert reading.reached(change_log.current_position())


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


def test_one_change_does_not_wait_for_many_that_came_before(committed_index, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 3)
    ListingFactory.create_batch(9, live=True)
    writer = writing.Writer(checked_at=time.monotonic())
    assert writer.step()
    assert len(found()) == 3

    late = ListingFactory(live=True, title="Engineer")
    assert writer.step()
    assert found("engineer") == [late.pk]
    assert len(found()) == 6

    while writer.step():
        pass
    assert differences() == {}


# --- Time -----------------------------------------------------------------------------------------


@pytest.mark.faults("clock")
def test_a_job_ends_at_its_second_everywhere_with_nothing_running(committed_index):
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
    writing.update()
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
            assert similar(other, limit=6) == ids[:-1]
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
    take_away(site.SEARCH_FOLDER)


def folder_deleted(monkeypatch):
    take_away(folder_in_use())


def meta_is_garbage(monkeypatch):
    (folder_in_use() / "meta.json").write_text('{"segments": [')


def files_are_cut(monkeypatch):
    rewrite("*", lambda content: content[: len(content) // 2])


def numbers_are_lost(monkeypatch):
    rewrite("*.fast", lambda content: bytes(len(content) - 200) + content[-200:])


def words_are_lost(monkeypatch):
    rewrite("*.pos", None)


def made_by_another_version(monkeypatch):
    monkeypatch.setattr(reading, "FINGERPRINT", "v0-0123abcd")
    monkeypatch.setattr(writing, "FINGERPRINT", "v0-0123abcd")


def rewrite(pattern: str, change):
    """Change the files of the index's segments, and let a process that starts now meet them."""
    for path in folder_in_use().glob(pattern):
        if path.suffix not in (".json", ".lock"):
            content = path.read_bytes()
            path.unlink()  # who has it open keeps what was there
            if change:
                path.write_bytes(change(content))
    reading._opened = None


FILES = [files_are_cut, numbers_are_lost, words_are_lost]
DAMAGES = [never_built, folder_deleted, meta_is_garbage, made_by_another_version, *FILES]
IN_EVERY_RUN = {never_built, meta_is_garbage, numbers_are_lost}


@pytest.mark.slow
@pytest.mark.faults("index")
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(damage, marks=() if damage in IN_EVERY_RUN else pytest.mark.slow)
        for damage in DAMAGES
    ],
)
def test_without_a_sound_index_the_database_answers_until_one_is_built(
    committed_index, client, monkeypatch, damage
):
    kinds = [
        {"title": "Engineer", "paid": True},
        {"title": "Data engineer", "level": "senior"},
        {"title": "Analyst"},
    ]
    for kind in kinds:
        ListingFactory(live=True, **kind)
    writing.update()
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

    writing.update()
    assert client.get("/healthz/ready").json()["search"] == "ok"
    assert differences() == {}
    assert [search(criteria) for criteria in both] == expected


@pytest.mark.parametrize("damage", FILES)
def test_the_writer_notices_a_damaged_index_that_nobody_searches(
    committed_index, monkeypatch, damage
):
    ListingFactory.create_batch(2, live=True, title="Engineer")
    writing.update()
    writer = writing.Writer()
    while writer.step():
        pass

    damage(monkeypatch)
    writer.checked_at = -writing.SECONDS_BETWEEN_CHECKS  # an hour later
    while writer.step():
        pass

    assert reading.state() == "ok"
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
    reading.snapshot().searcher.search(Query.all_query(), 0)


@pytest.mark.slow
@pytest.mark.parametrize("fail", [disk_is_full, library_fails, library_panics])
def test_while_nothing_can_be_written_the_index_answers_as_it_is(
    committed_index, client, monkeypatch, fail
):
    old = ListingFactory(live=True)
    writing.update()
    new, open_index = ListingFactory(live=True), output.open_index
    with monkeypatch.context() as patch:
        patch.setattr(output, "open_index", lambda path: CannotWrite(open_index(path), fail))
        with pytest.raises((OSError, ValueError, RuntimeError)):
            writing.update()
        assert found() == [old.pk]
        assert client.get("/jobs/").status_code == client.get("/healthz/ready").status_code == 200

    writing.update()
    assert found() == [old.pk, new.pk]


def test_the_writer_tries_again_after_a_failure_with_growing_pauses(monkeypatch, caplog, db):
    outcomes = [OSError(errno.ENOSPC, "No space left on device")] * 7
    outcomes += [OperationalError("server closed the connection"), False, Killed]
    pauses = []

    def step(writer):
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        return outcome

    monkeypatch.setattr(writing.Writer, "step", step)
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr(connection, "close", lambda: None)
    with pytest.raises(Killed):
        writing._follow()

    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60, writing.POLL_SECONDS]
    assert len(caplog.records) == 8
    assert "No space left on device" in caplog.text


@pytest.mark.faults("index")
def test_the_writer_goes_on_after_the_database_failed_while_it_worked(committed_index, monkeypatch):
    """Django's errors are kept for long, with the frames in which they were raised."""
    listing, errors, pauses = ListingFactory(live=True), [], []
    changes_since = change_log.changes_since

    def fail_once(position):
        monkeypatch.setattr(change_log, "changes_since", changes_since)
        errors.append(OperationalError("server closed the connection"))
        raise errors[0]

    def end_at_rest(seconds):
        pauses.append(seconds)
        if seconds == writing.POLL_SECONDS or len(pauses) > 3:
            raise Killed

    monkeypatch.setattr(change_log, "changes_since", fail_once)
    monkeypatch.setattr(time, "sleep", end_at_rest)
    with pytest.raises(Killed):
        writing._follow()

    assert pauses == [2, writing.POLL_SECONDS]
    assert found() == [listing.pk]


def test_an_index_that_is_swapped_for_another_while_it_is_opened_is_not_given_up(
    index, monkeypatch
):
    listing = ListingFactory(live=True)
    found()
    open_index = reading.open_index

    def open_when_swapped(path):
        monkeypatch.setattr(reading, "open_index", open_index)
        writing.rebuild()
        return open_index(path)

    reading._opened = None
    monkeypatch.setattr(reading, "open_index", open_when_swapped)
    assert found() == found() == [listing.pk]
    assert reading.state() == "ok"


# --- Building -------------------------------------------------------------------------------------


def edited(listing):
    Listing.objects.filter(pk=listing.pk).update(title="Engineer")
    Listing.objects.filter(pk=listing.pk).mark_changed()


def closed(listing):
    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)


def another_is_published(listing):
    lifecycle.publish_listing(listing=ListingFactory(in_review=True, title="Engineer"), by=None)


@pytest.mark.parametrize("change", [edited, closed, another_is_published])
def test_what_changes_while_an_index_is_built_is_in_it(committed_index, monkeypatch, change):
    listing = ListingFactory(live=True, title="Analyst")
    writing.update()
    before, make_documents = folder_in_use(), output.documents

    def make_and_change(ids, now):
        yield from make_documents(ids, now)
        monkeypatch.setattr(output, "documents", make_documents)
        change(listing)

    monkeypatch.setattr(output, "documents", make_and_change)
    assert writing.rebuild()

    assert folder_in_use() != before
    assert differences() == {}
    assert reading.reached(change_log.current_position())


def test_the_writer_goes_on_with_an_index_that_another_process_built(committed_index):
    writer = writing.Writer(checked_at=time.monotonic())
    writer.step()
    before = folder_in_use()
    with writing.only_writer():
        writing.rebuild()
    assert before.exists()  # it may be writing there

    listing = ListingFactory(live=True)
    writer.step()
    assert not before.exists()
    assert found() == [listing.pk]


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

    writing.rebuild()

    links = {path for path in site.SEARCH_FOLDER.iterdir() if path.is_symlink()}
    folders = {path for path in site.SEARCH_FOLDER.iterdir() if path.is_dir()} - links
    assert {link.name for link in links} == {writing.FINGERPRINT, "v0-recent"}
    assert folders == {folder_in_use(), recent}
    assert not {before, old} & folders
    assert len(found()) == 1


def test_a_rebuild_keeps_an_old_index_that_other_code_still_follows(index):
    followed = older_version("v0-followed", 7 * DAY)
    (followed / "meta.json").write_text("{ }")

    writing.rebuild()

    assert followed.exists()
    assert (site.SEARCH_FOLDER / "v0-followed").exists()


# --- One at a time --------------------------------------------------------------------------------


def test_when_nothing_changes_the_writer_asks_the_database_one_question_at_a_time(
    committed_index, django_assert_num_queries
):
    ListingFactory(live=True)
    writer = writing.Writer()
    while writer.step():
        pass
    before = committed_at()

    for _ in range(3):
        with django_assert_num_queries(1):
            writer.step()
    assert committed_at() == before


@pytest.mark.slow
def test_changes_without_a_pause_are_all_taken_in(committed_index, monkeypatch):
    listing = ListingFactory(live=True)
    make_documents, rounds = output.documents, []

    def make_and_change(ids, now):
        yield from make_documents(ids, now)
        rounds.append(ids)
        if len(rounds) < 10:
            listing.save()

    monkeypatch.setattr(output, "documents", make_and_change)
    writer = writing.Writer(checked_at=time.monotonic())
    for number in range(1, 11):
        assert not reading.reached(change_log.current_position())
        writer.step()
        assert len(rounds) == number
    assert reading.reached(change_log.current_position())


def test_the_command_says_how_the_index_is_and_updates_and_rebuilds_it(index, capsys):
    def said(do):
        call_command("search_index", do)
        return capsys.readouterr().out

    ListingFactory(live=True)
    take_away(site.SEARCH_FOLDER)
    assert said("status") == "Search: searching the database until the index is built\n"
    assert said("update").startswith(
        f"Search: ok\nFolder: {folder_in_use()}\nListings: 1 in 1 segment, "
    )

    before = folder_in_use()
    assert f"Folder: {before}\n" in said("update")
    assert f"Folder: {before}\n" not in said("rebuild")


@pytest.mark.parametrize("do", ["follow", "update", "rebuild"])
def test_without_a_folder_for_an_index_there_is_none_to_write(do, db):
    with pytest.raises(CommandError, match="searches the database"):
        call_command("search_index", do)


def test_while_another_process_builds_the_index_rebuild_is_refused_and_update_leaves_it_to_that_one(
    index,
):
    reading.discard()
    with file_lock(site.SEARCH_FOLDER / "building.lock"):
        with pytest.raises(CommandError, match="Another process") as refused:
            call_command("search_index", "rebuild")
        call_command("search_index", "update")

    assert refused.value.returncode == 1
    assert not reading.link().exists()


def test_while_a_writer_runs_update_leaves_it_to_that_one(committed_index):
    ListingFactory(live=True)
    with writing.only_writer() as ours:
        assert ours
        call_command("search_index", "update")
    assert found() == []


def test_changes_that_wait_too_long_are_said(committed_index, client):
    company = CompanyFactory(name="Ash")
    ListingFactory.create_batch(3, live=True, company=company)
    company.name = "Phoenix"
    company.save()
    assert client.get("/healthz/ready").json()["search"] == "ok"

    waiting = LoggedChange.objects.filter(change_log.unseen(reading.snapshot().position))
    waiting.update(at=Now() - 2 * reading.MAX_DELAY)
    ready = client.get("/healthz/ready")
    assert (ready.status_code, ready.json()["search"]) == (200, "the index is 3 changes behind")

    writing.update()
    assert client.get("/healthz/ready").json()["search"] == "ok"


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
    yield Criteria(country=("US",), city=("Austin",))
    ListingPlace.objects.create(listing=listing, text="HQ North")
    aliases.add_place_alias("HQ North", "Austin, TX, United States")


def place_is_renamed(listing):
    place(listing, PlaceText("Muncih", "Muncih", "DE"))
    yield Criteria(city=("Graz",))
    town = listing.places.get().place
    town.name = "Graz"
    town.save()


def role_is_taught(listing):
    role = RoleFactory(name="Data Scientist")
    Listing.objects.filter(pk=listing.pk).update(
        role=None, role_from="matched", title="Data Wizard"
    )
    Listing.objects.filter(pk=listing.pk).mark_changed()
    yield Criteria(role=(role,))
    aliases.add_role_alias("Data Wizard", role)


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
    lifecycle.close_missing_listing(listing=listing, now=timezone.now())


def deleted(listing):
    yield Criteria()
    listing.delete()


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
    assert similar(listing, limit=6) == [other.pk]

    link_same_jobs(feed, after=None)
    found()
    assert similar(listing, limit=6) == []


def test_removed_samples_are_gone_from_the_index(committed_index):
    kept = ListingFactory(live=True)
    ListingFactory.create_batch(2, live=True, company__is_demo=True)
    writing.update()
    assert len(found()) == 3

    call_command("load_starter", "--remove-demo")
    writing.update()

    assert set(reading.snapshot().changed_at(0, MAX_ID)) == {kept.pk}
    assert search(Criteria()) == by_database(Criteria())
