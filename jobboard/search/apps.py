from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "jobboard.search"
