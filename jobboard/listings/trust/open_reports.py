"""Reports that nobody has handled yet. Their table belongs to an app above this one."""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db.models import Count, Min, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Least

from jobboard.listings.models import Listing


def open_reports() -> QuerySet[Any]:
    return apps.get_model("seekers", "Report").objects.filter(handled_at=None).order_by()


def count_open_reports(jobs: Collection[int]) -> dict[int, int]:
    """Job id → how many are open, of its copies too."""
    reported = Listing.objects.filter(pk__in=open_reports().values("listing")).order_by()
    of_jobs = reported.annotate(job=Coalesce("folded_into", "pk")).filter(job__in=jobs)
    of_jobs = of_jobs.filter(reports__handled_at=None)
    return dict(of_jobs.values_list("job").annotate(Count("reports")))


def first_report() -> Any:
    """Add when the first open report of a job came. Its own and those of its copies are asked
    apart: each has an index, and a database that is asked for both at once reads all jobs.
    """
    first = _first_time(open_reports().filter(listing=OuterRef("pk")))
    first_of_copies = _first_time(open_reports().filter(listing__folded_into=OuterRef("pk")))
    # The smaller of a time and nothing is nothing on some databases.
    return Coalesce(Least(first, first_of_copies), first, first_of_copies)


def _first_time(reports: QuerySet[Any]) -> QuerySet[Any]:
    return reports.values("handled_at").annotate(first=Min("at")).values("first")
