"""Places and what they are called."""

from django.contrib import admin

from jobboard.common.admin import DistinctInline, SiteModelAdmin
from jobboard.listings import models


class PlaceAliasInline(DistinctInline):
    model = models.PlaceAlias


@admin.register(models.Place)
class PlaceAdmin(SiteModelAdmin):
    list_display = ["name", "admin1", "country", "kind"]
    list_filter = ["kind"]
    search_fields = ["folded"]
    inlines = [PlaceAliasInline]
