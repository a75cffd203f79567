"""Boards that members asked to connect."""

from django.contrib import admin, messages

from jobboard.common.admin import ReadOnlyAdmin
from jobboard.feeds.boards import connecting
from jobboard.feeds.boards.connecting import NotConnectableError
from jobboard.listings import models


@admin.register(models.FeedRequest)
class FeedRequestAdmin(ReadOnlyAdmin):
    """Boards that members want to connect, and that nothing shows to be the company's own. Whoever
    may add a feed decides.
    """

    list_display = ["board", "address", "company", "domain", "verified_by", "by", "at", "doubt"]
    list_select_related = ["company", "by"]
    actions = ["accept", "decline"]

    def has_view_permission(self, request, obj=None) -> bool:
        return self.has_add_feed_permission(request)

    @admin.display
    def domain(self, feed_request: models.FeedRequest) -> str:
        return feed_request.company.domain

    @admin.display
    def verified_by(self, feed_request: models.FeedRequest) -> str:
        return feed_request.company.get_verified_by_display()

    @admin.action(permissions=["add_feed"], description="Accept, and connect the board")
    def accept(self, request, queryset) -> None:
        for feed_request in queryset:
            try:
                feed = connecting.accept(feed_request, by=request.user)
            except NotConnectableError as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, f"{feed} is connected. Its jobs come in a moment.")

    @admin.action(permissions=["add_feed"], description="Decline")
    def decline(self, request, queryset) -> None:
        for feed_request in queryset:
            try:
                connecting.decline(feed_request, by=request.user)
            except NotConnectableError as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, f"{feed_request} is declined.")

    def has_add_feed_permission(self, request) -> bool:
        return request.user.has_perm("listings.add_feed")
