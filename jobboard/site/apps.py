from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "jobboard.site"

    def ready(self) -> None:
        from . import background  # noqa: F401  registers its check
