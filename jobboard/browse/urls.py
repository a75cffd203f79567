from django.urls import path

from . import asking, files, pictures, views

app_name = "browse"
urlpatterns = [
    path("jobs/", views.listing_list, name="list"),
    path("jobs/feed/", files.jobs_feed, name="feed"),
    path("jobs.csv", files.jobs_csv, name="csv"),
    path("jobs.json", files.jobs_json, name="json"),
    path("jobs/suggestions/", views.suggestions, name="suggestions"),
    path("jobs/<int:pk>/seen/", views.listing_seen, name="seen"),
    path("jobs/<int:pk>/ask/", asking.ask, name="ask"),
    path("jobs/<int:pk>/apply/", views.listing_apply, name="apply"),
    path("jobs/<int:pk>-<slug:slug>/", views.listing_detail, name="detail"),
    path("jobs/<int:pk>/", views.listing_detail),
    path("pictures/<slug:kind>/<slug:slug>.png", pictures.picture, name="picture"),
    path("companies/", views.company_list, name="company_list"),
    path("companies/<slug:slug>/", views.company_detail, name="company"),
    path("companies/<slug:slug>/logo-<str:hash>.webp", views.logo, name="company_logo"),
]
