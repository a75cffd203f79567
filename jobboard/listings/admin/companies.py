from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import URLField
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode

from jobboard.common.admin import DistinctInline
from jobboard.common.hosts.domains import host_of, registrable
from jobboard.common.retiring import RetiringAdmin
from jobboard.common.security_events import Kind
from jobboard.common.text.words import plural
from jobboard.common.web.long_lists import LongListAdmin
from jobboard.listings import models
from jobboard.listings.employers import identity
from jobboard.listings.employers.companies import record_company, recording_identity

from .filters import CompanyState


class MembershipInline(DistinctInline):
    model = models.Membership
    fields = ["user", "part", "proof", "proven_at"]
    readonly_fields = ["proven_at"]
    autocomplete_fields = ["user"]


class LogoInline(admin.StackedInline):
    """Shown, and removed where it must not be."""

    model = models.CompanyLogo
    fields = ["picture"]
    readonly_fields = ["picture"]

    def has_add_permission(self, request, obj=None):
        return False

    @admin.display(description="Logo")
    def picture(self, logo):
        if not logo.pk:  # the empty form that the admin puts on each page
            return ""
        width, height = logo.shown
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="">', logo.get_absolute_url(), width, height
        )


class CompanyForm(forms.ModelForm):
    """The address and the domain are derived from name and website if they are not typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        domain_before = self.initial.get("domain", "")
        follows = domain_before in ("", host_of(self.initial.get("website", "")))
        if follows and "website" in self.changed_data and "domain" not in self.changed_data:
            cleaned["domain"] = host_of(cleaned.get("website", ""))
        return cleaned


@admin.register(models.Company)
class CompanyAdmin(LongListAdmin, RetiringAdmin):
    form = CompanyForm
    list_display = ["name", "country", "domain", "verified_by", "is_demo", "live_count"]
    list_filter = [CompanyState, "verified_by", "is_demo"]
    search_fields = ["name", "domain"]
    sortable_by = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["verified_at", "verified_domain", "suspended_at", "merged_into"]
    inlines = [MembershipInline, LogoInline]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def complete(self, page: list[Any]) -> None:
        companies = models.Company.objects.filter(pk__in=[company.pk for company in page])
        counts = {counted.pk: counted.live_count for counted in companies.with_live_count()}
        for company in page:
            company.live_count = counts[company.pk]

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        """Show all that happened to the company and its jobs."""
        return redirect(f"{reverse('moderation_history')}?{urlencode({'company': object_id})}")

    def why_not_deleted(self, company) -> str:
        count = company.listings.count()
        if not count:
            return ""
        return (
            f"{company} has {plural(count, 'job')}. Jobs are kept for the people who saved them "
            "and for the statistics, so a company with jobs cannot be deleted. Merge it into "
            "another company, or suspend it."
        )

    def instead(self, company) -> list[tuple[str, str]]:
        ways = []
        if not company.merged_into_id:
            merge = reverse("moderation_merge_company", args=[company.pk])
            ways.append(("Merge it into another company", merge))
        if not company.suspended_at and company.listings.exists():
            suspend = reverse("moderation_suspend", args=[company.pk])
            ways.append(("Suspend this company", suspend))
        return ways

    @admin.display(description="Open jobs")
    def live_count(self, company) -> int:
        return company.live_count

    def save_model(self, request, company, form, change) -> None:
        identity.settle_badge(company, form.changed_data)
        if not change:
            super().save_model(request, company, form, change)
            return
        if "website" in form.changed_data:
            company.website_looked_at = company.careers_seen_at = None
        before = models.Company.objects.get(pk=company.pk).domain
        if registrable(before) != registrable(company.domain):
            identity.end_proofs_by_domain(company)
        with recording_identity(company, request.user):
            super().save_model(request, company, form, change)

    def save_formset(self, request, form, formset, change) -> None:
        """Members and the logo."""
        if formset.model is models.Membership:
            for row in formset.forms:
                if "proof" in row.changed_data:
                    row.instance.proven_at = timezone.now() if row.instance.proof else None
                elif row.instance.pk:  # it may have ended with the domain
                    row.instance.refresh_from_db(fields=["proof", "proven_at"])
        super().save_formset(request, form, formset, change)
        company = form.instance
        kind = Kind.MEMBERS_CHANGED
        if formset.model is models.CompanyLogo and formset.deleted_objects:
            record_company(company, request.user, "logo removed")
        if formset.model is not models.Membership:
            return
        changed = [membership for membership, _ in formset.changed_objects]
        for membership in [*formset.new_objects, *changed]:
            proof = membership.get_proof_display().lower()
            detail = f"user {membership.user_id} is {membership.part}, proof: {proof}"
            record_company(company, request.user, detail, kind)
        for membership in formset.deleted_objects:
            record_company(company, request.user, f"user {membership.user_id} removed", kind)
        owners = company.memberships.filter(part=models.Membership.Part.OWNER)
        if formset.has_changed() and not owners.exists():
            messages.warning(
                request,
                f"{company} has no owner now. Nobody of it can invite members or answer requests.",
            )
