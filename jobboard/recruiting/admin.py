from collections.abc import Callable

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.listings import models
from jobboard.listings.decisions import CHANGE_COMPANIES, deciding

from . import company_actions, first_post
from .models import ImportJob


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
        self._answer(request, queryset, first_post.accept_join_request)

    @admin.action(permissions=["change_company"], description="Decline")
    def decline(self, request, queryset) -> None:
        self._answer(request, queryset, company_actions.decline_join_request)

    def _answer(self, request, queryset, act: Callable[..., object]) -> None:
        """Those that nobody else answered meanwhile."""
        for join_request in queryset:
            with deciding(request.user, CHANGE_COMPANIES, company=join_request.company):
                if models.JoinRequest.objects.filter(pk=join_request.pk).exists():
                    act(request=join_request, by=request.user)

    def has_change_company_permission(self, request) -> bool:
        return request.user.has_perm(CHANGE_COMPANIES)


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    """Files of jobs that recruiters uploaded, and what became of them."""

    list_display = ["company", "by", "state", "rows", "created_at", "finished_at", "problem"]
    list_filter = ["state"]
    list_select_related = ["company", "by"]
    search_fields = ["company__name", "by__email"]
    exclude = ["content"]
