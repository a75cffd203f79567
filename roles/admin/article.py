from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from jobboard.common.admin import TextArea
from roles import models
from roles.articles import article_page

from .versioned import VersionedAdmin, VersionedForm


class ArticleForm(VersionedForm):
    class Meta:
        help_texts = {
            "slug": (
                "The last part of the page’s web address. "
                "If you change a guide’s slug, its old address redirects."
            ),
            "body": (
                "Markdown; headings from ##. "
                "{site_name}, {site_url} and {contact_email} are replaced with this site’s values."
            ),
            "published_on": (
                "The day the article goes live (UTC). Leave blank to keep it unpublished."
            ),
        }
        widgets = {
            "summary": TextArea(attrs={"rows": 3, "cols": 100}),
            "body": TextArea(attrs={"rows": 36, "cols": 100}),
        }


@admin.register(models.Article)
class ArticleAdmin(VersionedAdmin):
    list_display = ["title", "kind", "published_on", "reviewed_on"]
    list_filter = ["kind"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["roles"]
    date_hierarchy = "published_on"
    form = ArticleForm
    fields = [
        "kind",
        "title",
        "slug",
        "summary",
        "body",
        "author_name",
        "published_on",
        "reviewed_on",
        "roles",
    ]

    def view_on_site(self, article: models.Article) -> str | None:
        if article.is_published:
            return article.get_absolute_url()
        return None

    def save_related(
        self,
        request: HttpRequest,
        form: VersionedForm,
        formsets: "list[forms.BaseInlineFormSet[Any, Any, Any]]",
        change: bool,
    ) -> None:
        former_roles = list(form.instance.roles.all())
        super().save_related(request, form, formsets, change)
        form.instance.note_change(*former_roles)

    def delete_model(self, request: HttpRequest, article: models.Article) -> None:
        article.note_change()
        super().delete_model(request, article)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[models.Article]) -> None:
        for article in queryset:
            self.delete_model(request, article)

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Article | None = None
    ) -> bool:
        """Every page links to the pages of the house; their date of publishing can be emptied."""
        is_page = obj is not None and obj.kind == models.Article.Kind.PAGE
        return not is_page and super().has_delete_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview)
        return [
            path("<int:pk>/preview/", preview, name="roles_article_preview"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The article as it is stored, on the public page, whether public or not."""
        article = get_object_or_404(models.Article, pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article_page(request, article, is_preview=True)
