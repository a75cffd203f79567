"""One database for all processes that run tests: it is made once, with what we ship kept in it, and
each takes a copy.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases

from . import shipped_rows


@contextmanager
def made() -> Iterator[None]:
    databases = setup_databases(verbosity=0, interactive=False)
    shipped_rows.keep()
    connections.close_all()
    try:
        yield
    finally:
        teardown_databases(databases, verbosity=0)


def copy(database: str, name: str) -> None:
    """The connection leads to a copy that bears ``name``, as in Django's own parallel tests."""
    connection.settings_dict["NAME"] = database
    connection.creation.clone_test_db(name, verbosity=0)
    connection.settings_dict.update(connection.creation.get_test_db_clone_settings(name))


def drop_copy() -> None:
    connection.creation.destroy_test_db(verbosity=0)
