"""Pages for editors that need more than one app knows; below the admin's own address."""

from django.contrib import admin
from django.urls import path

from . import comparison, moderation

urlpatterns = [
    path(
        "roles/comparison/<int:pk>/preview/",
        admin.site.admin_view(comparison.preview),
        name="roles_comparison_preview",
    ),
    path("listings/listing/queue/", moderation.queue, name="moderation_queue"),
    path("listings/listing/<int:pk>/review/", moderation.review, name="moderation_review"),
    path("listings/company/<int:pk>/suspend/", moderation.suspend, name="moderation_suspend"),
]
