from django.urls import path

from .views import recruit

app_name = "recruit"
urlpatterns = [
    path("", recruit.dashboard, name="dashboard"),
    path("companies/new/", recruit.company_new, name="company_new"),
    path("companies/<int:pk>/edit/", recruit.company_edit, name="company_edit"),
    path("jobs/new/", recruit.listing_new, name="listing_new"),
    path("jobs/<int:pk>/edit/", recruit.listing_edit, name="listing_edit"),
    path("jobs/<int:pk>/", recruit.listing_preview, name="listing_preview"),
    path("jobs/<int:pk>/submit/", recruit.listing_submit, name="listing_submit"),
    path("jobs/<int:pk>/close/", recruit.listing_close, name="listing_close"),
]
