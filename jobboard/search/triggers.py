"""Triggers that write a ``LoggedChange`` for every listing that is added, deleted or touched.

"Touched" means that ``changed_at`` is set, which every change of what is searched does: saves, bulk
updates, and code of an older release that knows nothing of this table. Only the database sees them
all.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE_EVENTS = {
    "listing_added": ("INSERT", "NEW"),
    "listing_touched": ("UPDATE OF changed_at", "NEW"),
    "listing_deleted": ("DELETE", "OLD"),
}
# Writers wait for each other, so the next number is the next commit's.
_SQLITE_TRIGGER = """
    CREATE TRIGGER {name} AFTER {event} ON listings_listing
    BEGIN
        INSERT INTO search_listingchange (number, listing_id, at)
        VALUES (
            COALESCE((SELECT MAX(number) FROM search_listingchange), 0) + 1,
            {row}.id,
            strftime('%Y-%m-%d %H:%M:%f', 'now')
        );
    END
"""
_POSTGRESQL = [
    """
    CREATE OR REPLACE FUNCTION note_listing_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_listingchange (number, listing_id, at)
        VALUES (
            pg_current_xact_id()::text::bigint,
            COALESCE(NEW.id, OLD.id),
            clock_timestamp()
        );
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE OR REPLACE TRIGGER listing_changed
    AFTER INSERT OR DELETE OR UPDATE OF changed_at ON listings_listing
    FOR EACH ROW EXECUTE FUNCTION note_listing_change()
    """,
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers up, whether or not they are there."""
    statements = _POSTGRESQL
    if connection.vendor == "sqlite":
        statements = []
        for name, (event, row) in _SQLITE_EVENTS.items():
            statements.append(f"DROP TRIGGER IF EXISTS {name}")
            statements.append(_SQLITE_TRIGGER.format(name=name, event=event, row=row))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them away, as before the table is dropped that they write to."""
    statements = ["DROP FUNCTION IF EXISTS note_listing_change CASCADE"]
    if connection.vendor == "sqlite":
        statements = [f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE_EVENTS]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
