from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import pre_delete


class ListingsConfig(AppConfig):
    name = "jobboard.listings"

    def ready(self) -> None:
        from . import (
            emails,
            personal,  # noqa: F401  says what this app keeps about people
            uses,
        )
        from .models.job import keep_name_of_editor

        emails.connect()
        pre_delete.connect(keep_name_of_editor, sender=settings.AUTH_USER_MODEL)
        uses.register()
