from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from jobboard.common.admin import DistinctInline, DistinctRows
from jobboard.common.retiring import RetiringAdmin
from jobboard.listings.facts import MarketFacts
from jobboard.search.live.jobs import LiveJobs
from roles import models, versions
from roles.admin.versioned import PositionedInline, VersionedAdmin, VersionedForm
from roles.checks import get_profile_problems
from roles.models.completeness import describe_lacks, find_lacks, placeholder_in
from roles.models.role import NEEDS
from roles.pay import import_survey

from .retire_role import retire_role
from .role_pages import missing_from_profile, role_context


def reject_lacks(field: str, role: models.Role, counts: Mapping[str, int]) -> None:
    """Raises ValidationError if ``field`` of the form lacks something, as it was typed."""
    needs = {name: need for name, need in NEEDS.items() if need.field == field}
    lacks = find_lacks(needs, counts)
    if role.status == models.Role.Status.PUBLISHED and lacks:
        raise forms.ValidationError(f"To publish the role, add: {describe_lacks(lacks)}.")


class RoleForm(VersionedForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.parts_come_with_it = True


class CountedRows(DistinctRows):
    """Rows of which a published role has so many of each kind."""

    def kind_of(self, row: dict[str, Any]) -> str:
        raise NotImplementedError

    def clean(self) -> None:
        super().clean()
        if any(form.errors for form in self.forms):
            return
        rows = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        kinds = Counter(self.kind_of(row) for row in rows if row)
        reject_lacks(str(self.prefix), self.instance, kinds)
        self._refuse_placeholders(rows)

    def _refuse_placeholders(self, rows: list[dict[str, Any]]) -> None:
        texts = [row.get("text", "") or row.get("note", "") for row in rows]
        placeholder = placeholder_in(*texts)
        if placeholder and self.instance.status == models.Role.Status.PUBLISHED:
            raise forms.ValidationError(f"To publish the role, write the text for “{placeholder}”.")


class PointRows(CountedRows):
    def kind_of(self, row: dict[str, Any]) -> str:
        return row["kind"]


class SkillRows(CountedRows):
    def kind_of(self, row: dict[str, Any]) -> str:
        return row["skill"].kind


class PointInline(PositionedInline):
    model = models.RolePoint
    formset = PointRows
    fields = ["kind", "position", "label", "text", "url"]


class RoleSkillInline(PositionedInline):
    model = models.RoleSkill
    formset = SkillRows
    fields = ["position", "skill", "importance", "note"]
    autocomplete_fields = ["skill"]


class RoleAliasInline(DistinctInline):
    model = models.RoleAlias


class OccupationInline(DistinctInline):
    model = models.RoleOccupation


@admin.register(models.Role)
class RoleAdmin(VersionedAdmin, RetiringAdmin):
    """Every part of a profile on one page."""

    form = RoleForm
    list_display = ["name", "family", "broader", "status", "is_complete", "reviewed_on"]
    list_filter = ["status", "family"]
    list_select_related = ["broader"]
    search_fields = ["name", "aliases__folded"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["broader"]
    date_hierarchy = "reviewed_on"
    readonly_fields = ["completeness", "where_used"]
    inlines = [PointInline, RoleSkillInline, RoleAliasInline, OccupationInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "family", "broader", "status", "reviewed_on"]}),
        ("Checks", {"fields": ["completeness", "where_used"]}),
        ("Text", {"fields": ["definition", "outlook"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", view(self.preview), name="roles_role_preview"),
            path("<int:pk>/market/", view(self.market), name="roles_role_market"),
            *super().get_urls(),
        ]

    def successors(self, role) -> QuerySet[models.Role]:
        return models.Role.objects.exclude(pk=role.pk)

    def delete_or_replace(self, request, role, into) -> None:
        retire_role(role=role, into=into, by=request.user)
        if into is not None:
            import_survey.refresh_role(into)
        import_survey.remap_titles()

    @admin.display(boolean=True, description="Complete")
    def is_complete(self, role) -> bool:
        return role.is_complete  # from the profile in memory

    @admin.display(description="Completeness")
    def completeness(self, role) -> str:
        if not role.pk:
            return "Save first."
        return render_to_string(
            "admin/roles/_checklist.html", {"role": role, "faults": get_profile_problems(role)}
        )

    @admin.display(description="Where used")
    def where_used(self, role) -> str:
        if not role.pk:
            return "Not used yet."
        pairs = models.Comparison.objects.filter(Q(role_1=role) | Q(role_2=role)).select_related(
            "role_1", "role_2"
        )
        context = {"role": role, "pairs": pairs, "jobs": role.listings.live().count()}
        return render_to_string("admin/roles/_role_used.html", context)

    def view_on_site(self, role) -> str | None:
        if role.status == models.Role.Status.PUBLISHED:
            return role.get_absolute_url()
        return None

    def save_model(self, request, role, form, change) -> None:
        """A draft until its parts are stored, too."""
        if "status" in form.changed_data:
            role.status = role.Status.DRAFT
        super().save_model(request, role, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        form.instance.status = form.cleaned_data["status"]
        super().save_related(request, form, formsets, change)
        transaction.on_commit(import_survey.remap_titles)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def preview(self, request, pk) -> HttpResponse:
        """The saved public page, draft or not; its button publishes a complete profile."""
        role = self.thing(request, pk)
        if request.method == "POST":
            try:
                self._publish(request, role)
            except models.NotCompleteError as problem:
                messages.error(request, problem.message)
                return redirect(request.path)
            return redirect(role)
        return render(
            request,
            "insights/role.html",
            role_context(role) | {"preview": {"faults": get_profile_problems(role)}},
        )

    @transaction.atomic
    def _publish(self, request, role) -> None:
        versions.save_version_before_edit(role)
        role.status = role.Status.PUBLISHED
        role.save()
        versions.save_version(role, request.user)
        self.log_change(request, role, "Published.")
        transaction.on_commit(import_survey.remap_titles)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def market(self, request, pk) -> HttpResponse:
        """Skills that open jobs of the role ask for, beside its profile; one click adds one."""
        role = self.thing(request, pk)
        facts = LiveJobs().facts_of_role(role)
        counts = facts or MarketFacts()
        missing = missing_from_profile(role, facts)
        if request.method == "POST":
            skills = {str(skill.pk): skill for skill, _ in missing}
            skill = skills.get(request.POST.get("skill"))
            importance = request.POST.get("importance")
            if skill and importance in models.RoleSkill.Importance.values:
                self._add(role, skill, importance, request.user)
                self.message_user(
                    request,
                    f"{skill} has been added to the profile. "
                    "Add a note to explain why the role needs it.",
                )
            return redirect("admin:roles_role_market", pk)
        counted = []
        for item in (*role.profile.skills, *role.profile.tools):
            counted.append((item, counts.skill_count(item.skill_id)))
        counted.sort(key=lambda pair: -pair[1])
        context = {
            "facts": facts,
            "missing": missing,
            "named": counted,
            "title": "What employers ask for",
        }
        return self.admin_page(request, "admin/roles/market.html", role, **context)

    @transaction.atomic
    def _add(self, role, skill, importance, by) -> None:
        versions.save_version_before_edit(role)
        position = role.role_skills.count()
        role.role_skills.get_or_create(
            skill=skill, defaults={"importance": importance, "position": position}
        )
        role.save()
        versions.save_version(models.Role.objects.get(pk=role.pk), by)
