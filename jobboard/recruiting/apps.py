from django.apps import AppConfig


class RecruitingConfig(AppConfig):
    name = "jobboard.recruiting"

    def ready(self) -> None:
        from . import personal  # noqa: F401  says what this app keeps about people
        from .views import first_post

        first_post.connect()
