import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.feeds.parsing.facts import FactReader
from jobboard.feeds.posting import new_reader, posting_from_listing, read_posting

from .models import Alert, AlertRun, Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Reports of readers; they are decided where the job is reviewed."""

    list_display = ["reference", "reason", "listing", "at", "handled_at", "by", "review_link"]
    list_filter = ["reason", ("handled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["listing", "by"]
    search_fields = ["reference", "listing__title"]
    date_hierarchy = "at"
    actions = ["as_cases"]

    @admin.action(permissions=["view"], description="Download as cases for the readers of jobs")
    def as_cases(self, request: HttpRequest, queryset: QuerySet[Report]) -> HttpResponse:
        """JSON lines: each job as ``manage.py read_posting`` takes it, what is read of it now, and
        what the report says.
        """
        reader = new_reader()
        reports = queryset.select_related("listing__company").prefetch_related("listing__places")
        lines = [json.dumps(_build_case(report, reader), ensure_ascii=False) for report in reports]
        response = HttpResponse("\n".join([*lines, ""]), content_type="application/jsonl")
        response["Content-Disposition"] = 'attachment; filename="cases.jsonl"'
        return response

    @admin.display(description="Review")
    def review_link(self, report) -> str:
        return format_html(
            '<a href="{}">Review the job</a>',
            reverse("moderation_review", args=[report.listing_id]),
        )


def _build_case(report: Report, reader: FactReader[str, str]) -> dict[str, Any]:
    posting = posting_from_listing(report.listing)
    return {
        **posting,
        "reference": report.reference,
        "reason": report.get_reason_display(),
        "report": report.text,
        "read": read_posting(posting, reader),
    }


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """Alerts and their addresses. Only the owner ends one, or an admin on their word."""

    list_display = ["email", "query", "frequency", "created_at", "confirmed_at"]
    list_filter = ["frequency", ("confirmed_at", admin.EmptyFieldListFilter)]
    search_fields = ["email", "query"]

    def has_delete_permission(self, request, obj=None) -> bool:
        return request.user.has_perm("seekers.delete_alert")


@admin.register(AlertRun)
class AlertRunAdmin(ReadOnlyAdmin):
    """Lists what each alert did in each period. A mail that did not leave stands among the mails,
    with why.
    """

    list_display = ["alert", "period", "count", "at"]
    list_select_related = ["alert"]
    date_hierarchy = "period"
