"""Pages for editors that need more than one app knows; below the admin's own address."""

from django.contrib import admin
from django.urls import path

from jobboard.insights import comparison_pages

from . import claims, teaching, views

urlpatterns = [
    path(
        "roles/comparison/<int:pk>/preview/",
        admin.site.admin_view(comparison_pages.preview),
        name="roles_comparison_preview",
    ),
    path("listings/listing/queue/", views.queue, name="moderation_queue"),
    path("listings/listing/<int:pk>/review/", views.review, name="moderation_review"),
    path("listings/listing/<int:pk>/teach/", teaching.teach, name="moderation_teach"),
    path("listings/company/claims/", claims.waiting, name="moderation_claims_waiting"),
    path("listings/company/<int:pk>/claims/", claims.claims, name="moderation_claims"),
    path("listings/companyclaim/<int:pk>/logo/", claims.claim_logo, name="moderation_claim_logo"),
    path("listings/company/<int:pk>/suspend/", views.suspend, name="moderation_suspend"),
]
