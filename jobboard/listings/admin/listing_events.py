from django.contrib import admin

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.listings import models


@admin.register(models.ListingEvent)
class ListingEventAdmin(ReadOnlyAdmin):
    """The record of everything that happened; append-only."""

    list_display = ["at", "kind", "listing", "old", "new", "actor", "by", "public"]
    list_filter = ["kind", "actor", "public"]
    ordering = ["-at", "-pk"]
    list_select_related = ["listing", "by"]
    search_fields = ["listing__title", "listing__company__name", "by_name"]
    date_hierarchy = "at"
