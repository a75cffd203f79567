"""From SQLite to PostgreSQL, with every row as it was."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from jobboard.accounts.models import User
from jobboard.listings.models import Company, Listing
from jobboard.search.models import LoggedChange
from jobboard.site.data import moving
from jobboard.site.data.moving import OLD, close_old, content, open_old, rows_of, tables
from tests.factories import ListingFactory, MembershipFactory, UserFactory

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="it moves to PostgreSQL"),
]


# After a move each index is told to look at everything.
COMPARED = [model for model in tables() if model is not LoggedChange]


@pytest.fixture
def old(tmp_path):
    """A SQLite file with a job and its company, and nothing in PostgreSQL."""
    company = MembershipFactory(user=UserFactory(email="ada@example.com")).company
    ListingFactory(company=company, live=True)
    file = tmp_path / "db.sqlite3"
    database = open_old(file)
    with database.schema_editor() as editor:
        for model in tables():
            if not model._meta.auto_created:  # others come with these
                editor.create_model(model)
    recorder = MigrationRecorder(database)
    recorder.ensure_schema()
    for app, name in MigrationRecorder(connection).applied_migrations():
        recorder.record_applied(app, name)
    with database.constraint_checks_disabled():
        for model in tables():
            model._base_manager.using(OLD).bulk_create(model._base_manager.all())
    close_old()
    with connection.cursor() as cursor:
        names = [connection.ops.quote_name(model._meta.db_table) for model in tables()]
        cursor.execute(f"TRUNCATE {', '.join(names)}")
    return file


def test_everything_is_there_and_new_rows_get_new_ids(old, capsys):
    call_command("move_to_postgres", str(old))

    user, job = User.objects.get(), Listing.objects.get()
    assert (user.email, job.company) == ("ada@example.com", Company.objects.get())
    output = capsys.readouterr().out
    assert "listings_listing: 1 rows, checksum " in output
    assert UserFactory().pk > user.pk
    assert ListingFactory(company=job.company).pk > job.pk


def test_the_checksum_is_of_what_is_in_the_old_database(old):
    open_old(old)
    before = {model: content(rows_of(model, OLD)) for model in COMPARED}
    close_old()

    call_command("move_to_postgres", str(old))

    assert {model: content(rows_of(model, "default")) for model in COMPARED} == before


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE accounts_user SET email = 'x' || hex(zeroblob(500))", "a row of accounts_user"),
        ("DELETE FROM django_migrations WHERE app = 'listings'", "of different versions"),
        ("DELETE FROM listings_company", "foreign key"),
    ],
)
def test_what_cannot_be_moved_changes_nothing(old, damage, problem):
    database = open_old(old)
    with database.constraint_checks_disabled(), database.cursor() as cursor:
        cursor.execute(damage)
    close_old()

    with pytest.raises(CommandError, match=problem):
        call_command("move_to_postgres", str(old))

    assert not User.objects.exists()


def test_a_row_that_changes_meanwhile_is_noticed(old, monkeypatch):
    copy_rows = moving._copy_rows

    def copy_and_change(model):
        copy_rows(model)
        if model is User:
            User.objects.update(email="mallory@example.com")

    monkeypatch.setattr(moving, "_copy_rows", copy_and_change)

    with pytest.raises(CommandError, match="accounts_user had 1 rows and now has 1, or others"):
        call_command("move_to_postgres", str(old))

    assert not User.objects.exists()


def test_a_database_that_is_in_use_is_left_alone(old):
    UserFactory()

    with pytest.raises(CommandError, match="is in use"):
        call_command("move_to_postgres", str(old))


def test_a_database_without_tables_is_to_be_prepared_first(old):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO renamed")
        cursor.execute("ALTER TABLE accounts_user RENAME TO renamed_too")
    try:
        with pytest.raises(CommandError, match="PostgreSQL database is empty"):
            call_command("move_to_postgres", str(old))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE renamed RENAME TO django_migrations")
            cursor.execute("ALTER TABLE renamed_too RENAME TO accounts_user")
