import gc
import threading
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from jobboard.common import locks
from jobboard.common.locks import advisory_lock, one_of_many, wait_for
from tests.waiting import MAX_SECONDS, somebody_waits, wait_until


@pytest.fixture
def slept(monkeypatch):
    """The pauses made, by a clock on which each transaction takes 3 seconds."""
    pauses = []
    clock = iter(range(0, 30, 3))
    time = SimpleNamespace(monotonic=lambda: next(clock), sleep=pauses.append)
    monkeypatch.setattr(locks, "time", time)
    return pauses


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_on_sqlite_others_get_as_long_to_write_as_each_of_many_transactions_took(slept):
    with one_of_many(), transaction.atomic():
        pass

    assert slept == ([3] if connection.vendor == "sqlite" else [])


@pytest.mark.django_db(transaction=True)
def test_nobody_pauses_within_a_transaction_or_after_a_failure(slept):
    with transaction.atomic(), one_of_many():
        pass
    with pytest.raises(ValueError, match="no"), one_of_many():
        raise ValueError("no")

    assert slept == []


@pytest.mark.django_db
def test_garbage_is_collected_after_a_transaction_and_not_within():
    with one_of_many():
        with one_of_many():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()

    with pytest.raises(ValueError, match="no"), one_of_many():
        raise ValueError("no")
    assert gc.isenabled()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_lock_is_held_by_one_and_is_free_when_its_block_ends():
    with (
        advisory_lock("feed-1") as ours,
        advisory_lock("feed-1") as again,
        advisory_lock("feed-2") as another,
    ):
        assert (ours, again, another) == (True, False, True)

    with advisory_lock("feed-1") as ours:
        assert ours


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_lock_has_it_when_the_other_lets_go():
    order = []

    def wait():
        with wait_for("release"):
            order.append("second")

    with wait_for("release"):
        second = threading.Thread(target=wait)
        second.start()
        if connection.vendor == "postgresql":
            wait_until(somebody_waits)
        order.append("first")
    second.join(MAX_SECONDS)

    assert order == ["first", "second"]
