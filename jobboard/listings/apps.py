from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "jobboard.listings"

    def ready(self) -> None:
        from . import (
            emails,
            personal,  # noqa: F401  says what this app keeps about people
            uses,
        )

        emails.connect()
        uses.register()
