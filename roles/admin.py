from django.contrib import admin
from django.db.models import TextField, URLField
from django.forms import Textarea, URLInput

from . import models


class PositionedInline(admin.TabularInline):
    """Rows in the order of their position."""

    extra = 0
    formfield_overrides = {
        TextField: {"widget": Textarea(attrs={"rows": 3, "cols": 50})},
        URLField: {"assume_scheme": "https", "widget": URLInput(attrs={"size": 24})},
    }


class PointInline(PositionedInline):
    model = models.RolePoint
    fields = ["kind", "position", "label", "text", "url"]


class RoleSkillInline(PositionedInline):
    model = models.RoleSkill
    fields = ["position", "skill", "importance", "note"]
    autocomplete_fields = ["skill"]


class RoleAliasInline(admin.TabularInline):
    model = models.RoleAlias
    extra = 0


class OccupationInline(admin.TabularInline):
    model = models.RoleOccupation
    extra = 0


class SkillAliasInline(admin.TabularInline):
    model = models.SkillAlias
    extra = 0


@admin.register(models.Role)
class RoleAdmin(admin.ModelAdmin):
    """Every part of a profile on one page."""

    list_display = ["name", "family", "broader", "status", "reviewed_on"]
    list_filter = ["status", "family"]
    list_select_related = ["broader"]
    search_fields = ["name", "aliases__folded"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["broader"]
    date_hierarchy = "reviewed_on"
    readonly_fields = ["still_missing"]
    inlines = [PointInline, RoleSkillInline, RoleAliasInline, OccupationInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "family", "broader", "status", "reviewed_on", "still_missing"]}),
        ("Text", {"fields": ["definition", "outlook"]}),
    ]

    @admin.display(description="Still missing")
    def still_missing(self, role):
        return ", ".join(role.missing_for_completeness) or "nothing" if role.pk else "everything"

    def view_on_site(self, role):
        return role.get_absolute_url() if role.status == models.Role.Status.PUBLISHED else None

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.save()  # after its parts: their reader goes by changed_at


@admin.register(models.Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "kind", "merged_into"]
    list_filter = ["kind"]
    list_select_related = ["merged_into"]
    search_fields = ["name", "aliases__folded"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["merged_into"]
    inlines = [SkillAliasInline]


@admin.register(models.Comparison)
class ComparisonAdmin(admin.ModelAdmin):
    list_display = ["__str__", "published_on", "reviewed_on"]
    list_select_related = ["role_1", "role_2"]
    search_fields = ["role_1__name", "role_2__name"]
    autocomplete_fields = ["role_1", "role_2"]
    date_hierarchy = "published_on"


class ReadOnlyAdmin(admin.ModelAdmin):
    """What commands compute or import: to look at, not to type in."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(models.SalarySource)
class SalarySourceAdmin(ReadOnlyAdmin):
    list_display = ["name", "layer", "version", "rows", "licence"]


@admin.register(models.SalaryFigure)
class SalaryFigureAdmin(ReadOnlyAdmin):
    list_display = ["role_key", "level", "country", "year", "remote", "n", "p25", "p50", "p75"]
    list_filter = ["layer", "level", "year"]
    search_fields = ["role_key", "title_key"]


@admin.register(models.OfficialWage)
class OfficialWageAdmin(ReadOnlyAdmin):
    list_display = ["title", "soc", "year", "employment", "p50"]
    list_filter = ["year"]
    search_fields = ["title", "soc"]


@admin.register(models.FxRate)
class FxRateAdmin(ReadOnlyAdmin):
    list_display = ["currency", "usd_per_unit", "date", "source"]
    search_fields = ["currency"]
