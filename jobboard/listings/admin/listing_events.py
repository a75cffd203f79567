from django.contrib import admin

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.common.web.long_lists import LongListAdmin
from jobboard.listings import models

from .filters import Happened


@admin.register(models.ListingEvent)
class ListingEventAdmin(LongListAdmin, ReadOnlyAdmin):
    """The record of everything that happened; append-only."""

    list_display = ["at", "kind", "listing", "old", "new", "actor", "by", "public"]
    list_filter = [Happened, "kind", "actor", "public"]
    ordering = ["-pk"]  # as they happened
    list_select_related = ["listing", "by"]
    search_fields = ["listing__title", "listing__company__name", "by_name"]
