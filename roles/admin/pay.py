from functools import partial

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from jobboard.common.admin import ReadOnlyAdmin, SiteModelAdmin
from roles import models
from roles.pay import import_survey


class ImportedAdmin(ReadOnlyAdmin):
    """Admin of imported rows; ``imported_by`` names the command that brings newer ones."""

    change_list_template = "admin/roles/imported_list.html"
    imported_by: str


@admin.register(models.SalarySource)
class SalarySourceAdmin(ImportedAdmin):
    imported_by = "manage.py import_salaries salaries.csv.gz"
    list_display = ["name", "layer", "version", "rows", "imported_at", "licence"]


@admin.register(models.SalaryTitle)
class SalaryTitleAdmin(SiteModelAdmin):
    """Sets which role the titles of a survey count for: those of most answers that count for none
    first.
    """

    list_display = ["title", "answers", "role", "mapped_by"]
    list_display_links = None
    list_editable = ["role"]
    list_filter = ["mapped_by"]
    list_per_page = 50
    search_fields = ["title"]
    fields = ["title", "role", "mapped_by"]
    readonly_fields = ["title", "mapped_by"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_queryset(self, request) -> QuerySet:
        titles = super().get_queryset(request)
        titles = titles.annotate(answer_count=Count("observations"), is_mapped=~Q(mapped_by=""))
        return titles.order_by("is_mapped", "-answer_count", "title")

    @admin.display(description="Responses", ordering="answer_count")
    def answers(self, title) -> int:
        return title.answer_count

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.choices = list(field.choices)  # read once for all rows
        return field

    def save_model(self, request, title, form, change) -> None:
        """An editor's choice stays, also that a title counts for no role."""
        title.mapped_by = models.SalaryTitle.MappedBy.EDITOR
        super().save_model(request, title, form, change)
        if not hasattr(request, "roles_concerned"):  # once for all rows that were changed together
            request.roles_concerned = set()
            transaction.on_commit(
                partial(import_survey.refresh_figures, title.source, request.roles_concerned)
            )
        request.roles_concerned |= {form.initial["role"], title.role_id} - {None}


@admin.register(models.SalaryFigure)
class SalaryFigureAdmin(ReadOnlyAdmin):
    list_display = [
        "role_key",
        "title_key",
        "level",
        "country",
        "year",
        "remote",
        "n",
        "p25",
        "p50",
        "p75",
    ]
    list_filter = ["layer", "level", "year"]
    search_fields = ["role_key", "title_key"]


@admin.register(models.OfficialWage)
class OfficialWageAdmin(ImportedAdmin):
    imported_by = "manage.py import_statistics oews.csv"
    list_display = ["title", "soc", "year", "employment", "p50"]
    list_filter = ["year"]
    search_fields = ["title", "soc"]


@admin.register(models.FxRate)
class FxRateAdmin(ImportedAdmin):
    imported_by = "manage.py import_statistics ecb_or_fred.csv"
    list_display = ["currency", "usd_per_unit", "date", "source"]
    search_fields = ["currency"]
