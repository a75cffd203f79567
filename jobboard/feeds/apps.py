from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "jobboard.feeds"

    def ready(self) -> None:
        from jobboard.listings.content import FOLLOWS

        from . import known_names, whereabouts

        known_names.connect()
        FOLLOWS.append(whereabouts.fill_said)
