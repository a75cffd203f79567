from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate


class SiteConfig(AppConfig):
    name = "jobboard.site"

    def ready(self) -> None:
        from . import background  # noqa: F401  registers its check

        pre_migrate.connect(keep_no_pages, sender=self)
        post_migrate.connect(note_changes_of_content, sender=self)


def keep_no_pages(**kwargs: Any) -> None:
    """Until the triggers are there again."""
    from .kept import triggers

    if triggers.VERSION in connection.introspection.table_names():
        triggers.forget_version(connection)


def note_changes_of_content(**kwargs: Any) -> None:
    """After every migration: to alter a table, SQLite makes another, which has no triggers."""
    from .kept import triggers

    if {triggers.VERSION, *triggers.tables()} <= {*connection.introspection.table_names()}:
        triggers.install(connection)
