from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from jobboard.common.admin import ReadOnlyAdmin

from .models import Alert, AlertRun, Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """What was reported; it is decided where the job is reviewed."""

    list_display = ["reference", "reason", "listing", "at", "handled_at", "by", "review_link"]
    list_filter = ["reason", ("handled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["listing", "by"]
    search_fields = ["reference", "listing__title"]
    date_hierarchy = "at"

    @admin.display(description="Review")
    def review_link(self, report) -> str:
        return format_html(
            '<a href="{}">Review the job</a>',
            reverse("moderation_review", args=[report.listing_id]),
        )


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """What is sent to whom. Ending one is its owner's, or an admin's on their word."""

    list_display = ["email", "query", "frequency", "created_at", "confirmed_at"]
    list_filter = ["frequency", ("confirmed_at", admin.EmptyFieldListFilter)]
    search_fields = ["email", "query"]

    def has_delete_permission(self, request, obj=None) -> bool:
        return request.user.has_perm("seekers.delete_alert")


@admin.register(AlertRun)
class AlertRunAdmin(ReadOnlyAdmin):
    """What each alert did in each period. A mail that did not leave stands among the mails, with
    why.
    """

    list_display = ["alert", "period", "count", "at"]
    list_select_related = ["alert"]
    date_hierarchy = "period"
