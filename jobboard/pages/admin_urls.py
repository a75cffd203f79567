"""Pages for editors that need more than one app knows; below the admin's own address."""

from django.contrib import admin
from django.urls import path

from . import comparison

urlpatterns = [
    path(
        "roles/comparison/<int:pk>/preview/",
        admin.site.admin_view(comparison.preview),
        name="roles_comparison_preview",
    ),
]
