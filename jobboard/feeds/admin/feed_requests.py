"""Boards that members asked to connect."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.listings import models
from jobboard.listings.rights import ADD_FEEDS


@admin.register(models.FeedRequest)
class FeedRequestAdmin(ReadOnlyAdmin):
    """Boards that members want to connect, and that nothing shows to be the company's own. They
    are answered in the inbox.
    """

    list_display = ["board", "address", "company", "domain", "verified_by", "by", "at", "doubt"]
    list_select_related = ["company", "by"]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(ADD_FEEDS)

    @admin.display
    def domain(self, feed_request: models.FeedRequest) -> str:
        return feed_request.company.domain

    @admin.display
    def verified_by(self, feed_request: models.FeedRequest) -> str:
        return feed_request.company.get_verified_by_display()
