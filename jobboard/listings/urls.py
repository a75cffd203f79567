from django.urls import path

from .views import files, public

app_name = "listings"
urlpatterns = [
    path("jobs/", public.listing_list, name="list"),
    path("jobs/feed/", files.jobs_feed, name="feed"),
    path("jobs.csv", files.jobs_csv, name="csv"),
    path("jobs.json", files.jobs_json, name="json"),
    path("jobs/suggestions/", public.suggestions, name="suggestions"),
    path("jobs/<int:pk>/apply/", public.listing_apply, name="apply"),
    path("jobs/<int:pk>-<slug:slug>/", public.listing_detail, name="detail"),
    path("jobs/<int:pk>/", public.listing_detail),
    path("companies/", public.company_list, name="company_list"),
    path("companies/<slug:slug>/", public.company_detail, name="company"),
]
