from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, F, OuterRef, URLField
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from jobboard.common.words import plural
from roles.admin import ReadOnlyAdmin, SkillAdmin
from roles.models import Role, RoleAlias, Skill, fold

from . import actions, company_actions, models, unread
from .actions import EditConflict, WrongState
from .skills import CannotMerge, check_merge, listings_naming, merge_skills
from .sources.importer import end_vanished

FEATURE_DAYS = 14


class MembershipInline(admin.TabularInline):
    model = models.Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(models.Company)
class CompanyAdmin(admin.ModelAdmin):
    list_display = ["name", "country", "domain", "verified_by", "is_demo", "live_count"]
    list_filter = ["verified_by", "is_demo"]
    search_fields = ["name", "domain"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["verified_at", "suspended_at", "merged_into"]
    inlines = [MembershipInline]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request):
        return super().get_queryset(request).with_live_count()

    @admin.display(description="Open jobs")
    def live_count(self, company):
        return company.live_count

    def save_model(self, request, company, form, change):
        if "verified_by" in form.changed_data:
            company.verified_at = timezone.now() if company.verified_by else None
        super().save_model(request, company, form, change)


@admin.register(models.JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    """Who asks to act for a company; its owners decide, and here an admin does where it has none."""

    list_display = ["user", "company", "at", "has_owner"]
    list_select_related = ["user", "company"]
    actions = ["let_in", "decline"]

    def get_queryset(self, request):
        owners = models.Membership.objects.filter(company=OuterRef("company"), part=models.Membership.Part.OWNER)
        return super().get_queryset(request).annotate(has_owner=Exists(owners))

    def has_owner(self, join_request):
        return join_request.has_owner

    has_owner.boolean = True

    @admin.action(permissions=["change_company"], description="Accept, and submit their draft job for review")
    def let_in(self, request, queryset):
        for join_request in queryset:
            company_actions.accept_join_request(request=join_request, by=request.user)

    @admin.action(permissions=["change_company"], description="Decline")
    def decline(self, request, queryset):
        for join_request in queryset:
            company_actions.decline_join_request(request=join_request, by=request.user)

    def has_change_company_permission(self, request):
        return request.user.has_perm("listings.change_company")


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(Skill.objects.current(), label="Merge into")


admin.site.unregister(Skill)


@admin.register(Skill)
class SkillWithJobsAdmin(SkillAdmin):
    """What the reference side shows of a skill, with the jobs that name it, and merging."""

    change_form_template = "admin/listings/skill_change_form.html"
    readonly_fields = ["merged_into", "where_used"]

    def get_urls(self):
        return [
            path("<int:pk>/merge/", self.admin_site.admin_view(self.merge), name="roles_skill_merge"),
            *super().get_urls(),
        ]

    @admin.display(description="Where used")
    def where_used(self, skill):
        return render_to_string("admin/listings/_skill_used.html", _use_of(skill)) if skill.pk else "Not used yet."

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def merge(self, request, pk):
        """Choose the other skill, see what will change, then do it."""
        skill = get_object_or_404(Skill, pk=pk)
        if not self.has_change_permission(request, skill):
            raise PermissionDenied
        form = MergeForm(request.POST or request.GET or None)
        into = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
        if into:
            try:
                check_merge(skill, into)
                if request.method == "POST":
                    merge_skills(skill=skill, into=into, by=request.user)
                    self.log_change(request, skill, f"Merged into {into}.")
                    self.message_user(request, f"Merged {skill} into {into}.")
                    return redirect("admin:roles_skill_change", into.pk)
            except CannotMerge as error:
                form.add_error("into", str(error))
                into = None
        context = self.admin_site.each_context(request) | {
            **_use_of(skill), "title": f"Merge {skill}", "opts": self.opts, "original": skill, "form": form,
            "into": into,
        }  # fmt: skip
        return render(request, "admin/listings/skill_merge.html", context)


def _use_of(skill: Skill) -> dict:
    named = listings_naming(skill)
    return {
        "skill": skill,
        "roles": Role.objects.filter(role_skills__skill=skill),
        "open_jobs": named.live().count(),
        "all_jobs": named.count(),
    }


class ClassifyForm(forms.ModelForm):
    def clean_same_as(self):
        same = self.cleaned_data["same_as"]
        if same == self.instance or (same and same.company_id != self.instance.company_id):
            raise ValidationError("Choose another job from the same company.")
        return same


@admin.register(models.Listing)
class ListingAdmin(admin.ModelAdmin):
    """Listings change through actions, so that events and mails are right; here one looks, classifies and decides."""

    list_display = ["title", "review_link", "company", "role", "state", "posted_at", "featured_until"]
    list_filter = ["status", "company__is_demo", "role", "level", "workplace", "feed__kind"]
    list_select_related = ["company", "role"]
    search_fields = ["title", "company__name", "external_id"]
    date_hierarchy = "posted_at"
    autocomplete_fields = ["role", "same_as"]
    actions = ["publish_selected", "feature_selected", "unfeature_selected"]
    form = ClassifyForm
    classify = ["role", "level", "same_as"]

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in models.Listing._meta.fields if field.name not in self.classify]

    fieldsets = [
        ("Classification", {"fields": ["role", "level", "same_as"]}),
        ("Status", {"fields": [
            "status", "outcome", "reason", "featured_until", "hidden_at", "hidden_reason", "submitted_at",
            "published_at", "confirmed_at", "closes_on", "expires_at", "closed_at", "posted_at", "first_seen_at",
            "last_seen_at", "changed_at",
        ]}),
        ("Content", {"fields": [
            "company", "title", "description_source", "place_line", "workplace", "eligibility", "eligibility_text",
            "salary_min", "salary_max", "salary_currency", "salary_period", "salary_from", "pay_note", "apply_url",
            "apply_email", "visa", "skill_line",
        ]}),
        ("Origin", {"fields": ["feed", "external_id", "role_from", "reposted_from", "created_by", "version"]}),
    ]  # fmt: skip

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False  # listings are closed or hidden; what links to them stays true

    def view_on_site(self, listing):
        return listing.get_absolute_url() if listing.is_live or listing.is_over else None

    @admin.display(description="Review")
    def review_link(self, listing):
        return format_html('<a href="{}">Review</a>', reverse("moderation_review", args=[listing.pk]))

    def save_model(self, request, listing, form, change):
        if {"role", "level"} & set(form.changed_data):
            listing.role_from = models.Listing.RoleFrom.EDITOR
        if "same_as" in form.changed_data:
            listing.same_as_from = models.Listing.SameAsFrom.EDITOR
        listing.version = F("version") + 1
        listing.save(update_fields=["role", "role_from", "level", "same_as", "same_as_from", "version"])

    @admin.action(permissions=["change"], description="Publish selected jobs that are in review")
    def publish_selected(self, request, queryset):
        self._each(request, queryset, actions.publish_listing, "published")

    @admin.action(permissions=["change"], description=f"Feature selected jobs for {FEATURE_DAYS} days")
    def feature_selected(self, request, queryset):
        until = timezone.now() + timedelta(days=FEATURE_DAYS)
        self._each(request, queryset, actions.feature_listing, "featured", until=until)

    @admin.action(permissions=["change"], description="Stop featuring selected jobs")
    def unfeature_selected(self, request, queryset):
        self._each(request, queryset, actions.feature_listing, "no longer featured", until=None)

    def _each(self, request, listings, act, done, **values):
        count = 0
        for listing in listings:
            try:
                act(listing=listing, by=request.user, **values)
                count += 1
            except (WrongState, EditConflict) as problem:
                messages.warning(request, str(problem))
        if count:
            messages.success(request, f"{count} {done}.")


class FeedRunInline(admin.TabularInline):
    model = models.FeedRun
    verbose_name_plural = "runs, newest first"
    extra = 0
    can_delete = False
    fields = readonly_fields = [
        "at", "failure", "created", "published", "updated", "unchanged", "reopened", "closed", "skipped", "refused",
        "notes",
    ]  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("feed__company")  # by which each run is called

    def has_add_permission(self, request, obj=None):
        return False


class FeedForm(forms.ModelForm):
    api_key = forms.CharField(
        label="API key",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Required for USAJOBS. For Adzuna, put the keys in the address. Leave blank to keep the current key.",
    )

    def clean_api_key(self):
        return self.cleaned_data["api_key"] or self.instance.api_key


class TeachForm(forms.Form):
    """What a title or a place that feeds write means."""

    kind = forms.ChoiceField(choices=[("title", "title"), ("place", "place")])
    text = forms.CharField(max_length=120)
    role = forms.ModelChoiceField(Role.objects, required=False)
    means = forms.CharField(max_length=120, required=False)

    def clean(self):
        data = self.cleaned_data
        if data.get("kind") == "title" and not data.get("role"):
            self.add_error("role", "Choose a role.")
        if data.get("kind") == "place" and not data.get("means"):
            self.add_error("means", "Enter a location.")
        if len(fold(data.get("text", ""))) > models.PlaceAlias._meta.get_field("folded").max_length:
            self.add_error("text", "This alias is too long.")
        named = Role.objects.ids_by_name().get(fold(data.get("text", "")))
        if data.get("kind") == "title" and data.get("role") and named not in (None, data["role"].pk):
            self.add_error("role", "Another role already uses this name or alias.")

    def teach(self) -> tuple[RoleAlias | models.PlaceAlias, int]:
        data = self.cleaned_data
        if data["kind"] == "title":
            return unread.teach_role(data["text"], data["role"])
        return unread.teach_place(data["text"], data["means"])


@admin.register(models.Feed)
class FeedAdmin(admin.ModelAdmin):
    list_display = ["__str__", "problem", "failing_since", "last_ok_at", "last_count", "next_fetch_at"]
    list_filter = [("problem", admin.EmptyFieldListFilter), "kind", "publishes"]
    list_select_related = ["company"]
    search_fields = ["company__name", "address"]
    autocomplete_fields = ["company"]
    readonly_fields = ["last_ok_at", "last_count", "failing_since", "failures", "problem", "next_fetch_at"]
    inlines = [FeedRunInline]
    actions = ["fetch_soon", "close_vanished"]
    form = FeedForm

    def get_fields(self, request, obj=None):
        """Who may only look does not see keys; Adzuna's stand in the address."""
        may_change = self.has_change_permission(request, obj)
        return [name for name in super().get_fields(request, obj) if may_change or name not in ("api_key", "address")]

    def save_model(self, request, feed, form, change):
        if {"address", "kind"} & set(
            form.changed_data
        ):  # what the old one answered with says nothing about the new one
            feed.etag = feed.last_modified = ""
            feed.next_fetch_at = None
        super().save_model(request, feed, form, change)

    @admin.action(permissions=["change"], description="Fetch on the next scheduler run")
    def fetch_soon(self, request, queryset):
        count = queryset.exclude(address="").update(next_fetch_at=timezone.now(), etag="", last_modified="")
        messages.success(request, f"{plural(count, 'feed')} will be fetched on the next scheduler run.")

    @admin.action(permissions=["change"], description="Close jobs missing from the last fetch")
    def close_vanished(self, request, queryset):
        for feed in queryset:
            count = end_vanished(feed, now=timezone.now(), by=request.user)
            queryset.filter(pk=feed.pk, failing_since=None).update(problem="")
            messages.success(request, f"{feed}: {plural(count, 'job')} closed.")

    def get_urls(self):
        return [
            path("unread/", self.admin_site.admin_view(self.unread), name="listings_feed_unread"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def unread(self, request):
        """What feeds say that nothing was read from, and a place to teach it."""
        if not request.user.has_perms(["roles.add_rolealias", "listings.add_placealias"]):
            raise PermissionDenied
        form = TeachForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                alias, count = form.teach()
            except ValueError as problem:
                form.add_error("means", str(problem))
            else:
                self.log_addition(request, alias, "Added from unrecognised text.")
                messages.success(
                    request, f"Added the alias “{form.cleaned_data['text']}” and updated {plural(count, 'job')}."
                )
                return redirect("admin:listings_feed_unread")
        sections = [
            {"name": "Titles that don’t match a role", "kind": "title", "rows": unread.titles()},
            {"name": "Unrecognised locations", "kind": "place", "rows": unread.places()},
            {"name": "Pay text without an amount", "rows": unread.pay()},
        ]
        context = self.admin_site.each_context(request) | {"title": "Unrecognised text", "form": form}
        return render(
            request, "admin/listings/feed/unread.html", context | {"sections": sections, "roles": Role.objects.all()}
        )


class PlaceAliasInline(admin.TabularInline):
    model = models.PlaceAlias
    extra = 0


@admin.register(models.Place)
class PlaceAdmin(admin.ModelAdmin):
    list_display = ["name", "admin1", "country", "kind"]
    list_filter = ["kind"]
    search_fields = ["folded"]
    inlines = [PlaceAliasInline]


@admin.register(models.ListingEvent)
class ListingEventAdmin(ReadOnlyAdmin):
    """The record of everything that happened; append-only."""

    list_display = ["at", "kind", "listing", "old", "new", "actor", "by", "public"]
    list_filter = ["kind", "actor", "public"]
    list_select_related = ["listing", "by"]
    search_fields = ["listing__title"]
    date_hierarchy = "at"
