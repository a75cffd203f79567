from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from roles.admin import ReadOnlyAdmin

from .models import Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """What was reported; it is decided where the job is reviewed."""

    list_display = ["reference", "reason", "listing", "at", "handled_at", "by", "review_link"]
    list_filter = ["reason", ("handled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["listing", "by"]
    search_fields = ["reference", "listing__title"]
    date_hierarchy = "at"

    @admin.display(description="Review")
    def review_link(self, report):
        return format_html('<a href="{}">Review the job</a>', reverse("moderation_review", args=[report.listing_id]))
