from django.contrib import admin
from django.template.loader import render_to_string

from roles import models
from roles.overlap import skill_overlap, tool_overlap

from .versioned import VersionedAdmin


@admin.register(models.Comparison)
class ComparisonAdmin(VersionedAdmin):
    list_display = ["__str__", "published_on", "reviewed_on"]
    list_select_related = ["role_1", "role_2"]
    search_fields = ["role_1__name", "role_2__name"]
    autocomplete_fields = ["role_1", "role_2"]
    date_hierarchy = "published_on"
    readonly_fields = ["what_they_share"]
    fields = [
        "role_1",
        "role_2",
        "what_they_share",
        "introduction",
        "tips",
        "conclusion",
        "published_on",
        "reviewed_on",
    ]

    @admin.display(description="What they share")
    def what_they_share(self, pair: models.Comparison) -> str:
        if not pair.pk:
            return "Save first."
        overlaps = [("skills", skill_overlap(*pair.roles)), ("tools", tool_overlap(*pair.roles))]
        return render_to_string("admin/roles/_pair.html", {"pair": pair, "overlaps": overlaps})

    def view_on_site(self, pair: models.Comparison) -> str | None:
        is_public = models.Comparison.objects.published().filter(pk=pair.pk).exists()
        if is_public:
            return pair.get_absolute_url()
        return None
