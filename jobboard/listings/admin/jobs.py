from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

from jobboard.common.admin import WithAutocomplete
from jobboard.common.text.words import plural
from jobboard.common.web.long_lists import MAX_LISTED, SEARCHED, LongListAdmin
from jobboard.listings import lifecycle, models
from jobboard.listings.choices import Level
from jobboard.listings.copies.joining import differences
from jobboard.listings.lifecycle import InvalidStatusError
from jobboard.listings.lifecycle.why_not_live import why_not_live
from jobboard.listings.pay.base import describe_pay
from jobboard.listings.rights import MODERATE, with_right

from .filters import LocationsToCheck, Posted, Visibility

COMPANIES_SEARCHED = 100  # by name


def _lines(lines: Iterable[str]) -> str:
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines)) or "-"


class ClassifyForm(forms.ModelForm):
    def clean_same_as(self) -> models.Listing | None:
        same = self.cleaned_data["same_as"]
        if same == self.instance or (same and same.company_id != self.instance.company_id):
            raise ValidationError("Choose another job from the same company.")
        return same

    def clean_level_max(self) -> str:
        highest = self.cleaned_data["level_max"]
        if not Level.may_be_range(self.cleaned_data.get("level", ""), highest):
            raise ValidationError("Choose a level above the other one, or none.")
        return highest


@admin.register(models.Listing)
class ListingAdmin(WithAutocomplete, LongListAdmin):
    """Listings change through actions, so that events and mails are right; here one looks,
    classifies and decides.
    """

    list_display = [
        "title",
        "review_link",
        "company",
        "role",
        "state",
        "posted_at",
        "featured_until",
    ]
    list_filter = [
        Posted,
        "status",
        Visibility,
        "relevance",
        "company__is_demo",
        "role",
        "family",
        "level",
        "places__workplace",
        "feed__kind",
        LocationsToCheck,
    ]
    list_select_related = ["company", "role"]
    search_fields = ["title", "company__name", "external_id"]
    search_help_text = (
        f"Searches the newest {SEARCHED:,} jobs by title, company and ID, and the jobs of "
        "companies whose name has all the words."
    )
    sortable_by = ["posted_at"]
    not_listed = ["description_source", "description_html"]
    autocomplete_fields = ["role", "same_as"]
    actions = [
        "feature_selected",
        "unfeature_selected",
        "join_selected",
        "split_selected",
    ]
    form = ClassifyForm
    classify = ["role", "level", "level_max", "same_as"]

    fieldsets = [
        (
            "Classification",
            {
                "fields": [
                    "role",
                    "level",
                    "level_max",
                    "same_as",
                    "folded_into",
                    "relevance",
                    "relevance_why",
                    "family",
                ]
            },
        ),
        (
            "Status",
            {
                "fields": [
                    "status",
                    "not_live_because",
                    "outcome",
                    "reason",
                    "featured_until",
                    "hidden_at",
                    "hidden_reason",
                    "submitted_at",
                    "published_at",
                    "confirmed_at",
                    "closes_on",
                    "expires_at",
                    "closed_at",
                    "posted_at",
                    "first_seen_at",
                    "last_seen_at",
                    "changed_at",
                ]
            },
        ),
        (
            "Content",
            {
                "fields": [
                    "edit_link",
                    "company",
                    "title",
                    "description_source",
                    "employment_type",
                    "locations",
                    "eligibility",
                    "eligibility_text",
                    "utc_note",
                    "stated_pay",
                    "pay_note",
                    "apply_url",
                    "apply_email",
                    "visa",
                    "for_client",
                    "client_name",
                    "skill_line",
                ]
            },
        ),
        (
            "Origin",
            {
                "fields": [
                    "feed",
                    "external_id",
                    "role_from",
                    "reposted_from",
                    "created_by",
                    "version",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        fields = [field.name for field in models.Listing._meta.fields]
        for name in self.classify:
            fields.remove(name)
        return [
            *fields,
            "employment_type",
            "locations",
            "stated_pay",
            "not_live_because",
            "edit_link",
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        matches, _ = super().get_search_results(request, queryset, search_term)
        words = search_term.replace("\0", "").split()
        if not words:
            return matches, False
        companies = models.Company.objects.all()
        for word in words:
            companies = companies.filter(name__icontains=word)
        company_ids = list(companies.values_list("pk", flat=True)[:COMPANIES_SEARCHED])
        of_companies = queryset.filter(company__in=company_ids).order_by("-pk")
        # Asked for apart: one question with both would look at each job.
        pks = {
            *matches.values_list("pk", flat=True)[:MAX_LISTED],
            *of_companies.values_list("pk", flat=True)[:MAX_LISTED],
        }
        return queryset.filter(pk__in=pks), False

    @admin.display
    def employment_type(self, listing: models.Listing) -> str:
        return ", ".join(kind.label for kind in listing.types) or "-"

    @admin.display
    def locations(self, listing: models.Listing) -> str:
        """Show each location with the place that was understood."""
        rows = listing.places.select_related("place")
        return _lines(
            f"{row.text}: {row.place or 'not recognised'}, "
            f"{row.workplace_line.lower() or 'workplace type not stated'}"
            for row in rows
        )

    @admin.display(description="Why it is not live")
    def not_live_because(self, listing: models.Listing) -> str:
        return why_not_live(listing) or "It is live."

    @admin.display(description="Pay")
    def stated_pay(self, listing: models.Listing) -> str:
        return _lines(describe_pay(statement) for statement in listing.statements)

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False  # listings are closed or hidden; what links to them stays true

    def view_on_site(self, listing) -> str | None:
        if listing.is_live or listing.is_over:
            return listing.get_absolute_url()
        return None

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        """Show all that happened to the job, not only what was done in this form."""
        return redirect(f"{reverse('moderation_history')}?{urlencode({'job': object_id})}")

    @admin.display(description="Edit")
    def edit_link(self, listing) -> str:
        return format_html(
            '<a href="{}">Edit what it says</a>', reverse("moderation_edit_job", args=[listing.pk])
        )

    @admin.display(description="Review")
    def review_link(self, listing) -> str:
        return format_html(
            '<a href="{}">Review</a>', reverse("moderation_review", args=[listing.pk])
        )

    def save_model(self, request, listing, form, change) -> None:
        if {"role", "level", "level_max"} & set(form.changed_data):
            listing.role_from = models.Listing.RoleFrom.EDITOR
        if "role" in form.changed_data and listing.role:
            lifecycle.accept_as_relevant(listing, "An editor chose its role.")
        if "same_as" in form.changed_data:
            listing.same_as_from = models.Listing.SameAsFrom.EDITOR
        listing.version = F("version") + 1
        listing.save(
            update_fields=[
                "role",
                "role_from",
                "relevance",
                "relevance_why",
                "family",
                "status",
                "submitted_at",
                "level",
                "level_max",
                "same_as",
                "same_as_from",
                "version",
            ]
        )

    @admin.action(
        permissions=["change"],
        description=f"Feature selected jobs for {lifecycle.FEATURED_DAYS} days",
    )
    def feature_selected(self, request, queryset) -> None:
        until = timezone.now() + timedelta(days=lifecycle.FEATURED_DAYS)
        self._each(request, queryset, lifecycle.feature_listing, "featured", until=until)

    @admin.action(permissions=["change"], description="Stop featuring selected jobs")
    def unfeature_selected(self, request, queryset) -> None:
        self._each(request, queryset, lifecycle.feature_listing, "no longer featured", until=None)

    @admin.action(permissions=["change"], description="Join selected jobs into the oldest live one")
    def join_selected(self, request, queryset) -> HttpResponse | None:
        """Join jobs that are one job in several locations or from several sources. If they differ
        in what the page will show of one alone, ask first.
        """
        job = queryset.live().order_by("first_seen_at", "pk").first()
        if job is None:
            messages.error(request, "Select a live job that the others are to be part of.")
            return None
        copies = list(queryset.exclude(pk=job.pk).order_by("first_seen_at", "pk"))
        if "confirmed" not in request.POST:
            confirm_page = self._confirm_page(request, job, copies)
            if confirm_page:
                return confirm_page
        try:
            with with_right(request.user, MODERATE, jobs=[job.pk, *(copy.pk for copy in copies)]):
                joined = lifecycle.join_listings(job=job, copies=queryset, by=request.user)
        except InvalidStatusError as problem:
            messages.error(request, str(problem))
            return None
        messages.success(request, f"{plural(len(joined), 'job')} joined to “{job}”.")
        return None

    def _confirm_page(self, request, job, copies) -> HttpResponse | None:
        """Show where the copies of one company differ from ``job``; None if they do not."""
        if any(copy.company_id != job.company_id for copy in copies):
            return None
        differing = [(copy, differences(job, copy), self.stated_pay(copy)) for copy in copies]
        if not any(names for _, names, _ in differing):
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Join these jobs?",
            "opts": self.opts,
            "job": job,
            "pay": self.stated_pay(job),
            "differing": differing,
        }
        return render(request, "admin/listings/join.html", context)

    @admin.action(
        permissions=["change"], description="Split selected jobs from the job they are part of"
    )
    def split_selected(self, request, queryset) -> None:
        """Split copies off their job; of a job that is no copy itself, split off all copies."""
        jobs = queryset.filter(folded_into=None).values("pk")
        selected_copies = queryset.exclude(folded_into=None).values("pk")
        copies = models.Listing.objects.filter(Q(pk__in=selected_copies) | Q(folded_into__in=jobs))
        count = 0
        for copy in copies:
            with (
                suppress(InvalidStatusError),  # somebody was faster
                with_right(request.user, MODERATE, jobs=[copy.pk]),
            ):
                lifecycle.split_listing(copy=copy, by=request.user)
                count += 1
        messages.success(request, f"{plural(count, 'job')} split from the others.")

    def _each(self, request, listings, act, done, **values) -> None:
        count = 0
        for listing in listings:
            try:
                with with_right(request.user, MODERATE, jobs=[listing.pk]):
                    act(listing=listing, by=request.user, **values)
                count += 1
            except InvalidStatusError as problem:
                messages.warning(request, str(problem))
        if count:
            messages.success(request, f"{count} {done}.")
