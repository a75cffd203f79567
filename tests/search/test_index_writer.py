"""The writer of the index as a process of its own: killed at any moment, beside a second one, on
several machines.
"""

from pathlib import Path

import pytest
from django.conf import settings as site
from django.utils import timezone

from jobboard.listings import lifecycle
from jobboard.listings.models import Listing, Membership, Origin
from jobboard.search import change_log
from jobboard.search.find import Criteria, search
from jobboard.search.index import reading, writing
from tests.factories import ListingFactory, MembershipFactory
from tests.reliability import IS_WHOLE
from tests.search.comparing import by_database, committed_at, differences, folder_in_use, take_away
from tests.search.search_worker import Worker, content, found, publish
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.faults,
    pytest.mark.both_databases,
]


def reaches_the_database() -> bool:
    return reading.reached(change_log.current_position())


# --- Killed ---------------------------------------------------------------------------------------


def edit_one(title: str) -> None:
    listing = Listing.objects.live().order_by("changed_at").first()
    lifecycle.submit_change(
        listing=listing,
        content=content(title),
        version=listing.version,
        by=listing.created_by,
        origin=Origin.FORM,
    )


def close_one(title: str) -> None:
    listing = Listing.objects.live().order_by("changed_at").first()
    lifecycle.close_listing(listing=listing, outcome="withdrawn", by=None)


def delete_one(title: str) -> None:
    Listing.objects.order_by("changed_at").first().delete()


def rename_company(title: str) -> None:
    company = Membership.objects.get().company
    company.name = f"Company of {title}"
    company.save()


CHANGES = [publish, publish, publish, edit_one, rename_company, publish, close_one, delete_one]


def replaced() -> set[Path]:
    """The files that say which documents are replaced."""
    return set(folder_in_use().glob("*.del"))


def before_it_writes(writer, files, commit):
    """Changes are committed to the database, and the writer has just started."""


def when_it_commits(writer, files, commit):
    """Documents were handed to the index, and are not yet committed."""
    writer.read_until("commits")


def when_it_deletes(writer, files, commit):
    """A commit has written which documents are replaced, and mostly not yet that they are."""
    while writer.poll() is None and replaced() <= files and committed_at() == commit:
        pass


def when_committed(writer, files, commit):
    """The index holds a change."""
    while writer.poll() is None and committed_at() == commit:
        pass


KILLED = [before_it_writes, when_it_commits, when_it_deletes, when_committed]


@pytest.mark.faults("index")
@pytest.mark.slow
def test_after_killed_writers_the_next_one_makes_the_index_equal_the_database(
    committed_index, elsewhere, capfd
):
    MembershipFactory()
    folder = folder_in_use()
    for number in range(8):
        CHANGES[number](f"Engineer {number}")
    writing.update()

    for number in range(20 if IS_WHOLE else 8):
        before = replaced(), committed_at()
        with Worker("write", elsewhere) as writer:
            for change in (publish, rename_company, CHANGES[number % len(CHANGES)]):
                change(f"Engineer {timezone.now():%H%M%S%f}")
            KILLED[number % len(KILLED)](writer, *before)
            writer.kill()
            assert writer.wait() == -9
    last = ListingFactory(live=True, title="The last one")
    assert last.pk in differences()  # or else the comparison below could not fail
    assert not reaches_the_database()

    with Worker("write", elsewhere):
        wait_until(reaches_the_database)

    assert differences() == {}
    assert found("last") == [last.pk]
    assert search(Criteria()) == by_database(Criteria())
    assert folder_in_use() == folder  # it was never given up
    assert "ERROR" not in capfd.readouterr().err  # where the processes log


# --- Several --------------------------------------------------------------------------------------


@pytest.mark.faults("index")
@pytest.mark.slow
def test_of_two_writers_on_one_machine_one_waits_and_takes_over_when_the_other_is_killed(
    committed_index, elsewhere
):
    take_away(site.SEARCH_FOLDER)
    listing = ListingFactory(live=True, title="Engineer")

    with Worker("write", elsewhere) as first:
        wait_until(reading.link().exists)
        with Worker("write", elsewhere) as second:
            second.read_until("waits")
            wait_until(reaches_the_database)
            assert found() == [listing.pk]
            folders = [path for path in site.SEARCH_FOLDER.iterdir() if path.is_dir()]
            assert set(folders) == {reading.link(), folder_in_use()}  # it was built once

            first.kill()
            first.wait()
            later = ListingFactory(live=True, title="Engineer")
            wait_until(reaches_the_database)
            assert found() == [listing.pk, later.pk]
            assert second.poll() is None


@pytest.mark.slow
def test_a_change_is_found_on_every_machine(committed_index, elsewhere, tmp_path):
    MembershipFactory()
    there = tmp_path / "other machine"
    with (
        Worker("write", elsewhere),
        Worker("write", elsewhere, there),
        Worker("serve", elsewhere, there) as web_there,
    ):
        wait_until((there / "search" / writing.FINGERPRINT).exists)
        for number in range(5):
            ListingFactory(live=True, title=f"Here {number}")
            web_there.ask(f"There {number}")
            ids = sorted(Listing.objects.values_list("pk", flat=True))
            wait_until(lambda expected=str(ids): web_there.ask("") == expected)
            wait_until(reaches_the_database)
            assert found() == ids
