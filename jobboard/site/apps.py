from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "jobboard.site"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers itself)
