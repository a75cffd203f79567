"""Lists of the admin whose rows grow with the number of jobs: a page of them costs the same however
many there are. What cannot be counted, sorted or searched so is cut, and says so.
"""

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from jobboard.common.admin import SiteModelAdmin

MAX_LISTED = 2_000
SEARCHED = 10_000  # of the newest


class CutPaginator(Paginator):
    """Counts and lists the first MAX_LISTED."""

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list[: MAX_LISTED + 1]
        return rows.count()  # type: ignore[attr-defined]  # of a QuerySet

    @cached_property
    def count(self) -> int:
        return min(self._counted, MAX_LISTED)

    @property
    def is_cut(self) -> bool:
        return self._counted > MAX_LISTED


class LongChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if isinstance(self.paginator, CutPaginator) and self.paginator.is_cut:
            # Shown below the list; beside the search, only where the two differ.
            self.result_count = self.full_result_count = f"more than {MAX_LISTED:,}"  # type: ignore[assignment]
        if isinstance(self.model_admin, LongListAdmin):
            self.model_admin.complete(list(self.result_list))

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        rows = super().get_queryset(request, *args, **kwargs)
        if request.method in ("GET", "HEAD") and isinstance(self.model_admin, LongListAdmin):
            return rows.defer(*self.model_admin.not_listed)
        return rows

    def get_ordering_field(self, field_name: Any) -> Any:
        """Order only by what has an index; the admin's own links offer nothing else."""
        if field_name not in (self.sortable_by or []):
            return None
        return super().get_ordering_field(field_name)


class LongListAdmin(SiteModelAdmin):
    paginator = CutPaginator
    show_full_result_count = False
    search_help_text = f"Searches the newest {SEARCHED:,}."
    sortable_by: ClassVar[Any] = []  # columns with an index that holds all rows
    not_listed: ClassVar[list[str]] = []  # long columns, which a database would sort along

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LongChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term.strip():
            newest = self.model._default_manager.order_by("-pk").values("pk")[:SEARCHED]
            queryset = queryset.filter(pk__in=newest)
        return super().get_search_results(request, queryset, search_term)

    def complete(self, page: list[Model]) -> None:
        """Add to the rows of one page what is too dear to know of all."""


class Since(admin.SimpleListFilter):
    """Rows of the last days. Django's hierarchy of dates reads each row for its months."""

    field: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Past 24 hours"), ("7", "Past 7 days"), ("30", "Past 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        days = dict(self.lookup_choices)
        if self.value() not in days:
            return queryset
        since = timezone.now() - timedelta(days=int(self.value() or 0))
        return queryset.filter(**{f"{self.field}__gte": since})
