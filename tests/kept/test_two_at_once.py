"""Two transactions change public tables at the same moment, in whatever order: the one row of the
version makes none of them fail.
"""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from jobboard.listings.models import Company, Listing
from jobboard.site.kept import triggers
from jobboard.site.models import ContentVersion
from tests.factories import CompanyFactory, ListingFactory
from tests.waiting import somebody_waits, wait_until

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _has_two_writers(version):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")


@pytest.fixture
def version_first():
    """Call it for how not to do it: the version is written before the checks of foreign keys."""
    yield lambda: run(triggers._POSTGRESQL_FUNCTIONS[1].replace("NEW.value = ''", "false"))
    triggers.install(connection)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def at_once(
    first: list[Callable[[], object]], second: list[Callable[[], object]]
) -> list[OperationalError]:
    """The first transaction does its last step, and commits, when the second one has done all of
    its own, or waits for the first one. The second one commits when the first one waits for it.
    Returns what failed.
    """
    failed: list[OperationalError] = []
    first_has_begun, second_is_done, first_is_over = Event(), Event(), Event()

    def do_first():
        *steps, last = first
        try:
            with transaction.atomic():
                for step in steps:
                    step()
                first_has_begun.set()
                wait_until(lambda: second_is_done.is_set() or somebody_waits(), every=0.01)
                last()
        finally:
            first_is_over.set()

    def do_second():
        first_has_begun.wait()
        with transaction.atomic():
            for step in second:
                step()
            second_is_done.set()
            wait_until(lambda: first_is_over.is_set() or somebody_waits(), every=0.01)

    def do(action):
        try:
            action()
        except OperationalError as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=do, args=[action]) for action in (do_first, do_second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def deadlocks(failed: list[OperationalError]) -> int:
    assert all("deadlock" in str(error) for error in failed), failed
    return len(failed)


def put_nothing_off() -> None:
    run("SET CONSTRAINTS content_version IMMEDIATE")


@pytest.mark.parametrize("is_deferred", [True, False], ids=["deferred", "control: at once"])
def test_nobody_waits_for_the_version_while_others_wait_for_them(is_deferred):
    job = ListingFactory(live=True)
    other = CompanyFactory()
    begin = [] if is_deferred else [put_nothing_off]
    before = ContentVersion.objects.get(pk=0).value

    failed = at_once(
        first=[
            *begin,
            lambda: Company.objects.filter(pk=other.pk).update(name="First"),
            lambda: Listing.objects.filter(pk=job.pk).update(title="First"),
        ],
        second=[*begin, lambda: Listing.objects.filter(pk=job.pk).update(title="Second")],
    )

    assert deadlocks(failed) == (0 if is_deferred else 1)
    assert ContentVersion.objects.get().value != before


@pytest.mark.parametrize("is_last", [True, False], ids=["last", "control: before the checks"])
def test_the_version_comes_after_checks_of_foreign_keys_that_wait(is_last, version_first):
    """Django puts them off until the commit."""
    job, company = ListingFactory(live=True), CompanyFactory()
    if not is_last:
        version_first()

    failed = at_once(
        first=[
            lambda: Listing.objects.filter(pk=job.pk).update(title="First"),
            lambda: Listing.objects.filter(pk=job.pk).update(company=company),
        ],
        second=[
            lambda: Company.objects.select_for_update().get(pk=company.pk),
            lambda: Company.objects.filter(pk=company.pk).update(name="Second"),
        ],
    )

    assert deadlocks(failed) == (0 if is_last else 1)
    assert ContentVersion.objects.count() == 1
