from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "jobboard.common"
    label = "common"
