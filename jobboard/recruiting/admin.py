from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.feeds.adapters.base import InvalidFeedError
from jobboard.listings import models
from jobboard.listings.rights import ADD_FEEDS, CHANGE_COMPANIES

from . import api_tokens, uploads
from .forms.upload import StaffUploadForm
from .models import ApiToken, ImportJob


@admin.register(models.JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    """Lists who asks to act for a company. Its owners answer, or an editor in the inbox."""

    list_display = ["user", "company", "at", "has_owner"]
    list_select_related = ["user", "company"]

    def get_queryset(self, request) -> QuerySet:
        has_owner = models.Membership.objects.has_owner("company")
        return super().get_queryset(request).annotate(has_owner=has_owner)

    @admin.display(boolean=True)
    def has_owner(self, join_request) -> bool:
        return join_request.has_owner


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    """Files of jobs that recruiters and staff uploaded, and what became of them."""

    list_display = ["company", "by", "state", "rows", "created_at", "finished_at", "problem"]
    list_filter = ["state"]
    list_select_related = ["company", "by"]
    search_fields = ["company__name", "by__email"]
    exclude = ["content", "columns"]

    def get_urls(self) -> list[URLPattern]:
        upload = path(
            "upload/",
            self.admin_site.admin_view(self.upload),
            name="recruiting_importjob_upload",
        )
        return [upload, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def upload(self, request) -> HttpResponse:
        """A file of any company's jobs. It is checked in the background."""
        if not request.user.has_perm(ADD_FEEDS):
            raise PermissionDenied
        form = StaffUploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                job = uploads.begin(form.content, by=request.user, is_by_staff=True, **form.values)
            except InvalidFeedError as problem:
                form.add_error("file", str(problem))
            else:
                return redirect("recruiting:import_job", job.pk)
        context = self.admin_site.each_context(request) | {"title": "Upload a file", "form": form}
        return render(request, "admin/recruiting/importjob/upload.html", context)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Lists which programs may post for which company. Staff revoke tokens, and make none."""

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
        return request.user.has_perm(CHANGE_COMPANIES)
