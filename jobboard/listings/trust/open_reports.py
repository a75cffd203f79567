"""Reports that nobody has handled yet. An app above this one keeps them."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce

# Holds one function: the app that keeps reports adds it. Each of its rows has a ``listing``.
FIND_OPEN_REPORTS: list[Callable[[], QuerySet[Any]]] = []


def open_reports() -> QuerySet[Any]:
    [find] = FIND_OPEN_REPORTS
    return find()


def count_open_reports(jobs: Collection[int]) -> dict[int, int]:
    """Job id → how many are open, of its copies too."""
    reports = open_reports().annotate(job=Coalesce("listing__folded_into", "listing"))
    of_jobs = reports.filter(job__in=jobs)
    return dict(of_jobs.values_list("job").annotate(Count("pk")))
