"""The rows that the starter writes, loaded once a run: loading takes seconds, a copy hundredths.

They are kept in tables beside those of the site, which no test sees or empties, and the database
copies them from there.
"""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from jobboard.site.samples import load as sample_jobs
from roles import starter_content

CONTENT, WITH_SAMPLES = "content", "content_with_samples"


def keep() -> None:
    """Load what we ship into the empty database, keep it, and leave the database empty again."""
    with transaction.atomic(), connection.cursor() as cursor:
        starter_content.load()
        _keep_tables(cursor, CONTENT)
        sample_jobs.load()
        _keep_tables(cursor, WITH_SAMPLES)
        for model in _models():
            cursor.execute(f"DELETE FROM {_table(model)}")  # noqa: S608 (a name of ours)


def are_kept() -> bool:
    return any(name.startswith("kept_") for name in connection.introspection.table_names())


@transaction.atomic
def fill(what: str) -> None:
    """The database as if what we ship had been loaded into it now. Samples keep their dates, which
    are relative to the start of the run.
    """
    with connection.cursor() as cursor:
        for model in _models():
            columns = _columns(model)
            cursor.execute(
                f"INSERT INTO {_table(model)} ({columns}) "  # noqa: S608
                f"SELECT {columns} FROM {_kept(what, model)}"
            )
        # The keys came with the rows, so PostgreSQL's sequences know nothing of them.
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
        if connection.vendor == "postgresql":  # as it does by itself within a minute
            cursor.execute("ANALYZE listings_listing, listings_listingskill")
    # What is kept in memory of a row is known by its changed_at: no two tests may share one.
    for model in _models():
        if any(field.name == "changed_at" for field in model._meta.fields):
            model._base_manager.update(changed_at=timezone.now())


def _models() -> list[type[models.Model]]:
    found = []
    for app in ["roles", "listings"]:
        found += apps.get_app_config(app).get_models(include_auto_created=True)
    return [model for model in found if not model._meta.proxy]


def _keep_tables(cursor, what: str) -> None:
    for model in _models():
        cursor.execute(
            f"CREATE TABLE {_kept(what, model)} AS SELECT * FROM {_table(model)}"  # noqa: S608
        )


def _columns(model: type[models.Model]) -> str:
    """By name: a test that migrates leaves them in another order."""
    quote = connection.ops.quote_name
    return ", ".join(quote(field.column) for field in model._meta.local_concrete_fields)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _kept(what: str, model: type[models.Model]) -> str:
    return connection.ops.quote_name(f"kept_{what}_{model._meta.db_table}")
