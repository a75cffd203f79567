from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "jobboard.search"

    def ready(self) -> None:
        post_migrate.connect(note_listing_changes, sender=self)


def note_listing_changes(**kwargs) -> None:
    """Make the triggers again after every migration: to alter a table, SQLite makes another, which
    has none.
    """
    from . import change_log, triggers

    tables = connection.introspection.table_names()
    if {"listings_listing", "search_listingchange"} <= set(tables):
        triggers.install(connection)
        change_log.begin_if_unusable()
