from django.apps import AppConfig


class YouConfig(AppConfig):
    name = "jobboard.you"
    verbose_name = "What visitors said about themselves"

    def ready(self) -> None:
        from . import personal  # noqa: F401  says what this app keeps about people
