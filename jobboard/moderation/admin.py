from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from jobboard.common.admin import DistinctInline, SiteModelAdmin
from jobboard.common.retiring import CannotRetireError, RetiringAdmin
from jobboard.common.text.words import plural
from roles import models
from roles.models import Role, Skill

from .merging.skills import (
    MergeError,
    check_merge,
    listings_with_skill,
    merge_skills,
    remove_from_jobs,
)
from .models import UsualReason


@admin.register(UsualReason)
class UsualReasonAdmin(SiteModelAdmin):
    """Reasons moderators choose from when they return, reject or hide a job."""

    list_display = ["text", "position"]
    list_editable = ["position"]


class SkillAliasInline(DistinctInline):
    model = models.SkillAlias


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(Skill.objects.current(), label="Merge into")


@admin.register(Skill)
class SkillAdmin(RetiringAdmin):
    """Skills, the jobs that name them, and merging."""

    change_form_template = "admin/listings/skill_change_form.html"
    list_display = ["name", "slug", "kind", "merged_into"]
    list_filter = ["kind"]
    list_select_related = ["merged_into"]
    search_fields = ["name", "aliases__folded"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [SkillAliasInline]
    readonly_fields = ["merged_into", "where_used"]

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:pk>/merge/", self.admin_site.admin_view(self.merge), name="roles_skill_merge"
            ),
            *super().get_urls(),
        ]

    def successors(self, skill) -> QuerySet[Skill]:
        others = Skill.objects.current().exclude(pk=skill.pk)
        if skill.merged_into is None:
            return others
        return Skill.objects.none()

    def why_not_deleted(self, skill) -> str:
        count = skill.role_skills.count()
        if not count:
            return ""
        profiles = f"{plural(count, 'role profile')} list"
        if count == 1:
            profiles = "1 role profile lists"
        return (
            f"{profiles} {skill}. "
            "Replace it with another skill, or take it out of the profiles first."
        )

    def delete_or_replace(self, request, skill, into) -> None:
        """A replaced skill stays as another name of its replacement, so that old links work."""
        if into is None:
            remove_from_jobs(skill)
            self.delete_model(request, skill)
            return
        try:
            merge_skills(skill=skill, into=into, by=request.user)
        except MergeError as error:
            raise CannotRetireError(str(error)) from error

    @admin.display(description="Where used")
    def where_used(self, skill) -> str:
        if skill.pk:
            return render_to_string("admin/listings/_skill_used.html", _get_use(skill))
        return "Not used yet."

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def merge(self, request, pk) -> HttpResponse:
        """Choose the other skill, see what will change, then do it."""
        skill = get_object_or_404(Skill, pk=pk)
        if not self.has_change_permission(request, skill):
            raise PermissionDenied
        form = MergeForm(request.POST or request.GET or None)
        into = None
        if form.is_valid():
            into = form.cleaned_data["into"]
            try:
                check_merge(skill, into)
                if request.method == "POST":
                    merge_skills(skill=skill, into=into, by=request.user)
                    self.log_change(request, skill, f"Merged into {into}.")
                    self.message_user(request, f"Merged {skill} into {into}.")
                    return redirect("admin:roles_skill_change", into.pk)
            except MergeError as error:
                form.add_error("into", str(error))
                into = None
        context = self.admin_site.each_context(request) | _get_use(skill)
        context |= {
            "title": f"Merge {skill}",
            "opts": self.opts,
            "original": skill,
            "form": form,
            "into": into,
        }
        return render(request, "admin/listings/skill_merge.html", context)


def _get_use(skill: Skill) -> dict:
    jobs = listings_with_skill(skill)
    return {
        "skill": skill,
        "roles": Role.objects.filter(role_skills__skill=skill),
        "open_jobs": jobs.live().count(),
        "all_jobs": jobs.count(),
    }
