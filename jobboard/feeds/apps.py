from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "jobboard.feeds"

    def ready(self) -> None:
        from . import known_names

        known_names.connect()
