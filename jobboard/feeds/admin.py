from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from jobboard.common.admin import DistinctInline, WithAutocomplete
from jobboard.common.tasks import SOMEBODY_WAITS, enqueue_once
from jobboard.common.text.words import fold, plural
from jobboard.listings import models
from roles.models import Role, RoleAlias

from . import not_understood
from .detection.addresses import detect_address
from .detection.sources import NotASourceError
from .fetching import fetch_feed
from .pasted import TO_BE_READ
from .vanished import end_vanished

# Any page may have markup, a file may be anywhere, and Workday's adapter takes the career site.
READ_AS_TYPED = {models.Feed.Kind.JOBPOSTING, models.Feed.Kind.CSV, models.Feed.Kind.WORKDAY}


class FeedRunInline(admin.TabularInline):
    model = models.FeedRun
    verbose_name_plural = "runs, newest first"
    extra = 0
    can_delete = False
    fields = readonly_fields = (
        "at",
        "failure",
        "created",
        "published",
        "updated",
        "unchanged",
        "reopened",
        "closed",
        "skipped",
        "refused",
        "faults",
        "notes",
    )

    def get_queryset(self, request) -> QuerySet:
        # The name of each run contains its company.
        return super().get_queryset(request).select_related("feed__company")

    def has_add_permission(self, request, obj=None) -> bool:
        return False


class FeedForm(forms.ModelForm):
    api_key = forms.CharField(
        label="API key",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=(
            "Required for USAJOBS. For Adzuna, put the keys in the address. "
            "Leave blank to keep the current key."
        ),
    )

    def clean_api_key(self) -> str:
        return self.cleaned_data["api_key"] or self.instance.api_key

    def clean(self) -> None:
        """The page that people see of a board becomes the address of its interface."""
        super().clean()
        kind, address = self.cleaned_data.get("kind", ""), self.cleaned_data.get("address", "")
        if not address or kind in READ_AS_TYPED:
            return
        try:
            source = detect_address(address)
        except NotASourceError as refused:
            self.add_error("address", str(refused))
            return
        if source.kind == kind:
            self.cleaned_data["address"] = source.api
        elif source.kind not in TO_BE_READ:
            self.add_error(
                "kind", f"This is an address of {source.name}. Choose that kind of feed."
            )


def can_teach(user) -> bool:
    return user.has_perms(["roles.add_rolealias", "listings.add_placealias"])


class TeachForm(forms.Form):
    """What a title or a place that feeds write means."""

    kind = forms.ChoiceField(choices=[("title", "title"), ("place", "place")])
    text = forms.CharField(max_length=120)
    role = forms.ModelChoiceField(Role.objects, required=False)
    means = forms.CharField(max_length=120, required=False)

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("kind") == "title" and not data.get("role"):
            self.add_error("role", "Choose a role.")
        if data.get("kind") == "place" and not data.get("means"):
            self.add_error("means", "Enter a location.")
        longest = models.PlaceAlias._meta.get_field("folded").max_length or 0
        if len(fold(data.get("text", ""))) > longest:
            self.add_error("text", "This alias is too long.")
        named = Role.objects.ids_by_name().get(fold(data.get("text", "")))
        if (
            data.get("kind") == "title"
            and data.get("role")
            and named not in (None, data["role"].pk)
        ):
            self.add_error("role", "Another role already uses this name or alias.")

    def teach(self) -> tuple[RoleAlias | models.PlaceAlias, int]:
        data = self.cleaned_data
        if data["kind"] == "title":
            return not_understood.teach_role(data["text"], data["role"])
        return not_understood.teach_place(data["text"], data["means"])


@admin.register(models.Feed)
class FeedAdmin(WithAutocomplete, admin.ModelAdmin):
    list_display = [
        "__str__",
        "problem",
        "failing_since",
        "last_ok_at",
        "last_count",
        "next_fetch_at",
    ]
    list_filter = [("problem", admin.EmptyFieldListFilter), "kind", "publishes"]
    list_select_related = ["company"]
    search_fields = ["company__name", "address"]
    autocomplete_fields = ["company"]
    readonly_fields = [
        "last_ok_at",
        "last_count",
        "failing_since",
        "failures",
        "problem",
        "next_fetch_at",
    ]
    inlines = [FeedRunInline]
    actions = ["fetch_now", "close_vanished"]
    form = FeedForm

    def get_fields(self, request, obj=None) -> list:
        """Who may only look does not see keys; Adzuna's stand in the address."""
        may_change = self.has_change_permission(request, obj)
        return [
            name
            for name in super().get_fields(request, obj)
            if may_change or name not in ("api_key", "address")
        ]

    def save_model(self, request, feed, form, change) -> None:
        # What the old address answered with says nothing about the new one.
        if {"address", "kind"} & set(form.changed_data):
            feed.etag = feed.last_modified = ""
            feed.next_fetch_at = None
        super().save_model(request, feed, form, change)

    @admin.action(permissions=["change"], description="Fetch now")
    def fetch_now(self, request, queryset) -> None:
        feeds = queryset.exclude(address="")
        feeds.update(next_fetch_at=timezone.now(), etag="", last_modified="")
        pks = list(feeds.values_list("pk", flat=True))
        for pk in pks:
            enqueue_once(fetch_feed.using(priority=SOMEBODY_WAITS), feed_id=pk)
        messages.success(request, f"{plural(len(pks), 'feed')} will be fetched in a moment.")

    @admin.action(permissions=["change"], description="Close jobs missing from the last fetch")
    def close_vanished(self, request, queryset) -> None:
        for feed in queryset:
            count = end_vanished(feed, now=timezone.now(), by=request.user)
            queryset.filter(pk=feed.pk, failing_since=None).update(problem="")
            messages.success(request, f"{feed}: {plural(count, 'job')} closed.")

    def get_urls(self) -> list[URLPattern]:
        return [
            path("unread/", self.admin_site.admin_view(self.unread), name="listings_feed_unread"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def unread(self, request) -> HttpResponse:
        """What feeds say that nothing was read from, and a place to teach it."""
        if not can_teach(request.user):
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
                    request,
                    f"Added the alias “{form.cleaned_data['text']}” "
                    f"and updated {plural(count, 'job')}.",
                )
                return redirect("admin:listings_feed_unread")
        sections = [
            {
                "name": "Titles that don’t match a role",
                "kind": "title",
                "rows": not_understood.titles(),
            },
            {"name": "Unrecognised locations", "kind": "place", "rows": not_understood.places()},
            {"name": "Pay text without an amount", "rows": not_understood.pay()},
        ]
        context = self.admin_site.each_context(request) | {
            "title": "Unrecognised text",
            "form": form,
        }
        return render(
            request,
            "admin/listings/feed/unread.html",
            context | {"sections": sections, "roles": Role.objects.all()},
        )


class PlaceAliasInline(DistinctInline):
    model = models.PlaceAlias


@admin.register(models.Place)
class PlaceAdmin(admin.ModelAdmin):
    list_display = ["name", "admin1", "country", "kind"]
    list_filter = ["kind"]
    search_fields = ["folded"]
    inlines = [PlaceAliasInline]
