from functools import partial
from itertools import zip_longest

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, TextField, URLField
from django.forms import ModelForm, Textarea, URLInput
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import models, salaries, versions
from .articles import article_page
from .checks import faults_of, missing_from_profile
from .overlap import skill_overlap, tool_overlap
from .views import role_context


class TextArea(Textarea):
    """Browsers send lines that end in two characters; what is stored, shipped and compared has one."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if value else value


class PositionedInline(admin.TabularInline):
    """Rows in the order of their position."""

    extra = 0
    formfield_overrides = {
        TextField: {"widget": TextArea(attrs={"rows": 3, "cols": 50})},
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


class VersionedAdmin(admin.ModelAdmin):
    """Keeps a version with each save, and shows and restores them."""

    change_form_template = "admin/roles/versioned_change_form.html"
    formfield_overrides = {TextField: {"widget": TextArea(attrs={"rows": 12, "cols": 100})}}

    def get_urls(self):
        name = self.opts.model_name
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/versions/", view(self.versions), name=f"roles_{name}_versions"),
            path("<int:pk>/versions/<int:version>/restore/", view(self.restore), name=f"roles_{name}_restore"),
            *super().get_urls(),
        ]

    def thing(self, request, pk):
        """The object that an editor may change. Raises Http404 and PermissionDenied."""
        thing = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        return thing

    def admin_page(self, request, template, thing, **context):
        context |= {"original": thing, "opts": self.opts, "title": f"{context['title']}: {thing}"}
        return render(request, template, self.admin_site.each_context(request) | context)

    @method_decorator(require_safe)
    def versions(self, request, pk):
        thing = self.thing(request, pk)
        kept = list(thing.versions.select_related("by"))
        before = [version.snapshot for version in kept[1:]]
        changes = [versions.differences(old, new.snapshot) for old, new in zip(before, kept, strict=False)]
        rows = list(zip_longest(kept, changes))
        return self.admin_page(request, "admin/roles/versions.html", thing, title="Versions", rows=rows)

    @method_decorator(require_POST)
    def restore(self, request, pk, version):
        thing = self.thing(request, pk)
        version = get_object_or_404(thing.versions, pk=version)
        try:
            gone = versions.restore(version, by=request.user)
        except versions.CannotRestore as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(request, thing, f"Restored the version from {version.at:%Y-%m-%d %H:%M} UTC.")
            self.message_user(request, f"Restored the version from {version.at:%d %b %Y, %H:%M} UTC.")
            if gone:
                self.message_user(
                    request, f"These no longer exist, so they were not restored: {', '.join(gone)}.", messages.WARNING
                )
            transaction.on_commit(salaries.follow_names)
        return redirect(f"admin:roles_{self.opts.model_name}_versions", pk)

    def save_model(self, request, obj, form, change):
        if change:
            versions.keep_before_edit(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.save()  # after its parts: their reader goes by changed_at
        versions.keep(self.model.objects.get(pk=form.instance.pk), request.user)


@admin.register(models.Role)
class RoleAdmin(VersionedAdmin):
    """Every part of a profile on one page."""

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

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", view(self.preview), name="roles_role_preview"),
            path("<int:pk>/market/", view(self.market), name="roles_role_market"),
            *super().get_urls(),
        ]

    @admin.display(boolean=True, description="Complete")
    def is_complete(self, role):
        return role.is_complete  # from the profile in memory

    @admin.display(description="Completeness")
    def completeness(self, role):
        if not role.pk:
            return "Save first."
        return render_to_string("admin/roles/_checklist.html", {"role": role, "faults": faults_of(role)})

    @admin.display(description="Where used")
    def where_used(self, role):
        if not role.pk:
            return "Not used yet."
        pairs = models.Comparison.objects.filter(Q(role_1=role) | Q(role_2=role)).select_related("role_1", "role_2")
        context = {"role": role, "pairs": pairs, "jobs": role.listings.live().count()}
        return render_to_string("admin/roles/_role_used.html", context)

    def view_on_site(self, role):
        return role.get_absolute_url() if role.status == models.Role.Status.PUBLISHED else None

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        transaction.on_commit(salaries.follow_names)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def preview(self, request, pk):
        """The public page of what is saved, draft or not; its button publishes a complete profile."""
        role = self.thing(request, pk)
        faults = faults_of(role)
        if request.method == "POST" and role.is_complete:
            versions.keep_before_edit(role)
            role.status = role.Status.PUBLISHED
            role.save()
            versions.keep(role, request.user)
            self.log_change(request, role, "Published.")
            transaction.on_commit(salaries.follow_names)
            return redirect(role)
        return render(request, "roles/detail.html", role_context(role) | {"preview": {"faults": faults}})

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def market(self, request, pk):
        """What open jobs of the role ask for, beside its profile; one click adds what the profile lacks."""
        role = self.thing(request, pk)
        facts = role.listings.live().market_facts().get(role.pk)
        missing = missing_from_profile(role, facts)
        if request.method == "POST":
            skill = next((skill for skill, _ in missing if str(skill.pk) == request.POST.get("skill")), None)
            importance = request.POST.get("importance")
            if skill and importance in models.RoleSkill.Importance.values:
                self._add(role, skill, importance, request.user)
                self.message_user(
                    request, f"{skill} has been added to the profile. Add a note to explain why the role needs it."
                )
            return redirect("admin:roles_role_market", pk)
        items = [*role.profile.skills, *role.profile.tools]
        named = sorted(((item, facts.asking(item.skill_id) if facts else 0) for item in items), key=lambda one: -one[1])
        context = {"facts": facts, "missing": missing, "named": named, "title": "What employers ask for"}
        return self.admin_page(request, "admin/roles/market.html", role, **context)

    @transaction.atomic
    def _add(self, role, skill, importance, by):
        versions.keep_before_edit(role)
        position = role.role_skills.count()
        role.role_skills.get_or_create(skill=skill, defaults={"importance": importance, "position": position})
        role.save()
        versions.keep(models.Role.objects.get(pk=role.pk), by)


@admin.register(models.Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "kind", "merged_into"]
    list_filter = ["kind"]
    list_select_related = ["merged_into"]
    search_fields = ["name", "aliases__folded"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["merged_into"]
    inlines = [SkillAliasInline]


@admin.register(models.Comparison)
class ComparisonAdmin(VersionedAdmin):
    list_display = ["__str__", "published_on", "reviewed_on"]
    list_select_related = ["role_1", "role_2"]
    search_fields = ["role_1__name", "role_2__name"]
    autocomplete_fields = ["role_1", "role_2"]
    date_hierarchy = "published_on"
    readonly_fields = ["what_they_share"]
    fields = [
        "role_1", "role_2", "what_they_share", "introduction", "tips", "conclusion", "published_on", "reviewed_on",
    ]  # fmt: skip

    @admin.display(description="What they share")
    def what_they_share(self, pair):
        if not pair.pk:
            return "Save first."
        overlaps = [("skills", skill_overlap(*pair.roles)), ("tools", tool_overlap(*pair.roles))]
        return render_to_string("admin/roles/_pair.html", {"pair": pair, "overlaps": overlaps})

    def view_on_site(self, pair):
        is_public = models.Comparison.objects.published().filter(pk=pair.pk).exists()
        return pair.get_absolute_url() if is_public else None


class ArticleForm(ModelForm):
    class Meta:
        help_texts = {
            "slug": "The last part of the page’s web address. If you change a guide’s slug, its old address redirects.",
            "body": (
                "Markdown; headings from ##. {site_name}, {site_url} and {contact_email} are replaced with "
                "this site’s values."
            ),
            "published_on": "The day the article goes live (UTC). Leave blank to keep it unpublished.",
        }
        widgets = {
            "summary": TextArea(attrs={"rows": 3, "cols": 100}),
            "body": TextArea(attrs={"rows": 36, "cols": 100}),
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

    @admin.display(description="Responses", ordering="answer_count")
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
