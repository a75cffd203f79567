"""Reports that nobody has handled yet. Their table belongs to an app above this one."""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet


def open_reports() -> QuerySet[Any]:
    return apps.get_model("seekers", "Report").objects.filter(handled_at=None).order_by()
