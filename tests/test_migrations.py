"""The code of the release before runs on the new tables: each migration only adds what that code
need not know. What is no longer used goes one release later. So an upgrade needs no pause, several
machines need no common moment, and going back loses nothing.
"""

from collections.abc import Sequence

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

pytestmark = pytest.mark.pure

# The newest migration of each app when this test began: an upgrade over these needs a pause.
BEGAN_AFTER = {
    "accounts": "0002_wording",
    "common": "0011_event_of_api_tokens",
    "listings": "0023_asked",
    "moderation": "0002_inbox",
    "recruiting": "0006_dates_and_workbooks",
    "search": "0002_logged_change",
    "seekers": "0007_stored_searches_keep_their_words",
    "site": "0002_content_version",
    "you": "0001_kept_you",
    "roles": "0008_role_weeks",
}
# Later ones that take something away or refuse what was allowed, and why no code misses it.
NAMES = "names of the code alone: columns and tables keep theirs"
CHECKED = {
    "listings.0026_plainer_names": NAMES,
    "roles.0009_plainer_names": NAMES,
    "seekers.0008_plainer_names": NAMES,
}


def problems_of(migration: Migration, before: ProjectState) -> list[str]:
    """``before``: the tables that the migration finds."""
    found = []
    state = before.clone()
    for operation in flattened(migration.operations):
        model = (migration.app_label, getattr(operation, "model_name_lower", ""))
        is_of_new_table = model in state.models and model not in before.models
        problem = problem_of(operation, state.models.get(model))
        if problem and not is_of_new_table:
            found.append(f"{operation.describe()}: {problem}")
        operation.state_forwards(migration.app_label, state)
    return found


def flattened(operations: Sequence[Operation]) -> list[Operation]:
    found = []
    for operation in operations:
        if isinstance(operation, ops.SeparateDatabaseAndState):
            found += flattened(operation.database_operations)
        else:
            found.append(operation)
    return found


def problem_of(operation: Operation, model: ModelState | None) -> str:
    if isinstance(operation, ops.AddField) and not is_optional(operation.field):
        return "old code writes rows without it: give it a db_default, or let it be null"
    if isinstance(operation, ops.RemoveField | ops.DeleteModel):
        return "old code still asks for it"
    if isinstance(operation, ops.RenameField | ops.RenameModel | ops.AlterModelTable):
        return "old code asks for the old name: add a new one, and remove the old one later"
    if isinstance(operation, ops.AddConstraint | ops.AlterUniqueTogether):
        return "old code may write what it refuses"
    if isinstance(operation, ops.AlterField) and model:
        if is_narrower(operation.field, model.fields[operation.name]):
            return "old code may write what it refuses now"
    return ""


def is_optional(field: models.Field) -> bool:
    """Whether a row can be written by code that does not know it."""
    has_no_column = field.many_to_many or isinstance(field, models.GeneratedField)
    return has_no_column or field.null or field.has_db_default()


def is_narrower(new: models.Field, old: models.Field) -> bool:
    return (
        type(new) is not type(old)
        or (old.null and not new.null)
        or (new.unique and not old.unique)
        or (new.max_length or 10**9) < (old.max_length or 10**9)
    )


@pytest.mark.faults("old code")
@pytest.mark.parametrize("app", BEGAN_AFTER)
def test_the_release_before_runs_on_the_new_tables(app):
    loader = MigrationLoader(None, ignore_no_migrations=True)
    newer = {
        (label, name): migration
        for (label, name), migration in loader.disk_migrations.items()
        if label == app and name > BEGAN_AFTER[app] and f"{label}.{name}" not in CHECKED
    }

    found = {
        key: problems_of(migration, loader.project_state(key, at_end=False))
        for key, migration in newer.items()
    }

    assert {key: problems for key, problems in found.items() if problems} == {}


def test_each_of_our_apps_is_looked_at():
    ours = {
        app.label for app in apps.get_app_configs() if app.name.startswith(("jobboard", "roles"))
    }
    loader = MigrationLoader(None, ignore_no_migrations=True)

    assert set(BEGAN_AFTER) == {label for label, _ in loader.disk_migrations if label in ours}


# --- That it sees what it is to see ---------------------------------------------------------------

STATE = ProjectState()
STATE.add_model(
    ModelState(
        "shop",
        "Book",
        [
            ("id", models.AutoField(primary_key=True)),
            ("title", models.CharField(max_length=50, null=True)),
        ],
    )
)


@pytest.mark.parametrize(
    ("operation", "is_problem"),
    [
        (ops.AddField("book", "pages", models.IntegerField(default=0)), True),
        (ops.AddField("book", "pages", models.IntegerField(db_default=0)), False),
        (ops.AddField("book", "pages", models.IntegerField(null=True)), False),
        (ops.RemoveField("book", "title"), True),
        (ops.RenameField("book", "title", "name"), True),
        (ops.DeleteModel("book"), True),
        (ops.AlterField("book", "title", models.CharField(max_length=50)), True),
        (ops.AlterField("book", "title", models.CharField(max_length=20, null=True)), True),
        (ops.AlterField("book", "title", models.CharField("T", max_length=60, null=True)), False),
        (ops.CreateModel("Shelf", [("id", models.AutoField(primary_key=True))]), False),
    ],
    ids=lambda value: value.describe() if isinstance(value, Operation) else "",
)
def test_it_sees_what_old_code_would_miss(operation, is_problem):
    migration = Migration("0002_next", "shop")
    migration.operations = [operation]

    assert bool(problems_of(migration, STATE)) == is_problem


def test_a_new_table_may_be_as_it_likes():
    migration = Migration("0002_next", "shop")
    migration.operations = [
        ops.CreateModel("Shelf", [("id", models.AutoField(primary_key=True))]),
        ops.AddField("shelf", "width", models.IntegerField()),
    ]

    assert problems_of(migration, STATE) == []
