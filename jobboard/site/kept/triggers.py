"""Triggers that renew ``ContentVersion`` with every change of a table that public pages show,
however it is made: by a save, in bulk, by SQL, or by an older release that knows nothing of it.

The version is drawn at random, so that none comes again, not even after a backup was restored.

On SQLite one transaction writes at a time, and each row renews it. On PostgreSQL whoever changes
the one row keeps all others waiting until it commits, so that is done last: a row of the
transaction's own, which nobody else sees, has triggers that run when everything else has been
written and checked.
"""

from itertools import product

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from jobboard.common.models import OldSlug
from jobboard.listings import models as listings
from roles import models as roles

PUBLIC: list[type[Model]] = [
    roles.Article,
    roles.Article.roles.through,
    roles.Comparison,
    listings.Company,
    listings.CompanyLogo,
    listings.Feed,
    roles.FxRate,
    listings.Listing,
    listings.ListingCountry,
    listings.ListingEvent,
    listings.ListingPay,
    listings.ListingPlace,
    listings.ListingSkill,
    roles.OfficialWage,
    OldSlug,
    listings.Place,
    listings.ReadValue,
    roles.Role,
    roles.RoleAlias,
    roles.RoleOccupation,
    roles.RolePoint,
    roles.RoleSkill,
    roles.RoleWeek,
    roles.SalaryFigure,
    roles.SalarySource,
    roles.Skill,
    roles.SkillAlias,
]
VERSION = "site_contentversion"
_EVENTS = ["INSERT", "UPDATE", "DELETE"]

_SQLITE_RENEW = f"UPDATE {VERSION} SET value = lower(hex(randomblob(16))) WHERE id = 0"  # noqa: S608
_SQLITE_BEGIN = (
    f"INSERT INTO {VERSION} (id, value) VALUES (0, lower(hex(randomblob(16)))) "  # noqa: S608
    "ON CONFLICT (id) DO UPDATE SET value = excluded.value"
)

_POSTGRESQL_FUNCTIONS = [
    f"""
    CREATE OR REPLACE FUNCTION note_content_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO {VERSION} (id, value)
        VALUES (pg_current_xact_id()::text::bigint, '')
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$
    """,  # noqa: S608 (a name of ours)
    # When the transaction ends, first comes what was put off before, such as checks of foreign
    # keys, which may wait for others. What this row puts off again comes after them.
    f"""
    CREATE OR REPLACE FUNCTION renew_content_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.value = '' THEN
            UPDATE {VERSION} SET value = 'last' WHERE id = NEW.id;
        ELSE
            DELETE FROM {VERSION} WHERE id = NEW.id;
            UPDATE {VERSION} SET value = replace(gen_random_uuid()::text, '-', '') WHERE id = 0;
        END IF;
        RETURN NULL;
    END
    $$
    """,  # noqa: S608 (a name of ours)
    f"""
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'content_version') THEN
            CREATE CONSTRAINT TRIGGER content_version AFTER INSERT OR UPDATE ON {VERSION}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.id > 0)
            EXECUTE FUNCTION renew_content_version();
        END IF;
    END
    $$
    """,
]
_POSTGRESQL_BEGIN = (
    f"INSERT INTO {VERSION} (id, value) "  # noqa: S608
    "VALUES (0, replace(gen_random_uuid()::text, '-', '')) "
    "ON CONFLICT (id) DO UPDATE SET value = excluded.value"
)


def tables() -> list[str]:
    return [model._meta.db_table for model in PUBLIC]


def install(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers up, whether or not they exist, and begin a new version: nobody knows what
    changed while they did not.
    """
    statements = []
    if connection.vendor == "sqlite":
        for table in tables():
            statements += _triggers_on_sqlite(table)
        statements.append(_SQLITE_BEGIN)
    else:
        statements += _POSTGRESQL_FUNCTIONS
        for table in tables():
            statements += _triggers_on_postgresql(table)
        statements.append(_POSTGRESQL_BEGIN)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def forget_version(connection: BaseDatabaseWrapper) -> None:
    """Delete the version: without one, no page is kept."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {VERSION} WHERE id = 0")  # noqa: S608


def _triggers_on_sqlite(table: str) -> list[str]:
    statements = []
    for event in _EVENTS:
        name = f"content_{event.lower()}_{table}"
        statements += [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {_SQLITE_RENEW}; END",
        ]
    return statements


def _triggers_on_postgresql(table: str) -> list[str]:
    return [
        f"CREATE OR REPLACE TRIGGER content_changed AFTER {' OR '.join(_EVENTS)} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION note_content_change()",
        f"CREATE OR REPLACE TRIGGER content_emptied AFTER TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION note_content_change()",
    ]


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, before the table that they write to is dropped."""
    if connection.vendor == "sqlite":
        statements = [
            f"DROP TRIGGER IF EXISTS content_{event.lower()}_{table}"
            for table, event in product(tables(), _EVENTS)
        ]
    else:
        names = ["note_content_change", "renew_content_version"]
        statements = [f"DROP FUNCTION IF EXISTS {name} CASCADE" for name in names]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
