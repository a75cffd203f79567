"""Pages for editors that need more than one app knows; below the admin's own address."""

from django.contrib import admin
from django.urls import path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from jobboard.insights import comparison_pages

from . import claims, edit_job, history, teaching, views
from .access import may_moderate
from .merging import companies as merge_companies

urlpatterns = [
    path(
        "roles/comparison/<int:pk>/preview/",
        admin.site.admin_view(comparison_pages.preview),
        name="roles_comparison_preview",
    ),
    path("inbox/", views.inbox, name="moderation_inbox"),
    path("inbox/next/", views.next_job, name="moderation_next"),
    # Where the inbox of jobs was: emails and bookmarks lead there.
    path(
        "listings/listing/queue/",
        may_moderate(require_safe(RedirectView.as_view(pattern_name="moderation_inbox"))),
        name="moderation_queue",
    ),
    path("listings/history/", history.history, name="moderation_history"),
    path("listings/listing/<int:pk>/edit/", edit_job.edit_job, name="moderation_edit_job"),
    path("listings/listing/<int:pk>/review/", views.review, name="moderation_review"),
    path("listings/listing/<int:pk>/teach/", teaching.teach, name="moderation_teach"),
    path("listings/company/<int:pk>/claims/", claims.claims, name="moderation_claims"),
    path("listings/companyclaim/<int:pk>/logo/", claims.claim_logo, name="moderation_claim_logo"),
    path(
        "listings/company/<int:pk>/merge/",
        merge_companies.merge_company,
        name="moderation_merge_company",
    ),
    path("listings/company/<int:pk>/suspend/", views.suspend, name="moderation_suspend"),
]
