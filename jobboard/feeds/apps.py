from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "jobboard.feeds"

    def ready(self) -> None:
        from jobboard.listings.content import DERIVED_FIELD_HOOKS

        from . import known_names, whereabouts

        known_names.connect()
        DERIVED_FIELD_HOOKS.append(whereabouts.fill_said)
