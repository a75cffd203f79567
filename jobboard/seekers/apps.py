from django.apps import AppConfig


class SeekersConfig(AppConfig):
    name = "jobboard.seekers"

    def ready(self) -> None:
        from . import (
            personal,  # noqa: F401  says what this app keeps about people
            reports,
            uses,
        )

        reports.connect()
        uses.register()
