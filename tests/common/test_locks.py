import gc
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from jobboard.common import locks
from jobboard.common.locks import one_of_many


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
