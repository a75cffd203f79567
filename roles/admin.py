from functools import partial

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, TextField, URLField
from django.forms import ModelForm, Textarea, URLInput
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from . import models, salaries
from .articles import article_page


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
        transaction.on_commit(salaries.follow_names)


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


class ArticleForm(ModelForm):
    class Meta:
        help_texts = {
            "slug": "Where it is found. A guide's may change: its old address leads to the new one.",
            "body": "Markdown; headings from ##. {site_name}, {site_url} and {contact_email} become this site's own.",
            "published_on": "Public from this day on (UTC). Empty: not public.",
        }
        widgets = {
            "summary": Textarea(attrs={"rows": 3, "cols": 100}),
            "body": Textarea(attrs={"rows": 36, "cols": 100}),
        }


@admin.register(models.Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = ["title", "kind", "published_on", "reviewed_on"]
    list_filter = ["kind"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["roles"]
    date_hierarchy = "published_on"
    form = ArticleForm
    fields = ["kind", "title", "slug", "summary", "body", "author_name", "published_on", "reviewed_on", "roles"]

    def view_on_site(self, article):
        return article.get_absolute_url() if article.is_published else None

    def save_related(self, request, form, formsets, change):
        former_roles = list(form.instance.roles.all())
        super().save_related(request, form, formsets, change)
        form.instance.note_change(*former_roles)

    def delete_model(self, request, article):
        article.note_change()
        super().delete_model(request, article)

    def delete_queryset(self, request, queryset):
        for article in queryset:
            self.delete_model(request, article)

    def has_delete_permission(self, request, obj=None):
        """Every page links to the pages of the house; their date of publishing can be emptied."""
        is_page = obj is not None and obj.kind == models.Article.Kind.PAGE
        return not is_page and super().has_delete_permission(request, obj)

    def get_urls(self):
        preview = self.admin_site.admin_view(self.preview)
        return [path("<int:pk>/preview/", preview, name="roles_article_preview"), *super().get_urls()]

    @method_decorator(require_safe)
    def preview(self, request, pk):
        """The article as it is stored, on the public page, whether public or not."""
        article = get_object_or_404(models.Article, pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article_page(request, article, is_preview=True)


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
    list_display = ["name", "layer", "version", "rows", "imported_at", "licence"]


@admin.register(models.SalaryTitle)
class SalaryTitleAdmin(admin.ModelAdmin):
    """Which role the titles of a survey count for: those of most answers that count for none first."""

    list_display = ["title", "answers", "role", "mapped_by"]
    list_display_links = None
    list_editable = ["role"]
    list_filter = ["mapped_by"]
    list_per_page = 50
    search_fields = ["title"]
    fields = ["title", "role", "mapped_by"]
    readonly_fields = ["title", "mapped_by"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        titles = super().get_queryset(request)
        titles = titles.annotate(answer_count=Count("observations"), is_mapped=~Q(mapped_by=""))
        return titles.order_by("is_mapped", "-answer_count", "title")

    @admin.display(description="Answers", ordering="answer_count")
    def answers(self, title):
        return title.answer_count

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.choices = list(field.choices)  # read once for all rows
        return field

    def save_model(self, request, title, form, change):
        """An editor's choice stays, also that a title counts for no role."""
        title.mapped_by = models.SalaryTitle.MappedBy.EDITOR
        super().save_model(request, title, form, change)
        if not hasattr(request, "roles_concerned"):  # once for all rows that were changed together
            request.roles_concerned = set()
            transaction.on_commit(partial(salaries.refresh_figures, title.source, request.roles_concerned))
        request.roles_concerned |= {form.initial["role"], title.role_id} - {None}


@admin.register(models.SalaryFigure)
class SalaryFigureAdmin(ReadOnlyAdmin):
    list_display = ["role_key", "title_key", "level", "country", "year", "remote", "n", "p25", "p50", "p75"]
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
