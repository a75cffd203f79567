from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "jobboard.pages"
