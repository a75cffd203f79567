"""One database for all processes that run tests: it is made once, with what we ship kept in it, and
each takes a copy, as in Django's own parallel tests.
"""

import os
from collections.abc import Generator

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import blocking_manager_key

from . import migrated, shipped_rows


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session) -> Generator[None, object, object]:
    """The process that starts others makes the database while they import the tests: before this
    loop they get none to run.
    """
    if not session.config.pluginmanager.has_plugin("dsession"):
        return (yield)
    with session.config.stash[blocking_manager_key].unblock():
        is_kept = migrated.take(session.config)
        databases = setup_databases(verbosity=0, interactive=False, keepdb=is_kept)
        migrated.keep(session.config)
        shipped_rows.keep()
        connections.close_all()
        try:
            return (yield)
        finally:
            teardown_databases(databases, verbosity=0)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores where tests run that wait for programs of their own."""
    cores = yield
    return cores + (os.environ.get("REQUIRE_ALL") == "1")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["database"] = settings.DATABASES["default"]["TEST"]["NAME"]


@pytest.fixture(scope="session")
def django_db_keepdb(request) -> bool:
    """Whether the database is there before it is set up; only the folder that holds it goes."""
    return migrated.take(request.config)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    if not hasattr(request.config, "workerinput"):  # it is the only process
        request.getfixturevalue("django_db_setup")
        with django_db_blocker.unblock():
            migrated.keep(request.config)
        yield
        return
    worker = request.config.workerinput
    with django_db_blocker.unblock():
        connection.settings_dict["NAME"] = worker["database"]
        copy = connection.creation.get_test_db_clone_settings(worker["workerid"])
        connection.creation.clone_test_db(worker["workerid"], verbosity=0)
        connection.settings_dict.update(copy)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(verbosity=0)
