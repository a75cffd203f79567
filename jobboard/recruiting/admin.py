from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.listings import models

from . import api_tokens, company_actions, first_post
from .models import ApiToken, ImportJob


@admin.register(models.JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    """Who asks to act for a company: its owners decide, or an admin where it has none."""

    list_display = ["user", "company", "at", "has_owner"]
    list_select_related = ["user", "company"]
    actions = ["let_in", "decline"]

    def get_queryset(self, request) -> QuerySet:
        owners = models.Membership.objects.filter(
            company=OuterRef("company"), part=models.Membership.Part.OWNER
        )
        return super().get_queryset(request).annotate(has_owner=Exists(owners))

    @admin.display(boolean=True)
    def has_owner(self, join_request) -> bool:
        return join_request.has_owner

    @admin.action(
        permissions=["change_company"], description="Accept, and submit their draft job for review"
    )
    def let_in(self, request, queryset) -> None:
        for join_request in queryset:
            first_post.accept_join_request(request=join_request, by=request.user)

    @admin.action(permissions=["change_company"], description="Decline")
    def decline(self, request, queryset) -> None:
        for join_request in queryset:
            company_actions.decline_join_request(request=join_request, by=request.user)

    def has_change_company_permission(self, request) -> bool:
        return request.user.has_perm("listings.change_company")


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    """Files of jobs that recruiters uploaded, and what became of them."""

    list_display = ["company", "by", "state", "rows", "created_at", "finished_at", "problem"]
    list_filter = ["state"]
    list_select_related = ["company", "by"]
    search_fields = ["company__name", "by__email"]
    exclude = ["content"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Which programs may post for which company. Staff revoke, and make none."""

    list_display = ["name", "company", "scope", "made_by", "created_at", "last_used_at", "state"]
    list_filter = ["scope"]
    list_select_related = ["company", "made_by"]
    search_fields = ["company__name", "name"]
    exclude = ["token_hash"]
    actions = ["revoke"]

    @admin.action(permissions=["change_company"], description="Revoke")
    def revoke(self, request, queryset) -> None:
        for token in queryset.select_related("company"):
            api_tokens.revoke(token, by=request.user)

    def has_change_company_permission(self, request) -> bool:
        return request.user.has_perm("listings.change_company")
